"""The six core variables of ACR Pedi, at values that reach exactly a given level.

ACR Pedi 30 (Giannini 1997, Arthritis Rheum 40:1202-9): at least 3 of 6 variables improved by at
least 30%, not more than 1 worsened by more than 30%; 50, 70, 90 and 100 raise the improvement.
"""

from typing import NamedTuple

import numpy as np

from revertome.simulate.draw import Generator
from revertome.simulate.patients import Outcome


class Scale(NamedTuple):
    """Steps in which a variable is recorded, and its largest value."""

    step: float
    largest: float


SCALES = {
    "physician_global": Scale(1, 100),
    "parent_global": Scale(1, 100),
    "chaq": Scale(0.125, 3),
    "active_joints": Scale(1, 75),
    "limited_joints": Scale(1, 69),
    "esr": Scale(1, 140),
}
NEXT_LEVEL = {0: 30, 30: 50, 50: 70, 70: 90, 90: 100}
MARGIN = 0.005  # no value sits on a threshold, where rounding could decide


def core_set(rng: Generator, baseline: dict[str, float], outcome: Outcome) -> dict[str, float]:
    """Values of the core variables at a visit with the given outcome.

    Parameters
    ----------
    rng
        Random numbers.
    baseline
        Value of each variable of `SCALES` on day 1; physician and parent assessment and ESR at
        least 20, so that each level can be reached.
    outcome
        State at the visit: the highest level reached, and whether ESR is normal or halved.
    """
    if outcome.worsened:
        return _two_worsened(rng, baseline)
    improvement = {"esr": _esr_band(outcome)}
    others = [name for name in SCALES if name != "esr"]
    if outcome.level:
        band = (outcome.level / 100, NEXT_LEVEL[outcome.level] / 100)
        able = [name for name in others if len(_values(name, baseline[name], band))]
        n = rng.integers(min(3, len(able)), len(able) + 1)
        improvement |= dict.fromkeys(rng.permutation(able)[:n], band)
    below = ((outcome.level - 35) / 100, outcome.level / 100) if outcome.level else (-0.25, 0.28)
    return {name: _draw(rng, name, baseline[name], improvement.get(name, below)) for name in SCALES}


def _esr_band(outcome: Outcome) -> tuple[float, float]:
    if not outcome.esr_normal_or_halved:
        return (0.02, 0.45) if outcome.level else (-0.25, 0.28)
    if outcome.level < 70:
        return (0.52, 0.85)
    return (outcome.level / 100, NEXT_LEVEL[outcome.level] / 100)


def _two_worsened(rng: Generator, baseline: dict[str, float]) -> dict[str, float]:
    """Three variables improve by 30% while two worsen by more: not a response."""
    bands = {"active_joints": (-0.6, -0.32), "limited_joints": (-0.6, -0.32), "esr": (-0.25, 0.28)}
    return {name: _draw(rng, name, baseline[name], bands.get(name, (0.3, 0.5))) for name in SCALES}


def _values(name: str, baseline: float, band: tuple[float, float]) -> np.ndarray:
    """Recordable values whose improvement on the baseline lies inside the band."""
    if baseline == 0:
        return np.empty(0)
    step, largest = SCALES[name]
    values = np.arange(0, largest + step / 2, step)
    improvement = 1 - values / baseline
    return values[(improvement > band[0] + MARGIN) & (improvement < band[1] - MARGIN)]


def _draw(rng: Generator, name: str, baseline: float, band: tuple[float, float]) -> float:
    """One value of the band; the baseline where the scale is too coarse for the band."""
    values = _values(name, baseline, band)
    return float(rng.choice(values)) if len(values) else baseline
