"""The absent in the report's words."""

import numpy as np
import pandas as pd

import small_study
from revertome.figure_list import FIGURES
from revertome.report.absent_words import missing
from revertome.report.page import page
from revertome.source_data import build

ABSENT = pd.DataFrame(
    [
        ("before", "all", "all", "before: 24 of 24 patients have a sample."),
        ("week 12", "all", "all", "week 12: 4 are absent."),
        ("week 12", "drug", "all", np.nan),
    ],
    columns=["visit", "arm", "label", "statement"],
)
SEVERITY = pd.DataFrame(
    [
        ("week 12", "all", "all", "crp", 20, 4, 51.23, 84.0, 0.62),
        ("week 12", "all", "all", "reverted_genes", 20, 4, 1.5, 1.25, -0.31),
        ("week 12", "all", "all", "flat", 20, 4, 1.0, 1.0, np.nan),
        ("week 12", "drug", "all", "crp", 10, 2, 1.0, 2.0, 3.0),
    ],
    columns=["visit", "arm", "label", "variable", "n_present", "n_absent", "mean_present",
             "mean_absent", "standardised"],
)  # fmt: skip
POINTS = pd.DataFrame({"visit": "week 12", "statement": ["Reverted holds.", "Induced does not."]})
TABLES = {"absent": ABSENT, "severity": SEVERITY, "tipping_points": POINTS}


def test_visit_by_visit_who_how_ill_and_how_far():
    assert missing(TABLES) == [
        "before: 24 of 24 patients have a sample.",
        "week 12: 4 are absent.",
        "week 12: means at baseline of the absent beside those present: CRP 84 beside 51.2 "
        "(+0.6 SD), disease effect in the reverted genes 1.25 beside 1.5 (−0.3 SD).",
        "Reverted holds.",
        "Induced does not.",
    ]
    assert missing({}) == []
    few = {"absent": ABSENT, "severity": SEVERITY.assign(n_absent=np.nan)}
    assert missing(few)[2] == (
        "week 12: how ill the absent were at baseline is withheld, as they are few."
    )


def test_visits_of_which_the_same_is_said_share_a_sentence():
    rows = [
        ("0", "time 0: 9 of 9 have one."),
        ("5", "time 5: of the 9, 9 have one."),
        ("12", "time 12: of the 9, 8 have one."),
        ("21", "time 21: of the 9, 9 have one."),
    ]
    absent = pd.DataFrame(rows, columns=["visit", "statement"])
    assert missing({"absent": absent}) == [
        "time 0: 9 of 9 have one.",
        "time 5, time 21: of the 9, 9 have one.",
        "time 12: of the 9, 8 have one.",
    ]


def test_the_page_has_them_and_the_estimands():
    study = small_study.results()
    words = pd.DataFrame(
        {"contrast": ["disease"], "visit": ["before"], "sentence": ["What it is."]}
    )
    sources = {name: build(name, study) for name in FIGURES}
    html = page(
        small_study.CONFIG, study | TABLES | {"estimands": words}, sources, [], {},
        small_study.said(),
    )  # fmt: skip
    assert '<a href="#missing">Who is missing</a>' in html
    assert "<li>week 12: 4 are absent.</li>" in html
    assert "What each contrast estimates" in html and "What it is." in html
    bare = {name: table for name, table in study.items() if name not in TABLES}
    assert 'id="missing"' not in page(small_study.CONFIG, bare, sources, [], {}, small_study.said())
