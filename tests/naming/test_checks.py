"""Names that a study gives are checked: at the door, and by its tables."""

import warnings

import anndata
import numpy as np
import pandas as pd
import pytest

from options import SCHEMA
from revertome import naming
from revertome.configuration import complete
from revertome.errors import StudyError
from revertome.naming.checks import label_warnings
from revertome.naming.held import held, named_and_told
from revertome.naming.own import labels_of
from studies import configured

HELD = {
    "visits": ["enrollment", "month1", "month6"],
    "arms": ["anakinra", "placebo"],
    "groups": ["JIA", "healthy"],
    "modules": ["ISG6", "b_cell"],
    "variables": ["crp", "batch"],
    "contrasts": ["disease", "drug_effect_anakinra"],
}


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"visits": {"month6": "x" * 500}}, "labels.visits.month6: found 500 letters; a name has"),
        ({"visits": {"month6": "six\nmonths"}}, "a letter that does not show (U+000A)"),
        ({"arms": {"anakinra": "dr\u202eug"}}, "(U+202E)"),
        ({"arms": {"anakinra": "=1+1"}}, "'=1+1' begins as a formula does"),
        ({"arms": {"anakinra": "  "}}, "found nothing to be read"),
        ({"arms": {"anakinra": "drug", "placebo": "Drug "}},
         "labels.arms: anakinra and placebo are both called 'Drug '"),
        ({"arms": {"anakinra": "Placebo"}},
         "labels.arms: anakinra and placebo are both called 'placebo'"),
        ({"visits": {"month6": "enrollment"}},
         "labels.visits: month6 and enrollment are both called 'enrollment'"),
        ({"groups": {"healthy": "patients", "responder": "patients"}},
         "labels.groups: healthy and responder are both called 'patients'"),
        ({"groups": {"responder": "Healthy"}},
         "labels.groups: responder and healthy are both called 'healthy'"),
        ({"groups": {"nonresponders": "responders"}},
         "labels.groups: nonresponder and responder are both called 'responders'"),
        ({"contrasts": {"diseas": "SLE"}},
         "labels.contrasts: unknown contrast 'diseas'; of 20 the nearest are disease"),
        ({"visit": {"month6": "month six"}}, "unknown key visit (nearest: visits"),
        ({"visits": {"month6": 6}}, "labels.visits.month6: found 6; expected string"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_stops_at_the_door(labels, message):
    with pytest.raises(StudyError) as error:
        complete(configured("config") | {"labels": labels}, SCHEMA)
    assert message in str(error.value)
    assert len(str(error.value)) < 500


def test_names_that_can_be_pass_and_numbers_are_words():
    labels = {
        "visits": {"enrollment": "day 1 <b>$x$</b>", 6: "month six"},
        "groups": {"healthy": "healthy children"},
        "contrasts": {"drug_effect_anakinra": "anakinra less placebo", "disease": "JIA"},
    }
    config = complete(configured("config") | {"labels": labels}, SCHEMA)
    with naming.named_as(labels_of(config), config["design"]):
        assert naming.visit("6") == naming.visit(6) == "month six"
        assert naming.visit("enrollment") == "day 1 <b>$x$</b>"
        assert naming.contrast("drug_effect_anakinra") == "anakinra less placebo"


def test_a_group_under_both_its_names_may_have_one_name():
    own = {"groups": {"responder": "improved", "responders": "improved"}}
    assert complete(configured("config") | {"labels": own}, SCHEMA)["labels"]["groups"]


def test_the_sheet_s_word_for_healthy_and_ours_may_have_one_name():
    config = configured("config")
    config["design"]["healthy"] = "ctrl"
    both = {"groups": {"healthy": "controls", "ctrl": "controls"}}
    assert complete(config | {"labels": both}, SCHEMA)["labels"]["groups"] == both["groups"]


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ({"visits": {"month_6": "M6"}},
         ["labels.visits: unknown visit 'month_6'; choose one of enrollment, month1, month6; "
          "nothing has this name in the report"]),
        ({"modules": {"b_cells": "B"}, "variables": {"batch": "run"}},
         ["labels.modules: unknown module 'b_cells'; choose one of ISG6, b_cell; nothing has "
          "this name in the report"]),
        ({"variables": {"chaq": "CHAQ"}, "groups": {"responder": "better"}}, []),
        ({"visits": {"month1": "month 6"}},
         ["labels.visits: month1 and month6 are both called 'month 6' in the report: name one "
          "of them otherwise"]),
    ],
)  # fmt: skip
def test_a_name_for_nothing_and_two_of_one_name_are_told(labels, told):
    with naming.named_as(labels):
        assert label_warnings(labels, HELD) == told


def test_what_there_is_to_name_is_read_from_all_tables():
    sheet = pd.DataFrame({"visit": ["a", "b"], "group": "JIA", "treatment": ["x", "y"]}, ["1", "2"])
    tests = pd.DataFrame({"y": ["crp_change", "label"], "module": "ISG6", "baseline": [1.5, 2]})
    results = {
        "expression": anndata.AnnData(np.zeros((2, 1)), sheet),
        "contrasts": {"disease": pd.DataFrame()},
        "association_tests": tests,
        "figures": {"genes": []},
    }
    design = {"baseline": "a", "followup": "b", "arm": {"column": "treatment", "control": "x"}}
    found = held(results, design)
    assert found["visits"] == ["a", "a", "b"]  # no number of a column named as a visit
    assert set(found["arms"]) == {"x", "y"}
    assert found["groups"] == ["JIA"]
    assert found["modules"] == ["ISG6"]
    assert {"crp", "treatment"} <= set(found["variables"])
    assert found["contrasts"] == ["disease"]
    warned = pytest.warns(UserWarning, match="unknown arm 'z'; choose one of")
    with warned, named_and_told({"arms": {"z": "placebo"}}, True, results, design):
        pass
    with (
        warnings.catch_warnings(),
        named_and_told({"arms": {"x": "placebo"}}, True, results, design),
    ):
        assert naming.arm("x") == "placebo"
