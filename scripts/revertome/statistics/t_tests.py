"""t tests of many columns at once."""

import numpy as np
import pandas as pd
from scipy import special  # scipy.stats takes half a second to import


def mean_t(x: pd.DataFrame) -> pd.DataFrame:
    """Test that the mean of each column is 0 (one-sample t, df = n - 1)."""
    n = x.notna().sum()
    return t_table(x.mean(), (x.var(ddof=1) / n) ** 0.5, n - 1, n)


def welch(x: pd.DataFrame, y: pd.DataFrame) -> pd.DataFrame:
    """Test mean(x) - mean(y) of each column with unequal variances (Welch 1947)."""
    n, m = x.notna().sum(), y.notna().sum()
    a, b = x.var(ddof=1) / n, y.var(ddof=1) / m
    spread = (a**2 / (n - 1) + b**2 / (m - 1)).where((a + b) > 0)
    return t_table(x.mean() - y.mean(), (a + b) ** 0.5, (a + b) ** 2 / spread, n + m)


def t_table(estimate: pd.Series, error: pd.Series, df: pd.Series, n: pd.Series) -> pd.DataFrame:
    """Return estimate, 95% interval, t, df, two-sided P and a note, one row a column tested."""
    flat = error <= 1e-12 * estimate.abs().clip(lower=1)
    error, df = error.mask(flat), df.where(df > 0)
    half = error * special.stdtrit(df, 0.975)
    statistic = estimate / error
    note = pd.Series(np.nan, estimate.index, dtype=object)
    note = note.mask(error.isna(), "too few samples").mask(flat, "no variation")
    table = {
        "estimate": estimate.where(n > 0),
        "CI.L": estimate - half,
        "CI.R": estimate + half,
        "statistic": statistic,
        "df": df,
        "P.Value": 2 * special.stdtr(df, -statistic.abs()),
        "n": n,
        "note": note.mask(n == 0, "no score"),
    }
    return pd.DataFrame(table)
