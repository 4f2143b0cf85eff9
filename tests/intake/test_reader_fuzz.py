"""Mutated series matrix files: read with the right shape, or refused in words."""

import gzip
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_files import series_matrix
from revertome.errors import StudyError
from revertome.intake.read.series_matrix import Series, read_series_matrix

SAMPLES = {
    "title": ["kid 1, V1", 'kid’s "2", V1', "c; d"],
    "geo_accession": ["GSM1", "GSM2", "GSM3"],
    "characteristics 1": ["Gender:M", "Gender: F", "age:  7"],
    "characteristics 2": ["", "Data Not Available", "Gender:  F"],
}
VALUES = pd.DataFrame(
    np.random.default_rng(3).normal(7, 3, (12, 3)).round(3),
    index=[f"{i}_at" for i in range(12)],
    columns=SAMPLES["geo_accession"],
).astype(object)
VALUES.iloc[4, 1] = "null"
VALUES.iloc[7, 0] = ""
TEXT = series_matrix(SAMPLES, VALUES)
PIECES = [
    "\t", "\n", "\r", '"', "", "NA", "null", "1,5", "1,234", "-", "1e5", "inf", "GSM1", "!", "\0",
    "’", "!series_matrix_table_begin\n", "!series_matrix_table_end\n", "!Sample_title\t", "\ufeff",
    "GSM4", ":", "  ", "9" * 400, "x" * 200_000, "1_0", "٣",
]  # fmt: skip

position = st.integers(0, len(TEXT))
piece = st.sampled_from(PIECES) | st.text(max_size=5)
mutation = st.one_of(
    st.tuples(st.just("insert"), position, piece),
    st.tuples(st.just("delete"), position, st.integers(1, 80)),
    st.tuples(st.just("cut"), position),
    st.tuples(st.just("drop line"), st.integers(0, 30)),
    st.tuples(st.just("double line"), st.integers(0, 30)),
    st.tuples(st.just("swap lines"), st.integers(0, 30), st.integers(0, 30)),
    st.tuples(st.just("cell"), st.integers(0, 30), st.integers(0, 4), piece),
)


def mutate(text: str, change: tuple[Any, ...]) -> str:
    kind, *at = change
    if kind == "insert":
        return text[: at[0]] + at[1] + text[at[0] :]
    if kind == "delete":
        return text[: at[0]] + text[at[0] + at[1] :]
    if kind == "cut":
        return text[: at[0]]
    lines = text.split("\n")
    first = at[0] % len(lines)
    if kind == "drop line":
        del lines[first]
    elif kind == "double line":
        lines.insert(first, lines[first])
    elif kind == "swap lines":
        second = at[1] % len(lines)
        lines[first], lines[second] = lines[second], lines[first]
    else:
        cells = lines[first].split("\t")
        cells[at[1] % len(cells)] = at[2]
        lines[first] = "\t".join(cells)
    return "\n".join(lines)


_QUOTED = re.compile(r'(^|\t)"(?:[^"]|"")*("|$)')  # a tab within quotes parts no cells


def check_shape(series: Series, text: str) -> None:
    """The shape counted in the text by hand."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lower = text.lower()
    begin = lower.index("!series_matrix_table_begin")
    begin = next(
        at for at in (begin, *_starts(lower, "!series_matrix_table_begin")) if lower[at - 1] == "\n"
    )
    table = text[begin:].split("\n")[1:]
    end = next(
        n for n, line in enumerate(table) if line.lower().startswith("!series_matrix_table_end")
    )
    rows = [line for line in table[:end] if line.strip()]
    columns = _QUOTED.sub(r"\1q", rows[0]).count("\t") if rows else 0
    assert series.expression.shape == (max(len(rows) - 1, 0), columns)
    assert series.expression.dtypes.map(lambda d: d == np.float64).all()
    assert series.samples.index.is_unique
    assert set(series.expression.columns) <= set(series.samples.index)


def _starts(text: str, word: str) -> list[int]:
    return [n for n in range(len(text)) if text.startswith(word, n)]


def read(path: Path, content: bytes) -> Series | None:
    path.write_bytes(content)
    try:
        # A damaged byte may well be a letter of Windows-1252, or one that nobody sees; it is told.
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*is not all UTF-8")
            warnings.filterwarnings("ignore", ".*characters that cannot be seen are left out")
            return read_series_matrix(path)
    except StudyError as error:
        assert 1 <= len(str(error).splitlines()) <= 2
        assert len(str(error)) < 1000
        return None


def settled(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=examples < 1000,
    )


def check(path: Path, changes: list[tuple[Any, ...]]) -> None:
    text = TEXT
    for change in changes:
        text = mutate(text, change)
    content = text.encode("utf-8", "replace")
    series = read(path, content)
    if series is not None:
        check_shape(series, content.decode("utf-8-sig"))


@settled(100)
@given(changes=st.lists(mutation, min_size=1, max_size=4))
def test_some_mutated_files(tmp_path: Path, changes: list[tuple[Any, ...]]) -> None:
    check(tmp_path / "s.txt", changes)


@pytest.mark.slow
@settled(2000)
@given(changes=st.lists(mutation, min_size=1, max_size=4))
def test_mutated_files(tmp_path: Path, changes: list[tuple[Any, ...]]) -> None:
    check(tmp_path / "s.txt", changes)


@pytest.mark.slow
@pytest.mark.parametrize("packed", [True, False])
@settled(500)
@given(
    flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6)
)
def test_damaged_bytes(tmp_path: Path, packed: bool, flips: list[tuple[int, int]]) -> None:
    content = bytearray(gzip.compress(TEXT.encode(), mtime=0) if packed else TEXT.encode())
    for at, value in flips:
        content[at % len(content)] = value
    series = read(tmp_path / "s.gz", bytes(content))
    if series is not None:
        assert series.expression.shape[1] <= len(series.samples)
        assert series.samples.index.is_unique
