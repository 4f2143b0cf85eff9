"""The workbook read back by another library: numbers, text, missing cells and odd names."""

import io

import numpy as np
import pandas as pd
import python_calamine

import small_study
from revertome.exports.workbook import TOP, main_tables, workbook

ODD = pd.DataFrame(
    {
        "gene": ["=1+1", "MARCH1", "http://x.org", "0012"],
        "t": [1.5, np.nan, -2.0, np.inf],
        "n": [3, 4, 5, 6],
        "called": [True, False, True, False],
    }
)


def opened(content):
    """Rows of every sheet, by its name."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_text_stays_text_and_what_is_missing_or_infinite_is_empty():
    rows = opened(workbook("A study", {"odd": (ODD, "odd.tsv: all rows")}))["odd"]
    assert rows == [
        ["gene", "t", "n", "called"],
        ["=1+1", 1.5, 3.0, "True"],
        ["MARCH1", "", 4.0, "False"],
        ["http://x.org", -2.0, 5.0, "True"],
        ["0012", "", 6.0, "False"],
    ]


def test_the_first_sheet_lists_the_others_under_names_that_a_spreadsheet_takes():
    long = "change in responders at the very last visit"
    names = [long, long + " again", "a/b:c", "A_B_C", "contents"]
    found = opened(workbook("T", {name: (ODD, name) for name in names}))
    sheets = list(found)
    assert sheets[0] == "contents"
    assert sheets[1:] == [
        "change in responders at the ver",
        "change in responders at the v 2",
        "a_b_c",
        "A_B_C 2",
        "contents 2",
    ]
    assert found["contents"][0][0] == "T"
    assert [row[:2] for row in found["contents"][2:]] == [
        [sheet, name] for sheet, name in zip(sheets[1:], names, strict=True)
    ]


def test_the_same_bytes_twice():
    one, two = (workbook("A study", {"odd": (ODD, "x")}) for _ in range(2))
    assert one == two


def test_genes_of_which_nothing_was_shown_and_large_p_are_left_out_and_this_is_said():
    study = small_study.results()
    table = pd.DataFrame(
        {"gene": [f"G{i}" for i in range(1500)], "P.Value": np.linspace(1, 0, 1500)}
    )
    others = {"modules/tests.tsv": study["module_tests"]}
    sheets = main_tables(study["genes"], {"disease": table}, others)
    assert list(sheets) == ["genes", "disease", "modules tests"]
    genes, told = sheets["genes"]
    shown = study["genes"][study["genes"]["class"] != "unchanged"]
    assert genes["gene"].tolist() == shown["gene"].tolist()
    assert told.startswith(f"trajectories/genes.tsv: {len(shown):,} of 300 genes, without")
    assert sheets["disease"][0]["gene"].tolist() == [f"G{1499 - i}" for i in range(TOP)]
    assert "1,000 of 1,500 genes" in sheets["disease"][1]
    assert len(sheets["modules tests"][0]) == len(study["module_tests"])
