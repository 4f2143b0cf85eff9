"""Cells that cannot be measurements beside the rest of the matrix."""

import numpy as np
import pandas as pd

from revertome.arrays import Array, Mask
from revertome.errors import StudyError
from revertome.intake.columns import few
from revertome.intake.sample_evidence import LARGEST_LOGARITHM
from revertome.intake.scale_evidence import BASES

# ASSUME no measurement is 256 times the next largest of all.
GAP = 8  # log2
MANY = 20  # cells; more are no slips of a hand


def odd_cells(values: Array, low: float, high: float, logarithms: bool, whole: bool) -> Mask:
    """Find the cells that do not fit the scale of all others.

    Parameters
    ----------
    values
        Features x samples; NaN where missing.
    low, high
        Bounds of the bulk of the values.
    logarithms
        Logarithms have no outliers such as saturated probes: they are held to narrower bounds.
    whole
        Whether the values should be counts.

    Returns
    -------
    Features x samples, True where a cell is odd.
    """
    odd = _outside(values, low, high) if logarithms else _isolated(values, high)
    if whole and not odd.any():
        broken = (values != np.floor(values)) & ~np.isnan(values) | (values < 0)
        odd = broken if broken.sum() <= MANY else odd
    return odd


def spoil_samples(odd: Mask, logarithms: bool) -> bool:
    """Whether odd cells make samples look odd that are not.

    Logarithms are judged by their bulk, which cells scattered over most samples reach; of other
    values the sum is judged, which a single cell moves.
    """
    if logarithms:
        by_sample = odd.mean(axis=0)
        return bool(by_sample.max() < 0.2 and (by_sample > 0).mean() > 0.5)
    return bool(odd.any() and odd.sum(axis=0).max() <= max(1, len(odd) // 500))


def refuse_odd_cells(values: pd.DataFrame, odd: Mask, base: str, source: str) -> None:
    """Refuse cells that do not fit the scale of the others.

    Parameters
    ----------
    values, odd
        Features x samples, and their `odd_cells`.
    base
        Base of the logarithms (log2, ln, log10); empty where values are not logged.
    source
        File, for the message.

    Raises
    ------
    StudyError
        Names feature, sample, value and what it would be on the scale of the rest.
    """
    if odd.any():
        _refuse(values, odd, base, source)


def _outside(x: Array, low: float, high: float) -> Mask:
    """Cells too large for a logarithm, or far from all others."""
    gap = max(GAP, (high - low) / 2)
    largest, lowest = np.fmax.reduce(x, axis=None), np.fmin.reduce(x, axis=None)
    if largest <= min(high + gap, LARGEST_LOGARITHM) and lowest >= low - gap:
        return np.zeros(x.shape, dtype=bool)  # as nearly always
    above = min(_edge(x[x > min(high, LARGEST_LOGARITHM)], gap), LARGEST_LOGARITHM)
    below = -_edge(-x[x < low], gap)
    odd: Mask = (x > above) | (x < below)
    return odd


def _isolated(x: Array, high: float) -> Mask:
    """Unlogged cells far above all others, or as far below 0 as no other is above."""
    far = max(high, 1e-300)
    largest, lowest = np.fmax.reduce(x, axis=None), np.fmin.reduce(x, axis=None)
    if max(largest, -lowest) <= far * 2**GAP:
        return np.zeros(x.shape, dtype=bool)
    sizes = np.abs(x)
    ranked = np.sort(sizes[sizes >= far])
    jumps = np.flatnonzero(ranked[1:] > ranked[:-1] * 2**GAP)
    odd: Mask = sizes > ranked[jumps[0]] if len(jumps) else np.zeros(x.shape, dtype=bool)
    return odd


def _edge(tail: Array, gap: float) -> float:
    """Value after which the sorted tail leaves a gap; infinite where it leaves none."""
    ranked = np.sort(tail)
    jumps = np.flatnonzero(np.diff(ranked) > gap)
    return float(ranked[jumps[0]]) if len(jumps) else np.inf


def _refuse(values: pd.DataFrame, odd: Mask, base: str, source: str) -> None:
    cells = np.argwhere(odd)
    shown = "; ".join(_cell(values, odd, row, column, base) for row, column in cells[:3])
    numbers = [repr(float(n)) for n in np.unique(values.to_numpy()[odd])]
    more = ""
    if len(cells) > 3:
        samples = values.columns[odd.any(axis=0)]
        more = (
            f"; and {len(cells) - 3} cells more, in all of {len(samples)} samples ({few(samples)})"
        )
    one = f"intake.missing_values: [{', '.join(n.removesuffix('.0') for n in numbers)}]"
    rest = f"or count {'it' if len(cells) == 1 else 'them'} as missing with {one}"
    raise StudyError(
        f"{source}: {len(cells)} {'cell does' if len(cells) == 1 else 'cells do'} not fit the "
        f"scale of the rest: {shown}{more}.\nCorrect the table"
        + (f", {rest}" if len(numbers) <= MANY else "; part of it seems to be on another scale")
    )


def _cell(values: pd.DataFrame, odd: Mask, row: int, column: int, base: str) -> str:
    value = values.iloc[row, column]
    others = values.iloc[row][~odd[row]].dropna()
    words = f"feature '{values.index[row]}', sample '{values.columns[column]}' is {value:g}"
    if len(others):
        words += f", the others of the feature are {others.min():.3g} to {others.max():.3g}"
    if base and value > 1:
        words += f" ({base} of {value:g} is {np.log(value) / np.log(BASES[base]):.3g})"
    return words
