"""Score methods against hand-worked cases and R's GSVA 1.46."""

import numpy as np
import pandas as pd
import pytest

from revertome.errors import StudyError
from revertome.modules.scores import methods, scorer

R_SETS = {
    "A": ["G00", "G05", "G11", "G20"],
    "B": [f"G{i:02d}" for i in range(5, 50, 4)],
}


def r_matrix() -> pd.DataFrame:
    """60 genes x 8 samples without ties within a sample, as in the R calls below."""
    i, j = np.arange(60), np.arange(8)[:, None]
    values = (i * (37 + 11 * j) + 53 * j + 7 * j**2) % 101 / 10
    return pd.DataFrame(values, [f"S{k}" for k in range(8)], [f"G{k:02d}" for k in range(60)])


def run(method: str, values: pd.DataFrame, sets: dict[str, list[str]], healthy=None, threads=1):
    chosen = pd.Series(True, values.index) if healthy is None else healthy
    return scorer(method).score(values, sets, chosen, threads)


@pytest.fixture
def by_hand() -> tuple[pd.DataFrame, pd.Series]:
    """Healthy a: 1 2 3 (mean 2, SD 1, median 2), b: 4 4 10 (6, sqrt 12, 4), c: constant 5."""
    values = pd.DataFrame(
        {"a": [1, 2, 3, 5], "b": [4, 4, 10, 6], "c": [5, 5, 5, 9]},
        index=["h1", "h2", "h3", "p"],
        dtype=float,
    )
    return values, pd.Series([True, True, True, False], values.index)


def test_zscore_by_hand(by_hand):
    values, healthy = by_hand
    scored = run("zscore", values, {"ab": ["a", "b"], "abc": ["a", "b", "c"], "c": ["c"]}, healthy)
    expected = [(-1 - 2 / 12**0.5) / 2, (0 - 2 / 12**0.5) / 2, (1 + 4 / 12**0.5) / 2, 3 / 2]
    np.testing.assert_allclose(scored["ab"], expected, rtol=1e-12)
    np.testing.assert_allclose(scored["abc"], expected, rtol=1e-12)  # c has no SD: left out
    assert scored["c"].isna().all()


def test_median_fold_change_by_hand(by_hand):
    """p: folds 2^(5-2) = 8, 2^(6-4) = 4, 2^(9-5) = 16; h3: 2, 64, 1."""
    values, healthy = by_hand
    scored = run("median_fold_change", values, {"abc": ["a", "b", "c"], "ab": ["a", "b"]}, healthy)
    assert scored["abc"].to_dict() == {"h1": 1, "h2": 1, "h3": 2, "p": 8}
    assert scored["ab"].to_dict() == {"h1": 0.75, "h2": 1, "h3": 33, "p": 6}


def test_ssgsea_equals_r_gsva():
    """R 4.2, GSVA 1.46:

    X <- outer(0:59, 0:7, function(i, j) (i*(37+11*j) + 53*j + 7*j^2) %% 101 / 10)
    dimnames(X) <- list(sprintf("G%02d", 0:59), paste0("S", 0:7))
    sets <- list(A=sprintf("G%02d", c(0,5,11,20)), B=sprintf("G%02d", seq(5,49,4)))
    t(gsva(X, sets, method="ssgsea", ssgsea.norm=FALSE)) / 60
    """
    scored = run("ssgsea", r_matrix(), R_SETS)
    a = [-0.086737335169, 0.194917421892, -0.101049419775, -0.003224944494]
    a += [-0.321194049254, 0.111762684606, 0.134607050262, 0.050458770252]
    b = [0.04156127164, 0.16740079739, 0.18670592510, 0.04224775196]
    b += [0.01013068921, 0.12095827945, 0.03818266776, 0.10973010845]
    np.testing.assert_allclose(scored["A"], a, atol=1e-11)
    np.testing.assert_allclose(scored["B"], b, atol=1e-10)


def test_gsva_equals_r_gsva():
    """R as above, t(gsva(X, sets, method="gsva", kcdf="Gaussian")); R and gseapy both look the
    normal distribution up in a table of 10,000 steps, and agree to every digit printed."""
    scored = run("gsva", r_matrix(), R_SETS)
    a = [-0.70699195171, 0.59515655577, -0.46666666667, -0.05681818182]
    a += [-0.58928571429, 0.32706766917, 0.32366071429, 0.32738095238]
    b = [-0.36339820359, 0.42500000000, 0.45959595960, -0.06742043551]
    b += [-0.22779441118, 0.13359004739, -0.21036585366, 0.12627551020]
    np.testing.assert_allclose(scored["A"], a, atol=1e-10)
    np.testing.assert_allclose(scored["B"], b, atol=1e-10)


def test_score_genes_is_mean_minus_mean_of_genes_of_like_expression():
    """Bins hold fewer than 50 genes here, so all of them are controls and none is drawn."""
    values = r_matrix()
    ranks = values.mean().rank(method="min")
    bins = ranks // round(60 / 24)
    genes = R_SETS["A"]
    pool = bins.index[bins.isin(bins[genes]) & ~bins.index.isin(genes)]
    expected = values[genes].mean(axis=1) - values[pool].mean(axis=1)
    scored = run("score_genes", values, {"A": genes})
    np.testing.assert_allclose(scored["A"], expected, rtol=1e-10)


@pytest.mark.parametrize("method", methods())
def test_threads_and_companions_change_nothing(method):
    values = r_matrix().clip(lower=3)  # a background floor: many ties
    both = run(method, values, R_SETS, threads=2)
    alone = run(method, values, {"B": R_SETS["B"]}, threads=1)
    assert both["B"].to_list() == alone["B"].to_list()


def test_unknown_method_lists_those_there_are():
    with pytest.raises(StudyError, match=r"unknown score method 'zscor'; choose one of gsva, med"):
        scorer("zscor")
