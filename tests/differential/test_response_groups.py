"""Response in several groups and as a number against limma (reference/groups.R)."""

from dataclasses import replace
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from options import options_of
from revertome.differential.group_names import (
    check_group_names,
    check_sums,
    response_contrasts,
)
from revertome.differential.response_models import baseline_model, group_model, value_model
from revertome.differential.run import run, run_visits
from revertome.errors import StudyError
from revertome.limma.joint import moderated_joint, normal_fit
from revertome.sheet_word import change_of
from revertome.trial import GROUP, RANK, VALUE

REFERENCE = Path(__file__).parent / "reference"
DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy", "covariates": ["batch"]}
WORDS = {1.0: "none", 2.0: "partial", 3.0: "complete"}


def study():
    """Samples of reference/samples.tsv with the groups and values of groups.R."""
    obs = pd.read_csv(REFERENCE / "samples.tsv", sep="\t").set_index("sample", drop=False)
    y = pd.read_csv(REFERENCE / "y.tsv", sep="\t", index_col=0).T
    known = obs["group"].eq("patient") & obs["patient"].ne("P05")
    number = pd.to_numeric(obs["patient"].str[1:]).where(known)
    obs[RANK], obs[VALUE] = number % 3 + 1, number * 7 % 11
    obs[GROUP] = obs[RANK].map(WORDS)
    labels = obs.loc[obs["group"].eq("patient"), ["patient", "label"]].drop_duplicates()
    return anndata.AnnData(
        y.loc[obs.index].to_numpy(), obs=obs, var=pd.DataFrame(index=y.columns)
    ), labels


def moderated(model, expression):
    y = expression[model.obs.index].X
    return moderated_joint(normal_fit(y, model), model, trend=False).moderated


def reference(contrast):
    table = pd.read_csv(REFERENCE / "groups.tsv", sep="\t")
    return table[table["contrast"].eq(contrast)]


@pytest.mark.parametrize(
    ("contrast", "build"),
    [
        ("change_partial", lambda *of: group_model(*of, "fixed")),
        ("response_trend", lambda *of: group_model(*of, "fixed")),
        ("change_by_response", value_model),
        ("baseline_by_response", baseline_model),
    ],
)
def test_contrast_equals_that_of_limma(contrast, build):
    expression, labels = study()
    found = moderated(build(expression.obs, labels, DESIGN), expression)[contrast]
    expected, k = reference(contrast), found.fit.names.index(contrast)
    genes = expression.var_names.get_indexer(expected["gene"])
    np.testing.assert_allclose(found.fit.coefficients[genes, k], expected["logFC"], rtol=1e-8)
    np.testing.assert_allclose(found.t[genes, k], expected["statistic"], rtol=1e-8)


CHANGES = ["change_none", "change_partial", "change_complete"]
STARTS = ["baseline_partial", "baseline_complete"]


@pytest.mark.parametrize("contrast", ["groups", "groups_baseline"])
def test_f_over_groups_equals_that_of_limma(contrast):
    expression, labels = study()
    options = options_of("limma", DESIGN, trend=False)
    _, tests = run_visits(expression, labels, options, [*CHANGES, *STARTS])
    found = tests[tests["contrast"].eq(contrast)].set_index("gene")
    expected = reference(contrast).set_index("gene")
    rows = found.loc[expected.index]
    np.testing.assert_allclose(rows["F"], expected["statistic"], rtol=1e-8)
    np.testing.assert_allclose(rows["P.Value"], expected["P.Value"], rtol=1e-8)
    assert rows["df1"].eq(2).all()
    assert (rows["visits"].eq("after") if contrast == "groups" else rows["visits"].isna()).all()


def test_every_contrast_has_a_table_and_sums_of_groups_too():
    expression, labels = study()
    custom = {"gap": "change_complete - change_none", "own": "change_complete - change_all",
              "ten": "10 * change_by_response"}  # fmt: skip
    names = [*CHANGES, "response_trend", *STARTS, "change_by_response", "baseline_by_response",
             "change_responders", *custom]  # fmt: skip
    options = options_of("limma", DESIGN, trend=False, custom=custom)
    made = run(expression, labels, options, names)
    table = {name: made.tables[name].set_index("gene").sort_index() for name in names}
    gap = table["change_complete"]["logFC"] - table["change_none"]["logFC"]
    np.testing.assert_allclose(table["gap"]["logFC"], gap, rtol=1e-9, atol=1e-12)
    ten = 10 * table["change_by_response"]["logFC"]
    np.testing.assert_allclose(table["ten"]["logFC"], ten, rtol=1e-9)
    assert all(table[name]["P.Value"].notna().all() for name in names)
    described = made.design.set_index("contrast")
    assert described.loc["change_complete", "blocking"] == "fixed"
    assert described.loc["baseline_partial", "blocking"] == "random"
    assert described.loc["baseline_by_response", "covariates"] == "batch"
    assert "P05" in described.loc["change_by_response", "dropped"]


def test_groups_that_nobody_is_in_are_missing_with_a_reason():
    expression, labels = study()
    options = replace(options_of("limma", DESIGN, trend=False), groups=[*WORDS.values(), "more"])
    names = ["change_partial", "change_more", "baseline_more"]
    made = run(expression, labels, options, names)
    assert made.tables["change_more"]["P.Value"].isna().all()
    assert made.design["dropped"].tolist()[1:] == ["no such samples"] * 2
    nobody = expression[:, :40].copy()
    nobody.obs[GROUP], nobody.obs[RANK] = None, np.nan
    made = run(nobody, labels, options, [*names, "response_trend"])
    assert all(table["P.Value"].isna().all() for table in made.tables.values())


def test_a_group_that_is_called_as_an_arm_stops_the_run():
    expression, labels = study()
    expression.obs["arm"] = expression.obs[GROUP].map({"none": "partial"}).fillna("other")
    design = {**DESIGN, "arm": {"column": "arm", "control": "other", "until": None}}
    with pytest.raises(StudyError, match="'partial' is an arm too, and change_partial would be of"):
        group_model(expression.obs, labels, design, "fixed")


def test_the_mixed_engine_takes_groups_as_random_and_has_no_paired_model():
    expression, labels = study()
    options = options_of("mixed", DESIGN, trend=False)
    made = run(expression, labels, options, ["change_partial", "change_by_response"])
    described = made.design.set_index("contrast")
    assert described.loc["change_partial", "blocking"] == "random"
    assert described.loc["change_by_response", "dropped"] == "mixed has no paired model"


def estimate(found, name):
    return found[name].fit.coefficients[:, found[name].fit.names.index(name)]


def nested(expression):
    """Labels of which the responders are two whole groups; P05, of no group, is none of them."""
    word = expression.obs.drop_duplicates("patient").set_index("patient")[GROUP].dropna()
    label = word.isin(["partial", "complete"]).map({True: "responder", False: "nonresponder"})
    return label.rename("label").reset_index()


def test_means_of_groups_are_means_over_pairs():
    """Closed forms without covariates: means of pairs, and the slope of least squares."""
    expression, _ = study()
    labels = nested(expression)
    model = group_model(expression.obs, labels, {**DESIGN, "covariates": []}, "fixed")
    found = moderated(model, expression)
    means = np.array([estimate(found, change_of(word)) for word in WORDS.values()])
    slope = [np.polyfit([1, 2, 3], own, 1)[0] for own in means.T]
    np.testing.assert_allclose(estimate(found, "response_trend"), slope, rtol=1e-9, atol=1e-12)
    y = pd.DataFrame(expression.X, expression.obs_names)
    label = labels.set_index("patient")["label"]
    changes = pd.DataFrame({p: y.loc[f"{p}_after"] - y.loc[f"{p}_before"] for p in label.index
                            if {f"{p}_after", f"{p}_before"} <= set(y.index)})  # fmt: skip
    mean = {
        each: changes.loc[:, label[changes.columns].eq(each)].mean(axis=1) for each in set(label)
    }
    found_mean = estimate(found, "change_responders")
    np.testing.assert_allclose(found_mean, mean["responder"], rtol=1e-9, atol=1e-12)
    gap = mean["responder"] - mean["nonresponder"]
    np.testing.assert_allclose(estimate(found, "interaction"), gap, rtol=1e-9, atol=1e-12)


def test_responders_who_are_no_whole_groups_are_not_told_from_groups():
    expression, labels = study()
    model = group_model(expression.obs, labels, DESIGN, "fixed")
    assert not {"change_responders", "change_nonresponders", "interaction"} & set(model.contrasts)


def test_random_blocks_give_the_contrasts_of_the_groups_too():
    expression, _ = study()
    two, labels = {**DESIGN, "covariates": []}, nested(expression)
    seen = expression.obs.groupby("patient")["visit"].nunique()
    whole = expression[expression.obs["patient"].isin(seen.index[seen.ne(1)])]
    models = [group_model(whole.obs, labels, two, kind) for kind in ("fixed", "random")]
    one, other = (moderated(model, whole) for model in models)
    for name in ("change_none", "change_complete", "response_trend", "change_all", "interaction"):
        # In balanced data both are the same means.
        a, b = estimate(one, name), estimate(other, name)
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_a_group_without_pairs_has_no_contrast_and_the_trend_keeps_the_places():
    expression, labels = study()
    obs = expression.obs[~expression.obs[GROUP].eq("partial")]
    model = group_model(obs, labels, DESIGN, "fixed")
    assert "change_partial" not in model.contrasts
    trend = model.contrasts["response_trend"]
    assert trend[trend.ne(0)].to_dict() == {"change.complete": 0.5, "change.none": -0.5}


def test_a_value_that_tells_nothing_has_no_contrast():
    expression, labels = study()
    obs = expression.obs
    same = obs.assign(**{VALUE: obs[VALUE].where(obs[VALUE].isna(), 4.0)})
    assert value_model(same, labels, DESIGN).contrasts == {}
    assert baseline_model(same, labels, DESIGN).contrasts == {}
    few = obs.assign(**{VALUE: obs[VALUE].where(obs["patient"].isin(["P00", "P01"]))})
    one, two = (of(few, labels, DESIGN).verdicts for of in (value_model, baseline_model))
    assert "2 pairs with both values are too few" in one["change_by_response"].reason
    assert "the response of 2 patients" in two["baseline_by_response"].reason


def test_sums_of_contrasts_of_several_models_stop_the_run():
    groups = ["none", "partial"]
    check_sums({"a": ["change_none", "change_partial"], "b": ["response_trend", "change_all"],
                "c": ["disease", "change_all"], "d": ["dose_trend"]}, groups)  # fmt: skip
    for terms in (["dose_trend", "change_all"], ["change_none", "disease"],
                  ["baseline_partial", "change_none"]):  # fmt: skip
        with pytest.raises(StudyError, match=f"custom: x: {terms[0]}.* cannot be added to the oth"):
            check_sums({"x": terms}, groups)


def test_names():
    response = {"groups": [0, "Grade 30/50", "complete"], "ordered": True, "value": "acr_n"}
    assert response_contrasts(response) == [
        "change_0", "change_Grade_30_50", "change_complete", "response_trend",
        "baseline_Grade_30_50", "baseline_complete",
        "change_by_response", "baseline_by_response",
    ]  # fmt: skip
    check_group_names(response, ["change_all"])


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (["all", "some"], "'all' gives the contrast change_all, which is taken by the contrast"),
        (["a b", "a-b"], "'a-b' gives the contrast change_a_b, which is taken by the group 'a b'"),
        (["Full", "full"], "'full' gives the contrast change_full, which is taken by the group"),
        (["+", "-"], "is no name for a group of response"),
        (["with x", "y"], "is no name for a group of response"),
        (["healthy", "y"], "is no name for a group of response"),
    ],
)
def test_groups_that_cannot_name_a_table_stop_the_run(groups, message):
    with pytest.raises(StudyError, match=message):
        check_group_names({"groups": groups}, ["change_all"])
