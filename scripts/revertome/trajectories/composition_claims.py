"""Why nothing is claimed beyond composition: of any gene, or of one."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from revertome.composition.cells_used import CellsUsed
from revertome.trajectories.classes import ClassCalls
from revertome.trajectories.composition_planes import Split
from revertome.trajectories.composition_table import SCREENED, Outcomes

LEAST_RELIABLE = 0.2  # smallest reliability of a combination of types with which claims are made
MARKER = "composition is estimated from it"
NOISY = "in its own weights the cell types are mostly error"
UNSHOWN = {
    "reverted": "that it is reverted beyond composition is not shown",
    "induced": "that it is induced beyond composition is not shown",
}


def left_out(names: pd.Index, markers: Sequence[str], split: Split, reason: str) -> Outcomes:
    """Why each gene or module is not asked for; empty where it is.

    Parameters
    ----------
    names : Index, (G,)
    markers : sequence of str
        From which composition was estimated.
    split : Split
    reason : str
        Of `why_not`: where nothing is claimed of any, all but the markers are tested to be shown.
    """
    noisy = (split.reliable < LEAST_RELIABLE) & (not reason)
    return np.where(names.isin(list(markers)), MARKER, np.where(noisy, NOISY, "")).astype(object)


def why_not(split: Split, used: CellsUsed) -> str:
    """Return why nothing is claimed; empty where claims are made."""
    if used.unknown:
        named = ", ".join(used.unknown)
        return f"the reliability of {named} is not known (composition.reliability)"
    usual = float(np.median(split.reliable))  # a few genes of odd weights stop themselves alone
    if usual < LEAST_RELIABLE:
        return (
            f"of some combination of cell types only {max(usual, 0):.0%} of the variance "
            f"within the design is true (at least {LEAST_RELIABLE:.0%} is asked for)"
        )
    return ""


def unclaimed(
    without: Outcomes, outcome: Outcomes, calls: ClassCalls, left: Outcomes, reason: str
) -> list[str | None]:
    """Why a gene that is reverted, or induced, is not so beyond composition; None of others.

    Parameters
    ----------
    without, outcome : (G,)
        Classes without composition and beyond it.
    calls : ClassCalls
        Of the genes that were asked for.
    left : (G,)
        Why a gene was not asked for (`left_out`); empty where it was.
    reason : str
        Why nothing is claimed of any gene; empty where claims are made.
    """
    place = np.cumsum(left == "") - 1
    found: list[str | None] = []
    for k, name in enumerate(without):
        if name not in SCREENED or outcome[k] == name:
            found.append(None)
        elif reason:
            found.append(reason)
        elif left[k]:
            found.append(left[k])
        else:
            found.append((UNSHOWN if calls.screen[name][place[k]] else SCREENED)[name])
    return found
