"""Columns of the tables of courses: visits by position, claims by adjusted p."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array, Mask

Words = npt.NDArray[np.object_]


def long_table(rows: Sequence[Mapping[str, Any]], genes: pd.Index) -> pd.DataFrame:
    """One table of all visits, by gene and then in the order of the rows."""
    names = np.asarray(genes, object)
    tables = [pd.DataFrame({"gene": names, **row}) for row in rows]
    whole = pd.concat(tables, ignore_index=True)
    return whole.sort_values("gene", kind="stable", ignore_index=True)


def shown_at(adjusted: Array, alpha: float) -> Any:
    """Whether a claim is shown; missing where nothing was tested."""
    return pd.arrays.BooleanArray(adjusted <= alpha, np.isnan(adjusted))


def first_shown(adjusted: Array, alpha: float) -> Array:
    """Position of the first visit with a claim (G,), -1 where there is none."""
    claimed = adjusted <= alpha
    return np.where(claimed.any(axis=0), np.argmax(claimed, axis=0), -1)


def named_at(visits: Sequence[str], at: Array) -> Words:
    """Names of visits by position; missing at -1."""
    return np.asarray(np.array([*visits, None], object)[at])


def listed_at(visits: Sequence[str], shown: Mask) -> Words:
    """Names of the visits of each gene at which something is shown, comma-separated."""
    names = np.array(visits, object)
    return np.array([", ".join(names[one]) if one.any() else None for one in shown.T], object)
