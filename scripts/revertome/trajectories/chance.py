"""Expected by chance: the whole rule applied to data in which no gene has any effect."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from revertome.arrays import Array
from revertome.gene_classes import CLASSES
from revertome.trajectories.classes import Rule, outcomes
from revertome.trajectories.draws import Kind, generator
from revertome.trajectories.progress import Progress
from revertome.trajectories.refit import PlaneContrasts, Refit
from revertome.trial import first_and_second, further_samples

CACHED = 2**15  # numbers of one block of genes, a quarter of a MB


def expected_by_chance(
    refit: Refit,
    residuals: Array,
    where: pd.DataFrame,
    correlation: float | Array,
    effects: dict[str, PlaneContrasts],
    rule: Rule,
    permutations: range,
    seed: int,
    work: str = "expected by chance",
) -> pd.DataFrame:
    """Number of genes in each class under permutation.

    On the residuals of the joint fit, visits are exchanged within patients at random and
    first-visit values are exchanged between all subjects, healthy or not; the second visit
    follows its new first visit with the patient correlation rho and its own innovation,
    f' = rho b' + (f - rho b), so that pairs stay as correlated as they were. Of patients with more
    samples all are exchanged, and each but the first follows the new first one.

    Parameters
    ----------
    refit : Refit
    residuals : (n, G)
        Observed minus fitted values.
    where : DataFrame, (n, ...)
        Columns patient and visit (missing for healthy), in the order of `residuals`.
    correlation : float or (G,)
        Correlation within patients.
    effects, rule
        As in `stability`.
    permutations : range
        Numbers of the permutations to draw.
    seed : int
    work : str
        What progress is reported of.

    Returns
    -------
    DataFrame
        permutation (its number), and a column a class.
    """
    first, second = first_and_second(where)
    further = further_samples(where)
    xx = np.swapaxes(refit.x, 1, 2) @ refit.x
    blocks = list(_blocks(residuals))
    counts = []
    progress = Progress(work, len(permutations), "permutations")
    for done, number in enumerate(permutations, 1):
        rng = generator(seed, Kind.PERMUTATION, number)
        exchanged, carried = _transform(len(where), first, second, rng, further)
        xy, yy = _sums(refit, blocks, exchanged, carried, correlation)
        planes = refit.planes(xx, xy, yy, refit.n, effects)
        called = outcomes(planes["main"], planes["induced"], rule)
        counts.append([number, *(int((called == name).sum()) for name in CLASSES)])
        if done % 50 == 0:
            progress.report(done)
    return pd.DataFrame(counts, columns=["permutation", *CLASSES])


def _blocks(residuals: Array) -> Iterator[tuple[slice, Array]]:
    """So many genes at a time as the cache holds, and their residuals."""
    step = max(CACHED // len(residuals), 1)
    for start in range(0, residuals.shape[1], step):
        genes = slice(start, start + step)
        yield genes, np.ascontiguousarray(residuals[:, genes])


def _sums(
    refit: Refit,
    blocks: Sequence[tuple[slice, Array]],
    exchanged: sparse.csr_array,
    carried: sparse.csr_array,
    correlation: float | Array,
) -> tuple[Array, Array]:
    """X'y (G, p) and y'y (G,) of a permuted data set, which is made block by block."""
    n_genes = sum(own.shape[1] for _, own in blocks)
    xy, yy = np.empty((n_genes, refit.x.shape[-1])), np.empty(n_genes)
    if len(refit.x) < n_genes and np.ndim(correlation) == 0:
        # Genes have all in common, so that one matrix makes the whitened data of residuals.
        moved = refit.whiten((exchanged + correlation * carried).toarray())
        white = sparse.csr_array(moved)
        for genes, own in blocks:
            xy[genes], yy[genes] = refit.products(white @ own)
        return xy, yy
    rho = np.broadcast_to(correlation, n_genes)
    for genes, own in blocks:
        data = exchanged @ own + rho[genes] * (carried @ own)
        xy[genes], yy[genes] = refit.products(refit.whiten(data, genes), genes)
    return xy, yy


def _transform(
    n: int,
    first: npt.NDArray[np.intp],
    second: npt.NDArray[np.intp],
    rng: np.random.Generator,
    further: npt.NDArray[np.intp] | None = None,
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Sparse A, B (n, n): A + rho B turns residuals into one permuted data set."""
    if further is not None and further.shape[1]:
        return _transform_all(n, np.column_stack([first, second, further]), rng)
    swap = (rng.random(len(first)) < 0.5) & (second >= 0)
    b = np.where(swap, second, first)
    f = np.where(swap, first, second)
    # A second visit keeps its innovation f - rho b and gets rho times its new first visit: A
    # holds the copies, B the rho times (new b - old b).
    source = b[rng.permutation(len(b))]
    paired = second >= 0
    rows = second[paired]
    to, of = np.append(first, rows), np.append(source, f[paired])
    exchanged = sparse.csr_array((np.ones(len(to)), (to, of)), shape=(n, n))
    to, of = np.append(rows, rows), np.append(source[paired], b[paired])
    sign = np.repeat([1.0, -1.0], len(rows))
    carried = sparse.csr_array((sign, (to, of)), shape=(n, n))
    return exchanged, carried


def _transform_all(
    n: int, rows: npt.NDArray[np.intp], rng: np.random.Generator
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """As `_transform`, of people with any number of samples, `rows` (people, m), -1 for none."""
    keys = np.where(rows >= 0, rng.random(rows.shape), np.inf)
    moved = np.take_along_axis(rows, np.argsort(keys, axis=1, kind="stable"), axis=1)
    source = moved[rng.permutation(len(rows)), 0]
    later = rows[:, 1:] >= 0
    to, of = np.append(rows[:, 0], rows[:, 1:][later]), np.append(source, moved[:, 1:][later])
    exchanged = sparse.csr_array((np.ones(len(to)), (to, of)), shape=(n, n))
    at = rows[:, 1:][later]
    new, old = (
        np.broadcast_to(each[:, None], later.shape)[later] for each in (source, moved[:, 0])
    )
    sign = np.repeat([1.0, -1.0], len(at))
    to, of = np.append(at, at), np.append(new, old)
    return exchanged, sparse.csr_array((sign, (to, of)), shape=(n, n))
