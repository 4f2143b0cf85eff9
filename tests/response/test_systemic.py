"""Systemic conditions and endpoints: hand-worked patients."""

import numpy as np
import pandas as pd
import pytest

from revertome.errors import StudyError
from revertome.response import systemic
from revertome.response.acr_pedi import CORE
from revertome.response.course import follow
from revertome.response.endpoints import VARIABLES, columns_of, endpoints, judge, level_reached

NAN = np.nan
LIMITS = {"crp": 6, "esr": 10, "temperature": 38}
SICK = {
    **dict(physician_global=60, parent_global=50, chaq=2, active_joints=10, limited_joints=8),
    **dict(esr=60, crp=80, temperature=39.5, fever_days=5, systemic_signs=1),
}
WELL = {
    **dict(physician_global=10, parent_global=10, chaq=0.2, active_joints=1, limited_joints=1),
    **dict(esr=8, crp=4, temperature=36.8, fever_days=0, systemic_signs=0),
}


def answer(series):
    return [None if entry is pd.NA else bool(entry) for entry in series]


def met(before=(), **after):
    """Endpoints of one patient, sick at day1 and well at month1 but for the values given."""
    rows = [{**SICK, **dict(before), "visit": "day1"}, {**WELL, **after, "visit": "month1"}]
    verdicts = judge(follow(pd.DataFrame(rows).assign(patient="p"), "day1", VARIABLES), LIMITS)
    result = endpoints(verdicts).iloc[0]
    named = dict(zip(result.index, answer(result), strict=True))
    return {**named, "level": level_reached(verdicts).iloc[0]}


@pytest.mark.parametrize(
    "baseline, value, expected",
    [
        (80, 6, True),  # normal: the limit itself is normal
        (5, 6, True),  # normal already and still normal, though it rose
        (80, 40, True),  # exactly half
        (80, 40.1, False),
        (0, 7, False),  # above the limit from 0
        (0, 6, True),
        (NAN, 5, True),  # normal needs no baseline
        (NAN, 20, None),
        (80, NAN, None),
    ],
)
def test_normal_or_halved(baseline, value, expected):
    pair = pd.Series([baseline], dtype=float), pd.Series([value], dtype=float)
    assert answer(systemic.normal_or_halved(*pair, 6)) == [expected]


def test_fever_signs_and_low_crp():
    temperature = pd.Series([37.9, 38.0, 39.1, NAN])
    assert answer(systemic.temperature_normal(temperature, 38)) == [True, False, False, None]
    assert answer(systemic.no_fever_days(pd.Series([0.0, 1.0, NAN]))) == [True, False, None]
    assert answer(systemic.no_systemic_signs(pd.Series([0.0, 1.0, NAN]))) == [True, False, None]
    assert answer(systemic.crp_below_15(pd.Series([14.9, 15.0, NAN]))) == [True, False, None]


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
    nothing = dict.fromkeys(CORE, NAN)
    assert met(**nothing)["acr_pedi_30"] is None
    assert met(**nothing)["level"] is pd.NA


def test_columns_needed():
    assert columns_of("acr_pedi_70") == list(CORE)
    assert columns_of("modified_50") == [
        *(*CORE, "fever_days", "temperature", "systemic_signs", "crp")
    ]
    with pytest.raises(StudyError, match="unknown endpoint 'acr30'; choose one of primary, acr_pe"):
        columns_of("acr30")
