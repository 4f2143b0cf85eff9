"""The tipping point of a set in sentences."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from revertome.trajectories.tipping import SHORTFALLS

Counts = npt.NDArray[np.int_]


def sentence(row: Mapping[str, Any], baseline: str, kept: Counts, fewest: Counts) -> str:
    """Say how far the absent would have to be unreverted for a set to be lost.

    Parameters
    ----------
    row : mapping
        A row of `tipping_tables.Tipping.points` without its statement.
    baseline : str
    kept, fewest : (K,)
        Genes kept at each of `tipping.SHORTFALLS`; `fewest` if the absent without a label were of
        the group.
    """
    visit, kind, one, many = row["visit"], str(row["set"]), *_people(str(row["group"]))
    whole = f"the set {kind.replace('_', ' ')}" if _beyond(kind) else f"the {kind} set"
    n, absent = int(row["n_genes"]), int(row["n_absent"])
    those = f"the one absent {one}" if absent == 1 else f"the {absent} absent {many}"
    if not absent:
        text = (
            f"{visit}: every {one} with a sample at {baseline} has one at {visit}, so nobody's "
            f"absence could change {whole}."
        )
    elif not n:
        text = f"{visit}: {whole} has no gene that {those} could change."
    else:
        text = f"{visit}: {whole} {_keeps(row, row['half_lost'], those, kept)}"
    unlabelled = int(row["n_unlabelled"])
    if unlabelled and n:
        have = "has" if unlabelled == 1 else "have"
        every = absent + unlabelled
        all_of = f"the one absent {one}" if every == 1 else f"the {every} absent {many}"
        text += (
            f" {unlabelled} more without a sample at {visit} {have} no response label. Counted as "
            f"{many}, {whole} {_keeps(row, row['half_lost_at_most'], all_of, fewest)}"
        )
    return text


def _keeps(row: Mapping[str, Any], half_lost: float, those: str, kept: Counts) -> str:
    """What a set keeps, and as long as what."""
    n, present = int(row["n_genes"]), int(row["n_present"])
    keeps = f"keeps at least half of its {n:,} genes" if n > 1 else "keeps its one gene"
    how = "changed beyond control" if _beyond(str(row["set"])) else "changed"
    none = "no drug effect" if _beyond(str(row["set"])) else "not changed"
    mean = f"of what the {present} present {how} by, on average in each gene"
    if np.isnan(half_lost):
        return (
            f"{keeps} even if {those} {how} the other way by 100% {mean}; {kept[-1]:,} of "
            f"{n:,} are kept then."
        )
    share = 1 - SHORTFALLS[np.flatnonzero(half_lost == SHORTFALLS)[0] - 1]
    enough = f"{how} by at least {share:.0%} {mean}"
    if share <= 0:
        enough = f"{how} the other way by no more than {abs(share):.0%} {mean}"
    return (
        f"{keeps} as long as {those} {enough}. If the absent had {none} at all, "
        f"{kept[SHORTFALLS == 1.0][0]:,} of {n:,} would be left."
    )


def _people(group: str) -> tuple[str, str]:
    """One, and several, of the patients in whom a set is claimed."""
    one = {"responders": "responder", "all": "patient"}.get(group)
    return (one, f"{one}s") if one else (f"patient in {group}", f"patients in {group}")


def _beyond(kind: str) -> bool:
    """Whether a set is claimed beyond control, in an arm."""
    return kind.endswith("_control")
