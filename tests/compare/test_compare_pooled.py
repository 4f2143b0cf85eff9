"""Random-effects pooling against published numbers, closed forms and metafor."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.compare.pooled import pool
from revertome.compare.study import FinishedStudy
from revertome.statistics.between_studies import between_variance
from revertome.statistics.meta import between_studies, leave_one_out, random_effects, stouffer

REFERENCE = Path(__file__).parent / "reference"

# Tuberculosis after BCG vaccination, 13 trials (Colditz 1994, JAMA 271:698-702):
# cases and non-cases among the vaccinated and the controls.
BCG = np.array(
    [
        [4, 119, 11, 128],
        [6, 300, 29, 274],
        [3, 228, 11, 209],
        [62, 13536, 248, 12619],
        [33, 5036, 47, 5761],
        [180, 1361, 372, 1079],
        [8, 2537, 10, 619],
        [505, 87886, 499, 87892],
        [29, 7470, 45, 7232],
        [17, 1699, 65, 1600],
        [186, 50448, 141, 27197],
        [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ]
)


def bcg():
    a, b, c, d = BCG.T
    effect = np.log(a / (a + b)) - np.log(c / (c + d))
    return effect, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def test_bcg_trials_as_published_for_metafor():
    """metafor: rma(yi, vi, data = escalc("RR", ...)), four digits as printed."""
    result = between_studies(*bcg())
    printed = {"tau2": 0.3132, "Q": 152.2330, "I2": 0.9222}
    assert {name: round(result[name].item(), 4) for name in printed} == printed
    assert result["p_Q"] < 1e-4


def test_tau2_maximises_the_restricted_likelihood():
    from scipy.optimize import minimize_scalar

    effect, variance = bcg()

    def deviance(tau2):
        w = 1 / (variance + tau2)
        residual = effect - np.average(effect, weights=w)
        return np.log(variance + tau2).sum() + np.log(w.sum()) + (w * residual**2).sum()

    best = minimize_scalar(deviance, bounds=(0, 2), method="bounded", options={"xatol": 1e-10}).x
    assert between_variance(effect, variance).item() == pytest.approx(best, abs=1e-6)


def test_the_interval_is_the_t_interval_of_the_estimates():
    effect, variance = np.array([0.2, 0.9, 1.3, -0.4]), np.array([0.05, 0.01, 0.2, 0.08])
    result = random_effects(effect, variance)
    expected = stats.ttest_1samp(effect, 0)
    interval = expected.confidence_interval(0.95)
    assert result["estimate"] == pytest.approx(0.5)
    assert (result["CI.L"], result["CI.R"]) == pytest.approx((interval.low, interval.high))
    assert (result["statistic"], result["P.Value"]) == pytest.approx(
        (expected.statistic, expected.pvalue)
    )
    assert random_effects(effect, np.full(4, 0.05))["tau2"] == pytest.approx(
        effect.var(ddof=1) - 0.05
    )


def test_studies_that_agree_by_chance_keep_the_error_of_their_own():
    result = random_effects(np.array([1.0, 1.02, 0.98]), np.array([0.1, 0.2, 0.4]))
    assert (result["tau2"], result["I2"]) == (0, 0)
    error = 1 / np.sqrt(10 + 5 + 2.5)
    assert result["error"] == pytest.approx(error)
    reach = stats.t.ppf(0.975, 2) * error
    assert (result["CI.L"], result["CI.R"]) == pytest.approx((1 - reach, 1 + reach))
    assert (result["PI.L"], result["PI.R"]) == pytest.approx((1 - 2 * reach, 1 + 2 * reach))
    assert result["P.Value"] == pytest.approx(2 * stats.t.sf(1 / error, 2))
    assert result["estimate_common"] == pytest.approx((10 + 5.1 + 2.45) / 17.5)


def test_homogeneity_of_estimates_with_few_degrees_of_freedom_is_that_of_welch():
    """R: oneway.test(x ~ g) on c(1, 2, 4), c(5, 3, 9, 4), c(2, 8, 3, 6, 9): p = 0.157207893727."""
    groups = [[1, 2, 4], [5, 3, 9, 4], [2, 8, 3, 6, 9]]
    mean = np.array([np.mean(x) for x in groups])
    variance = np.array([np.var(x, ddof=1) / len(x) for x in groups])
    found = between_studies(mean, variance, np.array([len(x) - 1.0 for x in groups]))
    assert found["p_Q"].item() == pytest.approx(0.157207893727, abs=1e-11)


def test_one_study_has_no_pooled_effect_and_takes_none_from_the_others():
    effect = np.array([[1.0, 0.2, 0.3], [np.nan, 0.4, np.inf], [np.nan, 0.1, 0.2]])
    variance = np.array([[0.1, 0.1, 0.1], [0.1, 0.2, 0.1], [0.1, -1.0, 0.3]])
    result = random_effects(effect, variance)
    assert result["k"].tolist() == [1, 2, 2]
    names = [name for name in result if name != "k"]
    assert np.isnan([result[name][0] for name in names]).all()
    for gene, rows in ((1, [0, 1]), (2, [0, 2])):
        alone = random_effects(effect[rows, gene], variance[rows, gene])
        assert [result[n][gene] for n in names] == pytest.approx([alone[n].item() for n in names])


def test_normal_scores_are_weighted_as_they_are_given():
    z = np.array([[1.0, 2.0], [2.0, np.nan], [-0.5, -1.0]])
    p = stouffer(z, np.array([[1.0], [2.0], [3.0]]))
    expected = 2 * stats.norm.sf([3.5 / np.sqrt(14), 1 / np.sqrt(10)])
    assert p == pytest.approx(expected, rel=1e-12)


def study(estimate, error, n, **changed):
    reach = stats.t.ppf(0.975, n - 1) * error
    row = {"module": "ISG6", "method": "zscore", "test": "paired_change", "group": "all"}
    row |= {"estimate": estimate, "CI.L": estimate - reach, "CI.R": estimate + reach, "n": n}
    other = {**row, "module": "M9"}  # in the first study only
    rows = [{**row, **changed}] + ([other] if estimate > 1 else [])
    return FinishedStudy({}, pd.DataFrame(), pd.DataFrame(rows))


def test_standard_errors_come_back_from_the_intervals():
    studies = {"b": study(1.2, 0.3, 8), "a": study(0.5, 0.2, 20), "c": study(0.8, 0.5, 4)}
    table, each = pool(studies)
    expected = random_effects(np.array([0.5, 1.2, 0.8]), np.array([0.2, 0.3, 0.5]) ** 2)
    assert table[["module", "k", "studies"]].to_numpy().tolist() == [["ISG6", 3, "a,b,c"]]
    for name, value in expected.items():
        if name not in ("error", "p_Q"):
            assert table[name].iloc[0] == pytest.approx(value.item())
    df = np.array([19, 7, 3])
    z = stats.norm.isf(stats.t.sf(np.array([0.5 / 0.2, 1.2 / 0.3, 0.8 / 0.5]), df))
    p = 2 * stats.norm.sf(np.sqrt([20, 8, 4]) @ z / np.sqrt(32))
    assert table["p_common"].iloc[0] == pytest.approx(p, rel=1e-8)
    own = each[each["module"] == "ISG6"]
    assert own["error"].to_numpy() == pytest.approx([0.2, 0.3, 0.5])
    assert own["weight"].sum() == pytest.approx(1)
    rest = random_effects(np.array([1.2, 0.8]), np.array([0.3, 0.5]) ** 2)
    assert own["without"].iloc[0] == pytest.approx(rest["estimate"].item())
    assert each.loc[each["module"] == "M9", "study"].tolist() == ["b"]
    assert table["adj.P.Val"].iloc[0] == table["P.Value"].iloc[0]


def test_only_the_same_test_method_and_group_are_pooled():
    first = study(0.5, 0.2, 20)
    assert pool({"a": first, "b": study(0.7, 0.3, 8, group="nonresponders")})[0].empty
    assert pool({"a": first, "b": study(0.7, 0.3, 8, method="ssgsea")})[0].empty
    assert pool({"a": first, "b": study(0.7, 0.3, 8, test="mixed")})[0].empty


def test_a_study_without_response_is_pooled_as_treated():
    """Responders of one, all patients of the other."""
    first, other = study(0.5, 0.2, 20), study(0.9, 0.2, 20)
    told = FinishedStudy(
        {}, other.genes, pd.concat([first.modules, study(0.7, 0.1, 8, group="responders").modules])
    )
    table, _ = pool({"a": told, "b": other})
    assert table["group"].tolist() == ["all", "treated"]
    expected = random_effects(np.array([0.7, 0.9]), np.array([0.1, 0.2]) ** 2)
    assert table["estimate"].iloc[1] == pytest.approx(expected["estimate"].item())


def test_genes_against_metafor():
    """reference/metafor.R (metafor 3.8.1, R 4.2): 12 genes of 2 to 10 studies, each left out."""
    data = pd.read_csv(REFERENCE / "meta_input.tsv", sep="\t")
    effect, variance = (
        data.pivot_table(index="study", columns="gene", values=name)
        for name in ("effect", "variance")
    )
    r = pd.read_csv(REFERENCE / "metafor.tsv", sep="\t", skipinitialspace=True)
    names = ["k", "tau2", "I2", "Q", "p_Q", "estimate_common"]
    whole = pd.DataFrame(between_studies(effect.to_numpy(), variance.to_numpy()))
    expected = r[r["left_out"] == "none"]
    assert whole[names].to_numpy() == pytest.approx(expected[names].to_numpy(), abs=1e-6, rel=1e-6)
    seen = 0
    for out, at, rest in leave_one_out(effect.to_numpy(), variance.to_numpy()):
        for i, gene in enumerate(effect.columns[at]):
            row = r[(r["gene"] == gene) & (r["left_out"] == effect.index[out])].iloc[0]
            found = [rest[name][i] for name in names]
            assert found == pytest.approx(row[names].to_numpy(float), abs=1e-6, rel=1e-6)
            seen += 1
    assert seen == (r["left_out"] != "none").sum()
