"""In words, how the values of some samples differ from those of the others."""

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.intake.sample_evidence import BULK, LARGEST_LOGARITHM, NEAR_A_MILLION
from revertome.intake.scale_evidence import BASES

CLOSE = 0.15  # of the range: quantiles that fit a way to have made them
_PAIRS = [(found, other) for found in BASES for other in BASES if found != other]


def at_percentiles(middle: pd.Series) -> str:
    """Quantiles of samples as a message shows them."""
    return ", ".join(_short(middle[q]) for q in BULK)


def _short(value: float) -> str:
    return f"{value:.0f}" if 1000 <= abs(value) < 1e7 else f"{value:.3g}"


def seems(found: pd.Series, others: pd.Series, whole: bool) -> str:
    """Say what values look like beside the others; empty where nothing known fits.

    Parameters
    ----------
    found, others
        Medians over samples of the columns of `sample_evidence`.
    whole
        Whether whole numbers tell counts.
    """
    small = [bool(row["high"] <= LARGEST_LOGARITHM) for row in (found, others)]
    q, reference = found[list(BULK)].to_numpy(float), others[list(BULK)].to_numpy(float)
    if small[0] != small[1]:
        ways = _across(q, reference, small[1])
        if min(q[1], reference[1]) > 0:
            times = np.log2(q[1:] / reference[1:])
            ways[_times(found, others)] = float(np.ptp(times) / np.ptp(np.log2(reference[1:])))
        if small[1]:
            ways |= _shifted(q, reference)
        fallback = "not logged, unlike the others" if small[1] else "logarithms or ratios"
    elif all(small):
        ways, fallback = _logarithms(q, reference), ""
    else:
        if whole and (odd := _not_counts(found, others)):
            return odd
        ways, fallback = {}, _times(found, others)
    best = min(ways, key=lambda words: ways[words], default="")
    return best if best and ways[best] < CLOSE else fallback


def _across(q: Array, reference: Array, logs: bool) -> dict[str, float]:
    """Unlogged beside logged values (`logs`: the others are logged), by base."""
    ways: dict[str, float] = {}
    small, large = (reference, q) if logs else (q, reference)
    for base, b in BASES.items():
        words = f"not logged, the others are {base}" if logs else f"{base} of what the others are"
        for added in (0, 1):
            logged = np.log(np.fmax(large + added, 1e-3)) / np.log(b)
            error = float(np.abs(logged - small)[1:].max() / np.ptp(small))
            ways[words] = min(error, ways.get(words, np.inf))
    return ways


def _logarithms(q: Array, reference: Array) -> dict[str, float]:
    ways = {}
    for base, other in _PAIRS:
        factor = np.log(BASES[other]) / np.log(BASES[base])
        error = np.abs(q - factor * reference).max() / np.ptp(factor * reference)
        ways[f"as {base} where the others are {other}"] = float(error)
    if q[0] < 0 < q[4] and abs(q[2]) < 0.15 * np.ptp(q):
        ways["centred on 0, as log ratios"] = CLOSE / 2
    return ways | _shifted(q, reference)


def _shifted(q: Array, reference: Array) -> dict[str, float]:
    shift = float(np.median(q - reference))
    words = f"all about {abs(shift):.3g} {'higher' if shift > 0 else 'lower'}, as of other units"
    return {words: float(np.abs(q - reference - shift).max() / np.ptp(reference))}


def _not_counts(found: pd.Series, others: pd.Series) -> str:
    per_million = abs(found["total"] / 1e6 - 1) < NEAR_A_MILLION
    if found["share_integer"] < others["share_integer"]:
        kind = "as TPM or CPM" if per_million else "no counts"
        return f"{100 * (1 - found['share_integer']):.0f}% of the values are not whole, {kind}"
    if found["step"] != others["step"]:
        return f"every value is a multiple of {max(found['step'], 1):.0f}"
    if found["share_integer"] > others["share_integer"] + 0.5:
        return "whole numbers, as counts"
    return "they sum to a million, as TPM or CPM" if per_million else ""


def _times(found: pd.Series, others: pd.Series) -> str:
    ratio = found["range"] / others["range"]
    if not 0.5 < ratio < 2:
        return f"about {_short(ratio)} times as large as the others"
    return f"they sum to {_short(found['total'])}, the others to {_short(others['total'])}"
