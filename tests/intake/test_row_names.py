"""Sheets that R and pandas write with names of rows."""

import pytest

from revertome.errors import StudyError
from revertome.intake.columns import read_sheet
from revertome.intake.read.annotation import read_annotation

ROWS = [["S1", "P1", "before"], ["S2", "P1", "after"]]


def read(tmp_path, *lines):
    path = tmp_path / "s.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_sheet(path)


@pytest.mark.parametrize(
    "lines",
    [
        ["sample\tpatient\tvisit", "1\tS1\tP1\tbefore", "2\tS2\tP1\tafter"],
        ['"sample" "patient"\t'.replace(" ", "\t") + '"visit"', '"1"\t"S1"\t"P1"\t"before"',
         '"2"\t"S2"\t"P1"\t"after"'],
        ['"","sample","patient","visit"', '"1","S1","P1","before"', '"2","S2","P1","after"'],
        [",sample,patient,visit", "0,S1,P1,before", "1,S2,P1,after"],
        ["sample\tpatient\tvisit", "S1\tP1\tbefore\t", "S2\tP1\tafter\t"],
        ['"sample" "patient" "visit"', '"1" "S1" "P1" "before"', '"2" "S2" "P1" "after"'],
    ],
    ids=["write.table", "write.table quoted", "write.csv", "pandas", "a tab at every end",
         "write.table by space"],
)  # fmt: skip
def test_names_that_only_count_are_left_out(tmp_path, lines):
    found = read(tmp_path, *lines)
    assert list(found) == ["sample", "patient", "visit"]
    assert found.to_numpy().tolist() == ROWS


@pytest.mark.parametrize(
    "lines",
    [
        ["patient\tvisit", "S1\tP1\tbefore", "S2\tP1\tafter"],
        ['"","patient","visit"', '"S1","P1","before"', '"S2","P1","after"'],
        ['"patient","visit"', '"S1","P1","before"', '"S2","P1","after"'],
        [";patient;visit", "S1;P1;before", "S2;P1;after"],
    ],
    ids=["write.table", "write.csv", "write.table by comma", "pandas"],
)
def test_names_that_say_something_are_a_column(tmp_path, lines):
    found = read(tmp_path, *lines)
    assert list(found) == ["row.names", "patient", "visit"]
    assert found.to_numpy().tolist() == ROWS


def test_names_of_rows_are_the_samples_where_no_column_is(case, tmp_path):
    sheet = case.sheet.set_index("sample").rename_axis(None)
    case.load()
    path = tmp_path / "r.csv"
    path.write_text(sheet.to_csv().replace("P1_before", '"P1_before"'))
    case.intake["samples"] = str(path)
    found = case.load().adata.obs
    assert list(found.index) == sorted(case.sheet["sample"])
    assert "row.names" not in found


def test_names_of_rows_that_are_numbers_stay_text(case, tmp_path):
    numbers = [str(101 + 3 * k) for k in range(14)]
    case.matrix.columns = numbers
    sheet = case.sheet.assign(sample=numbers).set_index("sample").rename_axis(None)
    case.sheet["sample"] = numbers
    case.load()
    path = tmp_path / "r.csv"
    sheet.to_csv(path)
    case.intake["samples"] = str(path)
    assert list(case.load().adata.obs_names) == numbers


def test_a_decimal_comma_between_commas_is_no_name_of_a_row(tmp_path):
    with pytest.raises(StudyError, match="every row has 4 cells, the header has 3; .* decimal com"):
        read(tmp_path, "sample,visit,age", "S1,before,9,5", "S2,after,10,5")


def test_the_first_of_longer_rows_must_be_names(tmp_path):
    with pytest.raises(StudyError, match="every row has 4 cells, the header has 3"):
        read(tmp_path, "patient\tvisit\tage", "P1\tbefore\t9\tx", "P1\tafter\t9\ty")


@pytest.mark.parametrize(
    "lines",
    [
        ['"id"\t"symbol"', '"1"\t"p1"\t"STAT1"', '"2"\t"p2"\t""', '"3"\t"p3"\t"IRF7"'],
        ['"","id","symbol"', '"1","p1","STAT1"', '"2","p2",NA', '"3","p3","IRF7"'],
        ['"id","symbol"', '"p1","p1","STAT1"', '"p2","p2","NA"', '"p3","p3","IRF7"'],
        ["id\tsymbol", "p1\tSTAT1\t", "p2\t\t", "p3\tIRF7\t"],
    ],
    ids=["write.table", "write.csv", "names that are ids", "a tab at every end"],
)
def test_an_annotation_written_by_r(tmp_path, lines):
    path = tmp_path / "a.txt"
    path.write_text("\n".join(lines) + "\n")
    assert read_annotation(path, "id", "symbol").to_dict() == {"p1": "STAT1", "p3": "IRF7"}
