"""Random-effects pooling against published numbers, closed forms and statsmodels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.compare.pooled import pool
from revertome.compare.study import FinishedStudy
from revertome.statistics.meta import between_variance, leave_one_out, random_effects

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
    """metafor: rma(yi, vi, data = escalc("RR", ...), test = "knha"), four digits as printed."""
    result = random_effects(*bcg())
    printed = {
        **{"estimate": -0.7145, "CI.L": -1.1084, "CI.R": -0.3206, "statistic": -3.9522},
        **{"P.Value": 0.0019, "tau2": 0.3132, "Q": 152.2330, "I2": 0.9222},
    }
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


def test_equal_variances_give_the_t_interval_of_the_estimates():
    effect, variance = np.array([0.2, 0.9, 1.3, -0.4]), np.full(4, 0.05)
    result = random_effects(effect, variance)
    assert result["tau2"] == pytest.approx(effect.var(ddof=1) - 0.05)
    expected = stats.ttest_1samp(effect, 0)
    interval = expected.confidence_interval(0.95)
    assert result["estimate"] == pytest.approx(0.5)
    assert (result["CI.L"], result["CI.R"]) == pytest.approx((interval.low, interval.high))
    assert (result["statistic"], result["P.Value"]) == pytest.approx(
        (expected.statistic, expected.pvalue)
    )


def test_studies_that_agree_have_no_between_variance():
    result = random_effects(np.array([1.0, 1.02, 0.98]), np.array([0.1, 0.2, 0.4]))
    assert (result["tau2"], result["I2"]) == (0, 0)
    assert result["estimate"] == pytest.approx((10 + 5.1 + 2.45) / 17.5)


def test_hartung_knapp_against_statsmodels():
    """At a given tau2 it is the weighted regression on a constant."""
    from statsmodels.regression.linear_model import WLS

    effect, variance = bcg()
    result = random_effects(effect, variance)
    fit = WLS(effect, np.ones(13), weights=1 / (variance + result["tau2"])).fit()
    assert (result["CI.L"], result["CI.R"]) == pytest.approx(tuple(fit.conf_int()[0]))
    assert result["P.Value"] == pytest.approx(fit.pvalues[0])


def test_one_study_is_not_pooled():
    with pytest.raises(ValueError, match="2 or more studies"):
        random_effects(np.array([1.0]), np.array([0.1]))


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
        if name != "error":
            assert table[name].iloc[0] == pytest.approx(value.item())
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
    names = [name for name in r if name not in ("gene", "left_out")]
    whole = pd.DataFrame(random_effects(effect.to_numpy(), variance.to_numpy()))
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
