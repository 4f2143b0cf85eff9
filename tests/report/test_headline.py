"""What was found, and the three sentences of a clinician, word by word for every shape of study."""

import numpy as np
import pandas as pd
import pytest

from headline_study import classes, contrast, design, modules, people, study, tried
from revertome.naming import named_as
from revertome.report.headline import headline
from revertome.report.sureness import held

PEOPLE = people(healthy=(8, 0), responder=(9, 8), nonresponder=(5, 5))
SETS = classes(
    reverted=(40, 1.7, 12), induced=(1, 0.2, 0), persistent=(3, 0, np.nan), unresolved=(20,) * 3
)
EMPTY = classes(reverted=(0, 0, 0), induced=(0, 0, 0), persistent=(0,) * 3, unresolved=(1,) * 3)
ARM = {"column": "arm", "control": "placebo", "until": "week_4"}
BEYOND = {
    "visit": "week_4", "arm": "drug_a", "control": "placebo", "n_patients": 12, "n_control": 11,
    "drug_effects": 40, "reverted_up": 30, "reverted_down": 1, "induced_up": 0, "induced_down": 0,
    "expected_false_reverted": 1.6, "expected_false_induced": 0.0,
}  # fmt: skip


def said(tables, config, labels=None):
    with named_as(labels, config["design"]):
        return headline(tables, config)


def test_reverted_and_induced_without_a_control():
    leaving = [("leave_one_out", 40, 0), ("leave_one_out", 31, 9), ("covariate", 32, 8)]
    tables, config = study(
        design(),
        PEOPLE,
        {"disease": (3, 1), "change_all": (1, 1), "change_responders": (2, 0)},
        SETS,
        sensitivity=tried(reverted=leaving, induced=[("leave_one_out", 0, 1)]),
    )
    assert said(tables, config) == [
        "40 genes return to normal (reverted) in responders and 1 gene is induced in all patients "
        "by week 12, without a control.",
        "Studied: 8 healthy people, 9 responders (8 with both visits) and 5 non-responders (5); "
        "blood drawn at baseline and week 12.",
        "40 genes that differ from healthy at baseline return at least half way to normal in "
        "responders by week 12 (about 2 expected false). 3 genes are shown to stay as they were; "
        "20 more are unresolved: the data do not decide.",
        "1 gene that hardly differed from healthy changes under treatment (induced) in all "
        "patients by week 12 (1 or fewer expected false); as there was no control, what of this "
        "is the treatment's cannot be told. How sure: the reverted set keeps at least 80% of its "
        "genes in 2 of 3 sensitivity analyses (1 of 2 without one person, 1 of 1 with a further "
        "covariate), and 12 of its 40 genes hold in every one and in 80% of resamples; the "
        "induced set does in 0 of 1 (0 of 1 without one person), and 0 of its 1 gene hold in "
        "every one.",
    ]


OWN = {"groups": {"healthy": "well children", "responder": "improved", "nonresponder": "others"}}


@pytest.mark.parametrize("sets", [SETS, EMPTY])
@pytest.mark.parametrize("shape", [{}, {"followup": ()}, {"healthy": None}])
def test_groups_have_the_names_of_the_study_in_every_shape(shape, sets):
    found = {"disease": (3, 1), "baseline": (2, 0), "change_all": (1, 1)}
    found |= {"change_responders": (2, 0), "interaction": (1, 2)}
    if "followup" in shape:
        found = {name: found[name] for name in ("disease", "baseline")}
    if "healthy" in shape:
        found.pop("disease")
    tables, config = study(design(**shape), PEOPLE, found, sets)
    first, _, *rest = said(tables, config, OWN)  # whom the second counts, the flow has named
    told = " ".join([first, *rest]).replace("no healthy people were measured", "")
    assert "healthy" not in told and "responders" not in told


def test_many_genes_change_and_none_is_in_a_set():
    tables, config = study(
        design(),
        PEOPLE,
        {"disease": (3, 1), "change_all": (1, 2), "interaction": (0, 0)},
        EMPTY,
        sets=modules(disease=(3.1, 0.001), change_all=(-0.4, 0.2)),
    )
    line, _, normal, adds = said(tables, config)
    assert line == (
        "No gene is shown to return to normal or to be induced by week 12, although 4 genes differ "
        "between patients at baseline and healthy people and 3 genes change from baseline to week "
        "12 in all patients; Interferon (6 genes) is higher in patients (adjusted p = 0.001)."
    )
    assert normal == (
        "No gene is shown to return to normal in responders by week 12. 1 gene is unresolved: the "
        "data do not decide."
    )
    assert adds == (
        "No gene that hardly differed from healthy is shown to change under treatment (induced) in "
        "all patients by week 12. How sure: sensitivity analyses are made of these two sets, which "
        "hold no gene; that a gene is in neither is no evidence that it stays as it was."
    )


def test_nothing_at_all_is_found():
    tables, config = study(design(), PEOPLE, {"disease": (0, 0), "change_all": (0, 0)}, EMPTY)
    assert said(tables, config)[0] == (
        "No gene is shown to return to normal or to be induced by week 12; no gene is shown to "
        "differ between patients at baseline and healthy people or change from baseline to week 12 "
        "in all patients."
    )


def test_one_set_is_empty_in_a_study_without_response():
    only = classes(reverted=(0, 0, 0), induced=(226, 9.4, 36))
    tables, config = study(
        design(), people(healthy=(4, 0), treated=(3, 3)), {"change_all": (2, 1)}, only, ("treated",)
    )
    line, who, normal, _ = said(tables, config)
    assert line == (
        "226 genes are induced in all patients by week 12, without a control; none is shown to "
        "return to normal."
    )
    assert who == (
        "Studied: 4 healthy people and 3 treated patients (3 with both visits); blood drawn at "
        "baseline and week 12."
    )
    assert normal == "No gene is shown to return to normal in all patients by week 12."


def test_beyond_control_comes_first():
    flow = people(healthy=(8, 0), responder=(9, 8), unlabelled=(1, 0))
    tables, config = study(
        design(("week_4", "week 12"), arm=ARM),
        flow,
        {"disease": (3, 1), "change_all": (1, 1)},
        SETS,
        beyond_summary=pd.DataFrame([BEYOND, {"visit": "week 12"}]),
        sensitivity=tried(),
    )
    names = {"arms": {"drug_a": "anakinra"}, "visits": {"before": "day 0"}}
    line, who, normal, adds = said(tables, config, names)
    assert line == (
        "Beyond placebo, by week 4 anakinra returns 31 genes toward normal and induces none."
    )
    assert who == (
        "Studied: 8 healthy people, 9 responders (8 with samples at day 0 and week 12) and 1 "
        "patient without a response label (0); blood drawn at day 0, week 4 and week 12; arms: "
        "anakinra against placebo (the control to week 4)."
    )
    assert normal.startswith(
        "Beyond placebo, anakinra brings 31 genes at least half way back to normal (about 2 "
        "expected false) by week 4; without a control, 40 genes that differ from healthy at day 0 "
        "return"
    )
    assert adds == (
        "Beyond placebo, anakinra is not shown to induce any gene by week 4; without a control, "
        "1 gene that hardly differed from healthy changes under treatment (induced) in all "
        "patients by week 12 (1 or fewer expected false). How sure (sets without a control): 12 "
        "of the 40 reverted genes hold in every sensitivity analysis and in 80% of resamples; 0 of "
        "the 1 induced gene hold in every sensitivity analysis."
    )


def test_arms_without_healthy_people_name_the_drug_effect():
    rows = [
        {"visit": visit, "arm": arm, "control": "oil", "drug_effects": n}
        for visit, arm, n in (("3hr", "dha", 0), ("3hr", "all active arms", 0), ("6hr", "dha", 0))
    ]
    tables, config = study(
        design(("3hr", "6hr"), healthy=None, arm={"column": "arm", "control": "oil"}),
        people(treated=(5, 5)),
        {"change_all": (3, 1), "drug_effect": (0, 0)},
        labels=("treated",),
        beyond_summary=pd.DataFrame(rows),
    )
    line, _, normal, adds = said(tables, config)
    assert line == "Beyond oil, no gene is shown to change with dha by 3hr or 6hr."
    assert normal == (
        "Whether anything returns to normal cannot be said: no healthy people were measured."
    )
    assert adds.startswith(
        "Without a control, 4 genes change from baseline to 6hr in all patients (3 up, 1 down); "
        "only what changes beyond oil is shown to be the treatment's. How sure: at most 5 in 100"
    )
    some = tables | {"beyond_summary": pd.DataFrame([rows[0], rows[2] | {"drug_effects": 7}])}
    assert said(some, config)[0] == (
        "Beyond oil, genes change: 0 with dha by 3hr and 7 with dha by 6hr."
    )


def test_no_healthy_people_and_how_sure_by_the_other_variance():
    genes = pd.DataFrame({"gene": [f"G{k}" for k in range(1, 9)], "change": 1.0})
    genes["adj_p_change"] = [0.01, 0.01, 0.2, 0.9, 0.01, 0.9, 0.9, 0.9]
    tables, config = study(
        design(healthy=None),
        people(responder=(9, 9), nonresponder=(8, 8)),
        {"change_all": (3, 1), "interaction": (1, 0)},
        genes=genes,
        sets=modules(change_all=(1.8, 0.00001)),
    )
    line, _, _, adds = said(tables, config)
    assert line == (
        "4 genes change from baseline to week 12 in all patients (3 up, 1 down) and 1 gene changes "
        "differently in responders and non-responders (1 up, 0 down); Interferon (6 genes) is up "
        "from baseline (adjusted p < 0.0001)."
    )
    assert adds == (
        "What the treatment adds cannot be told: there was no control, so time and chance may have "
        "done as much. How sure: of 4 genes that change, 2 are called too with a variance of its "
        "own for each part of the people; at most 5 in 100 of the genes called are expected to be "
        "false."
    )


def test_one_visit():
    tables, config = study(
        design((), healthy="healthy"),
        people(healthy=(8, 0), responder=(9, 0), nonresponder=(1, 0)),
        {"disease": (3, 1), "baseline": (0, 0)},
    )
    line, who, normal, adds = said(tables, config)
    assert line == (
        "4 genes differ between patients at baseline and healthy people (3 higher, 1 lower)."
    )
    assert who == (
        "Studied: 8 healthy people, 9 responders and 1 non-responder; blood drawn at baseline."
    )
    assert normal == (
        "Whether anything returns to normal cannot be said: the study has one visit, baseline."
    )
    assert adds.startswith("What a treatment adds cannot be said either. How sure: at most 5")


def test_withheld_counts_of_people_stay_withheld():
    few = people(healthy=(8, 0), responder=(np.nan, np.nan), nonresponder=(np.nan, np.nan))
    tables, config = study(design(), few, {"change_all": (1, 0)}, EMPTY)
    assert said(tables, config)[1] == (
        "Studied: 8 healthy people, withheld responders (withheld with both visits) and withheld "
        "non-responders (withheld); blood drawn at baseline and week 12."
    )


def test_numbers_of_people_cannot_be_worked_out_from_the_analyses():
    leaving = [("leave_one_out", 40, 0)] * 6 + [("leave_one_out", 10, 30), ("covariate", 40, 0)]
    tables, config = study(
        design(), PEOPLE, {"change_all": (1, 0)}, SETS, sensitivity=tried(reverted=leaving)
    )
    adds = said(tables, config | {"suppress_below": 5})[3]
    assert (
        "the reverted set keeps at least 80% of its genes in not all sensitivity analyses (not all "
        "without one person, 1 of 1 with a further covariate), and 12 of its 40 genes" in adds
    )


def test_fifteen_visits_are_counted_and_no_line_is_broken():
    visits = [f"day {k}" for k in range(1, 15)]
    tables, config = study(
        design(visits, healthy=None), people(responder=(9, 9)), {"change_all": (1, 0)}
    )
    lines = said(tables, config, {"visits": {"day 1": "day\n\x1b1"}})
    assert lines[1] == (
        "Studied: 9 responders (9 with samples at baseline and day 14); blood drawn at "
        "baseline and at 14 follow-ups from day 1 to day 14."
    )
    assert len(lines) == 4


def test_nothing_could_be_estimated():
    tables, config = study(design(), PEOPLE, {})
    line, _, normal, _ = said(tables, config)
    assert line == "No contrast of genes could be estimated."
    assert normal == (
        "Whether anything returns to normal was not tested: there are too few complete pairs."
    )


def test_two_thresholds_are_said_to_control_nothing():
    tables, config = study(
        design(), PEOPLE, {"change_all": (1, 0)}, SETS, options={"rule": "thresholds"}
    )
    assert (
        "(by two thresholds, which do not control the false discovery rate)"
        in said(tables, config)[2]
    )


@pytest.mark.parametrize(("kept", "lost", "holds"), [(8, 2, 1), (7, 3, 0), (1, 0, 1)])
def test_a_set_holds_where_it_keeps_four_fifths(kept, lost, holds):
    table = tried(reverted=[("covariate", kept, lost)])
    assert held(table, "reverted") == {"covariate": (holds, 1)}
    assert held(table, "induced") == {}
    assert held(tried(reverted=[("covariate", 0, 0)]), "reverted") == {}


def test_contrasts_without_an_estimate_are_no_finding():
    none = contrast(0, 0).assign(**{"P.Value": np.nan, "adj.P.Val": np.nan})
    tables, config = study(design(healthy=None), PEOPLE, {}, contrasts={"change_all": none})
    assert said(tables, config)[0] == "No contrast of genes could be estimated."
