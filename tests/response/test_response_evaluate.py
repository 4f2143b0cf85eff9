"""The stage as a whole: sources, labels, audit, order, errors."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from revertome.errors import StudyError
from revertome.response.evaluate import SOURCES, evaluate

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "gse65391_sle_blood"
DESIGN = {"baseline": "enrollment", "followup": "month6", "healthy": "healthy"}
ANAJIS = yaml.safe_load((ROOT / "config/response/anajis.yaml").read_text(encoding="utf-8"))
OPTIONS = {
    "definition": ANAJIS,
    "control": "",
    "source": "visits",
    "endpoint": "primary",
    "visit": "month1",
    "baseline_visit": "day1",
    "limits": {},
    "groups": [],
    "value": "",
    "activity": {"column": "sledai", "baseline_at_least": 6, "fall_at_least": 4},
}
SICK = {
    **dict(physician_global=60, parent_global=50, chaq=2, active_joints=10, limited_joints=8),
    **dict(esr=60, crp=80, temperature=39.5, fever_days=5, systemic_signs=1),
}
WELL = {
    **dict(physician_global=0, parent_global=0, chaq=0, active_joints=0, limited_joints=1),
    **dict(esr=8, crp=4, temperature=36.8, fever_days=0, systemic_signs=0),
}


def visits_sheet():
    """Four patients; p2 stays sick, p3 lacks the parent VAS, p4 never came to month1."""
    rows = []
    for number, later in enumerate([WELL, SICK, {**SICK, **WELL, "parent_global": np.nan}], 1):
        rows += [
            {"patient": f"p{number}", "visit": "day1", **SICK},
            {"patient": f"p{number}", "visit": "month1", **later},
        ]
    rows += [{"patient": "p4", "visit": "day1", **SICK}, {"patient": "p1", "visit": "month2"}]
    sheet = pd.DataFrame(rows)
    return sheet.assign(arm=sheet["patient"].map(dict(p1="drug", p2="sham", p3="drug", p4="sham")))


def samples(**columns):
    """Two samples of p1 to p4, one healthy child; text as categories, as in an h5ad."""
    obs = pd.DataFrame(
        {
            "patient": ["p1", "p1", "p2", "p2", "p3", "p3", "p4", "p4", "h1"],
            "visit": ["enrollment", "month6"] * 4 + [np.nan],
            "group": ["patient"] * 8 + ["healthy"],
            **columns,
        },
        index=[f"s{i}" for i in range(9)],
    )
    return obs.astype(dict.fromkeys(["patient", "visit", "group"], "category"))


def labels(result):
    return dict(zip(result.labels["patient"], result.labels["label"], strict=True))


def test_labels_levels_and_denominators_from_visits():
    result = evaluate(samples(), visits_sheet(), OPTIONS, DESIGN)
    assert labels(result) == {
        **dict(p1="responder", p2="nonresponder", p3="responder", p4="unlabelled"),
    }
    month1 = result.patients[result.patients["visit"] == "month1"].set_index("patient")
    assert month1["level"].tolist() == [100, 0, 100, pd.NA]
    assert month1["response"].tolist() == [
        *("responder", "nonresponder", "responder", "not_assessable"),
    ]
    assert month1["modified_100"].tolist() == ["yes", "no", "yes", "not_assessable"]
    row = result.trial.query("endpoint == 'primary' and visit == 'month1' and set == 'itt'")
    assert row[["arm", "responders", "n", "n_assessed"]].to_numpy().tolist() == [
        ["drug", 2, 2, 2],
        ["sham", 0, 2, 1],
    ]
    assert result.trial["visit"].unique().tolist() == ["month1", "month2"]
    # visits in which nothing was measured are not assessed
    assert (result.trial.query("visit == 'month2'")["n_assessed"] == 0).all()


def test_audit_gives_numbers_and_reasons():
    audit = evaluate(samples(), visits_sheet(), OPTIONS, DESIGN).audit
    assert not audit.duplicated(["patient", "visit", "criterion"]).any()
    row = audit[audit["visit"] == "month1"].set_index(["patient", "criterion"])
    esr = row.loc[("p1", "improved_30_esr")]
    assert (esr.baseline, esr.value, esr.met) == (60, 8, "yes")
    assert esr.change == pytest.approx(-52 / 60)
    assert esr.reason == "60 to 8, down 86.7%"
    fever = row.loc[("p2", "temperature_normal")]
    assert fever.reason == "highest temperature 39.5 (fever from 38)"
    assert np.isnan(fever.change)  # a percentage of a temperature means nothing
    assert row.loc[("p1", "crp_normal_or_halved")].reason == "4 is normal (limit 6)"
    parent = row.loc[("p3", "improved_30_parent_global")]
    assert (parent.met, parent.reason) == ("not_assessable", "no value at this visit")
    assert row.loc[("p3", "acr_pedi_30")].reason == (
        "5 of 6 improved by at least 30% (3 needed), 0 worsened by more than 30% (1 allowed), "
        "1 not assessable"
    )
    assert row.loc[("p2", "primary")].reason.startswith("not met: acr_pedi_30, no_fever_days, ")
    assert row.loc[("p4", "primary")].reason == "the patient has no such visit"
    assert set(audit["met"]) == {"yes", "no", "not_assessable"}


def test_a_baseline_of_zero_is_explained():
    sheet = visits_sheet()
    sheet.loc[sheet["visit"] == "day1", "limited_joints"] = 0
    audit = evaluate(samples(), sheet, OPTIONS, DESIGN).audit
    row = audit.query("visit == 'month1' and patient == 'p1'").set_index("criterion")
    assert row.loc["worsened_30_limited_joints", "met"] == "yes"
    assert row.loc["improved_30_limited_joints", "met"] == "no"
    assert row.loc["improved_30_limited_joints", "reason"] == (
        "0 to 1: no percentage of a baseline of 0, a rise from 0 counts as worsened"
    )


def test_order_of_rows_changes_nothing():
    ordered = evaluate(samples(), visits_sheet(), OPTIONS, DESIGN)
    shuffled = evaluate(
        samples().sample(frac=1, random_state=2),
        visits_sheet().sample(frac=1, random_state=1),
        OPTIONS,
        DESIGN,
    )
    for name in ("patients", "audit", "trial", "labels", "continuous"):
        pd.testing.assert_frame_equal(
            getattr(ordered, name), getattr(shuffled, name), check_exact=True
        )


def test_columns_that_only_other_endpoints_need_may_be_absent():
    sheet = visits_sheet().drop(columns=["crp", "temperature"])
    result = evaluate(samples(), sheet, {**OPTIONS, "endpoint": "acr_pedi_50"}, DESIGN)
    assert labels(result)["p1"] == "responder"
    month1 = result.patients.query("visit == 'month1'").set_index("patient")
    assert month1["primary"].tolist() == ["not_assessable", "no", *["not_assessable"] * 2]


def test_fall_of_an_activity_score():
    scores = [10, 4, 10, 7, 5, 0, 8, np.nan, np.nan]
    obs = samples(sledai=scores, arm=["a", "a", "b", "b", "a", "a", "b", "b", np.nan])
    result = evaluate(obs, pd.DataFrame(), {**OPTIONS, "source": "activity"}, DESIGN)
    assert labels(result) == {
        **dict(p1="responder", p2="nonresponder", p3="unlabelled", p4="unlabelled"),
    }
    audit = result.audit.set_index("patient")
    assert audit["change"].tolist() == pytest.approx([-0.6, -0.3, -1.0, np.nan], nan_ok=True)
    assert audit.loc["p3", "reason"] == "sledai 5 at baseline, at least 6 needed to be judged"
    assert audit.loc["p4", "reason"] == "no sledai at month6"
    for _, rows in result.trial.groupby("set"):
        assert rows[["arm", "responders", "n"]].to_numpy().tolist() == [["a", 1, 1], ["b", 0, 1]]


def test_ready_made_labels():
    given = ["responder", np.nan, "nonresponder", "nonresponder", *[np.nan] * 5]
    result = evaluate(
        samples(response=given), pd.DataFrame(), {**OPTIONS, "source": "column"}, DESIGN
    )
    assert labels(result) == {
        **dict(p1="responder", p2="nonresponder", p3="unlabelled", p4="unlabelled"),
    }
    assert result.audit["met"].tolist() == ["yes", "no", "not_assessable", "not_assessable"]
    assert result.trial.empty and list(result.trial)[:3] == ["endpoint", "visit", "arm"]


def test_without_a_response_every_patient_is_treated():
    result = evaluate(samples(), pd.DataFrame(), {**OPTIONS, "source": "none"}, DESIGN)
    assert labels(result) == dict.fromkeys(["p1", "p2", "p3", "p4"], "treated")
    assert result.patients["response"].tolist() == ["treated"] * 4
    assert result.audit.empty and result.trial.empty


def other(**changed):
    return {**OPTIONS, **changed}


ACTIVITY = {"source": "activity"}
SHEET = visits_sheet()


@pytest.mark.parametrize(
    "obs, sheet, options, message",
    [
        (samples(), SHEET.drop(columns=["chaq", "crp"]), OPTIONS, r"missing column\(s\) chaq, crp"),
        (samples(), SHEET[:0], OPTIONS, "has no visits sheet"),
        (samples(), SHEET, other(visit="month9"), "'month9' .* day1, month1, month2"),
        (samples(), SHEET, other(baseline_visit=""), "response.baseline_visit: visit 'enrollment'"),
        (samples(), SHEET, other(visit="day1"), "also the baseline visit"),
        (samples(), SHEET, other(endpoint="acr"), "unknown endpoint 'acr'; choose one of"),
        (samples(), SHEET, other(source="sheet"), "unknown source 'sheet'; choose one of"),
        (samples(), SHEET, other(visit="month2"), "no patient is labelled"),
        (samples(), pd.concat([SHEET] * 2), OPTIONS, "'p1' has two rows for visit 'day1'"),
        (samples(), None, other(**ACTIVITY), "no column 'sledai' in the sample sheet"),
        (samples(sledai=["x"] * 9), None, other(**ACTIVITY), "'p1' at 'enrollment': found 'x'"),
        (samples(sledai=[1] * 9), None, other(**ACTIVITY), "no patient is labelled"),
        (samples(), None, other(source="column"), "there is no column 'response'"),
        (samples(response=["good"] * 9), None, other(source="column"), "'p1': found 'good'"),
        (
            samples(response=["CR", "NR", "CR"] * 3),
            None,
            other(source="column"),
            r"in intake.fields.response: \{field: <column>, values: \{CR: ..., NR: ...\}\}",
        ),
        (
            samples(response=["responder", "nonresponder", *[np.nan] * 7]),
            None,
            other(source="column"),
            "'p1' is a responder in one row and a nonresponder in another",
        ),
    ],
)
def test_faults_of_the_input_are_named(obs, sheet, options, message):
    with pytest.raises(StudyError, match=message):
        evaluate(obs, sheet, options, DESIGN)


def test_patient_ids_that_do_not_match_leave_no_label():
    sheet = visits_sheet().assign(patient=lambda rows: "child_" + rows["patient"])
    with pytest.raises(StudyError, match="4 patients have samples, 4 have a clinical record, 3 "):
        evaluate(samples(), sheet, OPTIONS, DESIGN)


def test_the_schema_offers_what_the_library_knows():
    path = ROOT / "workflow" / "schemas" / "config.schema.yaml"
    schema = yaml.safe_load(path.read_text(encoding="utf-8"))["properties"]["response"]
    assert schema["properties"]["source"]["enum"] == list(SOURCES)
    assert schema["properties"]["definition"]["default"] == "anajis"


@pytest.mark.real
@pytest.mark.skipif(not DATA.exists(), reason=f"no public data at {DATA}")
def test_lupus_patients_by_the_fall_of_sledai():
    """The data's own labels: first SLEDAI >= 6, fall >= 4: 56 responders, 23 non-responders."""
    sheet = pd.read_csv(DATA / "labels_first_last_healthy.tsv", sep="\t")
    sheet = sheet.rename(columns={"subject": "patient", "visit": "number", "timepoint": "visit"})
    obs = sheet.assign(group=np.where(sheet["disease"] == "Healthy", "healthy", "patient"))
    design = {"baseline": "first", "followup": "last", "healthy": "healthy"}
    found = evaluate(obs, pd.DataFrame(), other(**ACTIVITY), design).labels
    expected = obs[obs["group"] == "patient"].groupby("patient")["response_sledai4"].first()
    assert (found["label"] == expected.fillna("unlabelled").loc[found["patient"]].to_numpy()).all()
    counts = found["label"].value_counts()
    assert (counts["responder"], counts["nonresponder"]) == (56, 23)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"visit": "", "baseline_visit": ""},
         "no row of response.baseline_visit: 'enrollment' and response.visit: 'month6', so that"),
        ({"visit": "month1", "baseline_visit": "Day 1"}, "baseline_visit: 'Day 1', so that"),
    ],
)  # fmt: skip
def test_visits_of_other_names_are_told(names, told):
    with pytest.warns(UserWarning, match=told) as said:
        evaluate(samples(), visits_sheet(), {**OPTIONS, "source": "none", **names}, DESIGN)
    assert "it has 'day1', 'month1'" in str(said[0].message)
