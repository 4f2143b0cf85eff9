"""Sentences of result tables with names for people: a name where one stands, and no count."""

import numpy as np
import pandas as pd
import pytest

from revertome import naming
from revertome.naming.stored import names_in, worded, wording
from revertome.trajectories.tipping import SHORTFALLS
from revertome.trajectories.tipping_words import sentence

OWN = {
    "visits": {"before": "day 0", "5": "hour 5", "12": "hour 12", "last": "the last visit"},
    "arms": {"A": "anakinra", "pbo": "placebo"},
}
KNOWN = {
    "visits": ["before", "5", "12", "last", "month6"],
    "arms": ["A", "pbo"],
    "variables": ["crp", "steroid_dose"],
    "contrasts": ["change_all", "disease"],
}


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("month6: 5 of 12 patients have a sample.", "month 6: 5 of 12 patients have a sample."),
        ("5: 5 of 12 are absent.", "hour 5: 5 of 12 are absent."),
        (
            "12: of the 12 patients with a sample at 5, 12 have one.",
            "hour 12: of the 12 patients with a sample at hour 5, 12 have one.",
        ),
        (
            "Absent by group: A 1 of 5, pbo 0 of 12.",
            "Absent by group: anakinra 1 of 5, placebo 0 of 12.",
        ),
        ("responder 1 of 5", "responder 1 of 5"),
        (": responder 1 of 5, nonresponder 0 of 2", ": responders 1 of 5, non-responders 0 of 2"),
        ("mean change from before to month6, in", "mean change from day 0 to month 6, in"),
        ("all samples are from before the treatment", "all samples are from before the treatment"),
        ("A gene of A alone; arm A (5 patients)", "A gene of A alone; arm anakinra (5 patients)"),
        ("the change at 5 (-10% to 5%)", "the change at hour 5 (-10% to 5%)"),
        ("two-sided test at 5%, lost at 5.5 of 12", "two-sided test at 5%, lost at 5.5 of 12"),
        ("changes to 5 genes, up to 12 of 12", "changes to 5 genes, up to 12 of 12"),
        ("to the last visit", "to the last visit"),
        (
            "5, 12, month6: of the 12 patients with a sample at 5, 12 have one.",
            "hour 5, hour 12, month 6: of the 12 patients with a sample at hour 5, 12 have one.",
        ),
        ("from 5 on; not back by 12: +2.31", "from hour 5 on; not back by hour 12: +2.31"),
        ("no change shown by 12; a fall by 5.", "no change shown by hour 12; a fall by 5."),
        ("at equal crp, steroid_dose, so", "at equal CRP, corticosteroid dose, so"),
        ("my_month6_file, S1.month6, 'month6'", "my_month6_file, S1.month6, 'month6'"),
        ("the sum change_all - 0.5 * disease", "the sum change in all patients - 0.5 * disease"),
    ],
)
def test_a_name_where_one_stands_and_no_count(stored, read):
    with naming.named_as(OWN):
        assert wording(KNOWN)(stored) == read


@pytest.mark.parametrize("n_absent", [0, 1, 3])
@pytest.mark.parametrize("n_genes", [0, 1, 40])
@pytest.mark.parametrize("lost", [float("nan"), 0.5, 1.5])
def test_an_arm_is_named_in_every_sentence_on_a_set_beyond_control(n_absent, n_genes, lost):
    row = {"visit": "month6", "set": "reverted_beyond_control", "group": "pbo", "n_present": 9}
    row |= {"n_absent": n_absent, "n_unlabelled": 2, "n_genes": n_genes}
    row |= {"half_lost": lost, "half_lost_at_most": lost}
    kept = np.arange(len(SHORTFALLS))[::-1]
    text = sentence(row, "before", kept, kept)
    with naming.named_as(OWN):
        told = wording(KNOWN)(text)
    assert "pbo" in text and "pbo" not in told
    assert told.count("placebo") == text.count("pbo")


def test_a_contrast_is_named_at_the_visit_of_its_row():
    table = pd.DataFrame(
        {
            "contrast": ["residual_all", "residual_all"],
            "visit": ["month1", "month6"],
            "sentence": ["residual_all: mean at month1.", "residual_all: mean at month6."],
        }
    )
    design = {"baseline": "before", "followup": "month6", "followups": ["month1", "month6"]}
    with naming.named_as({}, design):
        told = worded({"estimands": table}, names_in({"e": table}, design))["estimands"]
    assert told["sentence"].tolist() == [
        "patients at month 1 against healthy people: mean at month 1.",
        "patients at month 6 against healthy people: mean at month 6.",
    ]
    assert told["contrast"].tolist() == table["contrast"].tolist()


def test_tables_keep_their_other_columns_and_missing_sentences():
    table = pd.DataFrame({"visit": ["month6", "month6"], "statement": ["month6: held.", None]})
    words = pd.DataFrame({"gene": ["MX1", "OAS1"], "in_words": "rises at month6"})
    told = worded({"a": table, "b": words, "c": {"no": "table"}}, {"visits": ["month6"]}, ["MX1"])
    assert told["a"]["statement"].tolist() == ["month 6: held.", None]
    assert told["a"]["visit"].tolist() == ["month6", "month6"]
    assert told["b"]["in_words"].tolist() == ["rises at month 6", "rises at month6"]
    assert table["statement"].iloc[0] == "month6: held."
