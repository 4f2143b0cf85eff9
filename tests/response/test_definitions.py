"""Other trials are other definitions: hand-worked patients of each shipped one, and bad ones."""

from copy import deepcopy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from revertome.configuration import check_definition
from revertome.errors import StudyError
from revertome.response.definition import parse
from revertome.response.evaluate import evaluate

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "config" / "response"
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/response.schema.yaml").read_text("utf-8"))
NAMES = ["acr_pedi", "anajis", "das28_crp", "jadas10", "neda3", "sledai"]
NAN = np.nan
DESIGN = {"baseline": "before", "followup": "after", "healthy": None}


def definition(name):
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def options(name, **changed):
    given = {"source": "visits", "endpoint": "", "visit": "", "baseline_visit": "", "limits": {}}
    none = {"control": "", "groups": [], "value": ""}
    return {**given, **none, "definition": definition(name), **changed}


def respond(name, *patients, **changed):
    """Evaluate patients given as (before, after); a healthy-for-sure companion keeps a label."""
    rows = [
        {"patient": f"p{i}", "visit": visit, **values}
        for i, pair in enumerate(patients)
        for visit, values in zip(("before", "after"), pair, strict=True)
    ]
    obs = pd.DataFrame({"patient": [f"p{i}" for i in range(len(patients))], "group": "patient"})
    return evaluate(
        obs.assign(visit="before"), pd.DataFrame(rows), options(name, **changed), DESIGN
    )


def test_every_shipped_definition_is_here_and_fits_its_schema():
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == NAMES
    for name in NAMES:
        config = {"response": options(name, endpoint="")}
        check_definition(config, definition(name), SCHEMA, name)


def sledai(first, last, **rest):
    at = {"pga": 1.0, "new_bilag_a": 0, "new_bilag_b": 0}
    return {**at, "sledai": first}, {**at, "sledai": last, **rest}


def test_lupus():
    patients = respond(
        "sledai",
        sledai(10, 6),  # a fall of exactly 4
        sledai(10, 7),
        sledai(5, 0),  # too low at baseline to be judged
        sledai(10, 4, pga=1.3),  # up by exactly 0.3 is a worsening
        sledai(10, 4, pga=1.2, new_bilag_b=1),
        sledai(10, 4, new_bilag_a=1),
        sledai(10, 4, new_bilag_b=2),
        sledai(10, 4, pga=NAN),
        sledai(10, NAN),
    ).patients.set_index("patient")
    yes, no, open_ = "yes", "no", "not_assessable"
    assert patients["sledai_4"].tolist() == [yes, no, open_, *[yes] * 5, open_]
    assert patients["modified_sri"].tolist() == [yes, no, open_, no, yes, yes, yes, open_, open_]
    assert patients["sri_4"].tolist() == [yes, no, open_, no, yes, no, no, open_, open_]


def test_the_audit_of_a_fall_in_points():
    audit = respond("sledai", sledai(10, 4), sledai(5, 0), sledai(8, NAN)).audit
    rows = audit.set_index(["patient", "criterion"])
    fall = rows.loc[("p0", "sledai_fall_4")]
    assert (fall.baseline, fall.value, fall.change, fall.met) == (10, 4, -6, "yes")
    assert fall.reason == "10 to 4, down 6 (a fall of at least 4 needed)"
    low = rows.loc[("p1", "sledai_4")]
    assert (low.met, low.reason) == (
        "not_assessable",
        "not judged: sledai_active: 5 at baseline (at least 6 needed)",
    )
    assert rows.loc[("p2", "sledai_fall_4"), "reason"] == "no value at this visit"


def joints(tender, swollen, crp, general):
    return {
        **dict(tender_joints_28=tender, swollen_joints_28=swollen, crp=crp, patient_global=general),
    }


def test_das28_by_hand():
    """0.56 * 3 + 0.28 * 2 + 0.36 ln(e^2) + 0.014 * 50 + 0.96 = 4.62 with 9, 4, e^2 - 1 and 50;
    nothing but the constant, 0.96, with zeros."""
    pair = joints(9, 4, np.e**2 - 1, 50), joints(0, 0, 0, 0)
    row = respond("das28_crp", pair).audit.set_index("criterion").loc["das28_down_more_than_1.2"]
    assert row.baseline == pytest.approx(4.62, abs=1e-9)
    assert (row.value, row.met) == (0.96, "yes")


@pytest.mark.parametrize(
    "before, after, level",
    [
        # DAS28 6.0: reached value and change decide; cut-offs 3.2, 5.1 and 0.6, 1.2
        (6.0, 3.2, 2),  # down 2.8 to exactly 3.2: good
        (6.0, 3.3, 1),
        (6.0, 5.2, 0),  # down 0.8, still above 5.1
        (5.9, 5.1, 1),  # down 0.8 to exactly 5.1: moderate
        (6.8, 5.5, 1),  # down 1.3: moderate whatever is reached
        (4.4, 3.2, 1),  # down exactly 1.2: not more than 1.2
        (4.0, 3.4, 0),  # down exactly 0.6
        (3.9, 3.2, 1),
        (3.0, 2.5, 0),
        (NAN, 3.0, pd.NA),
    ],
)
def test_eular_response(before, after, level):
    with pytest.warns(UserWarning, match="its own column 'das28_crp' is used"):
        found = respond("das28_crp", ({"das28_crp": before}, {"das28_crp": after}), GOOD).patients
    assert found["level"].iloc[0] is level or found["level"].iloc[0] == level


GOOD = {"das28_crp": 6.0}, {"das28_crp": 2.0}


def jadas(joints_, physician, parent, esr):
    return {
        **dict(active_joints=joints_, physician_global=physician, parent_global=parent, esr=esr),
    }


@pytest.mark.parametrize(
    "parts, score",
    [
        ((4, 30, 20, 50), 4 + 3 + 2 + 3),
        ((12, 100, 100, 140), 40),  # joints and ESR reach their most
        ((0, 0, 0, 20), 0),
        ((0, 5, 5, 8), 1),  # an ESR below 20 adds nothing
        ((1, 3, 14, 20), 2.7),  # 2.7 is inactive, by the sum as on paper
    ],
)
def test_jadas_by_hand(parts, score):
    result = respond("jadas10", (jadas(9, 80, 80, 60), jadas(*parts)), limits={})
    row = result.audit.set_index("criterion").loc["inactive"]
    assert row.value == score
    assert row.met == ("yes" if score <= 2.7 else "no")
    level = 3 if score <= 2.7 else 2 if score <= 6 else 1 if score <= 17 else 0
    assert result.patients["level"].tolist() == [level]


def test_a_score_without_one_of_its_parts_is_not_computed():
    result = respond(
        "jadas10", (jadas(9, 80, 80, 60), jadas(0, 0, NAN, NAN)), (jadas(9, 9, 9, 9),) * 2
    )
    row = result.audit.query("patient == 'p0'").set_index("criterion").loc["inactive"]
    assert (row.met, row.reason) == (
        "not_assessable",
        "no value at this visit (parent_global, esr missing)",
    )


def test_no_evidence_of_disease_activity():
    first = {"edss": 2.0, "relapses": 0, "new_t2_lesions": 0, "enhancing_lesions": 0}
    result = respond(
        "neda3",
        (first, first),
        (first, {**first, "edss": 3.0}),  # up by exactly 1
        (first, {**first, "enhancing_lesions": 2, "new_t2_lesions": NAN}),
        (first, {**first, "new_t2_lesions": NAN}),
    )
    assert result.patients["neda_3"].tolist() == ["yes", "no", "no", "not_assessable"]
    told = result.audit.query("criterion == 'no_lesion'")["reason"].tolist()
    assert told == [
        "new t2 lesions, enhancing lesions absent",
        "new t2 lesions, enhancing lesions absent",
        "enhancing lesions present",
        "no value at this visit",
    ]


def test_a_fall_by_a_percentage():
    found = definition("sledai")
    down = {"kind": "down", "variable": "sledai", "percent": 50}
    found = {**found, "criteria": {"half": down}, "endpoints": {"half": {"all": ["half"]}}}
    pairs = [({"sledai": a}, {"sledai": b}) for a, b in ((8, 4), (8, 4.1), (0, 0), (NAN, 3))]
    result = respond("sledai", *pairs, definition=found)
    assert result.patients["half"].tolist() == ["yes", "no", "no", "not_assessable"]
    strict = {**found, "rules": {"zero_baseline": "not_assessable"}}
    again = respond("sledai", *pairs, definition=strict).patients["half"].tolist()
    assert again == ["yes", "no", "not_assessable", "not_assessable"]


@pytest.mark.parametrize(
    "place, change, message",
    [
        ("criteria", {"x": {"kind": "fell", "variable": "a", "at_least": 4}}, "found 'fell'"),
        ("criteria", {"x": {"kind": "fall", "variable": "a"}}, "criteria.x: .* exactly one"),
        ("criteria", {"x": {"kind": "fall", "at_least": 4}}, "criteria.x: variable is missing"),
        (
            "criteria",
            {"x": {"kind": "value", "variable": "a", "at_most": "crp"}},
            r"criteria.x.at_most: no limit 'crp'; choose from: none",
        ),
        ("criteria", {"x": {"kind": "all", "of": ["later"]}}, "no criterion 'later' above it"),
        ("criteria", {"x": {"kind": "value", "variabel": "a"}}, "unknown key variabel"),
        ("endpoints", {"e": {"all": ["sledai_4"]}}, "endpoints.e: no criterion 'sledai_4'"),
        ("endpoints", {"e": {}}, "endpoints.e: an endpoint needs exactly one; .*: all, any"),
        ("scores", {"s": {"formula": "das", "columns": {"a": "b"}}}, "unknown formula 'das'"),
        (
            "scores",
            {"s": {"formula": "jadas10", "columns": {"esr": "esr"}}},
            "needs other parts; choose from: joints, physician, parent, esr",
        ),
        ("levels", {"1": "good"}, "levels.1: no criterion or endpoint 'good'"),
        ("rules", {"missing": "impute"}, "found 'impute'; choose one of bounded, strict"),
        ("core_set", {"crp": "down"}, "found 'down'; choose one of lower, higher"),
    ],
)
def test_a_bad_definition_is_met_at_the_door(place, change, message):
    found = deepcopy(definition("sledai"))
    found[place] = {**found.get(place, {}), **change}
    with pytest.raises(StudyError, match=rf"^my\.yaml: .*{message}"):
        check_definition({"response": options("sledai")}, found, SCHEMA, "my.yaml")


def test_an_endpoint_or_limit_of_another_definition_is_refused():
    config = {"response": options("sledai", endpoint="primary")}
    with pytest.raises(
        StudyError, match="unknown endpoint 'primary'; choose one of sledai_4, modified"
    ):
        check_definition(config, definition("sledai"), SCHEMA, "sledai")
    with pytest.raises(StudyError, match="no limit 'esr' to replace"):
        parse(definition("sledai"), {"esr": 10})


def test_text_is_never_run():
    found = deepcopy(definition("sledai"))
    found["criteria"]["sledai_active"]["reason"] = "{value.__class__} {0} {limit!r} {value}"
    audit = respond("sledai", sledai(9, 4), definition=found).audit.set_index("criterion")
    assert audit.loc["sledai_active", "reason"] == "{value.__class__} {0} {limit!r} 9"
