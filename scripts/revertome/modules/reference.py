"""The samples that every score is measured against."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.trial import is_healthy, patients_at

# Log2 range below which a gene counts as constant (floored values differ by rounding only).
RESOLUTION = 1e-9


def reference(obs: pd.DataFrame, design: Mapping[str, Any]) -> tuple[str, pd.Series]:
    """Choose the reference samples: the healthy, or baseline where a study has none.

    Parameters
    ----------
    obs : DataFrame
        One row a sample with columns group and visit.
    design : mapping
        `healthy` (value of group, or None) and `baseline` (visit).

    Returns
    -------
    (str, Series of bool)
        "healthy" or "baseline", and which samples they are.

    Raises
    ------
    StudyError
        Fewer than 2 reference samples, which leaves no standard deviation.
    """
    if design["healthy"] is None:
        # ASSUME: without healthy samples a score is relative to the patients before treatment.
        name, chosen = "baseline", patients_at(obs, design, "baseline")
    else:
        name, chosen = "healthy", is_healthy(obs, design)
    if chosen.sum() < 2:
        raise StudyError(
            f"module scores need at least 2 {name} samples as reference, found {chosen.sum()}; "
            "set `design: healthy: null` for a study without healthy samples."
        )
    return name, chosen.astype(bool)


def constant(values: pd.DataFrame) -> pd.Series:
    """Tell which genes (columns) do not vary among these samples (rows)."""
    return (values.max() - values.min()) < RESOLUTION
