"""Family files in SOFT format."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo_files import write_gz
from options import load
from revertome.errors import StudyError
from revertome.intake.read.soft import is_soft, read_soft

HEAD = (
    "^DATABASE = GeoMiame\n!Database_name = Gene Expression Omnibus (GEO)\n^SERIES = GSE9\n"
    "!Series_geo_accession = GSE9\n!Series_supplementary_file = ftp://x/GSE9_RAW.tar\n"
    "^PLATFORM = GPL1\n!platform_table_begin\nID\tSYMBOL\na_at\tA = B\n!platform_table_end\n"
)


def sample(n: int, rows: str, platform: str = "GPL1", more: str = "") -> str:
    return (
        f"^SAMPLE = GSM{n}\n!Sample_title = kid {n}\n!Sample_platform_id = {platform}\n{more}"
        f"!Sample_characteristics_ch1 = Gender:F\n!Sample_characteristics_ch1 = note: x = {n}\n"
        "#ID_REF = \n#VALUE = signal\n!sample_table_begin\nID_REF\tABS_CALL\tVALUE\n"
        f"{rows}!sample_table_end\n"
    )


TEXT = HEAD + sample(1, "a_at\tP\t1.5\nb_at\tA\tnull\n") + sample(2, "b_at\tP\t4\na_at\tP\t-2\n")


def test_family(tmp_path: Path) -> None:
    write_gz(tmp_path / "GSE9_family.soft.gz", TEXT)
    assert is_soft(tmp_path / "GSE9_family.soft.gz")
    series = read_soft(tmp_path / "GSE9_family.soft.gz")
    assert (series.accession, series.platforms) == ("GSE9", ("GPL1",))
    assert series.supplementary == ("ftp://x/GSE9_RAW.tar",)
    assert series.characteristics == ("Gender", "note")
    assert series.samples["note"].tolist() == ["x = 1", "x = 2"]
    assert series.samples["title"].tolist() == ["kid 1", "kid 2"]
    expected = pd.DataFrame(
        [[1.5, -2], [np.nan, 4]], index=["a_at", "b_at"], columns=["GSM1", "GSM2"], dtype=float
    )
    pd.testing.assert_frame_equal(series.expression, expected)


def test_without_tables(tmp_path: Path) -> None:
    """RNA-seq samples have no table of values."""
    (tmp_path / "s.soft").write_text(HEAD + "^SAMPLE = GSM1\n!Sample_title = a\n")
    series = read_soft(tmp_path / "s.soft")
    assert series.expression.shape == (0, 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t[: t.index("^SAMPLE")], "no ^SAMPLE"),
        (lambda t: t[:-30], "a sample table has no end"),
        (lambda t: t.replace("\tVALUE\n", "\tSIGNAL\n"), "GSM1: table without ID_REF and VALUE"),
        (lambda t: t.replace("b_at\tA", "a_at\tA"), "GSM1: feature 'a_at' occurs twice"),
        (lambda t: t.replace("\t4\n", "\tfour\n"), "GSM2: feature 'b_at', column 'VALUE': 'four'"),
        (lambda t: t.replace("\t4\n", "\n"), "GSM2: row 'b_at' has 2 cells, expected 3"),
        (lambda t: t.replace("SAMPLE = GSM2", "SAMPLE = GSM1"), "sample 'GSM1' occurs twice"),
    ],
)
def test_damaged(tmp_path: Path, change, words: str) -> None:
    (tmp_path / "s.soft").write_text(change(TEXT))
    with pytest.raises(StudyError) as raised:
        read_soft(tmp_path / "s.soft")
    assert words in str(raised.value)


def test_a_study_of_one_of_two_platforms(tmp_path: Path) -> None:
    values = np.random.default_rng(1).uniform(3, 14, (6, 7)).round(3)
    text = HEAD
    for n in range(6):
        rows = "".join(f"SYM{g}\tP\t{v}\n" for g, v in enumerate(values[n]))
        visit = f"!Sample_source_name_ch1 = blood V{n % 2}\n"
        text += sample(n, rows, more=visit + f"!Sample_characteristics_ch1 = subject: {n // 2}\n")
    text += sample(9, "x_at\tP\t3\n", "GPL2")
    (tmp_path / "s.soft").write_text(text)
    intake = {
        "source": "geo", "matrix": str(tmp_path / "s.soft"), "scale": "log2",
        "fields": {"patient": {"field": "subject"},
                   "visit": {"field": "source_name_ch1", "pattern": r"(V\d)"}},
    }  # fmt: skip
    design = {"baseline": "V0", "followup": "V1", "healthy": None}
    with pytest.raises(StudyError, match="several platforms: set intake.platform to one of GPL1, "):
        load(intake, design)
    adata = load({**intake, "platform": "GPL1"}, design).adata
    assert adata.shape == (6, 7)
    assert adata["GSM4", "SYM3"].X.item() == values[4, 3]
