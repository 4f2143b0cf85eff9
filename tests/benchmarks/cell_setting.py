"""What one setting of the calibration is like: sizes, variances, effects, design."""

import zlib
from dataclasses import dataclass

import numpy as np

SEED = 15  # of the two halves


@dataclass(frozen=True)
class CellSetting:
    """One kind of trial; standard deviations are in units of the gene's scale.

    Attributes
    ----------
    name, description : str
    responders, healthy, nonresponders : int
        Patients with both visits, and healthy people.
    mixture : str
        Shares of genes by kind, `calibration.MIXTURES`.
    sd : (before, after, healthy)
        Standard deviations of the three cells.
    unit : float
        Factor of all effects, which are 1.4 to 3.2 in units of the gene's scale.
    sd_spread : float
        SD over genes of the log ratio of patients' standard deviation to that of healthy.
    movers_sd : float
        Factor of the patients' standard deviation in genes with an effect.
    nonresponder_sd : float
        Factor of the standard deviation of non-responders.
    nonresponse : float
        Share of the change that non-responders have.
    recovery_sd : float
        SD over patients of the recovered fraction, in genes with disease.
    recovery_common : bool
        A patient deviates in all genes alike, rather than in each by itself.
    carriers : float
        Probability that a patient carries disease and change of a gene at all.
    rho : float
        Correlation of the two visits within patients.
    errors : str
        normal, heavy (t with 5 df) or correlated (10 factors), as in `calibration.noise`.
    single : float
        Share of patients who lack one of the visits.
    missing : float
        Share of values that are missing.
    covariates : tuple of str
        `batch`, `age`: drawn, with effects, and in the model.
    hidden : str
        What no test can tell from an effect: `batch`, `cells`.
    engine : str
        limma, mixed or voom; voom has negative binomial counts.
    differential : tuple of (str, value)
        Options of the models.
    source : str
        `drawn`, or `replaced` and `distinct`: residuals of GSE65391, people drawn with and without
        replacement.
    n_genes : int
    """

    name: str
    description: str
    responders: int
    healthy: int
    nonresponders: int = 4
    mixture: str = "boundary"
    sd: tuple[float, float, float] = (1.0, 1.0, 1.0)
    unit: float = 1.0
    sd_spread: float = 0.0
    movers_sd: float = 1.0
    nonresponder_sd: float = 1.0
    nonresponse: float = 0.0
    recovery_sd: float = 0.0
    recovery_common: bool = False
    carriers: float = 1.0
    rho: float = 0.5
    errors: str = "normal"
    single: float = 0.0
    missing: float = 0.0
    covariates: tuple[str, ...] = ()
    hidden: str = ""
    engine: str = "limma"
    differential: tuple[tuple[str, object], ...] = (("trend", False),)
    source: str = "drawn"
    n_genes: int = 2500

    @property
    def half(self) -> str:
        """`tuning` or `held out`."""
        drawn = np.random.default_rng([SEED, zlib.crc32(self.name.encode())]).random()
        return "tuning" if drawn < 0.5 else "held out"


def sized(
    name: str, description: str, responders: int, healthy: int, **more: object
) -> CellSetting:
    return CellSetting(f"{name}_{responders}v{healthy}", description, responders, healthy, **more)  # type: ignore[arg-type]
