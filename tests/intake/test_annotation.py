"""Tables of ids and symbols as R, NCBI, GENCODE and people write them."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from options import section
from revertome.errors import StudyError
from revertome.intake.layouts import read_values
from revertome.intake.read.annotation import read_annotation, symbol_column

EXPECTED = {"ENSG00000157601": "MX1", "ENSG00000115415": "STAT1"}


def read(folder: Path, text: str, **names: str) -> dict[str, str]:
    (folder / "a.txt").write_text(text)
    columns = {"id_column": "id", "symbol_column": "symbol", **names}
    found: dict[str, str] = read_annotation(folder / "a.txt", **columns).to_dict()
    return found


@pytest.mark.parametrize(
    "text",
    [
        "id\tsymbol\nENSG00000157601.14\tMX1\nENSG00000115415\tSTAT1\n",
        '"id"\t"symbol"\n"1"\t"ENSG00000157601"\t"MX1"\n"2"\t"ENSG00000115415"\t"STAT1"\n',
        '"id" "symbol"\n"1" "ENSG00000157601" "MX1"\n"7" "ENSG00000115415" "STAT1"\n',
        '"id","symbol"\n"1","ENSG00000157601","MX1"\n"2","ENSG00000115415","STAT1"\n',
        '"","id","symbol"\n"1","ENSG00000157601","MX1"\n"2","ENSG00000115415","STAT1"\n',
        '"id" "what" "symbol"\n"1" "ENSG00000157601" "MX 1" "MX1"\n'
        '"2" "ENSG00000115415" "b" "STAT1"\n',
        'symbol;note;id\n"MX1";"a; b";ENSG00000157601\nSTAT1;;ENSG00000115415\n',
        "# made by hand\n\nid\tsymbol\nENSG00000157601\tMX1\nENSG00000115415\tSTAT1\n",
        "#tax\tid\tsymbol\n9606\tENSG00000157601\tMX1\n9606\tENSG00000115415\tSTAT1\n",
        "id\tsymbol\nENSG00000157601\tMX1\t\nENSG00000115415\tSTAT1\t\n",
        "id\tsymbol\tnote\nENSG00000157601\tMX1\nENSG00000115415\tSTAT1\tx\ty\n",
        # one row a transcript, and the copy on Y of GENCODE
        "id\tsymbol\tt\nENSG00000157601.1\tMX1\t1\nENSG00000157601.1\tMX1\t2\n"
        "ENSG00000115415\tSTAT1\t3\nENSG00000115415.3_PAR_Y\tother\t4\n",
    ],
)
def test_ways_of_writing(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == EXPECTED


def test_row_names_of_r_are_the_ids(tmp_path: Path) -> None:
    text = '"symbol" "chr"\n"ENSG00000157601" "MX1" 21\n"ENSG00000115415" "STAT1" 2\n'
    assert read(tmp_path, text, id_column="row.names") == EXPECTED
    with pytest.raises(StudyError, match="column 'id' is missing; found 'row.names', 'symbol', 'c"):
        read(tmp_path, text)


def test_every_id_twice(tmp_path: Path) -> None:
    """A column of synonyms gives each id a symbol and an old name."""
    head = "id\tsymbol\n"
    rows = "".join(f"ENSG{n:011}\tG{n}\nENSG{n:011}\tOLD{n}\n" for n in range(9))
    with pytest.raises(
        StudyError,
        match=r"9 of 9 ids have more than one symbol in column 'symbol' \('ENSG00000000000': "
        r"'G0', 'OLD0'\); expected one symbol an id",
    ):
        read(tmp_path, head + rows)
    with pytest.warns(UserWarning, match=r"2 of 10 ids have more than one .* left without a sym"):
        found = read(tmp_path, head + "\n".join(rows.splitlines()[:4]) + "\n" + "".join(
            f"ENSG{n:011}\tG{n}\n" for n in range(2, 10)))  # fmt: skip
    assert found["ENSG00000000009"] == "G9"
    assert len(found) == 8


def test_a_name_twice_in_the_header(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="annotation column 'symbol' occurs more than once"):
        read(tmp_path, "id\tsymbol\tsymbol\nENSG00000157601\tMX1\tMX\n")


@pytest.mark.parametrize("copy", ["ENSG00000182378.15_PAR_Y", "ENSG00000182378_PAR_Y",
                                  "ENSGR0000182378.10"])  # fmt: skip
def test_copies_on_y(tmp_path: Path, copy: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The copy is neither added to the row of X nor taken for it."""
    path = tmp_path / "counts.tsv"
    path.write_text(f"id\ts1\ts2\n{copy}\t900\t0\nENSG00000182378.15\t7\t9\nENSG1\t0\t1\n")
    said = "1 copies on Y of pseudoautosomal genes (_PAR_Y) left out, 1 of them with values above 0"
    with pytest.warns(UserWarning, match=re.escape(said)):
        found = read_values(section("intake"), str(path))
    assert found.table.loc["ENSG00000182378.15"].tolist() == [7, 9]
    assert found.table.index.tolist() == ["ENSG00000182378.15", "ENSG1"]
    assert said in found.record
    # where nothing is lost, the log says it and the report need not
    path.write_text(path.read_text().replace("900", "0"))
    assert read_values(section("intake"), str(path)).table.shape == (2, 2)
    assert "left out, 0 of them with values above 0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("gene_id,gene_name,s1,s2\n{0},MX1,7,9\n{1},STAT1,0,3\n", True),
        ('"gene_name" "s1" "s2"\n"{0}" "MX1" 7 9\n"{1}" "STAT1" 0 3\n', True),
        ('"","symbol","s1","s2"\n"{0}","MX1",7,9\n"{1}","STAT1",0,3\n', True),
        ('"","id","symbol","s1","s2"\n"1","{0}","MX1",7,9\n"2","{1}","STAT1",0,3\n', True),
        ('"id" "symbol" "s1" "s2"\n"1" "{0}" "MX1" 7 9\n"2" "{1}" "STAT1" 0 3\n', True),
        ("id\ts1\ts2\t\t\n{0}\t7\t9\n{1}\t0\t3\n", False),
        ('"id" "s1" "s2"\n"1" "{0}" 7 9\n"2" "{1}" 0 3\n', False),
        (",id,s1,s2\n0,{0},7,9\n1,{1},0,3\n", False),
        ("id\ts1\ts2\t\n{0}\t7\t9\t\n{1}\t0\t3\t\n", False),
        ("id\ts1\ts2\n{0}\t7\t9\t\n{1}\t0\t3\t\n", False),
        ("id;s1;s2;;;\n{0};7;9;;;\n{1};0;3;;;\n", False),
    ],
)
def test_symbols_and_row_numbers_in_a_table(tmp_path: Path, text: str, symbols: bool) -> None:
    ids = list(EXPECTED)
    (tmp_path / "m.txt").write_text(text.format(*ids))
    found = read_values(section("intake"), str(tmp_path / "m.txt"))
    expected = pd.DataFrame({"s1": [7.0, 0], "s2": [9.0, 3]}, ids)
    pd.testing.assert_frame_equal(found.table, expected)
    assert (found.symbols is not None) == symbols
    if found.symbols is not None:
        assert found.symbols.to_dict() == EXPECTED


def test_a_column_without_a_name(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("id\ts1\t\nMX1\t7\t\nSTAT1\t0\t3\n")
    with pytest.raises(StudyError, match="a column without a name holds values; name the sample"):
        read_values(section("intake"), str(tmp_path / "m.txt"))


@pytest.mark.parametrize(
    ("header", "ids", "column"),
    [(["x", "Gene_Name"], ["ENSG00000157601"], "Gene_Name"), (["name"], ["MX1"], None),
     (["name"], ["ENSG00000157601"], "name"), (["description"], ["7"], None)],
)  # fmt: skip
def test_which_column_holds_symbols(header: list[str], ids: list[str], column: Any) -> None:
    assert symbol_column(header, pd.Index(ids)) == column
