"""Names for people: those of the study first, then known ones, then the name itself."""

import pandas as pd
import pytest

from revertome import naming
from revertome.naming.known import MODULES
from revertome.naming.rows import names_of, with_names
from studies import ROOT

DESIGN = {"baseline": "before", "followup": "m6", "healthy": "ctrl", "arm": {"control": "pbo"}}


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        ("visit", "month6", "month 6"),
        ("visit", "day_112", "day 112"),
        ("visit", "108", "time 108"),
        ("visit", "3hr", "3hr"),
        ("visit", "last", "last visit"),
        ("group", "nonresponder", "non-responders"),
        ("group", "sle_nephritis", "sle nephritis"),
        ("module", "G2_M1.2", "Interferon (M1.2)"),
        ("module", "MY_SET", "MY SET"),
        ("variable", "crp", "CRP (mg/l)"),
        ("variable", "b_cell", "B cells"),
        ("variable", "anti_dna", "anti DNA"),
        ("variable", "eosinophil_percent", "eosinophil (%)"),
        ("variable", "age:ch1", "age"),
        ("variable", "__", "__"),
        ("contrast", "disease", "patients against healthy people"),
        ("contrast", "change_with_crp", "change with that of CRP"),
    ],
)
def test_defaults(kind, name, text):
    assert getattr(naming, kind)(name) == text


def test_names_of_the_study_come_first_and_end_with_it():
    own = {
        "visits": {"m6": "month six"},
        "arms": {"pbo": "placebo", "a": "Drug A"},
        "groups": {"healthy": "healthy children"},
        "variables": {"crp": "CRP (mg/dl)"},
        "contrasts": {"early": "Drug A at month 1"},
    }
    with naming.named_as(own, DESIGN):
        assert naming.visit("m6") == "month six"
        assert naming.group("ctrl") == "healthy children"
        assert naming.contrast("residual_all") == "patients at month six against healthy children"
        assert naming.contrast("residual_all", "m1").startswith("patients at m1 against")
        assert naming.contrast("drug_effect_a") == "change in Drug A less that in control"
        assert naming.contrast("change_control") == "change in placebo"
        assert naming.contrast("early") == "Drug A at month 1"
        assert naming.variable("crp", unit=False) == "CRP"
    assert naming.variable("crp") == "CRP (mg/l)"
    assert naming.visit("m6") == "m6"


def test_those_who_responded_have_one_name_everywhere():
    own = {"groups": {"responder": "volunteers who fell ill", "nonresponders": "those who did not"}}
    with naming.named_as(own, DESIGN):
        assert naming.group("responders") == naming.group("responder") == "volunteers who fell ill"
        assert naming.contrast("interaction") == (
            "change in volunteers who fell ill less that in those who did not"
        )
        assert naming.contrast("change_nonresponders") == "change in those who did not"
        assert naming.group("responders_vs_nonresponders") == (
            "volunteers who fell ill less those who did not"
        )


def test_every_module_that_is_shipped_says_what_it_is():
    shipped = [
        line.split("\t")[0]
        for path in sorted((ROOT / "resources/modules").glob("*.gmt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert sorted(shipped) == sorted(MODULES)
    assert len(set(MODULES.values())) == len(MODULES)
    assert not [name for name in MODULES.values() if "_" in name]


def test_a_table_carries_its_names():
    table = pd.DataFrame(
        {
            "element": ["gene", "change", "caption", "alt"],
            "module": [None, "b_cell", None, None],
            "label": ["MX1", None, None, None],
            "text": [None, None, "words", "words"],
        }
    )
    with naming.named_as({"modules": {"b_cell": "B lymphocytes"}}):
        made = with_names(table)
    assert made["element"].tolist() == ["gene", "change", "name", "caption", "alt"]
    assert made.columns[-1] == "text"
    assert names_of(made) == {"modules": {"b_cell": "B lymphocytes"}}
    assert names_of(table) == {}


def test_visits_that_are_no_nouns_are_named_by_what_they_are():
    two = {"baseline": "before", "followup": "after", "healthy": "ctrl"}
    with naming.named_as({}, two):
        assert naming.contrast("residual_all") == "patients at follow-up against healthy people"
        assert naming.visit("before") == "baseline"
    with naming.named_as({}, {"baseline": "Pre", "followup": "post", "followups": ["mid", "post"]}):
        assert [naming.visit(name) for name in ("Pre", "mid", "post")] == [
            "baseline",
            "mid",
            "post",
        ]
    with naming.named_as({"visits": {"after": "week 4"}}, two):
        assert naming.visit("after") == "week 4"
    assert naming.visit("after") == "after"
