"""Bad and doubtful visits sheets: every message names row and column."""

import warnings

import pandas as pd
import pytest

from revertome.errors import StudyError
from revertome.intake.sheets.visits import read_visits

SAMPLES = pd.DataFrame({"patient": [f"P{i}" for i in range(1, 8)], "group": "patient"})
MONTHS = ("day1", "month1", "month2")


def read(folder, header, *rows, names=()):
    """Read a sheet of `patient visit header` with one line a row."""
    sheet = folder / "visits.csv"
    lines = [f"patient,visit,{header}", *rows]
    sheet.write_text("\n".join(lines) + "\n")
    return read_visits(str(sheet), SAMPLES, "healthy", names)


def refused(folder, *arguments, **names):
    with warnings.catch_warnings(), pytest.raises(StudyError) as raised:
        warnings.simplefilter("ignore")
        read(folder, *arguments, **names)
    message = str(raised.value)
    assert len(message.splitlines()) <= 2
    return message.removeprefix(str(folder / "visits.csv") + ": ")


def warned(folder, *arguments):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read(folder, *arguments)
    told = [str(each.message).removeprefix(str(folder / "visits.csv") + ": ") for each in caught]
    return [words for words in told if "have no visit" not in words]


@pytest.mark.parametrize(
    "header, value, expected",
    [
        ("esr", "0.4", "column 'esr', row 3: found '0.4', expected 0 or at least 1 mm/h"),
        ("temperature", "370", "column 'temperature', row 3: found '370.0', expected a number"),
        ("temperature", "98.6", "column 'temperature', row 3: found '98.6', expected a number"),
        ("active_joints", "2.5", "column 'active_joints', row 3: found '2.5', expected a whole"),
        ("systemic_signs", "0.5", "column 'systemic_signs', row 3: found '0.5', expected a whole"),
        ("chaq", "12", "column 'chaq', row 3: found '12.0', expected a number from 0 to 3 points"),
        ("crp", "-3", "column 'crp', row 3: found '-3.0', expected a number from 0 to 700 mg/l"),
        ("haemoglobin", "118", "column 'haemoglobin', row 3: found '118.0', expected a number"),
        ("crp", "<5", "column 'crp', row 3: '<5' is not a number"),
        ("crp", "high", "column 'crp', row 3: 'high' is not a number"),
    ],
)
def test_an_impossible_value_stops(tmp_path, header, value, expected):
    well = {"temperature": 37, "haemoglobin": 12, "chaq": 1, "systemic_signs": 1}.get(header, 20)
    rows = [f"P1,day1,{well}", f"P2,day1,{value}", f"P3,day1,{well}"]
    assert refused(tmp_path, header, *rows).startswith(expected)


def test_an_esr_of_zero_or_one_is_possible(tmp_path):
    sheet = read(tmp_path, "esr", *[f"P{i},day1,{i - 1 if i < 4 else 20}" for i in range(1, 8)])
    assert sheet["esr"].tolist() == [0, 1, 2, 20, 20, 20, 20]


def test_two_rows_for_one_patient_and_visit(tmp_path):
    told = refused(tmp_path, "esr", "P1,day1,20", "P2,day1,20", "P1,day1,30")
    assert told == "row 4: patient 'P1' has visit 'day1' twice; keep one row"


def test_an_unknown_visit(tmp_path):
    rows = ["P1,day1,20", "P1,month1,20", "P2,mnth1,20"]
    assert refused(tmp_path, "esr", *rows, names=MONTHS) == (
        "column 'visit', row 4: unknown visit 'mnth1'; intake.visit_names has 'day1', 'month1', "
        "'month2'; did you mean 'month1'?"
    )


def test_two_spellings_of_one_visit(tmp_path):
    told = refused(tmp_path, "esr", "P1,month1,20", "P2,Month 1,20")
    assert told == (
        "column 'visit', row 3: 'Month 1' and 'month1' look like one visit; spell them alike"
    )


def test_a_patient_in_two_arms(tmp_path):
    told = refused(tmp_path, "arm", "P1,day1,drug", "P1,month1,sham")
    assert told == (
        "column 'arm', row 3: patient 'P1' is in 'sham' and before in 'drug'; give the arm as "
        "randomised in every row"
    )


@pytest.mark.parametrize(
    "header, value, expected",
    [
        ("temperature", "41.8", "row 4: 41.8 is unusual (usually 35 to 41.5 degrees Celsius)"),
        ("steroid_dose", "8", "row 4: 8 is unusual (usually 0 to 3 mg/kg/day)"),
        ("crp", "512", "row 4: 512 is unusual (usually 0 to 400 mg/l)"),
        ("esr", "160", "row 4: 160 is unusual (usually 0 to 150 mm/h)"),
    ],
)
def test_a_possible_value_that_looks_wrong_warns(tmp_path, header, value, expected):
    well = {"temperature": 37, "steroid_dose": 1}.get(header, 20)
    rows = [f"P1,day1,{well}", f"P2,day1,{well}", f"P3,day1,{value}"]
    (told,) = warned(tmp_path, header, *rows)
    assert told == f"column '{header}', {expected}; check the value and its unit"


def test_a_crp_in_mg_per_dl_warns(tmp_path):
    sick = [f"P{i},day1,{40 + i},{i}.5" for i in range(1, 7)]
    assert warned(tmp_path, "esr,crp", *sick) == [
        "column 'crp', row 7: 6.5 is the largest of 6 rows with an ESR of 40 mm/h and more; CRP is "
        "expected in mg/l: multiply mg/dl by 10"
    ]
    assert warned(tmp_path, "esr,crp", *sick, "P7,day1,60,65") == []


def test_a_visit_of_one_patient_warns(tmp_path):
    rows = [f"P{i},day1,20" for i in range(1, 7)]
    assert warned(tmp_path, "esr", *rows, "P1,dya1,20") == [
        "column 'visit', row 8: 'dya1' occurs for one patient alone; check its spelling"
    ]


def test_an_ordinary_sheet_is_silent(tmp_path):
    rows = [f"P{i},{visit},20,30" for i in range(1, 8) for visit in MONTHS]
    assert warned(tmp_path, "esr,crp", *rows) == []
