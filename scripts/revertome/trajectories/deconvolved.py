"""How many genes near an edge are false: the distances of genes to their nearest edge, deconvolved.

An edge test of a gene far inside its wedge cannot be false, and one far outside cannot be called.
Benjamini-Hochberg counts both as if they lay on the edge. Here the distribution of the distances
mu (in standard errors) is estimated from z = mu + noise by nonparametric maximum likelihood
(Kiefer & Wolfowitz 1956, Ann Math Stat 27:887; Koenker & Mizera 2014, J Am Stat Assoc 109:674), and
the false among those called are counted from it.
"""

import numpy as np
from scipy import special

from revertome.arrays import Array

GRID = np.arange(-7.0, 9.01, 0.25)  # distances, standard errors; above 0 lies inside the wedge
CELLS = np.linspace(-8.0, 9.0, 171)  # ends of the classes of z
KERNEL = np.diff(special.ndtr(CELLS[:, None] - GRID), axis=0)
LEVELS = np.arange(-8.3, 8.3, 0.005)  # of z, and the chance that a distance outside reaches one
BEYOND = special.ndtr(GRID[GRID <= 0] - LEVELS[:, None])
STEPS = 150
NEAR = 0.75  # genes this far inside count as if they lay on the edge
ON_EDGE = 10.0  # genes added on the edge, so that few genes do not hide those that are there
FEWEST = 50  # screened genes below which nothing is deconvolved
# Of alpha five sixths are spent. All of it would leave no room for a fault of the variances: up to
# 0.058 of the genes called were then false in simulation.
SPARE = 1.2


def distances(p: Array) -> Array:
    """Share of genes at every distance of `GRID`, from their one-sided p (m,)."""
    z = -special.ndtri(np.clip(p, 1e-16, 1 - 1e-12))
    count = np.histogram(np.clip(z, CELLS[0], CELLS[-1]), CELLS)[0].astype(float)
    there = count > 0
    kernel, total = KERNEL[there], len(p) + ON_EDGE
    count, edge = count[there] / total, np.where(np.abs(GRID) < 1e-9, ON_EDGE / total, 0.0)
    weight, back = np.full(len(GRID), 1 / len(GRID)), np.empty(len(GRID))
    mixed = np.empty(len(count))
    for _ in range(STEPS):  # in place, as every resample comes here
        np.dot(kernel, weight, out=mixed)
        np.maximum(mixed, 1e-300, out=mixed)
        np.divide(count, mixed, out=mixed)
        np.dot(kernel.T, mixed, out=back)
        weight *= back
        weight += edge  # they add up to 1 as the shares of genes do
    return weight


def false_at(p: Array, level: Array, alpha: float) -> Array:
    """Number of false genes expected among those of p (m,) with p at most `level` (k,).

    Genes outside the wedge are called with the probability of their distance, those within `NEAR`
    of the edge as if on it. The screen lets through a share alpha of genes without the
    defining effect; they count as on the edge as well.
    """
    weight = distances(p)
    near = weight[(GRID > 0) & (GRID <= NEAR)].sum() + alpha
    z = -special.ndtri(np.clip(level, 1e-16, 1 - 1e-12))
    # Read from a table, as it is needed for every gene of every resample.
    outside = np.interp(z, LEVELS, BEYOND @ weight[GRID <= 0])
    return np.asarray(len(p) * (outside + near * level))


def adjust_deconvolved(p: Array, alpha: float) -> Array:
    """Adjusted p (m,): `SPARE` times the smallest share of false genes at which a gene is called.

    It is never below p.

    Parameters
    ----------
    p : (m,)
        Class p of the genes that passed the screen.
    alpha : float
        False discovery rate of the screen.
    """
    order = np.argsort(p, kind="stable")
    share = SPARE * false_at(p, p[order], alpha) / np.arange(1, len(p) + 1)
    # Of genes with the same p the last counts, as in Benjamini-Hochberg.
    least = np.minimum.accumulate(share[::-1])[::-1]
    adjusted = np.empty_like(p)
    adjusted[order] = np.clip(least, p[order], 1.0)
    return adjusted
