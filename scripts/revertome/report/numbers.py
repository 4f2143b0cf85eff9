"""Numbers of the report as they are read, beside those of the files."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

UNBOUNDED = "unbounded"


@dataclass(frozen=True)
class Cell:
    """What is read, and the value of the file: what is sorted by and downloaded."""

    text: str
    sort: str
    number: bool


def cell(value: Any, decimals: int | None = None) -> Cell:
    """Format one value: thousands in groups, a dash for missing.

    Numbers have `decimals`, or three significant digits where that is None.
    """
    if isinstance(value, (bool, np.bool_)):
        return Cell("yes" if value else "no", str(int(value)), False)
    if isinstance(value, (int, np.integer)):
        return Cell(f"{value:,}", str(value), True)
    if isinstance(value, (float, np.floating)):
        return Cell(number(float(value), decimals), raw(float(value)), True)
    return Cell("–", "", False) if pd.isna(value) else Cell(str(value), str(value), False)


def p_cell(value: Any) -> Cell:
    """Format a p-value: two significant digits, at most three decimals below 0.001 as 1.2e-5."""
    if pd.isna(value):
        return Cell("–", "", True)
    p = float(value)
    if p >= 0.1:
        text = f"{p:.2f}"
    elif p >= 0.001:
        text = f"{p:#.2g}"
    else:
        text = f"{p:.1e}".replace("e-0", "e-") if p > 0 else "< 1e-300"
    return Cell(text, raw(p), True)


def decimals(values: Iterable[Any]) -> int | None:
    """Decimals with which most of a column has three significant digits.

    None, three digits for each, where all are whole numbers, or a tenth of them would read as 0.
    """
    sizes = np.abs(np.asarray(list(values), dtype=float))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    if not len(sizes) or (sizes % 1 == 0).all():
        return None
    places = int(np.clip(2 - np.floor(np.log10(np.quantile(sizes, 0.75))), 0, 6))
    return None if np.quantile(sizes, 0.1) < 0.5 * 10.0**-places else places


def determined(low: pd.Series, high: pd.Series) -> pd.Series:
    """Whether Fieller intervals are bounded: the denominator was shown to differ from zero."""
    return pd.Series(np.isfinite(low) & np.isfinite(high) & (low <= high), index=low.index)


def recoverable(table: pd.DataFrame) -> pd.Series:
    """Where a recovered fraction is of something: not where no disease effect was shown.

    Parameters
    ----------
    table
        Of `recovered_low`, `recovered_high`, `recovered_interval` and `class` what there is. A
        gene or module that is unchanged passed no screen, and one that is induced had little to
        recover from.
    """
    known = pd.Series(True, index=table.index)
    if {"recovered_low", "recovered_high"} <= set(table):
        known &= determined(table["recovered_low"], table["recovered_high"])
    if "recovered_interval" in table:
        known &= table["recovered_interval"].isin(["bounded"])
    if "class" in table:
        known &= ~table["class"].astype(str).str.match("unchanged|induced")
    return known


def number(value: float, places: int | None) -> str:
    """Write a number with as many decimals, or with three significant digits."""
    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return "∞" if value > 0 else "-∞"
    if abs(value) >= 1000 or (places is None and value.is_integer()):
        return f"{value:,.0f}"
    if places is None:
        return re.sub(r"e([+-])0", r"e\1", f"{value:.3g}")
    return f"{round(value, places) + 0.0:.{places}f}"  # without the sign of a zero


def raw(value: float) -> str:
    """A number as it is downloaded; JavaScript, R and Python read `Infinity`."""
    if np.isnan(value):
        return ""
    return repr(value).replace("inf", "Infinity")
