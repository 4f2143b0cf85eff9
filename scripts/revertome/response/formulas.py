"""Composite scores with a published formula, by name."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Formula:
    """Parts that a formula needs (none: any number of them) and the function of these."""

    parts: tuple[str, ...]
    function: Callable[[pd.DataFrame], pd.Series]


def total(parts: pd.DataFrame) -> pd.Series:
    """Plain sum of the parts."""
    return parts.sum(axis=1, skipna=False)


def das28_crp(parts: pd.DataFrame) -> pd.Series:
    """Disease activity score of rheumatoid arthritis with C-reactive protein, four variables.

    0.56 sqrt(tender) + 0.28 sqrt(swollen) + 0.014 global + 0.36 ln(crp + 1) + 0.96, with the
    tender and swollen of 28 joints, the patient's global assessment (VAS, 0-100 mm) and CRP in
    mg/l (as in Prince 2012, Arthritis Res Ther 14:R68, Table 1).
    """
    joints = 0.56 * np.sqrt(parts["tender"]) + 0.28 * np.sqrt(parts["swollen"])
    return joints + 0.014 * parts["global"] + 0.36 * np.log1p(parts["crp"]) + 0.96


def das28_esr(parts: pd.DataFrame) -> pd.Series:
    """Disease activity score of rheumatoid arthritis with the erythrocyte sedimentation rate.

    0.56 sqrt(tender) + 0.28 sqrt(swollen) + 0.014 global + 0.70 ln(esr), units as in `das28_crp`
    and ESR in mm/h (Prevoo 1995, Arthritis Rheum 38:44-8).
    """
    # ASSUME an ESR below 1 mm/h is 1, where its logarithm is 0
    joints = 0.56 * np.sqrt(parts["tender"]) + 0.28 * np.sqrt(parts["swollen"])
    return joints + 0.014 * parts["global"] + 0.70 * np.log(parts["esr"].clip(lower=1))


def _jadas(parts: pd.DataFrame, most: int) -> pd.Series:
    rate = ((parts["esr"] - 20) / 10).clip(lower=0, upper=10)
    globals_ = (parts["physician"] + parts["parent"]) / 10
    return parts["joints"].clip(upper=most) + globals_ + rate


def jadas10(parts: pd.DataFrame) -> pd.Series:
    """Juvenile Arthritis Disease Activity Score, any 10 joints; 0 to 40.

    Sum of active joints (at most 10), physician's and parent's global assessment (each 0-10 cm,
    here VAS in mm divided by 10) and (ESR - 20) / 10 between 0 and 10, ESR in mm/h
    (Consolaro 2009, Arthritis Rheum 61:658-66).
    """
    return _jadas(parts, 10)


def jadas27(parts: pd.DataFrame) -> pd.Series:
    """JADAS with the count of its 27 named joints; 0 to 57. See `jadas10`."""
    return _jadas(parts, 27)


def jadas71(parts: pd.DataFrame) -> pd.Series:
    """JADAS with the count of all 71 joints; 0 to 101. See `jadas10`."""
    return _jadas(parts, 71)


_JADAS = ("joints", "physician", "parent", "esr")
FORMULAS = {
    "sum": Formula((), total),
    "das28_crp": Formula(("tender", "swollen", "crp", "global"), das28_crp),
    "das28_esr": Formula(("tender", "swollen", "esr", "global"), das28_esr),
    "jadas10": Formula(_JADAS, jadas10),
    "jadas27": Formula(_JADAS, jadas27),
    "jadas71": Formula(_JADAS, jadas71),
}


def compose(visits: pd.DataFrame, formula: str, columns: dict[str, str]) -> pd.Series:
    """Compute a score for every row of the visits sheet; missing where any part is.

    Parameters
    ----------
    visits
        Clinical columns; a column that does not exist is missing everywhere.
    formula
        A name of `FORMULAS`.
    columns
        Column of each part.

    Returns
    -------
    Series, rounded to 9 decimals so that sums meet cut-offs as they do on paper.
    """
    parts = pd.DataFrame(
        {part: visits.reindex(columns=[name])[name].astype(float) for part, name in columns.items()}
    )
    return FORMULAS[formula].function(parts).where(parts.notna().all(axis=1)).round(9)
