"""What counts as missing is said by column; what only looks like it is told."""

from pathlib import Path

import pytest

from revertome.errors import StudyError
from revertome.intake.missing_words import MISSING
from revertome.intake.sheets.missing import LOOKS_MISSING

PAGE = Path(__file__).parents[2] / "config" / "sheets.md"


@pytest.mark.parametrize("word", ["Data Not Available", "--", "nan", ".", "#N/A", "N/A", "NULL"])
def test_what_was_taken_as_missing_is_counted(case, capsys, word):
    case.sheet.loc[[3, 4], "batch"] = word
    found = case.load().adata.obs
    assert found["batch"].isna().sum() == 2
    assert f"taken as missing, by column: batch: '{word}' (2)" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["unknown", "n.d.", "missing", "not done", "ND", "Not specified"])
def test_what_looks_missing_is_told(case, word):
    case.sheet.loc[[3, 4, 5], "batch"] = word
    match = rf"column 'batch': '{word}' \(3\) looks like a missing value and is taken as a value"
    with pytest.warns(UserWarning, match=match) as told:
        found = case.load().adata.obs
    assert "null in intake.fields.batch.values" in str(told[0].message)
    assert (found["batch"] == word).sum() == 3
    case.intake["fields"] = {"batch": {"field": "batch", "values": {word: None}}}
    assert case.load().adata.obs["batch"].isna().sum() == 3


@pytest.mark.parametrize("code", ["-9", "999", "-999"])
def test_codes_of_statistics_programs(case, code):
    case.sheet["crp"] = [str(5 + n) for n in range(14)]
    case.sheet.loc[2, "crp"] = code
    with pytest.warns(UserWarning, match=rf"column 'crp': '{code}' \(1\) looks like a missing"):
        case.load()


def test_codes_among_values_like_them_are_values(case):
    case.sheet["change"] = [str(n - 10) for n in range(14)]  # -10 to 3
    case.sheet["platelets"] = [str(600 + 57 * n) for n in range(14)]
    case.sheet.loc[7, "platelets"] = "999"
    case.load()


def test_a_number_that_is_not_one_stops(case):
    case.sheet["crp"] = [str(5 + n) for n in range(14)]
    case.sheet.loc[2, "crp"] = "ND"  # not done, or not detected
    with pytest.raises(StudyError, match="column 'crp', row 4: 'ND' is not a number"):
        case.load()


def test_a_word_that_means_missing_is_a_value_where_the_study_file_says_so(case):
    case.sheet["treatment"] = ["drug"] * 10 + ["none"] * 4
    case.sheet = case.sheet.drop(columns="group")
    values = {"drug": "patient", "none": "healthy"}
    case.intake["fields"] = {"group": {"field": "treatment", "values": values}}
    assert (case.load().adata.obs["group"] == "healthy").sum() == 4


@pytest.mark.parametrize("role", ["arm", "response"])
def test_none_of_patients_may_be_an_arm(case, role):
    case.sheet[role] = ["drug"] * 6 + ["none"] * 4 + ["none"] * 4
    match = f"{role} 'none' of 4 samples of patients counts as missing; if it is a value, set"
    with pytest.warns(UserWarning, match=match):
        assert case.load().adata.obs[role].isna().sum() == 8
    case.intake["fields"] = {role: {"values": {"none": "untreated"}}}
    assert (case.load().adata.obs[role] == "untreated").sum() == 8
    case.intake["fields"] = {role: {"values": {"none": None}}}
    assert case.load().adata.obs[role].isna().sum() == 8


def test_codes_in_the_visits_sheet(case, tmp_path, capsys):
    path = tmp_path / "visits.tsv"
    rows = [f"P{k}\tbefore\t{'-9' if k == 2 else 20 + k}\tNA\n" for k in range(1, 6)]
    path.write_text("patient\tvisit\tmmp3\tnote\n" + "".join(rows))
    case.intake["visits"] = str(path)
    with pytest.warns(UserWarning, match=r"column 'mmp3': '-9' \(1\) looks like a missing"):
        case.load()
    assert "taken as missing, by column: note: 'NA' (5)" in capsys.readouterr().out


def test_none_in_the_visits_sheet(case, tmp_path):
    path = tmp_path / "visits.tsv"
    rows = [f"P{k}\tbefore\t{'none' if k < 3 else 'drug'}\n" for k in range(1, 6)]
    path.write_text("patient\tvisit\tarm\n" + "".join(rows))
    case.intake["visits"] = str(path)
    with pytest.warns(UserWarning, match="arm 'none' of 2 rows counts as missing; if it is an arm"):
        case.load()


def test_the_words_are_documented():
    text = PAGE.read_text("utf-8").lower()
    assert [word for word in MISSING - {""} if f"`{word}`" not in text] == []
    assert not MISSING & LOOKS_MISSING
