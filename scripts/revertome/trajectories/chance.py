"""Expected by chance: the whole rule applied to data in which no gene has any effect."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from revertome.arrays import Array
from revertome.gene_classes import CLASSES
from revertome.trajectories.classes import Rule, outcomes
from revertome.trajectories.draws import Kind, Residuals, generator
from revertome.trajectories.progress import Progress
from revertome.trajectories.refit import PlaneContrasts, Refit
from revertome.trial import first_and_second, further_samples

CACHED = 2**15  # numbers of one block of genes, a quarter of a MB
AT_ONCE = 16  # permutations whose sums are formed together

Move = tuple[sparse.csr_array, sparse.csr_array]  # see `_transform`


def expected_by_chance(
    refit: Refit,
    residuals: Residuals,
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
    residuals : callable
        Observed minus fitted values (n, g) of some genes.
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
    xx = refit.information()
    counts = []
    progress = Progress(work, len(permutations), "permutations")
    for start in range(0, len(permutations), AT_ONCE):
        some = permutations[start : start + AT_ONCE]
        moves = [
            _transform(
                len(where), first, second, generator(seed, Kind.PERMUTATION, number), further
            )
            for number in some
        ]
        for number, xy, yy in zip(some, *_sums(refit, residuals, moves, correlation), strict=True):
            planes = refit.planes(xx, xy, yy, refit.n, effects)
            called = outcomes(planes["main"], planes["induced"], rule)
            counts.append([number, *(int((called == name).sum()) for name in CLASSES)])
        if len(counts) // 50 > start // 50:
            progress.report(len(counts))
    return pd.DataFrame(counts, columns=["permutation", *CLASSES])


def _sums(
    refit: Refit, residuals: Residuals, moves: Sequence[Move], correlation: float | Array
) -> tuple[Array, Array]:
    """X'y (K, G, p) and y'y (K, G) of K permuted data sets.

    They are made of so many genes as the cache holds: residuals of all are a copy of the data.
    """
    n, n_genes = refit.fitted.y.shape
    xy, yy = np.empty((len(moves), n_genes, refit.p)), np.empty((len(moves), n_genes))
    # Where genes have all in common one matrix makes the whitened data of residuals.
    alike = refit.alike and np.ndim(correlation) == 0
    white = [
        sparse.csr_array(refit.whiten((exchanged + correlation * carried).toarray()))
        for exchanged, carried in moves
        if alike
    ]
    rho, step = np.broadcast_to(correlation, n_genes), max(CACHED // n, 1)
    for start in range(0, n_genes, step):
        genes = slice(start, start + step)
        own, x = residuals(genes), refit.designs(genes)
        for k, (exchanged, carried) in enumerate(moves):
            if alike:
                xy[k, genes], yy[k, genes] = refit.products(white[k] @ own, x)
                continue
            data = exchanged @ own + rho[genes] * (carried @ own)
            xy[k, genes], yy[k, genes] = refit.products(refit.whiten(data, genes), x)
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
