"""Consensus correlation between samples of one patient.

Smyth, Michaud & Scott 2005 (Bioinformatics 21:2067): a REML variance-component model per
gene, y = Xb + Zu + e, and the trimmed mean of the correlations on the atanh scale.
"""

import warnings

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.limma.constant import constant
from revertome.limma.gamma import gamma_identity
from revertome.limma.solve_genewise import genes_at_once, independent, weighted_designs
from revertome.statistics.reml import residual_contrasts
from revertome.trial import negligible

TRIM = 0.15
RHO_MAX = 0.99
EMPTY = 1e-9  # eigenvalues below it are 0: the direction holds no patient effect
LARGE = 2000  # samples beyond which matrices of people are used instead of matrices of samples
CACHED = 1024  # genes held in the processor's cache together


def duplicate_correlation(
    y: Array, design: pd.DataFrame, block: pd.Series, weights: Array | None = None
) -> float:
    """Consensus within-block correlation over all genes.

    Parameters
    ----------
    y : (n, G)
        Log2 expression, samples in rows; NaN where missing.
    design : (n, p)
        Full-rank design matrix.
    block : (n,)
        Patient of each sample.
    weights : (n,) or (n, G), optional
        Sample or observation weights; 0 leaves an observation out.

    Returns
    -------
    float
        tanh of the 15% trimmed mean of atanh(rho); 0 when no block has two samples or the design
        holds the blocks. Genes without residual variance, or with too few observations to split
        it, have no part in it. limma leaves out a row whose residuals are exactly 0, and counts
        what rounding leaves of one as a correlation of 0.

    Raises
    ------
    StudyError
        When all samples are of one patient; when too few residual degrees of freedom are left to
        split the variance, or no gene varies (limma answers NaN).
    """
    rho = gene_correlations(y, design, block, weights)
    rho = rho[~np.isnan(rho)]
    if not len(rho):
        raise StudyError(
            "too few samples beyond the design, or no gene that varies, to estimate a correlation "
            "within patients"
        )
    # Fisher's z makes the spread of correlations nearly constant; the trimmed mean ignores genes
    # in which the variances could hardly be split.
    arho = np.arctanh(rho)
    cut = int(TRIM * len(arho))
    return float(np.tanh(np.sort(arho)[cut : len(arho) - cut].mean()))


def gene_correlations(
    y: Array, design: pd.DataFrame, block: pd.Series, weights: Array | None = None
) -> Array:
    """Within-block correlation of every gene, (G,), between what blocks so large allow and 0.99.

    Parameters as in `duplicate_correlation`. 0 when no block has two samples or the design holds
    the blocks; NaN for genes that have no part in the consensus.
    """
    code = pd.factorize(block, sort=True)[0]
    if code.max() == 0:
        raise StudyError(
            f"all {len(code)} samples are of one patient ({block.iloc[0]}): no correlation within "
            "patients can be told from the mean; at least two patients are needed"
        )
    # Blocks of m samples are positive definite only for rho > 1 / (1 - m); limma keeps 0.01 clear
    # of it.
    largest = int(np.bincount(code).max())
    z = np.eye(code.max() + 1)[code]
    x = design.to_numpy(float)
    # With Z in the column space of X (patients as coefficients) no patient variance is left.
    q = np.linalg.qr(x)[0]
    beyond = np.linalg.norm(z - q @ (q.T @ z), axis=0)
    if largest == 1:  # limma warns; one sample a person is a design, and 0 is exact
        return np.zeros(y.shape[1])
    if negligible(beyond, np.linalg.norm(z, axis=0)).all():
        warnings.warn(
            "the model tells the patients apart already: the correlation within them counts as 0",
            stacklevel=2,
        )
        return np.zeros(y.shape[1])
    rho = _correlations(y, x, z, weights)
    return np.asarray(np.clip(rho, 1 / (1 - largest) + 0.01, RHO_MAX))


def _correlations(y: Array, x: Array, z: Array, weights: Array | None) -> Array:
    """REML correlation of every gene, (G,); NaN where it cannot be estimated.

    As in limma, weights scale the observations before patients enter: samples of one patient
    keep the correlation rho whatever their weights.
    """
    if weights is not None and weights.ndim == 2:
        y = np.where(weights > 0, y, np.nan)
    elif weights is not None:
        kept = weights > 0
        y = y[kept]
        x = x[kept]
        z = z[kept]
        weights = weights[kept, None]
    alone = np.ones(y.shape[1], dtype=bool)
    rho = np.empty(y.shape[1])
    if weights is None or weights.shape[1] == 1:
        alone = np.asarray(np.isnan(y).any(axis=0))
        root = 1.0 if weights is None else np.sqrt(weights)
        if not alone.all():
            own = y if not alone.any() else y[:, ~alone]
            rho[~alone] = _shared(own if weights is None else root * own, root * x, z)
        weights = None if weights is None else np.broadcast_to(weights, y.shape)
    genes = np.flatnonzero(alone)
    with threadpool_limits(limits=1):  # threads lose time on thousands of small matrices
        step = genes_at_once(x.size + z.shape[1] ** 2)
        for start in range(0, len(genes), step):
            part = genes[start : start + step]
            rho[part] = _genewise(*weighted_designs(x, y[:, part], weights, part), z, x.shape[1])
    return rho


def _shared(y: Array, x: Array, z: Array) -> Array:
    """Correlations when all genes have the design `x`.

    After projection on the complement of X and rotation to the singular vectors of Z the
    squares have means a + b * s2. Directions of one s2 are summed: few values differ.
    """
    n, p = x.shape
    if n - p <= 2:
        return np.full(y.shape[1], np.nan)
    # Residual contrasts K'y, K'X = 0: REML uses the data only through these n - p numbers. Their
    # covariance is sigma^2 I + var(u) K'ZZ'K; rotated by u, they are independent with variances
    # a + b s^2.
    if n > LARGE:
        return _by_people(y, x, z)
    complement, u, eigen = residual_contrasts(x, z)
    distinct, which = np.unique(eigen.round(9), return_inverse=True)
    count = np.bincount(which).astype(float)[:, None]
    rotate = (complement @ u).T
    average = np.eye(len(distinct))[which].T / count
    square, total = np.empty((len(distinct), y.shape[1])), np.empty(y.shape[1])
    for start in range(0, y.shape[1], CACHED):
        own = y[:, start : start + CACHED]
        square[:, start : start + CACHED] = average @ (rotate @ own) ** 2
        total[start : start + CACHED] = np.einsum("ng,ng->g", own, own)
    # Squares are gamma distributed with shape 1/2: REML is a gamma regression on s^2 with
    # identity link. rho = b / (a + b).
    flat = constant((count * square).sum(axis=0), total)
    a, b = gamma_identity(np.where(flat, 1.0, square), distinct[:, None], count)
    return np.where(flat, np.nan, b / np.where(flat, 1.0, a + b))


def _by_people(y: Array, x: Array, z: Array) -> Array:
    """`_shared` of many samples, with matrices of people instead of samples.

    Z'(I - QQ')Z has the same nonzero eigenvalues s^2 as K'ZZ'K. With v its eigenvector, the square
    along that direction is (v'Z'residual)^2 / s^2; what these leave of the residual sum of squares
    has eigenvalue 0.
    """
    from scipy.sparse import csr_array  # slow to import, and most studies do without

    q = np.linalg.qr(x)[0]
    inside = z.T @ q
    eigen, vectors = np.linalg.eigh(z.T @ z - inside @ inside.T)
    held = eigen > EMPTY
    eigen, vectors = eigen[held], vectors[:, held]
    distinct, which = np.unique(eigen.round(9), return_inverse=True)
    rest = len(x) - x.shape[1] - len(eigen)
    count = np.r_[rest, np.bincount(which)].astype(float)[:, None]
    add = np.eye(len(distinct))[which].T
    people = csr_array(z.T)
    square, total = np.empty((len(distinct) + 1, y.shape[1])), np.einsum("ng,ng->g", y, y)
    for start in range(0, y.shape[1], CACHED):
        part = slice(start, start + CACHED)
        residual = y[:, part] - q @ (q.T @ y[:, part])
        along = (vectors.T @ (people @ residual)) ** 2 / eigen[:, None]
        left = np.einsum("ng,ng->g", residual, residual) - along.sum(axis=0)
        square[0, part], square[1:, part] = np.maximum(left, 0.0), add @ along
    flat = constant(square.sum(axis=0), total)
    mean = np.where(flat, 1.0, square / np.maximum(count, 1.0))
    there = count[:, 0] > 0
    a, b = gamma_identity(mean[there], np.r_[0.0, distinct][there, None], count[there])
    return np.where(flat, np.nan, b / np.where(flat, 1.0, a + b))


def _genewise(x: Array, y: Array, seen: Array, z: Array, p: int) -> Array:
    """Correlations when every gene has its own design (g, n, p), zero where not `seen`."""
    # Orthonormal basis Q of every gene's own design; genes with aliased columns need a basis of
    # the independent columns only.
    q, r = np.linalg.qr(x)
    rank = np.full(len(y), float(p))
    size = np.abs(np.einsum("gpp->gp", r))
    for g in np.flatnonzero(negligible(size, np.linalg.norm(x, axis=1)).any(axis=1)):
        keep = independent(x[g])
        rank[g], q[g] = len(keep), 0.0
        q[g, :, : len(keep)] = np.linalg.qr(x[g][:, keep])[0]
    effects = np.einsum("gnp,gn->gp", q, y)
    residual = y - np.einsum("gnp,gp->gn", q, effects)
    # Z'(I - QQ')Z has the same nonzero eigenvalues s^2 as K'ZZ'K and is only as large as the
    # number of patients. With v its eigenvector, the square along that direction is
    # (v'Z'residual)^2 / s^2.
    inside = z.T @ q
    blocks = seen @ z
    own = np.eye(z.shape[1]) * blocks[:, None, :] - inside @ inside.transpose(0, 2, 1)
    eigen, vectors = np.linalg.eigh(own)
    patient = eigen > EMPTY
    eigen = np.where(patient, eigen, 0.0)
    along = np.einsum("gbk,gb->gk", vectors, residual @ z)
    square = np.where(patient, along**2 / np.where(patient, eigen, 1.0), 0.0)
    # What the patient directions leave of the residual sum of squares has eigenvalue 0, with
    # `times` degrees of freedom.
    rest = np.maximum(np.einsum("gn,gn->g", residual, residual) - square.sum(axis=1), 0.0)
    n, held = seen.sum(axis=1), (blocks > 0).sum(axis=1)
    times = n - rank - patient.sum(axis=1)
    count = np.column_stack([times, patient]).T.astype(float)
    square = np.column_stack([rest / np.maximum(times, 1), square]).T
    eigen = np.column_stack([np.zeros(len(y)), eigen]).T
    # Directions that are not there must not bound the fitted means.
    eigen = np.where(count > 0, eigen, eigen.max(axis=0))
    total = (count * square).sum(axis=0)
    good = (n > p + 2) & (held > 1) & (held < n - 1)
    good &= ~constant(total, np.einsum("gn,gn->g", y, y))
    rho = np.full(len(y), np.nan)
    a, b = gamma_identity(square[:, good], eigen[:, good], count[:, good])
    rho[good] = b / (a + b)
    return rho
