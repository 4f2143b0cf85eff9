"""People drawn again: random draws that belong to their number, and sums over those drawn."""

from collections.abc import Callable
from enum import IntEnum

import numpy as np
import pandas as pd
from scipy import sparse

from revertome.arrays import Array

Residuals = Callable[[slice], Array]
FEW = 0.1  # share of people drawn other than once, below which they are taken from the sum of all


class Kind(IntEnum):
    """What is drawn; each kind has streams of its own."""

    RESAMPLE = 0
    PERMUTATION = 1
    MISSING = 2


def generator(seed: int, kind: Kind, number: int) -> np.random.Generator:
    """Generator of one resample or permutation, independent of all others.

    It is the child `(kind, number)` of the seed's `SeedSequence`, so that any part of the
    resamples is drawn as it would be among the whole.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(kind, number)))


def summed(counts: Array, values: Array) -> Array:
    """Sums (B, ...) of values (N, ...) of people drawn `counts` (B, N) times.

    Where nearly all are drawn once, as when one is left out, the others are not added up anew: the
    time would grow with the square of their number.
    """
    flat = values.reshape(len(values), -1)
    other = counts - 1
    if np.count_nonzero(other) < FEW * other.size:
        found = flat.sum(axis=0) + sparse.csr_array(other) @ flat
    else:
        found = counts @ flat
    return np.asarray(found).reshape(len(counts), *values.shape[1:])


def residuals_of(y: Array, design: pd.DataFrame, beta: Array, seed: int) -> Residuals:
    """Residuals (n, g) of some genes, made when they are asked for: all are a copy of the data.

    Of values (n, G) with coefficients (G, p). Where values are missing they are made at once, see
    `without_gaps`.
    """
    x = design.to_numpy(float)

    def made(genes: slice) -> Array:
        return np.asarray(y[:, genes] - x @ beta[genes].T)

    if not np.isnan(y).any():
        return made
    whole = without_gaps(made(slice(None)), seed)
    return lambda genes: np.ascontiguousarray(whole[:, genes])


def without_gaps(residuals: Array, seed: int) -> Array:
    """Residuals (n, G) whose missing ones are drawn from the same gene's others.

    A permuted data set moves residuals between samples; it keeps the gaps of the study, so that
    only what is moved out of a gap needs a value.
    """
    missing = np.isnan(residuals)
    whole = residuals.copy()
    rng = generator(seed, Kind.MISSING, 0)
    for gene in np.flatnonzero(missing.any(axis=0)):
        gap = missing[:, gene]
        whole[gap, gene] = rng.choice(residuals[~gap, gene], int(gap.sum()))
    return whole
