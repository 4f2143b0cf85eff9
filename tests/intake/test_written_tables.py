"""Tables of values as people and programs write them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from options import section
from revertome.errors import StudyError
from revertome.intake.layouts import read_values
from revertome.intake.read.table import read_matrix

EXPECTED = pd.DataFrame(
    [[1.5, 200.0], [-3.25, 4.0]], index=["STAT1", "IFI44"], columns=["s1", "s2"]
)


def read(folder: Path, text: str, **options: str) -> pd.DataFrame:
    (folder / "m.txt").write_text(text, encoding="utf-8")
    return read_matrix(folder / "m.txt", **options)


@pytest.mark.parametrize(
    "text",
    [
        "id\ts1\ts2\nSTAT1\t1.5\t200\nIFI44\t-3.25\t4\n",
        "id,s1,s2\nSTAT1,1.5,200\nIFI44,-3.25,4\n",
        '"","s1","s2"\n"STAT1","1.5","200"\n"IFI44","-3.25","4"\n',
        '"s1"\t"s2"\n"STAT1"\t1.5\t200\n"IFI44"\t-3.25\t4\n',
        '"s1" "s2"\n"STAT1" 1.5 200\n"IFI44" -3.25 4\n',
        "id;s1;s2\nSTAT1;1,5;2e2\nIFI44;-3,25;4\n",
        "id\ts1\ts2\nSTAT1\t1,50\t200\nIFI44\t-3,25\t4,0\n",
        "# made by hand\n\nid\ts1\ts2\r\nSTAT1\t1.5\t200\r\nIFI44\t-3.25\t4\r\n",
        "\ufeffid\ts1\ts2\nSTAT1\t 1.5\t200 \nIFI44\t-3.25\t4",
        "gene\tdescription\ts1\ts2\nSTAT1\tsignal 1\t1.5\t200\nIFI44\t44 kDa\t-3.25\t4\n",
        "gene\tchr\tstart\tlength\ts1\ts2\nSTAT1\t2\t7\t9\t1.5\t200\nIFI44\tX\t7\t9\t-3.25\t4\n",
        "gene\ts1\ts2\tnote\nSTAT1\t1.5\t200\tlow; 3x\nIFI44\t-3.25\t4\t\n",
    ],
)
def test_ways_of_writing(tmp_path: Path, text: str) -> None:
    pd.testing.assert_frame_equal(read(tmp_path, text), EXPECTED)


def test_named_gene_column(tmp_path: Path) -> None:
    text = "row\tgene\ts1\ts2\n1\tSTAT1\t1.5\t200\n2\tIFI44\t-3.25\t4\n"
    found = read(tmp_path, text, feature="gene")
    assert found.columns.tolist() == ["row", "s1", "s2"]
    assert found.index.tolist() == ["STAT1", "IFI44"]
    with pytest.raises(StudyError, match=r"no column 'symbol' \(intake.feature\); it has 'row'"):
        read(tmp_path, text, feature="symbol")


def test_every_missing_word(tmp_path: Path) -> None:
    words = ["", "NA", "n/a", "NaN", "null", "NULL", "--", "#N/A", "-nan", "#VALUE!"]
    rows = "".join(f"g{i}\t{word}\t{i}\n" for i, word in enumerate(words))
    found = read(tmp_path, f"id\ts1\ts2\n{rows}")
    assert found["s1"].isna().all()
    assert found["s2"].tolist() == list(range(len(words)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "id\ts1\ts2\na\t1,234\t5\n",
            "'1,234' of feature 'a', column 's1' may be a number with a decimal comma or",
        ),
        (
            "id\ts1\ts2\na\t1,234,567\t5\n",
            "'1,234,567' of feature 'a', column 's1' may be a number with a decimal comma",
        ),
        (
            "id\ts1\ts2\na\t1,5\t2.5\n",
            "with a decimal comma ('1,5' of feature 'a', column 's1') and with a decimal point",
        ),
        ("id\ts1\ts2\na\t1.234,5\t2\n", "feature 'a', column 's1': '1.234,5' is not a number"),
        ("id\ts1\ts2\na\t1_0\t2\n", "'1_0' is not a number"),
        ("id\ts1\ts2\na\t1\t2\nb\t1\n", "row 'b' has 2 cells, expected 3"),
        ("id\ts1\ts1\na\t1\t2\n", "sample 's1' occurs more than once"),
        ("id\ts1\ts2\n", "a header without rows"),
        ("just text\n", "a header without rows"),
        ("", "one column only"),
        ("id\tnote\na\tx\n", "no column of numbers"),
        (
            "id\ts1\ts2\tnote\ts3\na\t1\t2\tx\t3\n",
            "feature 'a', column 'note': 'x' is not a number",
        ),
    ],
)
def test_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(StudyError) as raised:
        read(tmp_path, text)
    assert words in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_broken_h5ad(tmp_path: Path) -> None:
    (tmp_path / "x.h5ad").write_bytes(b"PK nothing")
    with pytest.raises(StudyError, match="no readable h5ad file"):
        read_values(section("intake"), str(tmp_path / "x.h5ad"))


def test_long_table_grows_in_place(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(5000, 3)).round(4)
    frame = pd.DataFrame(values, index=[f"g{i}" for i in range(5000)], columns=["a", "b", "c"])
    frame.to_csv(tmp_path / "long.csv")
    pd.testing.assert_frame_equal(read_matrix(tmp_path / "long.csv"), frame)


def test_a_sample_of_infinite_values_is_no_text(tmp_path: Path) -> None:
    """It is read, so that intake can name its cells."""
    found = read(tmp_path, "id\ts1\ts2\nSTAT1\t1.5\tInf\nIFI44\t2\t-Inf\n")
    assert found["s2"].tolist() == [np.inf, -np.inf]
