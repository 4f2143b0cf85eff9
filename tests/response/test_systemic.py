"""Systemic conditions and endpoints of the ANAJIS trial: hand-worked patients."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from revertome.response.course import follow
from revertome.response.definition import parse
from revertome.response.judge import endpoints, judge, level_reached

NAN = np.nan
FILE = Path(__file__).parents[2] / "config" / "response" / "anajis.yaml"
FOUND = yaml.safe_load(FILE.read_text(encoding="utf-8"))
DEFINITION = parse(FOUND)
SICK = {
    **dict(physician_global=60, parent_global=50, chaq=2, active_joints=10, limited_joints=8),
    **dict(esr=60, crp=80, temperature=39.5, fever_days=5, systemic_signs=1),
}
WELL = {
    **dict(physician_global=10, parent_global=10, chaq=0.2, active_joints=1, limited_joints=1),
    **dict(esr=8, crp=4, temperature=36.8, fever_days=0, systemic_signs=0),
}


def answer(verdict):
    return None if verdict is pd.NA else bool(verdict)


def judged(before=(), definition=DEFINITION, **after):
    """Criteria of one patient, sick at day1 and well at month1 but for the values given."""
    rows = [{**SICK, **dict(before), "visit": "day1"}, {**WELL, **after, "visit": "month1"}]
    sheet = pd.DataFrame(rows).assign(patient="p")
    return judge(follow(sheet, "day1", definition.variables()), definition)


def met(before=(), **after):
    """Endpoints of one patient."""
    verdicts = judged(before, **after)
    result = endpoints(verdicts, DEFINITION)
    named = {name: answer(found.met.iloc[0]) for name, found in result.items()}
    level = level_reached(verdicts, result, DEFINITION.levels)
    return {**named, "level": level.iloc[0]}


@pytest.mark.parametrize(
    "baseline, value, expected, reason",
    [
        (80, 6, True, "6 is normal (limit 6)"),  # the limit itself is normal
        (5, 6, True, "6 is normal (limit 6)"),  # normal already and still, though it rose
        (80, 40, True, "above the limit 6: 80 to 40, down 50.0%"),  # exactly half
        (80, 40.1, False, "above the limit 6: 80 to 40.1, down 49.9%"),
        (0, 7, False, "7 is above the limit 6 from a baseline of 0"),
        (0, 6, True, "6 is normal (limit 6)"),
        (NAN, 5, True, "5 is normal (limit 6)"),  # normal needs no baseline
        (NAN, 20, None, "above the limit 6: 20, no baseline value"),
        (80, NAN, None, "no value at this visit"),
    ],
)
def test_normal_or_halved(baseline, value, expected, reason):
    found = judged({"crp": baseline}, crp=value)["crp_normal_or_halved"]
    assert answer(found.met.iloc[0]) is expected
    assert found.reason == [reason]


@pytest.mark.parametrize(
    "criterion, variable, value, expected",
    [
        ("temperature_normal", "temperature", 37.9, True),
        ("temperature_normal", "temperature", 38.0, False),  # fever is 38 and more
        ("temperature_normal", "temperature", NAN, None),
        ("no_fever_days", "fever_days", 0, True),
        ("no_fever_days", "fever_days", 1, False),
        ("no_fever_days", "fever_days", NAN, None),
        ("no_systemic_signs", "systemic_signs", 0, True),
        ("no_systemic_signs", "systemic_signs", 1, False),
        ("no_systemic_signs", "systemic_signs", NAN, None),
        ("crp_below_15", "crp", 14.9, True),
        ("crp_below_15", "crp", 15, False),
        ("crp_below_15", "crp", NAN, None),
    ],
)
def test_fever_signs_and_low_crp(criterion, variable, value, expected):
    found = judged(**{variable: value})[criterion]
    assert answer(found.met.iloc[0]) is expected
    assert (found.reason == ["no value at this visit"]) is (expected is None)


def test_a_patient_who_is_well_meets_every_endpoint_below_100():
    result = met()
    assert result.pop("level") == 70  # 83, 80, 90, 90, 87.5 and 87% down: two reach 90
    no = {"acr_pedi_90", "acr_pedi_100", "modified_100"}
    assert {name for name, verdict in result.items() if verdict is not True} == no


@pytest.mark.parametrize(
    "change, lost",
    [
        ({"temperature": 38.2}, {"primary", "no_fever", "crp15", "modified"}),
        ({"fever_days": 1}, {"primary", "no_fever", "crp15", "modified"}),
        ({"systemic_signs": 1}, {"primary", "modified"}),
        ({"crp": 41}, {"primary", "crp15", "modified"}),
        ({"crp": 20}, {"crp15"}),  # down by three quarters, not below 15
        ({"esr": 31}, {"primary", "modified"}),
        ({"esr": 30}, set()),
    ],
)
def test_each_systemic_condition_is_needed_where_it_belongs(change, lost):
    result = met(**change)
    names = {
        "primary": "primary",
        "no_fever": "acr_pedi_30_no_fever",
        "crp15": "acr_pedi_30_no_fever_crp15",
        "modified": "modified_50",
    }
    assert {short for short, name in names.items() if result[name] is False} == lost
    assert result["acr_pedi_30"] is True


def test_esr_normal_at_baseline_counts_in_both_places():
    """ESR 8 to 9: no improvement in the core set, normal in the systemic condition."""
    result = met(before={"esr": 8}, esr=9)
    assert result["primary"] is True
    result = met(before={"esr": 8}, esr=9, physician_global=60, parent_global=50, chaq=2)
    assert result["acr_pedi_30"] is False  # joints alone: two of six improved


def test_a_missing_condition_is_not_assessable_unless_another_one_fails():
    assert met(crp=NAN)["primary"] is None
    assert met(crp=NAN, systemic_signs=1)["primary"] is False
    assert met(temperature=NAN)["acr_pedi_30"] is True
    nothing = dict.fromkeys(DEFINITION.core_set, NAN)
    assert met(**nothing)["acr_pedi_30"] is None
    assert met(**nothing)["level"] is pd.NA


def test_columns_needed():
    core = list(DEFINITION.core_set)
    assert DEFINITION.needed("acr_pedi_70") == core
    assert DEFINITION.needed("modified_50") == [
        *(*core, "fever_days", "temperature", "systemic_signs", "crp")
    ]


def test_a_study_replaces_limits():
    stricter = parse(FOUND, {"crp": 3, "temperature": 37.5})
    found = judged({"crp": 5}, stricter, crp=4, temperature=37.6)
    assert answer(found["crp_normal_or_halved"].met.iloc[0]) is False
    assert found["temperature_normal"].reason == ["highest temperature 37.6 (fever from 37.5)"]
    assert answer(found["temperature_normal"].met.iloc[0]) is False
