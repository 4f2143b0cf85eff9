"""Sentences on what is claimed beyond control."""

import pandas as pd

from revertome.trajectories.beyond_words import DISEASE, LEAD, counted, ended, headline

ROW = {
    "visit": "month1", "arm": "anakinra", "control": "placebo", "n_patients": 12, "n_control": 1,
    "drug_effects": 40, "reverted_up": 30, "reverted_down": 1, "induced_up": 0, "induced_down": 0,
    "expected_false_reverted": 1.6, "expected_false_induced": 0.0,
}  # fmt: skip
DESIGN = {"arm": {"column": "arm", "control": "placebo", "until": "month1"}}


def test_sets_are_counted_with_sides_and_the_false_expected():
    assert counted(ROW) == (
        "month1, arm anakinra (12 patients with a sample) against placebo (1 patient): 31 genes "
        "are reverted beyond control (30 above healthy before treatment, 1 below; about 2 expected "
        "to be false); no gene was shown to be induced beyond control."
    )
    one = ROW | {"arm": "all active arms", "reverted_up": 0, "expected_false_reverted": None}
    assert "month1, all active arms (12" in counted(one)
    assert "1 gene is reverted beyond control (0 above healthy before treatment, 1 below);" in (
        counted(one)
    )


def test_what_cannot_be_claimed_says_why():
    who = {name: ROW[name] for name in ("visit", "arm", "control", "n_patients", "n_control")}
    assert counted(who, "batch hides it").endswith(
        "(1 patient): the drug effect is not estimated, as batch hides it."
    )
    alone = counted(who | {"drug_effects": 1})
    assert alone.endswith(
        "1 gene with a drug effect. Without healthy samples no gene can be called reverted or "
        "induced."
    )
    late = ended("month6", DESIGN)
    assert late.startswith(
        "month6: no control. Patients of placebo were without the drug up to month1"
    )
    assert "uncontrolled" in late


def test_headline_names_the_uncontrolled_sets_beside():
    summary = pd.DataFrame([ROW | {"statement": counted(ROW)},
                            {"visit": "month6", "statement": ended("month6", DESIGN)}])  # fmt: skip
    beyond = pd.DataFrame({"visit": "month1", "gene": ["a", "b", "c"],
                           "class": ["reverted beyond control"] * 2 + ["unresolved"]})  # fmt: skip
    genes = pd.DataFrame({"gene": ["a", "b", "c", "d"],
                          "class": ["reverted", "unchanged", "reverted", "induced"]})  # fmt: skip
    words = headline(summary, beyond, genes, "month1")
    assert words[:3] == [f"{LEAD} {DISEASE}", counted(ROW), ended("month6", DESIGN)]
    assert "not a randomised comparison" in words[3]
    assert words[4].endswith(
        "By it 2 genes are reverted at month1, of which 1 is reverted beyond control too. "
        "By it 1 gene is induced at month1, of which 0 are induced beyond control too."
    )
    assert "uncontrolled before/after contrast" in words[4]
    # At a visit without control there is nothing to set beside.
    assert "of which" not in headline(summary, beyond, genes, "month6")[4]
    assert headline(summary.iloc[:0], beyond, genes, "month1") == []
    unclassed = beyond.assign(**{"class": None})
    assert headline(summary, unclassed, genes, "month1") == [LEAD, *words[1:3]]
    # Nothing is said of responders where nobody knows who they are.
    assert headline(summary, beyond, genes, "month1", labelled=False) == [*words[:3], words[4]]
