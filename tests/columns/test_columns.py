"""The table of columns: complete, readable, and what `disk` writes and reads by."""

import re
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from architecture.results_readme import HOME, TARGET, document
from described import faults
from disk import read_table, write_table
from revertome.columns import TABLES, column_of, conformed, kinds, table_of
from revertome.columns.files import FILES
from revertome.compare import Comparison
from revertome.figure_list import COMPARED, FIGURES
from revertome.figure_rows import files_of
from revertome.report.tables import table as report_table

NAMES = [table.file for table in TABLES]
VALUES = {
    "text": ["008", "1e5", np.nan, "TRUE", "", "NA1", "inf"],
    "number": [0.1, -1 / 3, np.nan, np.inf, 1e-300, 2.0, -0.0],
    "integer": [0, 1, 2, 3, 4, 5, 12000],
    "boolean": [True, False, np.nan, True, False, True, False],
    "sheet": [1.5, 8, np.nan, 0, 1e-3, 2, 3],
}


def filled(table):
    """A table with values of every kind, and one column of each name that a study gives."""
    values = {re.sub("<.*?>", "x1", c.name): VALUES[c.kind] for c in table.columns}
    return pd.DataFrame(values)


def test_every_file_and_column_is_described_once():
    assert len(set(NAMES)) == len(NAMES) > 50
    for table in TABLES:
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names), table.file
        assert table.about.endswith("."), table.file
        for column in table.columns:
            assert column.meaning, (table.file, column.name)
            assert not column.meaning.endswith("."), (table.file, column.name)


def test_every_table_of_a_rule_is_described():
    rules = "".join(p.read_text("utf-8") for p in sorted((HOME / "workflow/rules").glob("*.smk")))
    files = set(re.findall(r'result\(f?"([^"]+\.tsv)"\)', rules))
    named = {re.sub(r"{\w+}", "x1", file) for file in files if "{name}" not in file}
    named |= {f"source_data/{path}" for name in FIGURES for path in files_of(name)}
    named |= {f"compare/source_data/{path}" for name in COMPARED for path in files_of(name)}
    named |= {f"compare/{field.name}.tsv" for field in fields(Comparison)}
    named -= {"benchmarks/x1.tsv"}
    assert len(named) > 60
    assert [file for file in sorted(named) if table_of(file) is None] == []


def test_results_page_is_written_from_the_columns():
    assert TARGET.read_text("utf-8") == document(), "run tests/architecture/results_readme.py"


def test_every_table_is_among_the_files():
    listed = set()
    for names, _ in FILES:
        stage = names[0].partition("/")[0] if "/" in names[0] else ""
        listed |= {name if "/" in name else f"{stage}/{name}" for name in names}
    listed |= {"differential/<engine>/<contrast>.tsv"}
    temporary = {name for name in NAMES if "<part>" in name}
    own = {name for name in NAMES if not name.startswith(("compare/", "source_data/"))}
    assert own - temporary <= listed


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_values_of_every_kind_come_back_as_they_were(table, tmp_path):
    path = tmp_path / re.sub("<.*?>", "x1", table.file)
    written = filled(table)
    write_table(written, path)
    assert faults(tmp_path) == []
    found = read_table(path)
    assert list(found) == list(written)
    pd.testing.assert_frame_equal(found, written, check_exact=True)
    kind = kinds(path, written)
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    for name, cells in zip(lines[0], zip(*lines[1:], strict=True), strict=True):
        if kind[name] == "boolean":
            assert cells == ("TRUE", "FALSE", "NA", "TRUE", "FALSE", "TRUE", "FALSE")


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_an_empty_table_has_all_its_columns(table, tmp_path):
    path = tmp_path / re.sub("<.*?>", "x1", table.file)
    write_table(pd.DataFrame(), path)
    fixed = [column.name for column in table.columns if not column.named_by_study]
    assert path.read_text("utf-8") == "\t".join(fixed) + "\n"
    assert list(read_table(path)) == fixed


def test_what_a_study_lacks_is_missing_and_stands_in_its_place(tmp_path):
    path = tmp_path / "quality/pca.tsv"
    write_table(pd.DataFrame({"PC1": [1.5, 2.5], "sample": ["1", "02"], "PC2": [0.5, -1]}), path)
    assert path.read_text("utf-8").splitlines()[1:] == [
        "1\tNA\tNA\tNA\tNA\tNA\t1.5\t0.5\tNA\tNA\tNA\tNA\tNA",
        "02\tNA\tNA\tNA\tNA\tNA\t2.5\t-1.0\tNA\tNA\tNA\tNA\tNA",
    ]


def test_columns_that_a_study_names_keep_their_order():
    names = ["n_reverted", "ISG6_change", "crp_baseline", "patient", "response_week 2", "arm"]
    found = list(conformed(pd.DataFrame(columns=names), table_of("association/patients.tsv")))
    assert found[:3] == ["patient", "arm", "label"]
    assert found[3:6] == ["ISG6_change", "crp_baseline", "response_week 2"]
    assert found[6:8] == ["distance_baseline", "distance_followup"]
    assert found[-3:] == ["n_reverted_normalised", "n_reverted_recovered", "n_reverted"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"gene": ["A"], "logfc": [1.0]}, "column logfc is not in revertome/columns"),
        ({"gene": [8]}, "column gene: expected text, found 8"),
        ({"logFC": ["high"]}, "column logFC: expected number, found 'high'"),
        ({"logFC": [True]}, "column logFC: expected number, found True"),
        ({"n": [1.5]}, "column n: expected whole number, found 1.5"),
    ],
)
def test_a_column_that_is_not_as_described_is_refused(values, words):
    table = table_of("differential/disease.tsv")
    with pytest.raises(ValueError, match=re.escape(f"differential/<contrast>.tsv: {words}")):
        conformed(pd.DataFrame(values), table)


def test_booleans_must_be_booleans():
    with pytest.raises(ValueError, match="column used: expected TRUE or FALSE, found 1"):
        conformed(pd.DataFrame({"used": [1]}), table_of("quality/samples.tsv"))


def test_booleans_of_version_0_1_0_are_read(tmp_path):
    path = tmp_path / "trajectories/genes.tsv"
    path.parent.mkdir()
    path.write_text("gene\tclass\tresponder_specific\n008\treverted\tTrue\n9\tinduced\tFalse\n")
    found = read_table(path)
    assert found["responder_specific"].tolist() == [True, False]
    assert found["responder_specific"].dtype == bool
    assert found["gene"].tolist() == ["008", "9"]
    assert list(read_table(path, {"gene", "change_all"})) == ["gene"]


def test_columns_of_the_sheet_come_back_as_in_the_sheet(tmp_path):
    """Numbers of a sheet are finite floats; a column with one word in it is text."""
    sheet = pd.DataFrame(
        {
            "patient": ["001", "002", "003"],
            "arm": np.array([np.nan] * 3, dtype=object),
            "visit": ["1", "1", "2"],
            "crp": [5.0, np.nan, 0.1],
            "site": ["007", "12a", np.nan],
            "smoker": ["TRUE", "FALSE", np.nan],
            "bound": ["inf", "inf", "inf"],
            "nothing": [np.nan] * 3,
        }
    )
    write_table(sheet, tmp_path / "intake/visits.tsv")
    pd.testing.assert_frame_equal(read_table(tmp_path / "intake/visits.tsv"), sheet)


def test_a_file_is_known_by_the_end_of_its_path():
    where = "/data/modules/results/quality"
    assert table_of(f"{where}/differential/design.tsv").file == "differential/design.tsv"
    assert table_of(f"{where}/differential/a-b.tsv").file == "differential/<contrast>.tsv"
    engine = table_of(f"{where}/differential/deseq2/disease.tsv")
    assert engine.file == "differential/<engine>/<contrast>.tsv"
    assert table_of(f"{where}/compare/genes.tsv").file == "compare/genes.tsv"
    assert table_of("genes.tsv") is None
    assert table_of(f"{where}/disease.tsv") is None


def test_a_name_of_the_house_goes_before_a_pattern():
    table = table_of("association/patients.tsv")
    assert column_of(table, "distance_change").meaning.startswith("molecular distance")
    assert column_of(table, "crp_change").name == "<variable or module>_change"
    assert column_of(table, "crp") is None


def test_headings_of_the_report_say_what_columns_mean():
    data = pd.DataFrame({"class": ["reverted"], "expected_by_chance": [0.5]})
    first, second = report_table("k", "t", "trajectories/summary.tsv", data).columns
    assert (first.name, first.help) == ("class", "class")
    assert second.name == "expected by chance (genes)"
    assert second.help.startswith("mean over permutations")
    assert second.help.endswith("(unit: genes)")
    pooled = report_table("k", "t", "genes.tsv", pd.DataFrame({"tau2": [1.0]}), "compare/")
    assert (
        pooled.columns[0].help
        == "variance between studies (restricted maximum likelihood) (unit: effect squared)"
    )
