"""The flow of patients by hand."""

import numpy as np
import pandas as pd

from revertome.association.patient_flow import patient_flow

DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy"}
VISITS = pd.DataFrame(
    [
        *[(p, arm, "day1", 1) for p, arm in zip("abcd", ["x", "x", "y", "y"], strict=True)],
        *[(p, arm, "month2", 1) for p, arm in (("a", "x"), ("b", "x"), ("c", "y"))],
        ("a", "x", "month12", 1),
    ],
    columns=["patient", "arm", "visit", "treated"],
)
VISITS.loc[3, "treated"] = 0
SAMPLES = pd.DataFrame(
    [
        ("a", "before", "patient", True),
        ("a", "after", "patient", True),
        ("b", "before", "patient", True),
        ("b", "after", "patient", False),
        ("c", "before", "patient", True),
        ("h", np.nan, "healthy", True),
    ],
    columns=["patient", "visit", "group", "used"],
)
LABELS = pd.DataFrame({"patient": list("abc"), "label": ["responder"] * 2 + ["nonresponder"]})
NAMES = ["change_all", "change_responders", "change_nonresponders", "interaction", "disease"]
NAMES += ["residual_responders", "own", "baseline", "change_with_crp"]
CONTRASTS = pd.DataFrame({"contrast": NAMES, "n_samples": 5, "n_patients": 4, "n_pairs": 1})


def counted(visits=VISITS, baseline="day1"):
    table = patient_flow(SAMPLES, visits, CONTRASTS, LABELS, DESIGN, baseline)
    return table, table.astype({"detail": object}).fillna({"detail": ""}).set_index(
        ["stage", "detail", "arm"]
    )


def test_every_stage_by_arm():
    table, at = counted()
    patients = at["n_patients"].to_dict()
    assert [patients["randomised", "day1", arm] for arm in ("all", "x", "y")] == [4, 2, 2]
    assert [patients["treated", "", arm] for arm in ("all", "x", "y")] == [3, 2, 1]
    assert [patients["visit reached", "month2", arm] for arm in ("all", "x", "y")] == [3, 2, 1]
    visits = table.loc[table["stage"] == "visit reached", "detail"].drop_duplicates()
    assert visits.tolist() == ["month2", "month12"]  # in the order of time
    # arms of the samples come from the visits sheet
    assert [patients["blood drawn", "after", arm] for arm in ("all", "x")] == [2, 2]
    assert [patients["passed QC", "after", arm] for arm in ("all", "x")] == [1, 1]
    assert ("passed QC", "after", "y") not in patients
    assert patients["blood drawn", "", "healthy"] == 1
    pair = at.loc[("complete pair", "before and after", "all")]
    assert pair[["n_patients", "n_samples", "n_pairs"]].tolist() == [1, 2, 1]


def test_an_arm_called_all_is_not_everybody():
    table, _ = counted(VISITS.assign(arm=VISITS["arm"].replace("x", "all")))
    at = table[table["stage"].eq("randomised")].set_index("arm")["n_patients"]
    assert at.to_dict() == {"all": 4, "all (its name)": 2, "y": 2}


def test_who_is_compared_in_each_contrast():
    """Used are a before and after, b and c before, one healthy person."""
    table = counted()[0].query("stage == 'contrast'").set_index("detail")
    counts = table[["n_patients", "n_samples", "n_pairs"]].astype(object)
    assert counts.loc["change_all"].tolist() == [1, 2, 1]
    assert counts.loc["change_responders"].tolist() == [1, 2, 1]
    assert counts.loc["change_nonresponders"].tolist() == [0, 0, 0]
    assert counts.loc["interaction"].tolist() == [1, 2, 1]
    assert counts.loc["disease", ["n_patients", "n_samples"]].tolist() == [4, 4]
    assert counts.loc["residual_responders", ["n_patients", "n_samples"]].tolist() == [2, 2]
    assert counts.loc["own", ["n_patients", "n_samples"]].tolist() == [4, 5]
    # a and b respond, c does not: three samples before treatment.
    assert counts.loc["baseline", ["n_patients", "n_samples"]].tolist() == [3, 3]
    assert counts.loc["change_with_crp"].tolist() == [1, 2, 1]
    assert table.loc["disease", "note"] == "model of 5 samples of 4 people"


def test_what_is_not_recorded_is_not_guessed():
    _, at = counted(VISITS.drop(columns="treated"))
    row = at.loc[("treated", "", "all")]
    assert pd.isna(row["n_patients"])
    assert row["note"] == "no column 'treated' in the visits sheet"
    _, at = counted(VISITS[:0], "")
    assert at.loc[("randomised", "", "all"), "n_patients"] is pd.NA
    assert "visit reached" not in at.index.get_level_values("stage")


def test_a_contrast_without_a_fit_says_why_and_is_not_called_withheld():
    why = "no control at after: placebo was without the drug until month1 only"
    models = pd.DataFrame(
        [("change_all", 5, 4, 1, "~ 0 + cell", np.nan), ("drug_effect", *[np.nan] * 4, why)],
        columns=["contrast", "n_samples", "n_patients", "n_pairs", "formula", "dropped"],
    )
    found = patient_flow(SAMPLES, VISITS, models, LABELS, DESIGN, "day1").set_index("detail")
    assert found.loc["drug_effect", "note"] == f"not fitted: {why}"
    assert found.loc["change_all", "note"] == "model of 5 samples of 4 people"


def test_blood_is_counted_at_every_visit():
    between = pd.DataFrame([("a", "between", "patient", True), ("c", "between", "patient", True)],
                           columns=SAMPLES.columns)  # fmt: skip
    design = DESIGN | {"followup": "after", "followups": ["between", "after"]}
    samples = pd.concat([SAMPLES, between], ignore_index=True)
    found = patient_flow(samples, VISITS, CONTRASTS, LABELS, design, "day1")
    drawn = found[found["stage"].eq("blood drawn") & found["arm"].eq("all")]
    assert drawn[["detail", "n_patients"]].to_numpy().tolist() == [
        ["before", 3], ["between", 2], ["after", 2],
    ]  # fmt: skip
    pair = found[found["stage"].eq("complete pair") & found["arm"].eq("all")]
    assert pair[["n_patients", "n_samples"]].to_numpy().tolist() == [[1, 2]]
