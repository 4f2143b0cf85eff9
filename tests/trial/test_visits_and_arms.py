"""Cells, pairs and contrasts of designs with arms and several visits, by hand."""

import pandas as pd
import pytest

from revertome.errors import StudyError
from revertome.trial import (
    analysed,
    arm_of,
    as_randomised,
    at_visit,
    between_people,
    cell_terms,
    cells,
    change_terms,
    complete_pairs,
    controlled,
    crosses,
    is_healthy,
    is_patient,
    its_name,
    randomised_terms,
    units_of,
    visits_of,
    within_patients,
)
from revertome.visits import as_written, check_visits, folder_of, in_order

DESIGN = in_order(
    {
        "baseline": "d0",
        "followup": ["d7", "d28"],
        "healthy": "well",
        "covariates": [],
        "arm": {"column": "arm", "control": "placebo", "until": "d7"},
    }
)
LABELS = pd.DataFrame({"patient": ["A", "B", "C"], "label": ["responder"] * 2 + ["nonresponder"]})


def sheet(*rows: str) -> pd.DataFrame:
    """Samples `patient visit group arm`, `-` where missing."""
    table = pd.DataFrame(
        [row.split() for row in rows], columns=["patient", "visit", "group", "arm"]
    )
    table = table.mask(table.eq("-"), None)
    return table.set_axis([f"s{i}" for i in range(len(table))])


TRIAL = sheet(
    "A d0 ill drug", "A d7 ill -", "A d28 ill drug",
    "B d0 ill placebo", "B d7 ill placebo", "B d28 ill placebo",
    "C d0 ill drug", "C d28 ill drug",
    "D d7 ill placebo", "D d99 ill placebo", "E d0 ill -",
    "H - well -",
)  # fmt: skip


def test_the_order_of_visits_and_back():
    assert (DESIGN["followup"], DESIGN["followups"]) == ("d28", ["d7", "d28"])
    assert in_order(DESIGN) == DESIGN and as_written(DESIGN)["followup"] == ["d7", "d28"]
    one = in_order({"baseline": "d0", "followup": "d7"})
    assert as_written(one) == {"baseline": "d0", "followup": "d7"}
    assert in_order({"baseline": "d0"}) | {"followups": []} == {
        "baseline": "d0", "followup": None, "followups": [],
    }  # fmt: skip
    assert visits_of(at_visit(DESIGN, "d7")) == ["d0", "d7", "d28"]
    assert [controlled(DESIGN, visit) for visit in ("d0", "d7", "d28", "x")] == [
        False, True, False, False,
    ]  # fmt: skip
    assert folder_of("day 1.5/-3") == "day_1_5__3"


@pytest.mark.parametrize(
    ("design", "message"),
    [
        ({"followup": ["d0"]}, "baseline and followup are both 'd0'"),
        ({"followup": ["d7", "d7"]}, "'d7' is named twice"),
        ({"followup": ["D7", "d7"]}, "'D7' and 'd7' would have one folder"),
        ({"followup": ["d7"], "arm": {"until": "d8"}}, "'d8' is no follow-up of this design"),
        ({"followup": None, "arm": {"until": "d8"}}, "it has none"),
    ],
)
def test_visits_that_cannot_be(design, message):
    with pytest.raises(StudyError, match=message):
        check_visits(in_order({"baseline": "d0", "arm": None, **design}))


def test_cells_of_label_arm_and_visit():
    kept = analysed(TRIAL, DESIGN)
    assert "s9" not in kept.index and len(kept) == 11
    found = cells(kept, LABELS, DESIGN)
    assert found["cell"].tolist() == [
        "responder.drug.d0", "responder.drug.d7", "responder.drug.d28",
        "responder.placebo.d0", "responder.placebo.d7", "responder.placebo.d28",
        "nonresponder.drug.d0", "nonresponder.drug.d28",
        "unlabelled.placebo.d7", "unlabelled.d0", "healthy",
    ]  # fmt: skip
    # The arm stands beside some samples of A: it holds for all of them.
    assert arm_of(TRIAL, DESIGN)["s1"] == "drug" and pd.isna(arm_of(TRIAL, DESIGN)["s10"])


def test_contrasts_are_means_of_the_pairs_of_their_visit():
    kept = analysed(TRIAL, DESIGN)
    where = between_people(kept, LABELS, DESIGN).where
    d28, d7 = cell_terms(where, DESIGN), cell_terms(where, at_visit(DESIGN, "d7"))
    third = 1 / 3
    assert d28["change_all"] == {
        "nonresponder.drug.d28": third, "responder.drug.d28": third,
        "responder.placebo.d28": third, "nonresponder.drug.d0": -third,
        "responder.drug.d0": -third, "responder.placebo.d0": -third,
    }  # fmt: skip
    assert d7["change_all"]["responder.drug.d7"] == 0.5 and "nonresponder.drug.d7" not in d7
    assert d7["drug_effect"] == {
        "responder.drug.d7": 1.0, "responder.drug.d0": -1.0,
        "responder.placebo.d7": -1.0, "responder.placebo.d0": 1.0,
    }  # fmt: skip
    # At d28 placebo was switched: no drug effect, but its own change since d7.
    assert "drug_effect" not in d28 and "change_since_switch" not in d7
    assert d28["change_since_switch"] == {
        "responder.placebo.d28": 1.0, "responder.placebo.d7": -1.0,
    }  # fmt: skip
    assert d28["responder.placebo.d7"] == {"responder.placebo.d7": 1.0}


@pytest.mark.parametrize(
    ("drug", "other"), [("all", "high"), ("treated", "responders"), ("control", "nonresponder")]
)
def test_standard_contrasts_are_the_same_whatever_arms_are_called(drug, other):
    """Four patients, one of them in a further arm; arms named as groups of contrasts are."""
    labels = pd.concat([LABELS, pd.DataFrame({"patient": ["F"], "label": ["responder"]})])

    def terms(names):
        extra = sheet("F d0 ill other", "F d7 ill other").set_axis(["f0", "f1"])
        obs = pd.concat([analysed(TRIAL, DESIGN), extra])
        obs["arm"] = obs["arm"].replace(names)
        where = within_patients(obs, labels, DESIGN).where
        found = change_terms(where, at_visit(DESIGN, "d7"))
        back = {new: old for old, new in names.items()}

        def plain(term):
            change, label, arm, visit = term.split(".")
            return f"{change}.{label}.{back.get(arm, arm)}.{visit}"

        return {name: {plain(t): f for t, f in own.items()} for name, own in found.items()}

    expected, found = terms({}), terms({"drug": drug, "other": other})
    standard = [name for name in expected if not name.endswith(("_drug", "_other"))]
    assert len(standard) == 7
    assert {name: found[name] for name in standard} == {n: expected[n] for n in standard}
    for old, new in (("drug", drug), ("other", other)):
        assert found[f"drug_effect_{new}"] == expected[f"drug_effect_{old}"]


def test_an_arm_called_like_a_total_is_told_apart():
    assert [its_name(arm) for arm in ("all", "healthy", "high", 5)] == [
        "all (its name)", "healthy (its name)", "high", "5",
    ]  # fmt: skip


def test_the_label_treated_is_no_treated_arm():
    """Without response all have the label `treated`; where only placebo is left nobody is."""
    labels = pd.DataFrame({"patient": ["A", "B"], "label": "treated"})
    placebo = analysed(TRIAL, DESIGN)[lambda obs: obs["arm"].eq("placebo")]
    where = within_patients(placebo, labels, DESIGN).where
    terms = change_terms(where, at_visit(DESIGN, "d7"))
    assert set(terms) == {"change_all", "change_placebo", "change_control"}


def test_changes_within_patients_name_visit_and_arm():
    pairs = within_patients(analysed(TRIAL, DESIGN), LABELS, DESIGN)
    assert list(pairs.base) == [
        "change.nonresponder.drug.d28", "change.responder.drug.d28", "change.responder.drug.d7",
        "change.responder.placebo.d28", "change.responder.placebo.d7",
    ]  # fmt: skip
    assert sorted(set(pairs.where["patient"])) == ["A", "B", "C"]
    terms = change_terms(pairs.where, DESIGN)
    assert terms["change_treated"] == {
        "change.nonresponder.drug.d28": 0.5, "change.responder.drug.d28": 0.5,
    }  # fmt: skip
    assert terms["change_since_switch"] == {
        "change.responder.placebo.d28": 1.0, "change.responder.placebo.d7": -1.0,
    }  # fmt: skip


def test_as_randomised_all_arms_share_one_baseline():
    found = as_randomised(analysed(TRIAL, DESIGN), DESIGN)
    assert list(found.base) == ["d0", "drug.d28", "drug.d7", "healthy", "placebo.d28", "placebo.d7"]
    assert found.base["d0"].sum() == 3 and "E" not in set(found.where["patient"])
    assert found.where["label"].tolist()[:4] == ["drug", "drug", "drug", "placebo"]
    terms = randomised_terms(found.where, at_visit(DESIGN, "d7"))
    assert terms["drug_effect"] == {"drug.d7": 1.0, "placebo.d7": -1.0}
    assert terms["change_placebo"] == {"placebo.d7": 1.0, "d0": -1.0}
    assert set(randomised_terms(found.where, DESIGN)) == {"disease"}


def test_healthy_people_followed_are_time_controls():
    design = {**DESIGN, "arm": None, "time_control": "well"}
    obs = sheet("A d0 ill -", "A d28 ill -", "H d0 well -", "H d28 well -", "K - well -")
    assert is_healthy(obs, design).tolist() == [False, False, True, False, True]
    assert is_patient(obs, design).tolist() == [True, True, False, False, False]
    found = cells(obs, LABELS, design)
    assert found["cell"].tolist()[2:] == ["healthy", "time_control.d28", "healthy"]
    where = between_people(obs, LABELS, design).where
    terms = cell_terms(where, design)
    assert terms["change_time_control"] == {"time_control.d28": 1.0, "healthy": -1.0}
    assert terms["change_beyond_time"] == {
        "responder.d28": 1.0, "responder.d0": -1.0, "time_control.d28": -1.0, "healthy": 1.0,
    }  # fmt: skip
    pairs = within_patients(obs, LABELS, design)
    assert list(pairs.base) == ["change.responder.d28", "change.time_control.d28"]
    assert change_terms(pairs.where, design)["change_all"] == {"change.responder.d28": 1.0}


def test_people_of_a_group_of_their_own_as_time_controls():
    design = {**DESIGN, "arm": None, "time_control": "waiting"}
    obs = sheet("A d0 ill -", "A d28 ill -", "W d0 waiting -", "W d28 waiting -", "K - well -")
    where = between_people(obs, LABELS, design).where
    assert cell_terms(where, design)["change_time_control"] == {
        "time_control.d28": 1.0, "time_control.d0": -1.0,
    }  # fmt: skip
    assert cell_terms(where, design)["disease"] == {"responder.d0": 1.0, "healthy": -1.0}


def test_pairs_of_a_crossover_are_within_one_arm():
    design = {**DESIGN, "arm": {"column": "arm", "control": "placebo", "until": None}}
    obs = sheet(
        "A d0 ill drug", "A d7 ill drug", "A d0 ill placebo", "B d0 ill placebo", "B d7 ill placebo"
    )
    assert crosses(obs, design) and not crosses(TRIAL, DESIGN)
    assert units_of(obs, design).tolist() == [
        "A in drug", "A in drug", "A in placebo", "B in placebo", "B in placebo",
    ]  # fmt: skip
    where = between_people(obs, LABELS, design).where
    assert complete_pairs(where, "d0", "d7") == ["A in drug", "B in placebo"]
    assert units_of(TRIAL, DESIGN).equals(TRIAL["patient"].astype(str))
