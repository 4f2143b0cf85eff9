"""Names of samples and files of counts, made at random: read right, or refused in words."""

import re
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from options import section
from revertome.errors import StudyError
from revertome.intake.layouts import Values, read_values
from revertome.intake.match_samples import match_samples
from revertome.intake.read.annotation import read_annotation

ALIGNED = "Aligned.sortedByCoord.out"
FOLDERS = ["", "bam/", "/data/run 1/star/", "C:\\Users\\é\\", "./", "S01/", "out/"]
FILES = [
    "{}.bam", "{}.sorted.bam", "{}" + ALIGNED + ".bam", "{}_" + ALIGNED + ".bam",
    "{}/accepted_hits.bam",
    "{}/" + ALIGNED + ".bam", "{}\\x.bam", "{}.markdup.sorted.cram", "{}_dedup.bam", "{}",
    "{}_STAR/star/Aligned.out.sam", "{}.Aligned.toTranscriptome.out.bam",
]  # fmt: skip
ID = st.from_regex(r"[A-Za-z0-9]{1,4}([-_. ][A-Za-z0-9]{1,3}){0,2}", fullmatch=True)
IDS = st.lists(ID, min_size=2, max_size=6, unique=True)
EXTRA = st.lists(st.sampled_from(["gene_name", "gene_type", "level", "tag"]), unique=True)


def settled(examples: int) -> Any:
    return settings(
        max_examples=examples, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def featurecounts(columns: list[str], extra: list[str]) -> str:
    head = ["Geneid", "Chr", "Start", "End", "Strand", "Length", *extra, *columns]
    place = ["1;1", "1;9", "5;12", "+;+", "9", *("2" if e == "level" else "x" for e in extra)]
    rows = [[gene, *place, *(str(n * k) for n in range(1, len(columns) + 1))]
            for gene, k in (("MX1", 10), ("STAT1", 3))]  # fmt: skip
    return "# Program:featureCounts\n" + "".join("\t".join(row) + "\n" for row in (head, *rows))


def read(path: Path, text: str) -> Values | None:
    path.write_text(text, "utf-8", "replace")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return read_values(section("intake"), str(path))
    except StudyError as error:
        assert 1 <= len(str(error).splitlines()) <= 2
        assert len(str(error)) < 1000
        return None


def named_as_in_the_sheet(folder: Path, ids: list[str], columns: list[str], text: str) -> bool:
    """Whether the values were read; they are those of the right samples or the run stops."""
    import pandas as pd

    found = read(folder / "counts.txt", text)
    if found is None:
        return False
    held = found.table.columns
    try:
        names = match_samples(pd.Index(sorted(ids)), ids, held, None, "s.tsv", "m.tsv")
    except StudyError:
        return False
    table = found.table.rename(columns=names)
    if not set(ids) <= set(table.columns):
        return False  # said by the check that follows
    for n, sample in enumerate(ids, start=1):
        assert table.loc["MX1", sample] == 10 * n, (sample, columns)
    return True


@settled(60)
@given(ids=IDS, folder=st.sampled_from(FOLDERS), file=st.sampled_from(FILES), extra=EXTRA)
def test_names_of_bam_files(
    tmp_path: Path, ids: list[str], folder: str, file: str, extra: list[str]
) -> None:
    """Never the counts of another sample; simple ids are always found."""
    columns = [folder + file.format(sample) for sample in ids]
    if not file.endswith(("bam", "sam")) and extra:
        extra = ["gene_name", "gene_type"]
    done = named_as_in_the_sheet(tmp_path, ids, columns, featurecounts(columns, extra))
    plain = all(re.fullmatch(r"[SP]\d{1,3}(_[AB])?", sample) for sample in ids)
    assert done or not plain


@settled(40)
@given(
    numbers=st.lists(st.integers(1, 300), min_size=2, max_size=6, unique=True),
    folder=st.sampled_from(FOLDERS), file=st.sampled_from(FILES), table=st.booleans(),
)  # fmt: skip
def test_plain_names_are_found(
    tmp_path: Path, numbers: list[int], folder: str, file: str, table: bool
) -> None:
    """By featureCounts, or as R wrote a table of the same columns."""
    ids = [f"S{n:03}" for n in numbers]
    columns = [folder + file.format(sample) for sample in ids]
    text = featurecounts(columns, ["gene_name"] * file.endswith("bam"))
    if table:
        dotted = [re.sub("[^A-Za-z0-9._]", ".", name) for name in columns]
        dotted = [name if re.match(r"[A-Za-z]|\.\D", name) else f"X{name}" for name in dotted]
        rows = [[g, *(str(k * n) for n in range(1, len(ids) + 1))]
                for g, k in (("MX1", 10), ("STAT1", 3))]  # fmt: skip
        text = "".join("\t".join(row) + "\n" for row in (dotted, *rows))
    assert named_as_in_the_sheet(tmp_path, ids, columns, text)


PIECES = [
    "\t",
    "\n",
    '"',
    "",
    "NA",
    "1,5",
    "-",
    "inf",
    "#",
    "gene_name",
    ".bam",
    "/",
    "\0",
    "\ufeff",
]
COUNTS = featurecounts(["a/S1.bam", "a/S2.bam", "a/S3.bam"], ["gene_name", "level"])
ANNOTATION = '"id"\t"symbol"\n"1"\t"ENSG00000157601.3"\t"MX1"\n"2"\t"ENSG00000115415"\t"STAT1"\n'
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=3
)


def changed(text: str, changes: list[tuple[float, int, str]]) -> str:
    for where, lost, piece in changes:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + lost :]
    return text


@settled(150)
@given(changes=CHANGES)
def test_damaged_counts(tmp_path: Path, changes: list[tuple[float, int, str]]) -> None:
    read(tmp_path / "c.txt", changed(COUNTS, changes))


@settled(150)
@given(changes=CHANGES)
def test_damaged_annotation(tmp_path: Path, changes: list[tuple[float, int, str]]) -> None:
    path = tmp_path / "a.txt"
    path.write_text(changed(ANNOTATION, changes), "utf-8", "replace")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found = read_annotation(path, "id", "symbol")
    except StudyError as error:
        assert len(str(error)) < 1000
        return
    assert found.index.is_unique


@pytest.mark.slow
@settled(500)
@given(changes=CHANGES)
def test_more_damaged_counts(tmp_path: Path, changes: list[tuple[float, int, str]]) -> None:
    read(tmp_path / "c.txt", changed(COUNTS, changes))
