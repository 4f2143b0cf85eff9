"""Tests of scores against scipy, lme4 and nlme."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from options import section
from revertome.modules import mixed
from revertome.statistics.reml import reml_ratio, residual_squares
from stages import modules

DESIGN = section("design", baseline="before", followup="after")
# Nine patients, two of them seen once; P1-P5 respond.
BEFORE = {"P1": 3.11, "P2": 1.74, "P4": 2.79, "P5": 3.61, "P6": 2.71, "P7": 0.8, "P8": 2.37}
BEFORE |= {"P9": 3.87}
AFTER = {"P1": 1.07, "P2": 0.22, "P3": 2.56, "P4": 1.58, "P5": 3.19, "P6": 3.03, "P7": 0.72}
AFTER |= {"P8": 1.35}
HEALTHY = {"H1": 0.3, "H2": -0.4, "H3": 0.9, "H4": 0.1}
RESPONDERS = ["P1", "P2", "P3", "P4", "P5"]


def tables(method: str = "zscore") -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    rows = [(f"{p}b", p, "before", "patient", v) for p, v in BEFORE.items()]
    rows += [(f"{p}a", p, "after", "patient", v) for p, v in AFTER.items()]
    rows += [(p, p, None, "healthy", v) for p, v in HEALTHY.items()]
    columns = ["sample", "patient", "visit", "group", "score"]
    one = pd.DataFrame(rows, columns=columns).assign(module="m", method=method)
    if method == "median_fold_change":
        one["score"] = 2.0 ** one["score"]
    scores = pd.concat([one, one.assign(module="unscored", score=np.nan)])
    patients = [f"P{k}" for k in range(1, 10)]
    label = ["responder" if p in RESPONDERS else "nonresponder" for p in patients]
    labels = pd.DataFrame({"patient": patients, "label": label})
    return (
        scores.drop(columns="group"),
        one.set_index("sample")[["patient", "visit", "group"]],
        labels,
    )


def row(table: pd.DataFrame, test: str, group: str, module: str = "m") -> pd.Series:
    chosen = (table["test"] == test) & (table["group"] == group) & (table["module"] == module)
    assert chosen.sum() == 1
    return table[chosen].iloc[0]


NUMBERS = ["estimate", "CI.L", "CI.R", "statistic", "df", "P.Value"]


def test_paired_change_and_welch_against_scipy():
    table = modules.test(*tables(), DESIGN)
    pairs = ["P1", "P2", "P4", "P5", "P6", "P7", "P8"]
    change = pd.Series(AFTER)[pairs] - pd.Series(BEFORE)[pairs]
    found = stats.ttest_rel([AFTER[p] for p in pairs], [BEFORE[p] for p in pairs])
    expected = [change.mean(), *found.confidence_interval(), found.statistic, 6, found.pvalue]
    assert row(table, "paired_change", "all")[NUMBERS].to_list() == pytest.approx(expected)
    assert row(table, "paired_change", "all")["n"] == 7

    found = stats.ttest_ind(change[:4], change[4:], equal_var=False)
    got = row(table, "change_interaction", "responders_vs_nonresponders")
    expected = [change[:4].mean() - change[4:].mean(), *found.confidence_interval()]
    expected += [found.statistic, found.df, found.pvalue]
    assert got[NUMBERS].to_list() == pytest.approx(expected)

    responders = [v for p, v in BEFORE.items() if p in RESPONDERS]
    found = stats.ttest_ind(responders, list(HEALTHY.values()), equal_var=False)
    got = row(table, "disease", "responders")
    assert got[["statistic", "df", "P.Value"]].to_list() == pytest.approx(
        [found.statistic, found.df, found.pvalue]
    )
    found = stats.ttest_ind(list(AFTER.values()), list(HEALTHY.values()), equal_var=False)
    assert row(table, "residual", "all")["P.Value"] == pytest.approx(found.pvalue)
    assert row(table, "residual", "all")["n"] == 12


def test_a_healthy_person_counts_once_however_often_blood_was_drawn():
    """Four people, two of them with three samples; one sample without an id is a fifth person."""
    scores, obs, labels = tables()
    more = [("H1x", "H1", 0.5), ("H1y", "H1", 0.7), ("H3x", "H3", 1.1), ("H3y", "H3", 1.6)]
    more += [("nobody", None, 0.2)]
    extra = pd.DataFrame(more, columns=["sample", "patient", "score"])
    extra = extra.assign(visit=None, group="healthy", module="m", method="zscore")
    scores = pd.concat([scores, extra.drop(columns="group")], ignore_index=True)
    rows = extra.set_index("sample")[["patient", "visit", "group"]]
    table = modules.test(scores, pd.concat([obs, rows]), labels, DESIGN)
    people = [np.mean([0.3, 0.5, 0.7]), -0.4, np.mean([0.9, 1.1, 1.6]), 0.1, 0.2]
    for test, values in (("disease", BEFORE), ("residual", AFTER)):
        found = stats.ttest_ind(list(values.values()), people, equal_var=False)
        got = row(table, test, "all")
        expected = [found.statistic, found.df, found.pvalue]
        assert got[["statistic", "df", "P.Value"]].to_list() == pytest.approx(expected, rel=1e-10)
        assert got["n"] == 13


def test_mixed_model_against_nlme_and_lme4():
    """R 4.2, nlme 3.1, lme4 1.1.31; d holds the values above, visit 0/1, resp 0/1:

    m <- lme(score ~ visit*resp, random = ~1|patient, data = d, method = "REML")
    summary(m)$tTable; intervals(m, which = "fixed")
    summary(lmer(score ~ visit*resp + (1|patient), d))  # same coefficients and errors
    lme(score ~ visit, random = ~1|patient, data = d)
    """
    table = modules.test(*tables(), DESIGN)
    got = row(table, "mixed", "responders_vs_nonresponders")
    expected = [-0.9143190794, -2.248275643, 0.4196374838, -1.7619254497, 5, 0.13837961878]
    assert got[NUMBERS].to_list() == pytest.approx(expected, rel=1e-6)
    assert got["n"] == 16
    got = row(table, "mixed", "all")
    expected = [-0.8724974978, -1.624434080, -0.1205609151, -2.839234740, 6, 2.959666514e-02]
    assert got[NUMBERS].to_list() == pytest.approx(expected, rel=1e-6)


def test_satterthwaite_against_lmertest():
    """coef(summary(lmer(score ~ visit*resp + (1|patient), d))), lmerTest 3.1.3, optimised to 1e-12;
    the same estimates and errors as above."""
    table = modules.test(*tables(), DESIGN, "satterthwaite")
    got = row(table, "mixed", "responders_vs_nonresponders")
    expected = [-0.914319079529, -1.761925450536, 5.08005705253, 0.13745579337235]
    numbers = ["estimate", "statistic", "df", "P.Value"]
    assert got[numbers].to_list() == pytest.approx(expected, rel=1e-5)
    got = row(table, "mixed", "all")
    expected = [-0.872497498086, -2.83923472547, 6.56208937886, 2.68562723938e-02]
    assert got[numbers].to_list() == pytest.approx(expected, rel=1e-5)
    assert got["degrees"] == "satterthwaite"
    assert pd.isna(row(table, "paired_change", "all")["degrees"])


def test_mixed_model_without_variance_between_patients():
    """Follow-up values negated, as lme4 says "boundary (singular) fit":

    d$score[d$visit == 1] <- -d$score[d$visit == 1]
    summary(lmer(score ~ visit*resp + (1|patient), d))$coefficients
    """
    responder = pd.Series({f"P{k}": k < 6 for k in range(1, 10)})
    after = -pd.DataFrame({"m": AFTER})
    got = mixed.change(pd.DataFrame({"m": BEFORE}), after, responder).loc["m"]
    expected = [-0.3990, -0.3499334499]
    assert got[["estimate", "statistic"]].to_list() == pytest.approx(expected, rel=1e-9)
    assert got["note"] == "no variance between patients"


def test_mixed_model_of_complete_pairs_is_the_paired_t():
    rng = np.random.default_rng(1)
    patient = rng.normal(size=(15, 1))
    before = pd.DataFrame(patient + rng.normal(size=(15, 4)))
    after = pd.DataFrame(patient + rng.normal(0.4, 1, size=(15, 4)))
    got = mixed.change(before, after)
    assert got["P.Value"].to_list() == pytest.approx(
        stats.ttest_rel(after, before).pvalue, rel=1e-9
    )


def test_variance_ratio_against_statsmodels():
    from statsmodels.regression.mixed_linear_model import MixedLM

    patient = np.repeat(np.arange(12), 2)[:-3]
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(21), np.arange(21) % 2])
    y = rng.normal(size=12)[patient] + rng.normal(size=21)
    fit = MixedLM(y, x, groups=patient).fit(reml=True, method="powell")
    ratio = reml_ratio(*residual_squares(y[:, None], x, np.eye(12)[patient])).item()
    assert ratio == pytest.approx(fit.cov_re.item() / fit.scale, rel=1e-4)
    assert ratio > 0.1


def test_a_ratio_is_tested_on_the_log2_scale():
    additive, ratio = (modules.test(*tables(m), DESIGN) for m in ["zscore", "median_fold_change"])
    assert set(ratio["scale"]) == {"log2"}
    assert ratio["P.Value"].to_list() == pytest.approx(additive["P.Value"].to_list(), nan_ok=True)


def test_an_unscored_module_says_so_and_takes_no_part_in_the_adjustment():
    table = modules.test(*tables(), DESIGN)
    got = row(table, "paired_change", "all", "unscored")
    assert np.isnan(got["estimate"])
    assert got["note"] == "no score"
    known = table.dropna(subset="P.Value")
    assert known["adj.P.Val"].to_list() == known["P.Value"].to_list()


def test_without_labels_all_patients_are_one_group():
    scores, obs, labels = tables()
    table = modules.test(scores, obs, labels.assign(label="treated"), DESIGN)
    assert list(table["test"].unique()) == ["paired_change", "disease", "residual", "mixed"]
    assert set(table["group"]) == {"all"}
