"""GEO's series matrix files and what goes wrong in them."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo_files import series_matrix
from revertome.errors import StudyError
from revertome.intake.read.series_matrix import is_series_matrix, read_series_matrix
from studies import SHARED, real

SAMPLES = {
    "title": ["3335M patient’s mucosa", "b", "c"],
    "geo_accession": ["GSM1", "GSM2", "GSM3"],
    "characteristics 1": ["Gender:M", "Gender: F", "gender_of_twin: F"],
    "characteristics 2": ["dose:  2 mg", "Data Not Available", "Gender:  F"],
    "characteristics 3": ["", "", ""],
    "characteristics 4": ["time: 10:30", "note: a", "age: --"],
    "characteristics 5": ["note: x", "note: b", "age: 7"],
}
VALUES = pd.DataFrame(
    [[1.5, -2, 3e2], [np.nan, 5, 6]],
    index=["p_at", "q_at"],
    columns=["GSM1", "GSM2", "GSM3"],
    dtype=float,
)


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def text() -> str:
    return series_matrix(SAMPLES, VALUES.astype(object).where(VALUES.notna(), "null"))


def test_traps(tmp_path: Path, text: str) -> None:
    series = read_series_matrix(_write(tmp_path / "s.txt", text))
    table = series.samples
    assert table["Gender"].tolist() == ["M", "F", "F"]
    assert table["gender_of_twin"].tolist()[2] == "F"
    assert table.loc["GSM1", "dose"] == "2 mg"
    assert table.loc["GSM1", "time"] == "10:30"
    assert table["note"].tolist()[:2] == ["x", "a"]
    assert table.loc["GSM2", "note.1"] == "b"
    assert table.loc["GSM3", "age"] == "--"  # as it stands: a study file may give it a meaning
    assert table.loc["GSM3", "age.1"] == "7"
    assert table.loc["GSM1", "title"] == "3335M patient’s mucosa"
    assert table["characteristic"].dropna().tolist() == ["Data Not Available"]
    assert series.accession == "GSE1234"
    assert series.platforms == ("GPL1",)
    assert series.supplementary == ("ftp://geo/series/GSE1nnn/GSE1234/suppl/counts.txt.gz",)
    pd.testing.assert_frame_equal(series.expression, VALUES)


def test_line_ends_gzip_and_order(tmp_path: Path, text: str) -> None:
    expected = read_series_matrix(_write(tmp_path / "s.txt", text))
    (tmp_path / "s.gz").write_bytes(gzip.compress(text.replace("\n", "\r\n").encode("utf-8-sig")))
    found = read_series_matrix(tmp_path / "s.gz")
    pd.testing.assert_frame_equal(found.expression, expected.expression)
    pd.testing.assert_frame_equal(found.samples, expected.samples)
    assert is_series_matrix(tmp_path / "s.gz")
    assert not is_series_matrix(_write(tmp_path / "t.tsv", "id\tGSM1\n"))


def test_a_line_end_inside_a_cell(tmp_path: Path, text: str) -> None:
    """Depositors paste carriage returns into protocols and titles."""
    broken = text.replace('"b"', '"b,\rsecond\r\nline"').replace('"A series"', '"A\r\rseries"')
    found = read_series_matrix(_write(tmp_path / "s.txt", broken))
    assert found.samples["title"].tolist()[1:] == ["b, second line", "c"]
    pd.testing.assert_frame_equal(found.expression, VALUES)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t[: t.index("!series_matrix_table_end")], "the file is cut"),
        (lambda t: t[: t.index("!series_matrix_table_begin")], "no '!series_matrix_table_begin'"),
        (lambda t: t.replace("!Sample_geo_accession", "!Sample_id"), "no '!Sample_geo_accession'"),
        (lambda t: t.replace('!Sample_title\t"3335', '!Sample_title\t"x"\t"3335'), "has 4 values"),
        (lambda t: t.replace("GSM3", "GSM2"), "'GSM2' occurs twice"),
        (lambda t: t.replace("300.0", "high"), "feature 'p_at', column 'GSM3': 'high'"),
        (lambda t: t.replace('"ID_REF"\t"GSM1"', '"ID_REF"\t"GSM9"'), "column 'GSM9' is not among"),
        (lambda t: t.replace("\t300.0", "\t300.0\t4"), "header has 4 columns and the first row 5"),
    ],
)
def test_damaged(tmp_path: Path, text: str, change: Any, words: str) -> None:
    changed = change(text)
    assert changed != text
    with pytest.raises(StudyError, match=words):
        read_series_matrix(_write(tmp_path / "s.txt", changed))


def test_damaged_gzip(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.gz").write_bytes(gzip.compress(text.encode())[:-20])
    with pytest.raises(StudyError, match="gzip file is cut or damaged"):
        read_series_matrix(tmp_path / "s.gz")


@real
@pytest.mark.real
def test_gse4107() -> None:
    """54,675 x 22, MAS5 linear values; gender and age of every sample."""
    from revertome.intake.scale import decide_scale

    path = SHARED / "data" / "geo_format_cases" / "GSE4107_series_matrix.txt.gz"
    series = read_series_matrix(path)
    assert series.expression.shape == (54675, 22)
    assert series.expression.loc["1007_s_at", "GSM93920"] == 3982.5
    assert series.samples["Gender"].value_counts().to_dict() == {"F": 12, "M": 10}
    assert pd.to_numeric(series.samples["Age"]).sum() == 886
    assert series.samples["Tissue"].eq("Mucosa").all()
    assert series.platforms == ("GPL570",)
    decision = decide_scale(series.expression.to_numpy(), "microarray", "auto", "GSE4107")
    assert decision["scale"] == "linear"


@real
@pytest.mark.real
def test_gse5583() -> None:
    """A characteristic without a name (`not differentiated`) keeps its value."""
    path = SHARED / "data" / "geo_format_cases" / "GSE5583_series_matrix.txt.gz"
    series = read_series_matrix(path)
    assert series.expression.shape == (12488, 6)
    assert series.expression.loc["100034_at"].tolist() == [7.2, 67, 11.5, 16.4, 6.3, 13.9]
    assert series.samples["characteristic"].eq("not differentiated").all()
    assert series.samples["Genotype"].nunique() == 2
