"""voom: precision weights for log-counts (Law et al. 2014, Genome Biol 15:R29)."""

import numpy as np
import pandas as pd

from revertome.differential.duplicate_correlation import duplicate_correlation
from revertome.differential.fit import Array, lm_fit

SPAN = 0.5


def voom(
    counts: Array,
    library_size: Array,
    design: pd.DataFrame,
    block: pd.Series | None = None,
    correlation: float = 0.0,
) -> tuple[Array, Array]:
    """Log2 counts per million and their precision weights.

    y = log2((count + 0.5) / (library + 1) * 1e6); the weight is the inverse fourth power of the
    lowess curve (span 0.5) of sqrt(sigma) on mean log2 count at the fitted count.

    Parameters
    ----------
    counts : (n, G)
        Counts, no gene zero throughout.
    library_size : (n,)
        Effective library sizes (size x normalisation factor).
    design : (n, p)
        Full-rank design matrix.
    block, correlation
        Patient blocks and their correlation, as in `lm_fit`.

    Returns
    -------
    y : (n, G)
    weights : (n, G)
    """
    from statsmodels.nonparametric.smoothers_lowess import lowess

    million = np.log2(library_size + 1) - np.log2(1e6)
    y = np.log2(counts + 0.5) - million[:, None]
    fit = lm_fit(y, design, block, correlation)
    abundance = fit.mean + million.mean()
    delta = 0.01 * float(np.ptp(abundance))
    curve = lowess(np.sqrt(fit.sigma), abundance, frac=SPAN, it=3, delta=delta)
    at, first = np.unique(curve[:, 0], return_index=True)
    fitted = design.to_numpy(float) @ fit.coefficients.T + million[:, None]
    weights = np.interp(fitted, at, curve[first, 1]) ** -4
    return y, weights


def voom_blocked(
    counts: Array, library_size: Array, design: pd.DataFrame, block: pd.Series
) -> tuple[Array, Array, float]:
    """voom with a consensus patient correlation in two passes, as limma's guide advises.

    Returns
    -------
    y, weights : (n, G)
    correlation : float
    """
    y, weights = voom(counts, library_size, design)
    correlation = duplicate_correlation(y, design, block, weights)
    y, weights = voom(counts, library_size, design, block, correlation)
    return y, weights, duplicate_correlation(y, design, block, weights)
