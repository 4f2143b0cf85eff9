"""Workbooks of spreadsheet programs as sheets, annotations and tables of values."""

import re
import warnings
from pathlib import Path

import pytest

from door.spreadsheet import number, table, workbook, zipped
from revertome.errors import StudyError
from revertome.intake.columns import read_sheet
from revertome.intake.read.annotation import read_annotation
from revertome.intake.read.table import read_matrix
from revertome.worksheet_name import parted

FORMATS = ["0000", '"P"000', "yyyy\\-mm\\-dd", "0.0%", "#,##0", "000\\-00", 'yyyy"-"mm\\ hh:mm',
           "0%;[Red]\\-0%", '0" %"', "[$-409]00", '0 "mg"']  # fmt: skip
ID, P_ID, DATE, PERCENT, THOUSANDS, PARTS, TIME, CODED, WORD, LOCALE, DOSE = range(1, 12)
ROWS = [["sample", "patient", "x"], ["S1", "0017", "a"], ["S2", "P,2; x", "b"]]


def error(word: str) -> str:
    return f"<c{{at}} t='e'><v>{word}</v></c>"


def formula(value: str) -> str:
    return f"<c{{at}}><f>1+1</f>{value}</c>"


def saved(folder: Path, content: bytes, name: str = "s.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def column(folder: Path, *cells: str) -> list[str]:
    """What becomes of the cells of one column, the words of missing ones as they stand."""
    rows = [["sample", "x"], *([f"S{n}", cell] for n, cell in enumerate(cells))]
    found = read_sheet(saved(folder, workbook({"A": table(rows)}, FORMATS)))
    return found["x"].fillna("").tolist()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("0017", "0017"),
        (" 17\nb\t", "17 b"),
        ('5" x', '5" x'),
        ("P  1\u2028\x85", "P  1"),
        (number("17"), "17"),
        (number("17.0"), "17"),
        (number("1.7E1"), "17"),
        (number("-3"), "-3"),
        (number("123456789012345"), "123456789012345"),
        (number("8.0999999999999996"), "8.1"),
        (number("0.30000000000000004"), "0.3"),
        (number("1E-05"), "1e-05"),
        (number("1234567", THOUSANDS), "1234567"),
        (number("17", ID), "0017"),
        (number("12345", ID), "12345"),
        (number("17", P_ID), "P017"),
        (number("12345", PARTS), "123-45"),
        (number("7", LOCALE), "07"),
        (number("5", WORD), "5"),
        (number("5", DOSE), "5"),
        (number("43525", DATE), "2019-03-01"),
        (number("43525.5", TIME), "2019-03-01 12:00:00"),
        ("<c{at} t='b'><v>1</v></c>", "TRUE"),
        ("<c{at} t='b'><v>0</v></c>", "FALSE"),
        (error("#REF!"), "#REF!"),
        (error("#N/A"), "#N/A"),
        (formula("<v>2</v>"), "2"),
        ("<c{at} t='str'><f>A1</f><v></v></c>", ""),
    ],
)
def test_cells_are_text_as_the_user_sees_them(tmp_path, cell, text):
    assert column(tmp_path, cell) == [text]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["P1", number("43525", DATE)], r"column B holds dates or times among other words: "
         r"2019-03-01 in cell B3, 'P1' elsewhere. .* such as 1-2, 1:2, 1-Mar and SEPT2"),
        (["1:80", number(f"{100 / 1440}", TIME)], "among other words: 01:40:00 in cell B3, '1:80'"),
        ([number("5"), number("43525.5", TIME)], "words: 2019-03-01 12:00:00 in cell B3"),
        ([number("0.455", PERCENT), number("44")], r"cell B2 is shown in percent .*\(45.5\)"),
        ([number("0.07", CODED)], r"cell B2 is shown in percent and is read as it is shown \(7\)"),
        ([number("1234567890123456"), number("1E+15")], "cell B2, B3 holds a number of more than"),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_changed_is_told(tmp_path, cells, words):
    with pytest.warns(UserWarning, match=words):
        column(tmp_path, *cells)


def test_a_column_of_dates_is_as_good_as_another(tmp_path):
    days = [number("43525", DATE), "", "n/a", number("43526", DATE)]
    assert column(tmp_path, *days) == ["2019-03-01", "", "n/a", "2019-03-02"]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (
            [formula(""), "a", formula("<v/>")],
            "cell B2, B4 holds a formula that was saved without its",
        ),
        ([number("34", DATE)], r"cell B2 is shown as a date \(1900-02-03\) and holds a number"),
    ],
)
def test_cells_that_do_not_say_what_they_hold_stop(tmp_path, cells, words):
    with pytest.raises(StudyError, match=words):
        column(tmp_path, *cells)


def test_separators_within_cells_part_nothing(tmp_path):
    rows = [["sample", "age (y, at visit, rounded), x; y, z, u"], ["S1", "1,5"]]
    found = read_sheet(saved(tmp_path, workbook({"A": table(rows)})))
    assert found.columns.tolist() == rows[0]
    assert found.index.tolist() == [2]
    assert found.iloc[0].tolist() == ["S1", "1,5"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["Samples of the trial, 2019, all"], *ROWS], "line 1 is a caption, not a header"),
        ([[], ["Samples"], [], *ROWS], "line 2 is a caption"),
        ([["sample", "", "x"], ["S1", "P1", "a"]], "column 2 has no name in the header, and row 2"),
        ([["sample", "x"]], "no rows; expected a header"),
    ],
)
def test_checks_of_text_hold_for_workbooks(tmp_path, rows, words):
    with pytest.raises(StudyError, match=words):
        read_sheet(saved(tmp_path, workbook({"A": table(rows)})))


def test_empty_rows_and_columns_around_a_table(tmp_path):
    rows = [[], ["", *ROWS[0], "", " "], [], ["", *ROWS[1], ""], ["", *ROWS[2]], ["", ""], [" "]]
    found = read_sheet(saved(tmp_path, workbook({"A": table(rows)})))
    assert found.columns.tolist() == ROWS[0]
    assert found.index.tolist() == [4, 5]
    assert found["patient"].tolist() == ["0017", "P,2; x"]


def test_columns_beyond_z(tmp_path):
    rows = [[f"x{n}" for n in range(60)], [*"a" * 58, error("#N/A"), number("17", ID)]]
    found = read_sheet(saved(tmp_path, workbook({"A": table(rows)}, FORMATS)))
    assert found.iloc[0, 57:].tolist() == ["a", "#N/A", "0017"]


def test_columns_of_one_name_are_those_of_text(tmp_path):
    rows = [["sample", "x", "x"], ["S1", "a", "b"], ["S2", "a", "a"]]
    found = read_sheet(saved(tmp_path, workbook({"A": table(rows)})))
    assert found.columns.tolist() == ["sample", "x (column 2)", "x (column 3)"]


def test_hidden_rows_and_columns_are_read_and_told(tmp_path):
    cols = (
        "<cols><col min='2' max='2' hidden='1'/><col min='3' max='3' width='0'/>"
        "<col min='9' max='99' hidden='true'/></cols>"
    )
    path = saved(tmp_path, workbook({"A": cols + table(ROWS, hidden=[3, 8])}))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert len(read_sheet(path)) == 2
    assert [str(w.message).partition(" hidden")[0] for w in told] == [
        f"{path}: rows 3 are", f"{path}: columns B, C are"
    ]  # fmt: skip


def test_a_cell_far_from_the_table_stops(tmp_path):
    far = "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData>"
    path = saved(tmp_path, workbook({"A": table(ROWS).replace("</sheetData>", far)}))
    with pytest.raises(StudyError, match="in row 1048576 and in column 16384, far from a table"):
        read_sheet(path)


def test_merged_cells_stop(tmp_path):
    merged = "<mergeCells><mergeCell ref='{}'/></mergeCells>"
    path = saved(tmp_path, workbook({"A": table(ROWS) + merged.format("B2:B3")}))
    with pytest.raises(StudyError, match="cells B2:B3 are merged, .*; unmerge them"):
        read_sheet(path)
    path = saved(tmp_path, workbook({"A": table(ROWS) + merged.format("G5:H6")}))  # of nothing
    assert len(read_sheet(path)) == 2


def test_one_worksheet_with_content_is_read_and_several_are_named(tmp_path):
    other = table([["patient", "visit"], ["P1", "a"]])
    path = saved(tmp_path, workbook({"empty": table([]), "mine": table(ROWS)}))
    assert len(read_sheet(path)) == 2
    path = saved(tmp_path, workbook({"Samples, all": table(ROWS), "visits": other}))
    with pytest.raises(StudyError, match=r"several worksheets: 'Samples, all', 'visits'; .*#Samp"):
        read_sheet(path)
    assert read_sheet(f"{path}#Samples, all").shape == (2, 3)
    assert read_sheet(f"{path}#Visits").shape == (1, 2)
    with pytest.raises(StudyError, match=r"no worksheet 'x'; it has 'Samples, all', 'visits'"):
        read_sheet(f"{path}#x")
    path = saved(tmp_path, workbook({"old": table(ROWS), "new": table(ROWS)}, hidden=["old"]))
    with pytest.warns(UserWarning, match="worksheet 'old' is hidden and is not read"):
        read_sheet(path)
    assert len(read_sheet(f"{path}#old")) == 2
    path = saved(tmp_path, workbook({"a": table([]), "b": table(ROWS)}, hidden=["b"]))
    with pytest.raises(StudyError, match="hidden worksheets only: 'b'"):
        read_sheet(path)
    with pytest.raises(StudyError, match="every worksheet is empty"):
        read_sheet(saved(tmp_path, workbook({"a": table([])})))


def test_names_of_worksheets_stand_behind_workbooks_alone():
    assert parted("a/b.XLSX#my sheet") == ("a/b.XLSX", "my sheet")
    assert parted("a#1/b.xlsx") == ("a#1/b.xlsx", "")
    assert parted(Path("b#2.tsv")) == ("b#2.tsv", "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (workbook({"A": table(ROWS)})[:900], "is a damaged spreadsheet file"),
        (workbook({"A": "<sheetData><row r='1'><c r='A1'>"}), "is a damaged spreadsheet file"),
        (b"PK\x03\x04" + bytes(range(256)), "is a damaged spreadsheet file"),
        (zipped({"counts.tsv": "a\tb\n"}), "is no .xlsx workbook; .* and unpack a zip file"),
        (zipped({"mimetype": "", "content.xml": ""}), "no .xlsx workbook; .* .xlsb, .ods. as"),
        (b"\xd0\xcf\x11\xe0" + bytes(range(256)), "no .xlsx workbook; save the sheet of another"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
         "is protected by a password; save it without one"),
    ],
    ids=["cut", "cut within", "no zip", "zip", "ods", "xls", "password"],
)  # fmt: skip
def test_files_that_are_no_workbook_get_a_sentence(tmp_path, content, words):
    with pytest.raises(StudyError, match=words) as raised:
        read_sheet(saved(tmp_path, content))
    assert len(str(raised.value).splitlines()) == 1


def test_text_under_the_name_of_a_workbook_is_text(tmp_path):
    path = saved(tmp_path, b"id\ts1\ts2\nA\t1.5\t2\n", "counts.xls")
    assert read_matrix(path).loc["A"].tolist() == [1.5, 2.0]


def test_annotations_and_values(tmp_path):
    rows = [["ID", "Symbol", "text, more, and, more"], ["1_at", "STAT1", "a, b"],
            ["2_at", number("43525", DATE), ""], ["3_at", error("#N/A"), ""]]  # fmt: skip
    path = saved(tmp_path, workbook({"A": table(rows)}, FORMATS))
    with pytest.warns(UserWarning, match=re.escape("column B holds dates")):
        assert dict(read_annotation(path, "ID", "Symbol")) == {
            "1_at": "STAT1",
            "2_at": "2019-03-01",
        }
    rows = [["gene", "S1", "S2"], ["STAT1", number("8.25"), number("7")],
            [number("6772"), error("#N/A"), number("1E-3")]]  # fmt: skip
    found = read_matrix(saved(tmp_path, workbook({"A": table(rows)})))
    assert found.index.tolist() == ["STAT1", "6772"]
    assert found.fillna(-1).to_numpy().tolist() == [[8.25, 7.0], [-1.0, 0.001]]
