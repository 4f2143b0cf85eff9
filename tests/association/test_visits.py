"""Scores with clinical variables over all visits, against scipy and closed forms."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.association.visits import associated, visit_associations
from revertome.errors import StudyError
from revertome.statistics.fdr import adjust

VISITS = ["day 0", "week 2", "week 12"]
DESIGN = {
    "baseline": "day 0",
    "followup": "week 12",
    "followups": ["week 2", "week 12"],
    "healthy": "healthy",
    "covariates": [],
    "arm": None,
    "time_control": None,
}
CLINIC = {"baseline_visit": "screening", "visit": "month 3"}


def drawn(n=9):
    """obs, scores of three modules by two methods, and a visits sheet with more visits."""
    rng = np.random.default_rng(8)
    rows = [(f"P{i}", v, "patient") for i in range(n) for v in VISITS if (i, v) != (2, "week 2")]
    rows += [(f"H{i}", None, "healthy") for i in range(4)]
    obs = pd.DataFrame(rows, columns=["patient", "visit", "group"])
    obs.index = [f"S{i}" for i in range(len(obs))]
    scores = pd.concat(
        pd.DataFrame({"sample": obs.index, "module": m, "score": rng.normal(size=len(obs))}).assign(
            method=method
        )
        for method in ("zscore", "ssgsea")
        for m in ("A", "B", "C")
    )
    sheet = pd.DataFrame(
        [
            (f"P{i}", v)
            for i in range(n)
            for v in ("screening", "week 1", "week 2", "month 3", "month 6")
        ],
        columns=["patient", "visit"],
    )
    sheet["crp"] = rng.normal(size=len(sheet))
    return obs, scores, sheet


NO_DISTANCE = pd.DataFrame({"sample": [], "distance": []}, dtype=object)


def asked_of(obs, scores, sheet, variables=("crp",), design=DESIGN):
    table = visit_associations(
        obs, sheet, scores, NO_DISTANCE, list(variables), design, CLINIC, 0.05
    )
    return table.set_index(["question", "module", "visit"])


def values(obs, scores, sheet, module, visit):
    """Score and CRP of the patients at a visit, matched by hand."""
    own = scores[(scores["module"] == module) & (scores["method"] == "zscore")]
    score = own.set_index("sample")["score"]
    at = obs[obs["visit"].eq(visit)]
    named = {"day 0": "screening", "week 12": "month 3"}.get(visit, visit)
    crp = sheet[sheet["visit"] == named].set_index("patient")["crp"]
    return pd.DataFrame({"score": score[at.index].to_numpy()}, at["patient"]).join(crp)


@pytest.mark.parametrize("module", ["A", "C"])
def test_at_each_visit_and_of_changes_it_is_spearman(module):
    data = drawn()
    got = asked_of(*data)
    at = {visit: values(*data, module, visit) for visit in VISITS}
    asked = {("at_visit", v): table for v, table in at.items()}
    asked |= {("change", v): (at[v] - at["day 0"]).dropna() for v in VISITS[1:]}
    for (question, visit), table in asked.items():
        found = got.loc[(question, module, visit)]
        expected = stats.spearmanr(table["score"], table["crp"])
        assert found["estimate"] == pytest.approx(expected.statistic, rel=1e-10)
        assert found["P.Value"] == pytest.approx(expected.pvalue, rel=1e-8)
        assert found["n"] == len(table) == (8 if visit == "week 2" else 9)
        assert found["method"] == "zscore"


def test_within_patients_it_is_the_slope_of_parallel_lines():
    """t of x in lm(y ~ patient + x), by least squares on columns of the patients."""
    data = drawn()
    got = asked_of(*data).loc[("within_patients", "B", "all visits")]
    every = pd.concat(values(*data, "B", visit) for visit in VISITS).reset_index()
    x = pd.get_dummies(every["patient"], dtype=float).assign(x=every["score"]).to_numpy()
    b, rss, *_ = np.linalg.lstsq(x, every["crp"].to_numpy())
    df = len(x) - x.shape[1]
    error = np.sqrt(rss[0] / df * np.linalg.inv(x.T @ x)[-1, -1])
    t = b[-1] / error
    assert got["statistic"] == pytest.approx(t, rel=1e-9)
    assert got["estimate"] == pytest.approx(t / np.sqrt(df + t**2), rel=1e-9)
    assert got["P.Value"] == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-9)
    assert got[["n", "n_samples"]].to_list() == [9, 26]


def test_adjusted_over_modules_within_question_variable_and_visit():
    obs, scores, sheet = drawn()
    sheet["esr"] = sheet["crp"] ** 2
    table = asked_of(obs, scores, sheet, ("crp", "esr")).reset_index()
    strata = table.groupby(["question", "variable", "visit"])
    assert len(strata) == 2 * (3 + 2 + 1)
    for _, own in strata:
        assert own["module"].tolist() == ["A", "B", "C"]
        assert own["adj.P.Val"].to_numpy() == pytest.approx(adjust(own["P.Value"]))


def test_the_visit_of_response_stands_for_the_main_followup_alone():
    """Week 2 is not in the sheet: its values are missing, not those of month 3."""
    obs, scores, sheet = drawn()
    got = asked_of(obs, scores, sheet[sheet["visit"] != "week 2"])
    assert got.loc[("at_visit", "A", "week 12"), "n"] == 9
    for question in ("at_visit", "change"):
        row = got.loc[(question, "A", "week 2")]
        assert row["n"] == 0
        assert row["note"] == "not tested: 0 patients with both values; at least 5 needed"
    assert got.loc[("within_patients", "A", "all visits"), "n_samples"] == 18


def test_few_patients_single_visits_and_bad_variables_are_said():
    obs, scores, sheet = drawn(4)
    got = asked_of(obs, scores, sheet)
    assert got["estimate"].isna().all()
    assert got["note"].str.startswith("not tested: ").all()
    alone = {**DESIGN, "followup": None, "followups": []}
    got = asked_of(*drawn(), design=alone).reset_index()
    assert set(got["question"]) == {"at_visit"}
    assert set(got["visit"]) == {"day 0"}
    assert got["estimate"].notna().all()
    with pytest.raises(StudyError, match="'fever' is in neither the visits sheet"):
        asked_of(*drawn(), variables=["fever"])


def test_a_value_that_never_changes_within_patients_is_no_correlation():
    measured = pd.DataFrame(
        {"M": np.arange(12.0) ** 2 % 7, "age": np.repeat(np.arange(6.0), 2)},
        pd.MultiIndex.from_product([list("abcdef"), ["before", "after"]],
                                   names=["patient", "visit"]),
    )  # fmt: skip
    table = associated(measured, ["M"], ["age"], ["before", "after"], "zscore", 0.05)
    notes = table.set_index(["question", "visit"])["note"]
    assert notes["within_patients", "all visits"].endswith("does not vary within patients")
    assert notes["change", "after"] == "not tested: one of the two does not vary"
