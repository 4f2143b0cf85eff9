"""What every gene is like in blood before any disease or drug: level, spread, co-expression."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special  # scipy.stats takes half a second to import

from revertome.simulate import named
from revertome.simulate.draw import Generator, stream

MODULES = 40
MODULE_PATIENT_SHARE = 0.45  # within-patient correlation of a module's factor
BACKGROUND = 5.6  # log2 value of a gene that is not expressed

# Group of named genes: its module and the range of its log2 means.
GROUPS = {
    "interferon": (named.INTERFERON + named.INTERFERON_M3_4, 0, (6.8, 10.5)),
    "interferon_m5_12": (named.INTERFERON_M5_12, 0, (6.8, 10.5)),
    "inflammation": (named.INFLAMMATION, 1, (7.5, 12.5)),
    "lymphocytes": (named.LYMPHOCYTES, 2, (7.0, 11.0)),
    "erythroid": (named.ERYTHROID, 3, (7.0, 11.5)),
    "female": (list(named.FEMALE), -1, (8.5, 9.0)),
    "male": (list(named.MALE), -1, (7.0, 9.5)),
}
ABUNDANT = {"HBB": 13.4, "HBA1": 13.2, "HBA2": 13.4, "S100A8": 12.8, "S100A9": 12.8}


def profile(symbols: Sequence[str], seed: int) -> pd.DataFrame:
    """Properties of the genes.

    The SD follows a trend that falls from background to high expression, times a gene's own
    factor: s^2 = trend(mean)^2 x 8 / chi-square(10), the scaled inverse chi-square that moderated
    tests assume (Smyth 2004), cut at a factor of 2. Its parts are a module factor, the neutrophil
    excess, the patient and the sample.

    Parameters
    ----------
    symbols
        Gene symbols; the genes of `named.NAMED` among them.
    seed
        Seed of every draw.

    Returns
    -------
    DataFrame, sorted by symbol (index `gene`), with
        group (key of `GROUPS`, or other), mean (log2), sd (log2, within a group of people),
        module (-1 none), module_loading, neutrophil_loading (parts of the SD, signed, as
        correlations with the factor), patient_share (of the variance left by both),
        within_patient (correlation of a patient's two samples).

    Raises
    ------
    ValueError
        When symbols are repeated or named genes are missing.
    """
    genes = pd.Index(sorted(symbols), name="gene")
    _check(genes)
    rng = stream(seed, "profile")
    table = pd.DataFrame({"group": "other", "module": -1}, index=genes)
    table["mean"] = _mean(rng, len(genes))
    modular = rng.uniform(size=len(genes)) < 0.6
    table.loc[modular, "module"] = rng.integers(4, MODULES, modular.sum())
    for group, (members, module, (low, high)) in GROUPS.items():
        table.loc[members, ["group", "module"]] = [group, module]
        table.loc[members, "mean"] = rng.uniform(low, high, len(members))
    table.loc[list(ABUNDANT), "mean"] = list(ABUNDANT.values())
    table["sd"] = sd_trend(table["mean"]) * np.sqrt(8 / rng.chisquare(10, len(genes))).clip(max=2)
    return table.join(_structure(rng, table))


def sd_trend(mean: pd.Series) -> pd.Series:
    """SD (log2) against mean: 0.52 near background, 0.3 at the top, as blood microarrays show."""
    return 0.27 + 0.25 * np.exp(-(mean - BACKGROUND).clip(lower=0) / 3)


def _check(genes: pd.Index) -> None:
    if not genes.is_unique:
        raise ValueError(f"repeated gene symbols: {', '.join(genes[genes.duplicated()][:5])}")
    absent = [gene for gene in named.NAMED if gene not in genes]
    if absent:
        raise ValueError(
            f"{len(absent)} named genes of the simulation are missing: {', '.join(absent[:5])}"
        )


def _mean(rng: Generator, n: int) -> np.ndarray:
    """Two fifths of the genes at background, the others skewed towards high expression."""
    silent = rng.uniform(size=n) < 0.4
    expressed = BACKGROUND + 0.5 + 7.9 * rng.beta(1.7, 3.2, n)
    return np.where(silent, rng.normal(BACKGROUND, 0.25, n), expressed)


def _structure(rng: Generator, table: pd.DataFrame) -> pd.DataFrame:
    """Shares of the variance, from a within-patient correlation of 0.2 to 0.7."""
    n = len(table)
    innate = (table["group"] == "inflammation").to_numpy()
    lymphoid = (table["group"] == "lymphocytes").to_numpy()
    cellular = innate | lymphoid
    module = np.where(table["module"] >= 0, rng.uniform(0.1, 0.4, n), 0.0)
    neutrophil = np.where(cellular, rng.uniform(0.15, 0.35, n), 0.3 * rng.beta(1, 2, n))
    sign = np.where(innate, 1, np.where(lymphoid, -1, rng.choice([-1, 1], n)))
    factors = module + neutrophil
    wanted = 0.2 + 0.5 * special.betaincinv(2, 2, rng.uniform(size=n))
    # Background is mostly technical noise, which a patient's samples do not share.
    wanted = np.where(table["mean"] < BACKGROUND + 0.7, 0.2 + (wanted - 0.2) / 3, wanted)
    patient = (wanted - MODULE_PATIENT_SHARE * factors) / (1 - factors)
    patient = np.clip(patient, 0.02, 0.95)
    return pd.DataFrame(
        {
            "module_loading": np.sqrt(module)
            * np.where(table["module"] < 4, 1, rng.choice([-1, 1], n, p=[0.2, 0.8])),
            "neutrophil_loading": np.sqrt(neutrophil) * sign,
            "patient_share": patient,
            "within_patient": MODULE_PATIENT_SHARE * factors + patient * (1 - factors),
        },
        index=table.index,
    )
