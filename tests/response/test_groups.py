"""Response in several groups, and as a number."""

import warnings

import numpy as np
import pandas as pd
import pytest
import yaml

from options import HOME, section
from revertome.differential.group_names import check_groups
from revertome.errors import StudyError
from revertome.response.evaluate import evaluate

DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy"}
ANAJIS = yaml.safe_load((HOME / "config/response/anajis.yaml").read_text("utf-8"))
WORDS = ["no response", "partial", "complete"]


def samples(**columns):
    """Three patients before and after, and a healthy person."""
    rows = [(f"p{k}", visit, "patient") for k in (1, 2, 3) for visit in ("before", "after")]
    table = pd.DataFrame([*rows, ("h1", None, "healthy")], columns=["patient", "visit", "group"])
    return table.assign(**columns)


def judged(obs, visits=None, **options):
    """Response of three patients; groups of one or two are warned of."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "response.groups: fewer than 3 patients")
        return _judged(obs, visits, **options)


def _judged(obs, visits=None, **options):
    sheet = pd.DataFrame() if visits is None else visits
    given = {"source": "column", "definition": ANAJIS, **options}
    return evaluate(obs, sheet, {**section("response"), **given}, DESIGN)


def test_words_of_the_column_are_groups_some_of_which_respond():
    given = ["partial", None, "no response", "no response", None, "complete", None]
    found = judged(samples(response=given), groups=WORDS, responders=["partial", "complete"])
    label = found.labels["label"].tolist()
    assert label == ["responder", "nonresponder", "responder"]
    assert found.groups["group"].tolist() == ["partial", "no response", "complete"]
    assert found.groups["rank"].tolist() == [2, 1, 3]
    assert found.groups["value"].isna().all()


def test_a_group_of_few_patients_is_warned_of():
    given = ["partial", None, "no response", "no response", None, "complete", None]
    few = r"in the group no response \(1\), partial \(1\), complete \(1\); what is said of it rests"
    with pytest.warns(UserWarning, match=few):
        _judged(samples(response=given), groups=WORDS, responders=["partial", "complete"])


def test_numbers_are_words_of_groups():
    given = [0.0, 0.0, 50.0, 50.0, np.nan, np.nan, np.nan]
    with pytest.warns(UserWarning, match="nobody is in the group 30; its contrast is missing"):
        found = judged(samples(response=given), groups=[0, 30, "50"], responders=[50])
    assert found.groups["group"].tolist()[:2] == ["0", "50"]
    assert found.groups["rank"].tolist()[:2] == [1, 3]
    assert found.groups[["group", "rank"]].iloc[2].isna().all()
    assert found.labels["label"].tolist() == ["nonresponder", "responder", "unlabelled"]


def test_without_the_keys_there_are_no_groups():
    found = judged(samples(response=["responder"] * 2 + ["nonresponder"] * 5))
    assert list(found.groups) == ["patient", "group", "rank", "value"] and found.groups.empty


def visits_sheet():
    """Patient 1 loses everything (ACR Pedi 100), patient 2 half, patient 3 nothing."""
    core = ("physician_global", "parent_global", "chaq", "active_joints", "limited_joints", "esr")
    rows = []
    for who, left in (("p1", 0.0), ("p2", 0.5), ("p3", 1.0)):
        for visit, share in (("before", 1.0), ("after", left)):
            row = dict.fromkeys(core, 20.0 * share) | {"patient": who, "visit": visit, "arm": "a"}
            row |= {"fever_days": 0, "systemic_signs": 0}
            rows.append(row | {"crp": 60 * share, "temperature": 37.0, "acr_n": 100 * (1 - left)})
    return pd.DataFrame(rows)


def test_levels_of_a_definition_are_groups():
    with pytest.warns(UserWarning, match="nobody is in the group 30, 70, 90"):
        found = judged(samples(), visits_sheet(), source="visits", groups=[0, 30, 50, 70, 90, 100])
    assert found.groups["group"].tolist() == ["100", "50", "0"]
    assert found.groups["rank"].tolist() == [6, 3, 1]
    with pytest.raises(StudyError, match="patient 'p1' reached level 100 at after, which is not"):
        judged(samples(), visits_sheet(), source="visits", groups=[0, 30, 50, 70])


def test_a_value_is_read_from_the_visits_sheet_or_the_samples():
    found = judged(samples(), visits_sheet(), source="none", value="acr_n").groups
    assert found["value"].tolist() == [100, 50, 0]
    assert found["group"].isna().all()
    # In the row after treatment alone, in that before it alone, nowhere.
    own = samples(fall=[np.nan, 7.0, 3.0, np.nan, np.nan, np.nan, 9.0])
    found = judged(own, source="none", value="fall").groups
    assert found.set_index("patient")["value"].to_dict() == pytest.approx(
        {"p1": 7, "p2": 3, "p3": np.nan}, nan_ok=True
    )


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ([5, 3, 4, 4, 1, 1, 1], "fall of patient 'p1' is 5 at before and 3 at after; a response"),
        ([np.inf] * 7, "fall of patient 'p1' is infinite; expected a number or nothing"),
        (["much"] * 7, "`response.value`: column 'fall' of the sample sheet is not numeric"),
        (None, "`response.value`: 'fall' is in neither the visits sheet"),
    ],
)
def test_a_value_that_is_no_response_stops_the_run(column, message):
    obs = samples() if column is None else samples(fall=column)
    with pytest.raises(StudyError, match=message):
        judged(obs, source="none", value="fall")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["good"] * 7, "'p1': found 'good'; expected no response, partial, complete or empty"),
        (["partial", "complete"] + [None] * 5, "'p1' is a partial in one row and a complete in an"),
        (None, r"there is no column 'response'; add it \(no response, partial, complete or empty"),
    ],
)
def test_words_that_are_no_group_stop_the_run(given, message):
    obs = samples() if given is None else samples(response=given)
    with pytest.raises(StudyError, match=message):
        judged(obs, groups=WORDS, responders=["partial"])


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"responders": ["x"]}, r"response.responders: needs response.groups"),
        ({"ordered": True}, r"response.ordered: needs response.groups"),
        ({"groups": ["a", "b"]}, "response.responders: found 0 words of the groups a, b; name"),
        ({"groups": ["a", "b"], "responders": ["a", "b"]}, "found 2 words of the groups a, b"),
        ({"groups": ["a", "b"], "responders": ["c"]}, "c is not among the groups a, b"),
        ({"groups": ["a", "a"], "responders": ["a"]}, "response.groups: 'a' is given twice"),
        ({"groups": [30, "30"], "responders": [30]}, "response.groups: '30' is given twice"),
        ({"groups": ["a", "b"], "source": "none"}, "source none knows no groups; take column"),
        ({"groups": [0, 30], "responders": [30], "source": "visits"}, "the endpoint says who is"),
    ],
)
def test_keys_that_contradict_each_other_stop_the_run(keys, message):
    with pytest.raises(StudyError, match=message):
        check_groups({**section("response"), "source": "column", **keys})


def test_a_group_that_sheets_take_as_missing_stops_the_run():
    obs = samples(response=["partial"] * 4 + [None] * 3)  # as `none` is read
    with pytest.raises(StudyError, match="in a sheet 'none' means missing, and nobody is in that"):
        judged(obs, groups=["none", "partial"], responders=["partial"])
    with_word = samples(response=["partial"] * 4 + ["none"] * 3)  # by values: {none: none}
    found = judged(with_word, groups=["none", "partial"], responders=["partial"])
    assert found.groups["group"].tolist() == ["partial", "partial", "none"]
