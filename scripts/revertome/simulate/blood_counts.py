"""Blood counts, and the latent neutrophil excess that they share with expression."""

import numpy as np
import pandas as pd

from revertome.simulate.draw import stream

VISITS = ("day1", "month1", "month2", "month6")
PATIENT_SHARE = 0.45  # of the variance of the excess; the rest changes from visit to visit


def neutrophil_excess(patients: pd.Index, seed: int) -> pd.DataFrame:
    """Neutrophils beyond what disease activity explains, a standard normal per visit.

    Its expectation is 0 in every group and at every visit, so what it does to expression leaves
    the true effects as they are.

    Returns
    -------
    DataFrame, patients x visits.
    """
    rng = stream(seed, "neutrophil excess")
    own = np.sqrt(PATIENT_SHARE) * rng.standard_normal((len(patients), 1))
    visit = np.sqrt(1 - PATIENT_SHARE) * rng.standard_normal((len(patients), len(VISITS)))
    return pd.DataFrame(own + visit, index=patients, columns=list(VISITS))


def blood_counts(activity: pd.DataFrame, seed: int) -> dict[str, pd.DataFrame]:
    """Blood counts that are correlated with disease activity.

    log count = log healthy + activity x log(active / healthy) + patient and visit variation.

    Parameters
    ----------
    activity
        Patients x `VISITS`; 0 healthy, 1 active disease, NaN where there is no visit.
    seed
        Seed of every draw.

    Returns
    -------
    dict of DataFrame (patients x visits): neutrophils, lymphocytes, monocytes, platelets
    (10^9/l) and haemoglobin (g/dl), rounded as laboratories report them.
    """
    rng = stream(seed, "blood counts")
    shape = activity.shape

    def count(
        healthy: float, active: float, sd: float, decimals: int, excess: float | pd.DataFrame = 0.0
    ) -> pd.DataFrame:
        noise = sd * (
            np.sqrt(0.6) * rng.standard_normal((shape[0], 1))
            + np.sqrt(0.4) * rng.standard_normal(shape)
        )
        return np.exp(np.log(healthy) + activity * np.log(active / healthy) + noise + excess).round(
            decimals
        )

    excess = 0.25 * neutrophil_excess(activity.index, seed)
    return {
        "neutrophils": count(3.8, 9.0, 0.1, 1, excess),
        "lymphocytes": count(2.7, 2.2, 0.22, 1),
        "monocytes": count(0.5, 0.9, 0.25, 1).clip(lower=0.1),
        "platelets": count(300.0, 480.0, 0.18, 0),
        "haemoglobin": count(12.8, 10.6, 0.06, 1),
    }


def neutrophil_percent(counts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Neutrophils as a percentage of neutrophils, lymphocytes and monocytes."""
    neutrophils = counts["neutrophils"]
    total = neutrophils + counts["lymphocytes"] + counts["monocytes"]
    return (100 * neutrophils / total).round(1)
