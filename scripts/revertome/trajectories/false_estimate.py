"""How many of the genes called are expected to be false."""

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.trajectories.classes import AnyPlane, ClassCalls, adjustment
from revertome.trajectories.deconvolved import FEWEST, false_at
from revertome.trajectories.multiplicity import DISCARD, Adjustment


def expected_false(
    calls: ClassCalls, induced: AnyPlane, alpha: float, deconvolve: bool = True
) -> dict[str, float]:
    """Number of false genes expected among those called, by class.

    Of induced genes that are adjusted by deconvolution it is `deconvolved.false_at` the largest p
    called; of all others see `false_called`.
    """
    found = {}
    for name, p in calls.p.items():
        screen, called = calls.screen[name], calls.outcome == name
        deconvolved = adjustment(name, induced, deconvolve) is Adjustment.DECONVOLVED
        if deconvolved and called.any() and screen.sum() >= FEWEST:
            level = np.array([p[called].max()])
            found[name] = float(false_at(p[screen], level, alpha)[0])
        else:
            found[name] = false_called(p, screen, called, alpha)
    return found


def false_called(
    p: Array, screen: npt.NDArray[np.bool_], called: npt.NDArray[np.bool_], alpha: float
) -> float:
    """Number of false genes expected among those called to one class.

    A false gene lies outside its wedge. At worst it lies on the edge, where its p is uniform: of
    m0 such genes among the screened, m0 x (largest p called) are called by mistake. m0 is Storey's
    estimate (2002, J R Stat Soc B 64:479) from the p-values between alpha and 1/2 (see
    `multiplicity.null_share`). To it come the genes without the defining effect that the screen
    lets through, a share alpha, as if on the edge.

    Parameters
    ----------
    p : (G,)
        Class p.
    screen, called : (G,)
        Genes that passed the screen of the class, and genes called to it.
    alpha : float
        False discovery rate of the screen.
    """
    if not called.any():
        return 0.0
    level = float(p[called].max())
    inner = p[screen]
    near = int(((inner > alpha) & (inner <= DISCARD)).sum())
    on_edge = (1 + near) / (DISCARD - alpha)
    return float(min(level * (on_edge + alpha * len(inner)), called.sum()))
