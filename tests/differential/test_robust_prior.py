"""Robust prior against R's ``limma:::fitFDistRobustly`` (limma 3.54.1) where it takes its turns.

R: q <- function(n, df) qchisq(ppoints(n), df) / df; variances and df as below, without covariate
and with cos(1:n); the third scale, then df2.shrunk of genes 1, 2, 30, 57, 58, 59, 60 (of 8: 1, 2).
"""

import numpy as np
import pytest
from scipy import stats

from revertome.limma.robust_prior import fit_f_dist_robustly

GENES = [0, 1, 29, 56, 57, 58, 59]
WAVE = np.exp(np.sin(np.arange(1, 61)))
MIXED = np.tile([4.0, 8.0], 30)


def variances(n, df, last):
    """Quantiles of chi squared / df at R's ppoints(n), the last ones multiplied."""
    a = 3 / 8 if n <= 10 else 0.5
    x = stats.chi2.ppf((np.arange(1, n + 1) - a) / (n + 1 - 2 * a), df) / df
    x[n - len(last) :] *= last
    return x


CASES = {
    "equal variances": (variances(60, 8, []), 8.0),
    "equal but for outliers": (variances(60, 8, [30, 60, 90]), 8.0),
    "too few to winsorize": (variances(8, 8, [4, 9]), 8.0),
    "tail below the smallest double": (
        stats.chi2.ppf((np.arange(60) + 0.5) / 60, 400) ** 6 / 400**6
        * np.where(np.arange(60) == 59, 1e12, 1), 400.0,
    ),
    "unequal df": (variances(60, 6, [50, 100]) * WAVE, MIXED),
    "unequal df, equal variances": (variances(60, 6, [50, 100]), MIXED),
}  # fmt: skip
INF = np.inf
R = [
    ("equal variances", False, 1.00084251915683, [INF] * 7),
    ("equal variances", True, 1.03568999188832, [INF] * 7),
    ("equal but for outliers", False, 1.00084251915683,
     [INF, INF, INF, INF, 9.17104647939195e-95, 2.55386429532030e-217, 0.0]),
    ("equal but for outliers", True, 0.985864229971916,
     [INF, INF, INF, INF, 1.09931995699322e-95, 1.26929810251669e-222, 0.0]),
    ("too few to winsorize", False, 0.977487351655904, [2.353091127062295] * 2),
    ("too few to winsorize", True, 0.395503382942638, [1.935994092406982] * 2),
    ("tail below the smallest double", False, 0.9139313696868894,
     [11.9320933964631024] * 6 + [0.0435348430371551]),
    ("tail below the smallest double", True, 0.8937786346289146,
     [11.8505581370138131] * 6 + [0.0435174887154967]),
    ("unequal df", False, 0.822288911443732,
     [3.888959758383594] * 4 + [3.712146632631352] + [0.204101014171454] * 2),
    ("unequal df", True, 0.830908657216522, [3.852058187984146] * 5 + [0.200162804588809] * 2),
    ("unequal df, equal variances", False, 0.991818813513632,
     [42.207684541916080] * 5 + [0.197859904859484] * 2),
    ("unequal df, equal variances", True, 0.976273810985484,
     [32.163737610633305] * 5 + [0.195960807623637] * 2),
]  # fmt: skip


@pytest.mark.parametrize(("case", "trend", "scale", "df_prior"), R)
def test_robust_prior(case, trend, scale, df_prior):
    variance, df = CASES[case]
    covariate = np.cos(np.arange(1, len(variance) + 1)) if trend else None
    s2_prior, found = fit_f_dist_robustly(variance, df, covariate)
    assert s2_prior[2] == pytest.approx(scale, rel=1e-10)
    genes = [gene for gene in GENES if gene < len(variance)]
    np.testing.assert_allclose(found[genes], df_prior, rtol=1e-9)
