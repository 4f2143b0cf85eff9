"""Values of genes that miss samples, completed so that their fit stays what it is.

Tests of gene sets need every gene in every sample, for the correlation of genes. A gap is given its
expectation from the gene's own fit, within a patient from the other samples as well; generalised
least squares of all samples then has the estimates and the residual sum of squares of those seen.
"""

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.limma.clusters import ALIASED
from revertome.limma.joint import JointFit
from revertome.limma.solve_genewise import Blocks, genes_at_once
from revertome.limma.whitening import SeenWhitening


def completed(fitted: JointFit, contrast: str, as_seen: bool = False) -> Array:
    """Values of a joint fit without gaps, (n, G).

    Residuals are enlarged by the root of (n - p) / (m - p) for a gene seen in m of n samples, so
    that the mean square over n - p is that over m - p.

    Parameters
    ----------
    fitted : JointFit
    contrast : str
        One of its contrasts.
    as_seen : bool
        Enlarge them further so that the contrast, too, has the variance that the samples seen
        leave it.

    Returns
    -------
    (n, G)
        NaN throughout for a gene whose samples do not tell the contrast, or leave no residual
        degrees of freedom.
    """
    gaps = np.isnan(fitted.y)
    if not gaps.any():
        return fitted.y
    y = fitted.y.copy()
    some = np.flatnonzero(gaps.any(axis=0))
    step = genes_at_once(fitted.model.design.size)
    for start in range(0, len(some), step):
        genes = some[start : start + step]
        y[:, genes] = _completed(fitted, genes, contrast, as_seen)
    return y


def _completed(
    fitted: JointFit, genes: npt.NDArray[np.intp], contrast: str, as_seen: bool
) -> Array:
    model, y, w = fitted.model, fitted.y[:, genes], fitted.weights
    seen, n = ~np.isnan(y), len(y)
    rho = np.broadcast_to(np.asarray(fitted.correlation, dtype=float), fitted.y.shape[1])[genes]
    w = w[:, genes] if w is not None and w.ndim == 2 else w
    white = SeenWhitening(model, rho, w, y)
    own = white.designs()
    xx = np.swapaxes(own, 1, 2) @ own
    inverse = np.linalg.pinv(xx, ALIASED, hermitian=True)
    beta = np.einsum("gpq,gnq,ng->gp", inverse, own, white.whiten(y), optimize=True)
    mean = model.design.to_numpy(float) @ beta.T
    root = np.ones((n, 1)) if w is None else np.sqrt(w.reshape(n, -1))
    left = np.where(seen, root * (y - mean), 0.0)
    # The expectation of a gap given the k residuals seen of the same patient, equally correlated.
    blocks = Blocks(model.block, n, white.rho)
    total, k = blocks.indicator.T @ left, blocks.indicator.T @ seen
    expected = (white.rho * total / (1 + np.maximum(k - 1, 0) * white.rho))[blocks.code]
    rank = np.round(np.einsum("gpq,gqp->g", inverse, xx))
    free = seen.sum(axis=0) - rank
    enlarged = np.sqrt((n - xx.shape[1]) / np.where(free > 0, free, np.nan))
    c = fitted.model.contrasts[contrast].reindex(model.design.columns, fill_value=0.0).to_numpy()
    if as_seen:
        whole = SeenWhitening(model, rho, w, np.zeros(y.shape)).designs()
        of_all = np.linalg.inv(np.swapaxes(whole, 1, 2) @ whole)
        enlarged *= np.sqrt((c @ inverse @ c) / (c @ of_all @ c))
    told = np.abs(np.einsum("gpq,gqr,r->gp", xx, inverse, c) - c).max(axis=1) < 1e-8
    values = mean + enlarged * np.where(seen, left, expected) / root
    return np.where(told, values, np.nan)
