"""Competitive gene set test that accounts for correlation between the genes of a set.

Wu & Smyth 2012 (Nucleic Acids Res 40:e133); limma's `cameraPR` and `interGeneCorrelation`.
"""

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array

PRESET = 0.01  # limma's default correlation


def variance_inflation(noise: npt.NDArray[np.float32], df: int) -> float:
    """Inflation of the variance of the mean of m genes by their correlation.

    m x the variance of the mean of standardised residuals (n, m; each gene's squares sum to df).
    """
    varying = noise[:, (noise != 0).any(axis=0)].astype(float)
    return float(varying.shape[1] * (varying.mean(axis=1) ** 2).sum() / df)


def camera(
    statistic: Array, inside: npt.NDArray[np.bool_], correlation: float, df: float
) -> tuple[float, float, float]:
    """Test whether the statistics of a set are higher or lower than those of the other genes.

    Parameters
    ----------
    statistic : (G,)
        Normal scores.
    inside : (G,)
        Members of the set.
    correlation
        Mean correlation between the genes of the set; taken as given.
    df
        Degrees of freedom: G - 2 for a preset correlation, at most those of the residuals for an
        estimated one.

    Returns
    -------
    difference (mean inside less mean outside), t, two-sided p.
    """
    from scipy import stats

    n, m = len(statistic), int(inside.sum())
    others = n - m
    if m < 2 or others < 2:
        return np.nan, np.nan, np.nan
    # mean(inside) - mean(outside) from the overall mean; `pooled` is the variance within both.
    delta = n / others * (statistic[inside].mean() - statistic.mean())
    pooled = ((n - 1) * statistic.var(ddof=1) - delta**2 * m * others / n) / (n - 2)
    # The mean of m equally correlated statistics has variance (1 + (m - 1) rho) / m.
    inflation = 1 + (m - 1) * correlation
    t = delta / np.sqrt(pooled * (inflation / m + 1 / others))
    return float(delta), float(t), float(2 * stats.t.sf(abs(t), min(df, n - 2)))
