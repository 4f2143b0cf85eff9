"""Contrasts of mixed models of scores with a variance of their own for each group and visit.

score ~ cell + (1 | patient) has one variance and one correlation for all visits and groups. Where
patients vary more at one visit, or in one arm, its tests of that visit are too bold, and with
groups of unequal size those between groups too.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.limma.cell_prior import FEWEST
from revertome.limma.cluster_robust import RANK, Forms, forms
from revertome.limma.clusters import Blocks, blocks_of, clusters_of, placed
from revertome.limma.joint import JointFit
from revertome.limma.whitening import GenewiseWhitening
from revertome.trial import Model

HELD = 2**22  # numbers of a matrix of people by people for each score
Own = dict[str, tuple[Array, Array]]


def own_variances(
    y: Array,
    x: pd.DataFrame,
    at: pd.DataFrame,
    ratio: Array,
    contrasts: Mapping[str, pd.Series],
) -> Own:
    """Standard errors of contrasts that hold whatever the variances of visits and groups are.

    The estimates are those of the mixed model. The variance of each is cluster-robust (CR2), by
    group of patients, with Bell & McCaffrey's degrees of freedom, together Welch's: see
    `limma.cluster_robust`. Of complete pairs it is the paired t, of two groups of them Welch's.

    Parameters
    ----------
    y : (n, G)
        Scores.
    x : DataFrame, (n, p)
        Design.
    at : DataFrame, (n, ...)
        patient, visit, cell and group of the samples; patients of a group share a variance.
    ratio : (G,)
        Variance of patients over residual variance.
    contrasts : mapping of str to Series, (p,)

    Returns
    -------
    dict of str to (error, df), each (G,)
        NaN where the patients of a group are too few to vary.
    """
    rho = ratio / (1 + ratio)
    model = Model(at, x, at["patient"], dict(contrasts))
    # In a crossover a patient is in several groups: all are one part then, of whole patients.
    crossed = at.groupby("patient")["group"].nunique().gt(1).any()
    clusters = clusters_of(at.assign(label="all" if crossed else at["group"], arm=None))
    fitted = JointFit(model, y, rho, {}, partial(GenewiseWhitening, model, ratio))
    names, found = list(contrasts), {}
    vectors = [contrasts[name].reindex(x.columns, fill_value=0.0) for name in names]
    blocks = [part for block in blocks_of(fitted, clusters) for part in _few(block)]
    for first in range(0, len(names), 2):
        two = [first, min(first + 1, len(names) - 1)]
        c = np.column_stack([vectors[k].to_numpy(float) for k in two])
        # The working covariance is that of the fit, so that a score's test is its own.
        parts = [forms(block, clusters, c, block.working) for block in blocks]
        for side, k in enumerate(two):
            tested = [(b.genes, _welch(own, side)) for b, own in zip(blocks, parts, strict=True)]
            error, df = placed(tested)
            found[names[k]] = (error, df)
    return found


def _few(block: Blocks) -> Iterator[Blocks]:
    """A block in parts of so few scores that matrices of people by people can be held."""
    step = max(1, HELD // block.root.shape[1] ** 2)
    for first in range(0, len(block.genes), step):
        some = slice(first, first + step)
        parts = (block.x, block.root, block.working, block.inverse, block.beta, block.e)
        yield Blocks(block.genes[some], *(part if len(part) == 1 else part[some] for part in parts))


def _welch(parts: Sequence[Forms], side: int) -> Array:
    """Standard error and degrees of freedom, (2, G), of the first or the second contrast."""
    a, b, place = (1.0, 0.0, 0) if side == 0 else (0.0, 1.0, 2)
    largest = max(float(part.target[place].max()) for part in parts)
    variance, spread = np.zeros(parts[0].own.shape[1]), np.zeros(parts[0].own.shape[1])
    for part in parts:
        if (part.target[place] <= RANK * largest).all():
            continue
        df = part.df(a, b)
        with np.errstate(divide="ignore", invalid="ignore"):
            own = np.where(df < FEWEST, np.nan, part.own[place])
            variance, spread = variance + own, spread + own**2 / df
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack([np.sqrt(variance), variance**2 / spread])
