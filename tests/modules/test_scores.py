"""Score methods against hand-worked cases and R's GSVA 1.46."""

from pathlib import Path

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


def r_scores(data: str, method: str) -> pd.DataFrame:
    """Samples x modules as printed, to 15 digits, by reference/gsva.R."""
    table = pd.read_csv(Path(__file__).with_name("reference") / "gsva.tsv", sep="\t")
    chosen = table[(table["data"] == data) & (table["method"] == method)]
    return chosen.pivot_table(index="sample", columns="module", values="score")


@pytest.mark.parametrize("data", ["plain", "floored"])
@pytest.mark.parametrize("method", ["ssgsea", "gsva"])
def test_scores_equal_those_of_r_gsva(method, data):
    """`plain` has no ties in a sample. In `floored` a third of the genes are tied and three are
    constant; GSVA leaves those out and has no module D of them alone, where ours is NA."""
    values = r_matrix()
    if data == "floored":
        values = values.clip(lower=3)
        values[["G07", "G11", "G30"]] = 5.0
    sets = R_SETS | {"C": ["G07", "G11", "G12"], "D": ["G11", "G07"]}
    expected = r_scores(data, method)
    scored = run(method, values, sets)
    np.testing.assert_allclose(scored[expected.columns], expected, rtol=0, atol=1e-12)
    assert scored.drop(columns=expected.columns).isna().all(None)
    assert list(expected.columns) == list(
        "ABC" if (method, data) == ("gsva", "floored") else "ABCD"
    )


def test_ssgsea_by_the_walk_of_its_definition():
    """Gene by gene down the ranks, as Barbie 2009 has it, in a larger sample with skewed values."""
    rng = np.random.default_rng(5)
    genes = [f"G{k:03d}" for k in range(400)]
    values = pd.DataFrame(rng.exponential(3, (3, 400)), list("abc"), genes)
    module = [genes[k] for k in rng.choice(400, 37, replace=False)]
    scored = run("ssgsea", values, {"m": module})
    for sample, row in values.iterrows():
        rank = row.rank()
        falling = row.sort_values(ascending=False).index
        inside = falling.isin(module)
        weight = np.where(inside, rank[falling] ** 0.25, 0)
        walk = weight.cumsum() / weight.sum() - (~inside).cumsum() / (~inside).sum()
        assert scored.loc[sample, "m"] == pytest.approx(walk.sum() / 400, abs=1e-12)


def test_ssgsea_of_a_module_of_every_gene_is_missing():
    values = r_matrix()
    assert run("ssgsea", values, {"all": list(values.columns)})["all"].isna().all()


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
    known = ", ".join(methods())
    with pytest.raises(StudyError, match=f"unknown score method 'zscor'; choose one of {known}"):
        scorer("zscor")
