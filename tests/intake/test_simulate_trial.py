"""Patients and clinical course of the simulated trial, against a check written out by hand."""

import pytest

from revertome.simulate import plan, visits
from revertome.simulate.patients import OUTCOMES, responders

CORE = ["physician_global", "parent_global", "chaq", "active_joints", "limited_joints", "esr"]
SEEDS = [17590, *range(20)]


@pytest.fixture(scope="module", params=SEEDS)
def trial(request):
    people = plan(request.param, 22)
    return people, visits(people, request.param)


def core_met(day1, later, level):
    """ACR Pedi by counting, one component after the other."""
    better = worse = 0
    for name in CORE:
        before, after = day1[name], later[name]
        better += before > 0 and (before - after) * 100 >= level * before
        worse += after * 10 > before * 13
    return better >= 3 and worse <= 1


def judged(day1, later):
    """Every row of Table 2."""
    fever_free = later["fever_days"] == 0 and later["temperature"] < 38
    systemic = (
        fever_free
        and later["systemic_signs"] == 0
        and (later["crp"] <= 6 or 2 * later["crp"] <= day1["crp"])
        and (later["esr"] <= 10 or 2 * later["esr"] <= day1["esr"])
    )
    acr30 = core_met(day1, later, 30)
    return {
        "primary": acr30 and systemic,
        "acr_pedi_30": acr30,
        "no_fever": acr30 and fever_free,
        "no_fever_crp15": acr30 and fever_free and later["crp"] < 15,
        "modified_50": systemic and core_met(day1, later, 50),
        "modified_70": systemic and core_met(day1, later, 70),
        "modified_100": systemic and core_met(day1, later, 100),
    }


def verdicts(course, visit):
    """(patient, arm, row of Table 2) -> met."""
    records = {(r["patient"], r["visit"]): r for r in course.to_dict("records")}
    return {
        patient: (record["arm"], judged(records[patient, "day1"], record))
        for (patient, name), record in records.items()
        if name == visit
    }


def count(course, visit, arm, row):
    return sum(bool(met[row]) for a, met in verdicts(course, visit).values() if a == arm)


def test_month_1_gives_table_2(trial):
    _, course = trial
    expected = {
        "primary": (8, 1),
        "acr_pedi_30": (11, 7),
        "no_fever": (11, 6),
        "no_fever_crp15": (10, 3),
        "modified_50": (7, 0),
        "modified_70": (5, 0),
        "modified_100": (0, 0),
    }
    found = {
        row: tuple(count(course, "month1", arm, row) for arm in ("anakinra", "placebo"))
        for row in expected
    }
    assert found == expected


def test_nine_of_the_ten_who_switch_respond_at_month_2(trial):
    _, course = trial
    switched = course[(course["visit"] == "month2") & (course["arm"] == "placebo")]
    assert len(switched) == 10
    assert count(course, "month2", "placebo", "primary") == 9


def test_month_6_is_as_planned(trial):
    people, course = trial
    found = {patient: met["primary"] for patient, (_, met) in verdicts(course, "month6").items()}
    planned = dict(zip(people["patient"], responders(people), strict=True))
    assert found == {patient: planned[patient] for patient in found}
    assert (sum(found.values()), len(found)) == (14, 20)
    pair = people["enrollment_sample"] & people["month6_sample"]
    good = responders(people)
    assert ((pair & good).sum(), (pair & ~good).sum()) == (12, 5)
    assert people.loc[people["group"] == "patient", "enrollment_sample"].sum() == 23


def test_a_stopped_patient_has_no_later_visit(trial):
    people, course = trial
    order = ["day1", "month1", "month2", "month6"]
    for _, rows in course.groupby("patient"):
        assert list(rows["visit"]) == order[: len(rows)]
    stopped = set(people.loc[people["group"] == "patient", "patient"]) - set(
        course.loc[course["visit"] == "month6", "patient"]
    )
    assert len(stopped) == 4
    assert not people.loc[people["patient"].isin(stopped), "month6_sample"].any()


def test_day_1_resembles_table_1(trial):
    """Means and SDs of 12 patients within a fourth of Table 1 (ESR, CRP, steroid, age)."""
    people, course = trial
    day1 = course[course["visit"] == "day1"].set_index("patient")
    assert (day1["arm"].value_counts() == 12).all()
    table = day1.join(people.set_index("patient")[["sex", "age"]]).groupby("arm")
    assert (table["sex"].apply(lambda sex: (sex == "female").sum())).to_dict() == {
        "anakinra": 7,
        "placebo": 8,
    }
    assert (table["fever_days"].apply(lambda days: (days > 0).sum())).to_dict() == {
        "anakinra": 4,
        "placebo": 5,
    }
    means = {
        "crp": (66, 84),
        "esr": (44, 57),
        "steroid_dose": (0.52, 0.66),
        "age": (9.5, 7.5),
        "active_joints": (16, 16),
        "chaq": (1.67, 1.44),
    }
    for name, expected in means.items():
        assert table[name].mean().tolist() == pytest.approx(expected, rel=0.25)
    for name, expected in {"esr": (23, 28), "age": (5.2, 3.7)}.items():
        assert table[name].std().tolist() == pytest.approx(expected, rel=0.4)


def test_values_are_those_a_clinic_records(trial):
    _, course = trial
    assert course.notna().all(axis=None)
    assert not course.duplicated(["patient", "visit"]).any()
    day1 = course[course["visit"] == "day1"]
    assert (day1[CORE] == 0).sum().sum() == 2  # a limited_joints of 0, in two patients
    assert (day1["limited_joints"] == 0).sum() == 2
    whole = ["physician_global", "parent_global", "active_joints", "limited_joints", "esr", "crp"]
    assert (course[whole] % 1 == 0).all(axis=None)
    assert (course["chaq"] % 0.125 == 0).all()
    limits = {"physician_global": 100, "parent_global": 100, "chaq": 3, "temperature": 41}
    for name, most in limits.items():
        assert course[name].between(0, most).all()
    means = course.groupby("visit").mean(numeric_only=True)
    assert means.loc["day1", "neutrophils"] > 1.4 * means.loc["month6", "neutrophils"]
    assert means.loc["day1", "steroid_dose"] > 1.5 * means.loc["month6", "steroid_dose"]


def test_all_kinds_of_outcome_occur():
    seen = set()
    for seed in SEEDS:
        seen |= set(plan(seed, 3)[["month1", "month2", "month6"]].stack())
    assert seen == set(OUTCOMES)


def test_batches_hold_every_group(trial):
    people, _ = trial
    share = (people["batch"] == "B2").groupby(people["group"]).mean()
    assert share.between(0.4, 0.5).all()
    for visit in ("month1", "month6"):
        moved = people["batch"] != people[f"batch_{visit}"]
        assert moved.sum() == 3
        assert people.loc[moved, f"{visit}_sample"].all()


def test_one_sample_of_each_arm_is_missing_at_month_1(trial):
    people, _ = trial
    lost = people[(people["group"] == "patient") & ~people["month1_sample"]]
    assert dict(zip(lost["arm"], responders(lost, "month1"), strict=True)) == {
        "anakinra": True,
        "placebo": False,
    }
    assert not people.loc[people["group"] == "healthy", "month1_sample"].any()
