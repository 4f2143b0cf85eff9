"""Characters that nobody sees and letters that look like others, wherever a name may stand."""

import warnings
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from door.spreadsheet import table, workbook
from gene_files import read_gmt
from revertome.errors import StudyError
from revertome.intake.columns import read_sheet
from revertome.intake.encoding import plain
from revertome.intake.names_of_people import people_spelled_alike, plain_names
from revertome.intake.read.h5ad import read_h5ad
from revertome.near_names import unknown
from revertome.unseen import look, lookalike

UNSEEN = [
    "\u00ad", "\u034f", "\u061c", "\u180e", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f",
    "\u202a", "\u202e", "\u2060", "\u2063", "\u2066", "\u2069", "\u206f", "\u3164", "\ufe00",
    "\ufe0f", "\ufeff", "\ufff9", "\U000e0001", "\U000e0041", "\U000e0100",
]  # fmt: skip
CONTROL = ["\x01", "\x1b", "\x7f", "\x92"]


@pytest.mark.parametrize("mark", UNSEEN)
def test_marks_are_left_out_of_every_kind_of_file_and_told(mark, tmp_path):
    rows = [["sample", f"pat{mark}ient"], [f"S1{mark}", f"{mark}P1"], ["S2", f"P{mark}2"]]
    text = "".join("\t".join(row) + "\n" for row in rows)
    (tmp_path / "s.tsv").write_text(text, encoding="utf-8")
    (tmp_path / "s.xlsx").write_bytes(workbook({"A": table(rows)}))
    for name in ("s.tsv", "s.xlsx"):
        with pytest.warns(UserWarning, match=rf"{name}: characters .* \(U\+.* in line 1\)"):
            found = read_sheet(tmp_path / name)
        assert found["sample"].tolist() == ["S1", "S2"]
        assert found["patient"].tolist() == ["P1", "P2"]
    (tmp_path / "m.gmt").write_text(f"M{mark}1\tx\tSTAT1{mark}\tMX1\n", encoding="utf-8")
    with pytest.warns(UserWarning, match="m.gmt: characters that cannot be seen are left out"):
        found = read_gmt([tmp_path / "m.gmt"])
    assert list(found.values()) == [["M1\tx\tSTAT1\tMX1"]]


def test_joiners_within_the_writing_they_belong_to_stay():
    for name in ("می\u200cخواهم", "ന്\u200d", "क्\u200dष"):
        assert plain(name) == name
    assert plain("A\u200dB") == "AB"
    assert plain("e\u200b\u0301") == "é"


@pytest.mark.parametrize("mark", ["\u200b", "\u00ad", "\u2067", "\ufe0f"])
def test_h5ad_names_lose_them_too(mark, tmp_path):
    adata = anndata.AnnData(np.array([[1.0, 2.0], [3.0, 4.0]]))
    adata.obs_names, adata.var_names = [f"S1{mark}", "S2"], ["STAT1", f"M{mark}X1"]
    adata.write_h5ad(tmp_path / "a.h5ad")
    with pytest.warns(UserWarning, match=r"a.h5ad: characters .* left out of names \(U\+"):
        found = read_h5ad(tmp_path / "a.h5ad", "microarray").table
    assert (list(found.index), list(found.columns)) == (["STAT1", "MX1"], ["S1", "S2"])
    adata.obs_names = ["S1", f"S1{mark}"]
    adata.write_h5ad(tmp_path / "a.h5ad")
    with pytest.warns(UserWarning), pytest.raises(StudyError, match="'S1' occurs more than once"):
        read_h5ad(tmp_path / "a.h5ad", "microarray")


@pytest.mark.parametrize("mark", ["\u200b", "\u00ad", "\ufeff"])
def test_two_names_that_differ_in_them_alone_are_told_as_such(case, mark):
    case.matrix.columns = [*case.matrix.columns[:-1], case.matrix.columns[0] + mark]
    with warnings.catch_warnings(), pytest.raises(
        StudyError, match=r"'P1_before' occurs more than once; .*; characters that cannot be seen "
        r"are left out \(U\+.* in line 1\)",
    ):  # fmt: skip
        warnings.simplefilter("ignore")
        case.load()


def test_two_samples_of_the_sheet_that_differ_in_them_alone(case):
    case.sheet.loc[1, "sample"] = case.sheet.loc[0, "sample"] + "\u2060"
    with pytest.warns(UserWarning, match="differ in them alone are one"), pytest.raises(
        StudyError, match="P1_before"
    ):  # fmt: skip
        case.load()


def _sheet(column: str, old: str, new: str):
    def change(case, control: str) -> None:
        case.sheet[column] = case.sheet[column].replace({old: new.format(control)})

    return change


def _feature(case, control: str) -> None:
    case.matrix = case.matrix.rename(index={"GENE01": f"GE{control}NE"})


PLACES = {
    "patient": _sheet("patient", "P1", "P1{}"),
    "group": _sheet("group", "patient", "pat{}"),
    "batch": _sheet("batch", "1", "1{}x"),
    "column": lambda case, c: case.sheet.insert(7, f"no{c}te", "x"),
    "feature": _feature,
}


@pytest.mark.parametrize("control", ["\x07", "\x92"])
@pytest.mark.parametrize("place", PLACES)
def test_control_characters_in_names_are_refused(case, place, control):
    PLACES[place](case, control)
    with warnings.catch_warnings(), pytest.raises(
        StudyError, match=rf"{place} '.*' holds a character that cannot be seen \(U\+00..*\); write"
    ):  # fmt: skip
        warnings.simplefilter("ignore")
        case.load()


@pytest.mark.parametrize("control", CONTROL)
def test_control_characters_in_samples_of_sheet_and_matrix(case, control):
    case.sheet.loc[0, "sample"] = f"P1{control}x"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(StudyError, match="samples are not columns"):
            case.load()
        case.matrix.columns = case.sheet["sample"]
        with pytest.raises(StudyError, match=r"samples.tsv: sample 'P1.*x' holds a character"):
            case.load()


@pytest.mark.parametrize("row", [0, 12])
def test_zero_bytes_in_names(case, row):
    case.sheet.loc[row, "sample"] = case.sheet.loc[row, "sample"] + "\0"
    case.matrix.columns = case.sheet["sample"]
    with warnings.catch_warnings(), pytest.raises(StudyError, match=r"zero bytes|U\+0000"):
        warnings.simplefilter("ignore")
        case.load()


def test_line_ends_within_a_cell_are_spaces(tmp_path: Path):
    (tmp_path / "s.csv").write_text('sample,"age\n(years)"\nS1,7\nS2,"8\n"\n', encoding="utf-8")
    assert read_sheet(tmp_path / "s.csv").columns.tolist() == ["sample", "age (years)"]


def test_a_quote_that_is_never_closed_is_told(tmp_path: Path):
    rows = "".join(f"S{i}\tP{i}\n" for i in range(20_000))
    (tmp_path / "s.tsv").write_text(f'sample\tpatient\nS0\t"P0\n{rows}', encoding="utf-8")
    with pytest.raises(StudyError, match=r"s.tsv: line \d+: .*a quote is not closed"):
        read_sheet(tmp_path / "s.tsv")


def test_a_soft_hyphen_of_windows_may_be_a_letter(tmp_path: Path):
    (tmp_path / "s.tsv").write_bytes(b"sample\tpatient\nS1\tJos\xe9\nS2\tMar\xada\n")
    with pytest.raises(StudyError, match="line 3 holds the byte 0xad, which nobody sees"):
        read_sheet(tmp_path / "s.tsv")


LOOKS = {"А1": "A1", "Ρ01": "P01", "pаtient": "patient", "S\u20111": "S-1", "Ｓ1": "S1"}


@pytest.mark.parametrize("odd", LOOKS)
def test_letters_of_other_alphabets(odd):
    assert look(odd) == LOOKS[odd]
    assert f"'{LOOKS[odd]}' and is written with U+" in lookalike(odd, ["x", LOOKS[odd]])
    assert f"'{odd}' and is not written with U+" in lookalike(LOOKS[odd], [odd])
    assert lookalike(odd, [odd, "S2"]) == ""
    assert "looks like" in unknown("module", odd, [LOOKS[odd], "other"])
    assert plain_names(pd.Series([odd, LOOKS[odd]])).unique().size == 1


def test_names_that_really_differ_do_not_look_alike():
    for one, other in (("Zoé", "Zoe"), ("P1", "P2"), ("Øre", "Ore"), ("MÜLLER", "MULLER")):
        assert lookalike(one, [other]) == ""


def test_lookalikes_between_sheet_and_matrix_are_told(case):
    case.sheet["sample"] = case.sheet["sample"].str.replace("P1_after", "Р1_after")
    with pytest.raises(StudyError, match=r"'Р1_after': it looks like 'P1_after' and is written "
                       r"with U\+0420 CYRILLIC CAPITAL LETTER ER"):  # fmt: skip
        case.load()


def test_lookalikes_among_visits_and_groups(case):
    whole = case.sheet.copy()
    case.sheet.loc[0, "visit"] = "bеfore"
    with pytest.raises(StudyError, match=r"unknown visit 'bеfore' \(it looks like 'before' and is"):
        case.load()
    case.sheet = whole.copy()
    case.sheet.loc[0, "group"] = "pаtient"
    with pytest.raises(StudyError, match=r"unknown group .*\(it looks like 'p"):
        case.load()
    case.sheet = whole.copy()
    case.design["healthy"] = "hеalthy"
    with pytest.raises(StudyError, match=r"no sample has the group .*looks like 'healthy'"):
        case.load()


def test_a_gene_with_a_letter_of_another_alphabet(case):
    case.matrix = case.matrix.rename(index={"GENE01": "GЕNE01"})
    words = r"symbol 'GЕNE01': it looks like 'GENE01' and is written with U\+0415 .* Correct"
    with pytest.warns(UserWarning, match=f"matrix.tsv: gene {words}"):
        case.load()


def test_one_patient_in_two_alphabets(case):
    case.sheet.loc[1, "patient"] = "Р1"
    seen = case.sheet.assign(visit=case.sheet["visit"].where(case.sheet["visit"] != ""))
    with pytest.warns(UserWarning, match="may be one patient each"):
        people_spelled_alike(seen, "samples.tsv")
