"""Sheets as spreadsheets save them: empty columns and lines, captions, words that YAML changes."""

import pandas as pd
import pytest
import yaml

from revertome.errors import StudyError
from revertome.intake.columns import read_sheet
from revertome.intake.names_of_people import names_as_dates, people_spelled_alike
from revertome.intake.sheets.fields import assign_roles
from revertome.intake.sheets.meant import meant


def sheet(tmp_path, text):
    path = tmp_path / "s.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    ["sample,visit\nS1,a\nS2,b\n", "sample,visit,,\nS1,a,,\nS2,b,,\n",
     "sample,visit,,\nS1,a\nS2,b\n", "\n\nsample,visit\nS1,a\n\nS2,b\n",
     "sample,visit,\r\nS1,a,\r\n,,\r\nS2,b,\r\n", "sep=;\nsample;visit\nS1;a\nS2;b\n",
     '"sep=,"\r\nsample,visit\r\nS1,a\r\nS2,b\r\n', "sample visit\nS1 a\nS2 b\n"],
    ids=["plain", "empty columns", "cut rows", "empty lines", "empty row", "for Excel",
         "for Excel, quoted", "spaces"],
)  # fmt: skip
def test_what_is_empty_is_nothing(tmp_path, text):
    found = read_sheet(sheet(tmp_path, text))
    assert list(found) == ["sample", "visit"]
    assert found.to_numpy().tolist() == [["S1", "a"], ["S2", "b"]]


def test_a_row_is_named_by_its_line_in_the_file(tmp_path):
    found = read_sheet(sheet(tmp_path, "\nsample,visit\nS1,a\n\nS2,b\n"))
    assert found.index.to_list() == [3, 5]


def test_a_column_without_a_name_that_holds_something_is_named(tmp_path):
    with pytest.raises(StudyError, match="column 3 has no name in the header, and row 2 holds 'x'"):
        read_sheet(sheet(tmp_path, "sample,visit,,\nS1,a,x,\nS2,b,,\n"))


@pytest.mark.parametrize(
    "caption",
    [
        "Sheet of the trial;;",
        "Sheet of the trial",
        '"Sheet";;',
        "Sheet",
        "Sheet\n",
        "Sheet;;\n;;",
        "Sheet of the trial\nexported today",
    ],
)
def test_a_caption_is_named_as_such(tmp_path, caption):
    with pytest.raises(StudyError, match=r"line 1 is a caption, not a header \('.*Sheet"):
        read_sheet(sheet(tmp_path, f"{caption}\nsample;visit;group\nS1;a;b\n"))


@pytest.mark.parametrize(
    ("written", "present", "expected"),
    [
        ("yes", ["yes", "no"], ["yes"]),
        ("no", ["Yes", "No"], ["No"]),
        ("on", ["true", "false"], ["true"]),
        ("0017", ["0015", "0017", "15x"], ["0017"]),
        ("15", ["15", "0017"], ["15"]),
        ("1.50", ["1.50", "2.00"], ["1.50"]),
        ("0x1A", ["0x1A", "1A"], ["0x1A"]),
        ("1_7", ["1_7", "1_8"], ["1_7"]),
        ("12:30", ["12:30", "12:31"], ["12:30"]),
        ("2011-03-01", ["2011-03-01"], ["2011-03-01"]),
        ("yes", ["1", "1.0"], []),
        ("1", ["yes", "2011-02-30", "a: b", "nan"], []),
        ("1", ["1.0", "2.0"], ["1.0"]),
        ("1", ["10", "01x"], []),
        ("high", ["High"], []),
    ],
)
def test_words_of_the_study_file_mean_what_was_written(written, present, expected):
    assert meant(yaml.safe_load(written), present) == expected


def roles(values):
    table = pd.DataFrame({"sjia": ["yes", "no", "no"]}, index=pd.Index([2, 3, 4], name="row"))
    return assign_roles(table, {"group": {"field": "sjia", "values": values}}, [], [], "s.csv")


def test_yes_and_no_are_compared_as_text():
    found = roles(yaml.safe_load("{yes: patient, no: healthy}"))
    assert found["group"].to_list() == ["patient", "healthy", "healthy"]


def test_a_slip_of_the_pen_in_values_stops_with_what_occurs():
    match = r"intake.fields.group.values: 'yess' does not occur in s.csv, and 'yes' has no new"
    with pytest.raises(StudyError, match=match):
        roles({"yess": "patient", "no": "healthy"})
    # A key too many is none, where every value has a new one.
    assert roles({"yes": "patient", "no": "healthy", "1": "patient"})["group"][2] == "patient"


def people(*rows):
    return pd.DataFrame(rows, columns=["patient", "visit"])


@pytest.mark.parametrize(
    "other", ["p01", "P1", "P-01", "P 1", "P_001", "PO1", "P01\u200b", "\uff3001"]
)
def test_two_spellings_of_a_patient_are_told(other):
    table = people(("P01", "before"), (other, "after"), ("P02", "before"), ("P02", "after"))
    with pytest.warns(UserWarning, match="'P01'.*may be one patient each") as told:
        people_spelled_alike(table, "s.tsv")
    assert repr(other) in str(told[0].message) and "P02" not in str(told[0].message)


@pytest.mark.parametrize("date", ["1-Mar", "2019-03-01", "03.01.2019", "Sep-02", "2. Mrz"])
def test_a_patient_that_became_a_date_is_told(date):
    with pytest.warns(
        UserWarning, match=rf"s.tsv: patient '{date}' is a date, others are not \('P"
    ):
        names_as_dates(pd.Series(["P1", "P1", date, "P2", "5-12"]), "s.tsv")
    names_as_dates(pd.Series([date, date]), "s.tsv")  # a study that names people so


def test_of_three_spellings_two_that_share_no_visit_are_enough():
    table = people(("P01", "before"), ("p01", "after"), ("P1", "after"))
    with pytest.warns(UserWarning, match=r"'P01', 'P1', 'p01' may be one .* \{P01: \[P1, p01\]\}"):
        people_spelled_alike(table, "s.tsv")


def test_the_advice_writes_out_what_cannot_be_seen():
    with pytest.warns(UserWarning, match=r'\{P1: \["P1\\u200b"\]\}'):
        people_spelled_alike(people(("P1", "before"), ("P1\u200b", "after")), "s.tsv")


@pytest.mark.parametrize(("one", "other"), [("Müller", "Mu\u0308ller"), ("Müller", "Muller")])
def test_letters_that_look_alike_are_told(one, other):
    with pytest.warns(UserWarning, match="may be one patient each"):
        people_spelled_alike(people((one, "before"), (other, "after")), "s.tsv")


@pytest.mark.parametrize("other", ["P10", "P011", "Q01", "P0-1", "PQ1"])
def test_other_patients_are_not(other, recwarn):
    people_spelled_alike(people(("P01", "before"), (other, "after")), "s.tsv")
    # Seen at the same visit they are two people, however they are spelled.
    people_spelled_alike(people(("P01", "before"), ("P1", "before"), ("P1", "after")), "s.tsv")
    assert not recwarn


def test_a_role_without_a_field_reads_the_column_of_its_name():
    table = pd.DataFrame({"visit": ["a", "month3"]}, index=pd.Index([2, 3], name="row"))
    found = assign_roles(table, {"visit": {"values": {"month3": None}}}, [], [], "s.csv")
    assert found["visit"].to_list()[0] == "a" and pd.isna(found["visit"].to_list()[1])
    with pytest.raises(StudyError, match="intake.fields.arm: give `field`"):
        assign_roles(table, {"arm": {"values": {"x": "y"}}}, [], [], "s.csv")


def test_a_new_value_that_yaml_reads_as_a_number_is_the_word_of_the_sheet():
    table = pd.DataFrame({"patient": ["0017", "p17", "0021"]})
    values = yaml.safe_load("{p17: 0017}")
    found = assign_roles(table, {"patient": {"values": values}}, [], [], "s.csv")
    assert found["patient"].to_list() == ["0017", "0017", "0021"]
    assert roles({"yes": 1, "no": 2})["group"].to_list() == ["1", "2", "2"]
