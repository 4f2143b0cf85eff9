"""What one setting of the simulated trials of whole blood is like."""

from dataclasses import dataclass, field

TYPES = ("neutrophil", "lymphocyte", "monocyte", "eosinophil")
# Share of genes by kind, the rest follows nothing. `half` is regulated exactly half way back, the
# edge of reverted, and `edge` lies on that of induced; `masked` goes against its own cells.
KINDS = {"cells": 0.25, "reverted": 0.08, "both": 0.04, "masked": 0.02, "half": 0.05,
         "persistent": 0.08, "induced": 0.04, "edge": 0.02}  # fmt: skip
FOLLOWS = ("cells", "both", "masked")  # kinds that follow cells


@dataclass(frozen=True)
class Setting:
    """What a simulated trial is like.

    Attributes
    ----------
    responders, nonresponders, healthy : int
    shift : (float, float)
        Points of percent by which neutrophils are above healthy before and after treatment;
        non-responders keep the first.
    sd : (float, float)
        SD of the percent of patients and of healthy people, points.
    error : float
        SD with which neutrophils are measured, points; of other types it is a share of it.
    bias : (float, float, float)
        Points by which neutrophils are counted too high before, after and in healthy people, as by
        counters of several kinds.
    types : int
        How many types are measured and in the model, of `TYPES`.
    slope : (float, float)
        Smallest and largest slope of genes that follow cells, SD of the gene per 10 points.
    mixing : str
        `log2`: log2 values follow the percent by a slope; `linear`: RNA of types adds up.
    slope_healthy : float
        Slope of healthy people over that of patients.
    stated : float
        What is added to the true reliability where it is stated.
    twice : int
        Samples counted twice, whose correlation is stated instead; 0: the reliability is known.
    below : float
        Standard errors below that correlation, on Fisher's scale, at which it is stated: 1.96 is
        the lower limit of its 95% interval.
    cell_sd : (float, float, float)
        SD of genes before, after, in healthy.
    rho : float
        Correlation of the visits of a patient, of genes and of cells.
    kinds : dict of str to float
    covariates : tuple of str
        `batch`, `age`: drawn, with effects on genes and cells, and in the model.
    single : float
        Share of patients who lack a visit.
    unknown : float
        Share of samples without counts of cells.
    errors : str
        As of `calibration.noise`.
    n_genes : int
    """

    responders: int = 20
    nonresponders: int = 10
    healthy: int = 22
    shift: tuple[float, float] = (20.0, 2.0)
    sd: tuple[float, float] = (9.0, 9.0)
    error: float = 0.0
    bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    types: int = 1
    slope: tuple[float, float] = (0.4, 1.5)
    mixing: str = "log2"
    slope_healthy: float = 1.0
    stated: float = 0.0
    twice: int = 0
    below: float = 0.0
    cell_sd: tuple[float, float, float] = (1.0, 1.0, 1.0)
    rho: float = 0.5
    kinds: dict[str, float] = field(default_factory=lambda: dict(KINDS))
    covariates: tuple[str, ...] = ()
    single: float = 0.0
    unknown: float = 0.0
    errors: str = "normal"
    n_genes: int = 1000
