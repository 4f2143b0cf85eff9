"""Random draws that belong to their number, whichever job makes them."""

from enum import IntEnum

import numpy as np


class Kind(IntEnum):
    """What is drawn; each kind has streams of its own."""

    RESAMPLE = 0
    PERMUTATION = 1


def generator(seed: int, kind: Kind, number: int) -> np.random.Generator:
    """Generator of one resample or permutation, independent of all others.

    It is the child `(kind, number)` of the seed's `SeedSequence`, so that any part of the
    resamples is drawn as it would be among the whole.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(kind, number)))
