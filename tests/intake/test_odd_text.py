"""Text that looks the same is the same; rows that are no features are told."""

import unicodedata
from typing import Any

import pytest

from revertome.errors import StudyError
from revertome.intake.columns import open_text, read_sheet
from revertome.intake.encoding import plain, read_twice
from revertome.intake.read.table import read_matrix


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
def test_a_composed_letter_is_one_letter(tmp_path, form):
    path = tmp_path / "s.tsv"
    path.write_text(unicodedata.normalize(form, "a\nZoé\n"), encoding="utf-8")
    with open_text(path) as file:
        assert list(file) == ["a\n", "Zoé\n"]
    with open_text(path) as file:
        assert file.read() == "a\nZoé\n"


def test_what_cannot_be_seen_is_left_out_and_letters_stay():
    assert plain("\ufeffP\u200b01\u200e\u2060") == "P01"
    assert plain("P\u00ad1\ufe0f\u180e\U000e0041\u200d") == "P1"
    for kept in ("Zo\u0308e\u0301".replace("o\u0308", "ö"), "می\u200cخواهم", "µ", "²"):
        assert plain(kept) == unicodedata.normalize("NFC", kept)
    assert plain("P²") != plain("P2")  # two names, as written


@pytest.mark.parametrize(
    ("text", "meant"),
    [("ZoÃ©", "Zoé"), ("MuÃ±oz", "Muñoz"), ("5 â‚¬", "5 €"), ("Zoé", ""), ("P01", ""), ("ÃO", ""),
     ("Ñandú", ""), ("日本", "")],
)  # fmt: skip
def test_letters_spoilt_by_a_program_are_known(text, meant):
    assert read_twice(text) == meant


def test_spoilt_letters_are_told_by_row(tmp_path):
    path = tmp_path / "s.tsv"
    path.write_text("sample\tpatient\nS1\tZoé\nS2\tZoÃ©\n", encoding="utf-8")
    with pytest.warns(UserWarning, match=r"column 'patient', row 3: 'ZoÃ©' looks like 'Zoé'"):
        assert read_sheet(path)["patient"].tolist() == ["Zoé", "ZoÃ©"]


@pytest.mark.parametrize(
    "text",
    ["# made by hand\n# and again; so\nsample,visit,group\nS1,a,b\n",
     "#exported 2020,,\n\nsample,visit,group\nS1,a,b\n",
     "sample,visit,group\nS1,a,b,\n", "sample,visit,group,\nS1,a,b,,,\n"],
    ids=["comments", "comment of a spreadsheet", "one separator more", "separators of all kinds"],
)  # fmt: skip
def test_sheets_with_comments_and_trailing_separators(tmp_path, text):
    path = tmp_path / "s.csv"
    path.write_text(text, encoding="utf-8")
    found = read_sheet(path)
    assert list(found) == ["sample", "visit", "group"]
    assert found.to_numpy().tolist() == [["S1", "a", "b"]]
    assert found.index[0] == len(text.splitlines())


@pytest.mark.parametrize(
    ("text", "names"),
    [("sep=;\nsample;visit;group\nS1;a;b\n", ["sample", "visit", "group"]),
     ('"","sample","visit"\n"1","S1","a"\n', ["sample", "visit"]),
     ('"sample","visit"\n"1","S1","a"\n', ["sample", "visit"]),
     (",sample,visit\nx,S1,a\n", ["row.names", "sample", "visit"])],
    ids=["separator told", "numbers", "numbers, header cut", "others"],
)  # fmt: skip
def test_sheets_of_spreadsheets_and_of_r(tmp_path, text, names):
    path = tmp_path / "s.csv"
    path.write_text(text, encoding="utf-8")
    found = read_sheet(path)
    assert list(found) == names and found["sample"].tolist() == ["S1"]
    assert found["visit"].tolist() == ["a"]


@pytest.mark.parametrize("name", ["_index", "a/b"])
def test_a_column_that_no_file_can_name_gets_a_name(case: Any, tmp_path, name: str) -> None:
    case.sheet[name] = "x"
    data = case.load()
    data.adata.write_h5ad(tmp_path / "raw.h5ad")
    assert {"index", "a_b"} & set(data.adata.obs)


def matrix(tmp_path, text):
    path = tmp_path / "m.tsv"
    path.write_text(text, encoding="utf-8")
    return read_matrix(path)


@pytest.mark.parametrize(
    "text",
    ["id\ts1\ts2\t\ng1\t1\t2\t\n", "id\ts1\ts2\ng1\t1\t2\t\n", "id\ts1\ts2\ng1\t1\t2\t\t\n",
     "#id\ts1\ts2\ng1\t1\t2\n", "# id\ts1\ts2\ng1\t1\t2\n", "# of: x\ty\nid\ts1\ts2\ng1\t1\t2\n"],
    ids=["all rows", "rows alone", "two", "marked header", "marked header 2", "comment"],
)  # fmt: skip
def test_tables_with_trailing_separators_and_marks(tmp_path, text):
    found = matrix(tmp_path, text)
    assert found.columns.tolist() == ["s1", "s2"]
    assert found.loc["g1"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("text", "match"),
    [("id\ts1\ts2\t\ng1\t1\t2\t\ng2\t\t1\t2\n", "a column without a name holds values"),
     ("Table 1. Values, log2\nid\ts1\ts2\ng1\t1\t2\n", r"line 1 is a caption.*'Table 1. Values"),
     ("Values\t\t\nid\ts1\ts2\ng1\t1\t2\n", "line 1 is a caption")],
)  # fmt: skip
def test_tables_that_are_shifted_or_have_a_caption(tmp_path, text, match):
    with pytest.raises(StudyError, match=match):
        matrix(tmp_path, text)


@pytest.mark.parametrize("word", ["", "NA", "nan", "#N/A"])
def test_a_row_without_a_feature_is_left_out_and_told(case: Any, word: str) -> None:
    case.matrix.index = [word if i == 7 else name for i, name in enumerate(case.matrix.index)]
    with pytest.warns(UserWarning, match=r"matrix.tsv: 1 rows without a feature id \('"):
        found = case.load().adata
    assert found.n_vars == 39 and "GENE07" not in found.var_names


@pytest.mark.parametrize("name", ["age", "Age"])
def test_a_row_that_is_a_column_of_the_sheet_is_refused(case: Any, name: str) -> None:
    case.sheet["age"] = [f"{4 + i / 2}" for i in range(len(case.sheet))]
    case.matrix.loc[name] = case.sheet["age"].to_numpy()
    with pytest.raises(StudyError, match=f"row '{name}' is no feature: it holds the column 'age'"):
        case.load()
    case.matrix.loc[name] = case.matrix.loc["GENE00"]  # a gene of that name is one
    assert name in case.load().adata.var_names


def test_a_matrix_with_samples_in_rows_is_told_as_such(case: Any) -> None:
    case.load()
    case.matrix = case.matrix.T
    match = r"'P1_after' and 9 more; they are its rows: transpose it"
    with pytest.raises(StudyError, match=match):
        case.load()


@pytest.mark.parametrize("row", [4, 5])
def test_two_halves_of_pairs_are_told(case: Any, row: int) -> None:
    case.sheet.loc[row, "patient"] = "Q3"
    match = r"patients '(P3|Q3)' have a sample at 'after' and none at 'before', '(P3|Q3)' the rev"
    with pytest.warns(UserWarning, match=match):
        case.load()


def test_patients_who_left_early_are_not(case: Any) -> None:
    case.sheet = case.sheet.drop(index=[5, 7])
    case.matrix = case.matrix[case.sheet["sample"]]
    case.load()


def test_samples_of_patients_without_a_visit_are_named(case: Any) -> None:
    case.sheet.loc[4, "visit"] = "NA"
    with pytest.warns(
        UserWarning, match=r"1 samples of patients have no visit \(it is empty\).*'P3_b"
    ):
        assert case.load().adata.n_obs == 13


def test_visits_that_a_pattern_does_not_match_are_named_and_those_mapped_to_null_are_not(case: Any):
    case.sheet["visit"] = [f"V1 {v}" if v else v for v in case.sheet["visit"]]
    names = ("sample", "patient", "group")
    rule = {"field": "visit", "pattern": r"^V\d (\w+)$"}
    case.intake["fields"] = {name: {"field": name} for name in names} | {"visit": rule}
    case.load()
    case.sheet.loc[5, "visit"] = "V 1 after"
    with pytest.warns(UserWarning, match=r"\(the pattern does not match\).*left out: 'P3_after'"):
        case.load()
    case.sheet.loc[5, "visit"] = "V1 later"
    rule["values"] = {"later": None}
    case.load()


def test_an_annotation_without_rows_is_named(case: Any, tmp_path) -> None:
    (tmp_path / "a.tsv").write_text("id\tsymbol\nGENE00\t\n")
    case.intake["annotation"] = {"path": str(tmp_path / "a.tsv"), "id": "id", "symbol": "symbol"}
    with pytest.raises(StudyError, match=r"a.tsv: no feature has one symbol in columns 'id' and"):
        case.load()
