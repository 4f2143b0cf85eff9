"""Ranks of some genes from the ranks of all: each study is sorted once, not once a pair."""

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array

Places = npt.NDArray[np.int32]


def tied(x: Array) -> Places:
    """Place of every value, the smallest 0; equal values share theirs."""
    return np.asarray(np.unique(x, return_inverse=True)[1].astype(np.int32))


def strongest(x: Array) -> Places:
    """Place of every value, the largest 0; ties in the order given."""
    place = np.empty(len(x), dtype=np.int32)
    place[np.argsort(-x, kind="stable")] = np.arange(len(x), dtype=np.int32)
    return place


def places_among(place: Places) -> npt.NDArray[np.intp]:
    """Places 0, 1, ... of a selection, from different places among all."""
    return np.asarray(_counts(place).cumsum()[place] - 1)


def average_ranks(place: Places) -> Array:
    """Ranks 1, 2, ... of a selection with ties at their average, from places among all."""
    counts = _counts(place)
    return np.asarray((counts.cumsum() - (counts - 1) / 2)[place])


def _counts(place: Places) -> npt.NDArray[np.intp]:
    return np.bincount(place, minlength=1)
