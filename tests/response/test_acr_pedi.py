"""ACR Pedi: hand-worked patients."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from revertome.response.core_set import improved, worsened
from revertome.response.course import follow, relative_change
from revertome.response.definition import parse
from revertome.response.judge import judge

NAN = np.nan
FILE = Path(__file__).parents[2] / "config" / "response" / "acr_pedi.yaml"
FOUND = yaml.safe_load(FILE.read_text(encoding="utf-8"))
CORE = ["physician_global", "parent_global", "chaq", "active_joints", "limited_joints", "esr"]
LEVELS = (30, 50, 70, 90, 100)


def verdict(baseline, value, level=30, **rules):
    """Verdict on one patient, from six values in the order of CORE: True, False or None."""
    return verdicts([baseline], [value], level, **rules)[0]


def verdicts(baselines, values, level=30, **rules):
    """Verdicts on many patients at once."""
    definition = parse({**FOUND, "rules": rules})
    sheet = pd.DataFrame([*baselines, *values], columns=CORE, dtype=float)
    patients = [f"p{i:03d}" for i in range(len(values))]
    sheet = sheet.assign(patient=patients * 2, visit=np.repeat(["before", "after"], len(values)))
    answers = judge(follow(sheet, "before", CORE), definition)[f"acr_pedi_{level}"].met
    return [None if answer is pd.NA else bool(answer) for answer in answers]


def single(rule, baseline, value, *level):
    answer = rule(pd.Series([baseline], dtype=float), pd.Series([value], dtype=float), *level)
    return None if answer.iloc[0] is pd.NA else bool(answer.iloc[0])


@pytest.mark.parametrize(
    "baseline, value, level, expected",
    [
        (50, 35, 30, True),  # exactly 30% counts
        (1.5, 1.05, 30, True),  # exactly 30%, not exact in binary
        (50, 35.1, 30, False),
        (60, 30, 50, True),
        (60, 18, 70, True),
        (1.1, 0.11, 90, True),
        (20, 0, 100, True),
        (20, 1, 100, False),
        (0, 0, 30, False),  # nothing left to improve
        (0, 5, 30, False),
        (NAN, 5, 30, None),
        (50, NAN, 30, None),
    ],
)
def test_improvement_of_one_variable(baseline, value, level, expected):
    assert single(improved, baseline, value, level) is expected


@pytest.mark.parametrize(
    "baseline, value, expected",
    [
        (10, 13, False),  # exactly 30% is not more than 30%
        (1.0, 1.3, False),  # 0.30000000000000004 in binary
        (0.7, 0.91, False),
        (10, 13.1, True),
        (10, 7, False),
        (0, 0, False),
        (0, 0.125, True),  # a rise from 0
        (NAN, 3, None),
        (3, NAN, None),
    ],
)
def test_worsening_of_one_variable(baseline, value, expected):
    assert single(worsened, baseline, value) is expected


def test_change_is_undefined_at_a_baseline_of_zero():
    change = relative_change(pd.Series([0.0, 0.0, 40.0, NAN]), pd.Series([0.0, 3.0, 10.0, 1.0]))
    assert change.isna().tolist() == [True, True, False, True]
    assert change[2] == -0.75


def test_three_of_six_are_needed():
    baseline = [60, 50, 2, 10, 8, 40]
    assert verdict(baseline, [42, 35, 1.4, 10, 8, 40]) is True
    assert verdict(baseline, [42, 35, 1.5, 10, 8, 40]) is False


def test_one_may_worsen_and_two_may_not():
    baseline = [60, 50, 2, 10, 10, 40]
    assert verdict(baseline, [6, 5, 0.2, 1, 14, 40]) is True
    assert verdict(baseline, [6, 5, 0.2, 1, 14, 60]) is False
    assert verdict(baseline, [6, 5, 0.2, 1, 13, 60]) is True  # joints exactly 30% worse


def test_levels_raise_the_improvement_and_keep_the_worsening_rule():
    baseline = [100, 100, 1, 10, 10, 100]
    value = [8, 25, 0, 4, 10, 131]  # down 92, 75, 100, 60, 0%; ESR up 31%
    assert [verdict(baseline, value, level) for level in LEVELS] == [True, True, True, False, False]
    two_worse = [8, 25, 0, 4, 14, 131]
    assert [verdict(baseline, two_worse, level) for level in LEVELS] == [False] * 5
    assert verdict(baseline, [0, 0, 0, 10, 10, 100], 100) is True


def test_baselines_of_zero():
    baseline = [50, 40, 0, 10, 0, 30]
    assert verdict(baseline, [20, 20, 0, 5, 0, 30]) is True  # three of the other four improve
    assert verdict(baseline, [20, 20, 0, 10, 0, 30]) is False  # 0 to 0 is not an improvement
    assert verdict(baseline, [20, 20, 0.5, 5, 0, 30]) is True  # one rise from 0: one worsened
    assert verdict(baseline, [20, 20, 0.5, 5, 1, 30]) is False  # two rises from 0


def test_rules_for_baselines_of_zero():
    baseline, value = [50, 40, 0, 10, 0, 30], [20, 20, 0.5, 5, 1, 30]  # two rises from 0
    assert verdict(baseline, value, zero_baseline="worsened") is False
    assert verdict(baseline, value, zero_baseline="ignored") is True
    assert verdict(baseline, value, zero_baseline="not_assessable") is None
    # three of the four others improve, and 0 stays 0: nothing can have worsened
    value = [20, 20, 0, 5, 0, 30]
    assert verdict(baseline, value, zero_baseline="not_assessable") is True
    assert verdict(baseline, [50, 40, 0, 10, 0, 30], zero_baseline="ignored") is False


def test_rules_for_missing_components():
    baseline = [60, 50, 2, 10, 8, 40]
    one = [30, NAN, 1, 10, 8, 40]  # two improved; the parent's could be the third
    assert verdict(baseline, one, missing="bounded") is None
    assert verdict(baseline, one, missing="strict") is None
    assert verdict(baseline, one, missing="not_improved") is False
    three = [30, NAN, 1, 5, 8, 40]
    assert verdict(baseline, three, missing="bounded") is True
    assert verdict(baseline, three, missing="strict") is None
    assert verdict(baseline, three, missing="not_improved") is True
    assert verdict(baseline, [NAN] * 6, missing="not_improved") is None


def test_a_variable_that_is_better_when_higher():
    rise, drop = pd.Series([10.0, 10, 10]), pd.Series([13.0, 12.9, 6.9])
    assert improved(rise, drop, 30, "higher").tolist() == [True, False, False]
    assert worsened(rise, drop, 30, "higher").tolist() == [False, False, True]


def test_a_missing_parent_assessment():
    baseline = [60, 50, 2, 10, 8, 40]
    # three others improve and none worsens: met whatever the parent would have said
    assert verdict(baseline, [30, NAN, 1, 5, 8, 40]) is True
    # one worsens already: a worse parent assessment would make two
    assert verdict(baseline, [30, NAN, 1, 5, 12, 40]) is None
    # two improve: the parent's could be the third
    assert verdict(baseline, [30, NAN, 1, 10, 8, 40]) is None
    # one improves: not met whatever the parent would have said
    assert verdict(baseline, [30, NAN, 2, 10, 8, 40]) is False
    # two worsen
    assert verdict(baseline, [30, NAN, 1, 5, 12, 60]) is False
    # a missing baseline is as unknown as a missing value
    assert verdict([60, NAN, 2, 10, 8, 40], [30, 25, 1, 10, 8, 40]) is None
    # two missing could both have worsened
    assert verdict(baseline, [30, NAN, 1, 5, NAN, 40]) is None


def test_missing_components_agree_with_trying_every_way_to_fill_them():
    """The verdict is what all fillings (improved, unchanged, worsened) agree on."""
    from itertools import product

    rng = np.random.default_rng(3)
    outcome = np.array([5.0, 10.0, 20.0])  # of a baseline of 10: improved, unchanged, worsened
    values, expected = [], []
    for _ in range(60):
        value = rng.choice(outcome, 6)
        missing = rng.random(6) < 0.35
        fillings = set()
        for filled in product(outcome, repeat=int(missing.sum())):
            whole = value.copy()
            whole[missing] = filled
            n_better, n_worse = (whole <= 7).sum(), (whole > 13).sum()
            fillings.add(bool(n_better >= 3 and n_worse <= 1))
        values.append(np.where(missing, NAN, value))
        expected.append(fillings.pop() if len(fillings) == 1 else None)
    assert {True, False, None} == {*expected}
    assert verdicts([[10] * 6] * 60, values) == expected
