"""Counts of few people are withheld, and cannot be had from what stays."""

import re
from html import unescape

import numpy as np
import pandas as pd
import pytest

import tiny_trial
from files import SMALL
from pipeline import finished
from revertome.columns import TABLES, table_of
from revertome.configuration import complete
from revertome.figure_list import FIGURES
from revertome.figures import draw
from revertome.small_cells import UNITS, is_small, withheld

BELOW = 6


def told(file, below=5, **columns):
    return withheld(pd.DataFrame(columns), table_of(file), below)


def missing(column):
    return column.isna().to_list()


def test_a_small_part_goes_with_its_share_and_its_rest():
    columns = {"arm": "all patients", "visit": list("abcd"), "responders": [3, 10, 0, 18],
               "n": 20, "share": [0.15, 0.5, 0.0, 0.9], "low": 0.0, "high": 1.0}  # fmt: skip
    found = told("response/proportions.tsv", **columns)
    assert missing(found["responders"]) == missing(found["share"]) == [True, False, False, True]
    assert missing(found["low"]) == [True, False, False, True]
    assert found["n"].to_list() == [20] * 4  # of which none is small
    assert found["responders"].dtype == "Int64"


def test_sentences_on_few_absent_tell_no_number_in_words_either():
    one = "day 7: the set keeps its one gene as long as the one absent patient in drug changed."
    columns = {"visit": "day 7", "set": "reverted_beyond_control", "group": "drug", "n_present": 9,
               "n_absent": [1, 6], "n_unlabelled": 0, "statement": one}  # fmt: skip
    found = told("trajectories/tipping_points.tsv", **columns)
    assert found["statement"].to_list() == [
        "day 7: how far the absent could turn the set reverted beyond control is withheld, as they "
        "are few.", one,
    ]  # fmt: skip
    columns = {"visit": ["day 0", "day 7"], "arm": "all", "label": "all", "n_expected": 18,
               "n_present": [18, 17], "n_absent": [0, 1],
               "statement": "day 7: 1 is absent."}  # fmt: skip
    found = told("association/absent.tsv", **columns)
    assert found["statement"].iloc[1] == (
        "day 7: how many are absent is withheld, as they are few."
    )


def test_of_few_samples_without_cells_the_genes_beyond_cells_are_still_counted():
    text = "Of 3 genes reverted, 2 are so. About 0 of the 2 are expected to be false."
    why = "there is no type of cells to split by (monocytes (known in 2 samples))"
    columns = {"set": "reverted", "n_samples": [40, 40], "n_without_cells": [1, 0], "n_genes": 3,
               "statement": text, "note": "nk_cells (known in 1 sample)",
               "not_claimed": why}  # fmt: skip
    found = told("trajectories/beyond_composition_summary.tsv", **columns)
    assert missing(found["n_without_cells"]) == [True, False]
    assert missing(found["n_samples"]) == [True, False]
    assert found["n_genes"].tolist() == [3, 3] and found["statement"].eq(text).all()
    said = "there is no type of cells to split by (monocytes (known in … samples))"
    assert found["not_claimed"].eq(said).all()
    assert found["note"].eq("nk_cells (known in … samples)").all()


def test_of_few_patients_in_an_arm_the_genes_beyond_control_are_still_counted():
    text = "day 7, arm drug (9 patients with a sample) against placebo (1 patient): 20 genes are"
    columns = {"visit": "day 7", "arm": "drug", "control": "placebo", "n_patients": 9,
               "n_control": [1], "reverted_up": 20, "statement": text}  # fmt: skip
    found = told("trajectories/beyond_control_summary.tsv", **columns)
    assert found["statement"].to_list() == [
        "day 7, arm drug (… patients with a sample) against placebo (… patients): 20 genes are"
    ]
    assert found["reverted_up"].to_list() == [20] and found["n_control"].isna().all()


def test_with_one_arm_all_arms_go_and_the_total_stays():
    columns = {"stage": "randomised", "detail": ["first"] * 3 + ["second"] * 3,
               "arm": ["all", "drug", "control"] * 2, "n_patients": [40, 37, 3, 40, 30, 10],
               "n_samples": np.nan, "n_pairs": np.nan, "note": None}  # fmt: skip
    found = told("association/flow.tsv", **columns)
    assert missing(found["n_patients"]) == [False, True, True, False, False, False]


def test_with_one_small_arm_the_sizes_of_all_arms_go_from_engagement_and_visits():
    """The drug effect of an arm counts the arm and the control: it goes too; that of all stays."""
    columns = {"module": "x", "of": ["group", "arm", "arm", "arm", "drug_effect", "drug_effect"],
               "name": ["all", "no", "low", "high", "all", "high"],
               "n": [40, 20, 3, 17, 40, 37], "change": -1.0}  # fmt: skip
    found = told("modules/engagement.tsv", **columns)
    assert missing(found["n"]) == [False, True, True, True, False, True]
    columns = {"module": "x", "contrast": ["change", "change_control", "drug_effect_high"] * 2,
               "arm": ["all", "no", "high"] * 2, "visit": ["w1"] * 3 + ["w2"] * 3,
               "n_samples": 99, "n_patients": 40, "n_compared": [40, 4, 37, 40, 20, 37],
               "df": 30.0, "df.own": 9.0, "note": None}  # fmt: skip
    found = told("modules/visits.tsv", **columns)
    assert (
        missing(found["n_compared"])
        == missing(found["df.own"])
        == [False, True, True] + [False] * 3
    )
    columns = {"question": "at_visit", "visit": ["w1", "w2"], "n": [4, 30], "n_samples": [4, 30],
               "estimate": 0.5, "statistic": 2.0, "note": None}  # fmt: skip
    found = told("association/visits.tsv", **columns)
    assert missing(found["statistic"]) == missing(found["n"]) == [True, False]


def test_tests_between_arms_go_with_a_count():
    columns = {"endpoint": "acr", "visit": "v", "set": ["itt", "itt", "assessable", "assessable"],
               "arm": ["a", "b"] * 2, "responders": [2, 9, 8, 9], "n": [20] * 4,
               "n_assessed": [20] * 4, "p_fisher": 0.01, "difference": 0.4,
               "odds_ratio": 9.0}  # fmt: skip
    found = told("response/trial.tsv", **columns)
    for name in ("responders", "p_fisher", "difference", "odds_ratio"):
        assert missing(found[name]) == [True, True, False, False], name


def test_with_one_label_all_labels_go_and_so_do_degrees_of_freedom():
    columns = {"module": "x", "method": "z", "test": "paired_change",
               "group": ["all", "responders", "nonresponders"], "n": [15, 11, 4], "df": [14, 10, 3],
               "estimate": [1.0, 2.0, 3.0]}  # fmt: skip
    found = told("modules/tests.tsv", **columns)
    assert missing(found["n"]) == missing(found["df"]) == [False, True, True]
    assert found["estimate"].notna().all()


def test_with_one_group_of_response_all_groups_and_arms_go_and_the_total_stays():
    names = ["change_all", "change_partial", "change_complete", "change_control",
             "baseline_partial", "change_by_response", "change_with_crp", "disease"]  # fmt: skip
    columns = {"stage": "contrast", "detail": names, "arm": "all",
               "n_patients": [20, 14, 2, 9, 16, 20, 20, 40], "n_samples": np.nan,
               "n_pairs": np.nan, "note": None}  # fmt: skip
    found = told("association/flow.tsv", **columns)
    assert missing(found["n_patients"]) == [False, True, True, True, True, False, False, False]


def test_neither_an_auc_nor_words_give_a_count_away():
    """Of an AUC and its U the sizes of both groups follow."""
    columns = {"question": ["change_with_change", "change_by_response"], "n": [15, 15],
               "group": ["all", "responders_vs_nonresponders"], "n_responders": [None, 11],
               "n_nonresponders": [None, 4], "estimate": 0.75, "statistic": 33.0,
               "note": [None, "with 11 and 4 patients an AUC above 0.9 is missed"]}  # fmt: skip
    found = told("association/tests.tsv", **columns)
    assert missing(found["estimate"]) == missing(found["statistic"]) == [False, True]
    assert found["n_responders"].isna().all() and found["n"].to_list() == [15, 15]
    assert found["note"].to_list()[1] == "withheld: few people in a group"
    columns = {"stage": ["a", "b"], "n_samples": 40, "n_patients": 40, "n_pairs": 0,
               "note": ["4.5 years; 20 samples", "none of 12 patients"],
               "groups": ["healthy 3; patient 37", "healthy 12; patient 28"]}  # fmt: skip
    found = told("quality/flow.tsv", **columns)
    assert found["groups"].to_list() == ["healthy …; patient …", "healthy 12; patient 28"]
    assert found["note"].to_list() == columns["note"]


def test_a_sentence_on_few_shared_people_goes_with_their_count():
    found = told(
        "compare/independence.tsv",
        shared_patients=[2, 12],
        shared_healthy=[0, 5],
        fact=["a and b share 2 patients.", "a and c share 12 patients and 5 healthy people."],
    )
    assert missing(found["shared_patients"]) == [True, False]
    assert found["fact"].tolist() == [
        "a and b share … patients.",
        "a and c share 12 patients and 5 healthy people.",
    ]


def test_steps_that_few_people_left_go_with_their_words():
    columns = {"stage": list("abcd"), "n_samples": [40, 38, 30, 30], "n_patients": [40, 38, 30, 30],
               "n_pairs": 0, "note": ["", "2 left out: pregnant", "8 left out", "0 flagged"],
               "groups": None}  # fmt: skip
    found = told("quality/flow.tsv", **columns)
    assert missing(found["n_patients"]) == [True, False, False, False]
    assert found["note"].to_list() == ["", "… left out: pregnant", "8 left out", "0 flagged"]
    columns["n_samples"] = columns["n_patients"] = [40, 32, 30, 30]
    columns["note"][1:3] = ["8 left out", "2 left out: pregnant"]
    found = told("quality/flow.tsv", **columns)
    assert missing(found["n_patients"]) == [False, True, False, False]
    assert found["note"].to_list() == ["", "… left out", "… left out: pregnant", "0 flagged"]


@pytest.mark.parametrize("below", [0, 1])
def test_nothing_is_withheld_unless_it_is_asked_for(below):
    columns = {"arm": ["a"], "visit": ["v"], "responders": [1], "n": [3], "share": [1 / 3]}
    found = told("response/proportions.tsv", below, **columns)
    assert found.equals(pd.DataFrame(columns))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A study of 7 responders and 5 others, whole."""
    folder = tmp_path_factory.mktemp("small")
    intake = tiny_trial.write(folder, "table", "microarray", "log2", healthy=True, repeat=False)
    config = {
        "study": "small", "intake": intake, "suppress_below": BELOW,
        "design": {"baseline": "before", "followup": "after"}, "response": {"source": "column"},
        "association": {"variables": ["crp"]}, "modules": {"permutations": 100},
        "trajectories": {"bootstrap": 16, "permutations": 3},
    }  # fmt: skip
    yield finished(complete(config, tiny_trial.SCHEMA), folder / "results")
    SMALL["below"] = 0  # which the last job left in this process


def test_no_table_of_a_study_counts_so_few(run):
    counted = 0
    for name, data in run.items():
        table = table_of(f"{name}.tsv") if "/" in name else None
        for column in table.columns if table else ():
            if column.kind == "integer" and column.unit in UNITS and column.name in data:
                counted += 1
                assert not is_small(data[column.name].astype(float), BELOW).any(), (name, column)
    assert counted > 40
    # A label by the other one and all of both.
    design = run["differential/design"].set_index("contrast")
    assert pd.isna(design.loc["change_responders", "n_pairs"])
    assert design.loc["change_all", "n_pairs"] == 12


def test_patients_stay_one_row_each(run):
    assert len(run["association/patients"]) == 13
    assert run["quality/samples"]["patient"].nunique() == 20


def test_page_and_figures_say_withheld_and_no_count(run):
    page = unescape(re.sub(r"<[^>]+>", " ", run["page"]))
    assert f"Counts of fewer than {BELOW} people are withheld" in page
    words = [page[page.index("Studied:") :][:400]]
    words += [run[f"source_data/{name}"]["text"].str.cat(sep=" ", na_rep="") for name in FIGURES]
    for text in words:
        assert not re.search(r"\b[57] (?:complete )?(?:responders|non-responders|pairs)", text)
        assert not re.search(r"n = [1-7]\b|in \d of \d\b|\bnan\b", text), text
    assert "withheld responders" in words[0]
    for name in FIGURES:
        draw(name, run[f"source_data/{name}"])


def test_every_count_of_people_is_known_by_its_unit():
    """A new table joins by itself, when its columns are described."""
    named = {"n_patients", "n_samples", "n_pairs", "responders", "n_assessed", "fell"}
    for table in TABLES:
        for column in table.columns:
            if column.name in named and "genes" not in column.unit:
                assert column.kind != "integer" or column.unit in UNITS, (table.file, column)
