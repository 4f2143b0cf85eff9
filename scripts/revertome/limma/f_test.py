"""Moderated F: whether any of several contrasts differs from 0 (Smyth 2004, section 7)."""

from collections.abc import Sequence

import numpy as np
from scipy import special  # scipy.stats takes half a second to import

from revertome.arrays import Array
from revertome.limma.ebayes import Moderated

SMALL = 1e-10  # share of the largest eigenvalue below which contrasts are dependent


def f_test(
    moderated: Moderated, names: Sequence[str], combine: Array | None = None
) -> tuple[Array, Array, float | Array, Array]:
    """Moderated F of contrasts of one fit, limma's ``eBayes`` statistic.

    With b the estimates of a gene, C their unscaled covariance and s2 the posterior variance

        F = b' C^-1 b / (k s2)

    has an F distribution with k, the rank of C, and the residual and prior degrees of freedom
    together. As in limma they are not bounded by those of all genes, as those of t are: with few
    genes of nearly one variance the p is a little smaller than that of t.
    C is that of each gene, as in `contrasts_fit`; limma takes one for all genes, which is the same
    where genes share weights and samples.

    Parameters
    ----------
    moderated : Moderated
    names : sequence of str
        Contrasts.
    combine : (k, m), optional
        Sums of them that are tested in their place, a column each.

    Returns
    -------
    F, df1 : (G,)
    df2 : float or (G,)
    P.Value : (G,)
        Missing where a gene lacks one of the contrasts.
    """
    at = [moderated.fit.names.index(name) for name in names]
    b = moderated.fit.coefficients[:, at]
    covariance = np.nan_to_num(np.asarray(moderated.fit.covariance)[:, at][:, :, at])
    if combine is not None:
        b, covariance = b @ combine, combine.T @ covariance @ combine
    told = np.isfinite(b).all(axis=1)
    b = np.nan_to_num(b)
    inverse = np.linalg.pinv(covariance, SMALL, hermitian=True)
    if len(inverse) == 1:
        square = np.einsum("gi,gi->g", b @ inverse[0], b)
    else:
        square = np.einsum("gi,gij,gj->g", b, inverse, b)
    # The trace of a matrix times its generalised inverse is its rank.
    rank = np.round(np.einsum("gij,gji->g", inverse, covariance)) + np.zeros(len(b))
    df = np.asarray(moderated.df_prior) + moderated.fit.df_residual
    with np.errstate(divide="ignore", invalid="ignore"):
        f = np.where(told, square / (rank * moderated.s2_post), np.nan)
        p = np.where(np.isinf(df), special.chdtrc(rank, rank * f), special.fdtrc(rank, df, f))
    return f, rank, df if np.ndim(df) else float(df), p
