"""One file of counts a sample, joined to a table; or one file of several samples."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import cells_of, few, open_text
from revertome.intake.read import numbers
from revertome.intake.read.sample_names import base_name, names_of, refuse_same_names
from revertome.intake.read.table import LOOKED_AT, text_columns
from revertome.intake.read.transcripts import refuse_transcripts

_BAM = (".bam", ".sam", ".cram")
_STRANDS = {"none": 0, "forward": 1, "reverse": 2}
_ONE_SIDED = 0.2  # of the counts of a stranded library lie on the other strand, at most


@dataclass(frozen=True)
class Form:
    """Where things stand in a file.

    Attributes
    ----------
    header
        First names of the header; None where there is none.
    feature, count, length
        Positions; where `header` ends before `count`, every column from there on is a sample, but
        for columns of text or of known annotation that come first.
    strands
        Positions of the unstranded, forward and reverse counts.
    special
        How the ids of counters begin that are no genes.
    cells
        Cells a row, where there is no header.
    ending
        Pattern of what the name of a file has after the sample.
    abundance
        Unit of values that are no counts; those of a feature that occurs twice are summed.
    instead
        What to give where the header is another.
    """

    header: tuple[str, ...] | None
    feature: int
    count: int
    length: int | None = None
    strands: tuple[int, int, int] | None = None
    special: str = ""
    cells: int = 0
    ending: str = r"\.(txt|tsv|csv|tab|counts?)"
    abundance: str = ""
    instead: str = "give files of one program and version"


def read_files(
    form: Form, files: list[Path], strand: str | None = None
) -> tuple[pd.DataFrame, pd.DataFrame | None, str]:
    """Read the files of one layout.

    Returns
    -------
    Counts and lengths (None where the layout has none), features x samples; and a record.

    Raises
    ------
    StudyError
        Files of different features, two of one sample, transcripts instead of genes, or a strand
        that cannot be told.
    """
    layout = [_samples_in(form, path) for path in files]
    names = iter(_names(form, files, [columns for _, columns in layout]))
    parts = [
        _read(form, path, start, list(itertools.islice(names, max(len(columns), 1))))
        for path, (start, columns) in zip(files, layout, strict=True)
    ]
    first = parts[0]
    for path, part in zip(files, parts, strict=True):
        if not part.index.is_unique:
            raise StudyError(
                f"{path}: feature {few(part.index[part.index.duplicated()][:1])} twice"
            )
        if set(part.index) != set(first.index):
            raise StudyError(
                f"{path}: other features than {files[0].name} ({len(part)} and {len(first)}); "
                "count all samples with one annotation"
            )
    refuse_transcripts(first.index, str(files[0]))
    table = pd.concat([part.loc[first.index] for part in parts], axis=1)
    record = f"{len(files)} file{'s' if len(files) > 1 else ''}" + (
        f", {form.abundance}" if form.abundance else ""
    )
    if form.strands:
        table, which = _strand(table, strand, files)
        record += f", {which}"
    if form.length is None:
        counts, lengths = table["count"] if form.strands else table, None
    else:
        counts, lengths = table["count"], table["length"]
    return counts, lengths, record


def attributes(form: Form, path: Path) -> list[str]:
    """Names of the columns of a file that stand before its samples."""
    header, _ = _head(form, path)
    return header[: _samples_in(form, path)[0]]


def _head(form: Form, path: Path) -> tuple[list[str], list[str]]:
    """Header (empty where the layout has none) and the first rows."""
    with open_text(path) as file:
        lines = (line for line in file if line.strip() and not line.startswith("#"))
        header = cells_of(next(lines, ""), "\t") if form.header else []
        rows = list(itertools.islice(lines, LOOKED_AT))
    if form.header and tuple(header[: len(form.header)]) != form.header:
        raise StudyError(
            f"{path}: columns {few(header, 12)}, expected {few(form.header, 12)}; {form.instead}"
        )
    return header, rows


def _samples_in(form: Form, path: Path) -> tuple[int, list[str]]:
    """Where the counts begin, and how the header names them; no names where the file does."""
    header, rows = _head(form, path)
    if form.header is None or len(form.header) > form.count:
        return form.count, []
    rest = header[form.count :]
    bams = [n for n, name in enumerate(rest) if name.lower().endswith(_BAM)]
    text = text_columns(header, rows, "\t")
    lead = itertools.takewhile(lambda n: form.count + n in text, range(len(rest)))
    start = form.count + (bams[0] if bams else len(list(lead)))
    if start == len(header):
        raise StudyError(f"{path}: no column of counts after {few(header, 12)}")
    return start, header[start:]


def _names(form: Form, files: list[Path], columns: list[list[str]]) -> list[str]:
    """Names of all samples, told by the header where it names them apart, else by the files."""
    paths = [name for each in columns for name in each]
    names = names_of(paths)
    single = len(paths) in (0, len(files))
    if single and (len(set(names)) < len(files) or not all(map(base_name, paths))):
        paths = [str(path) for path in files]
        names = names_of(paths, form.ending)
    source = str(files[0] if len(files) == 1 else files[0].parent)
    refuse_same_names(names, paths, source)
    if names[0] != paths[0]:
        print(f"{source}: samples are named by files, such as '{names[0]}' by '{paths[0]}'")
    return names


def _read(form: Form, path: Path, start: int, samples: Sequence[str]) -> pd.DataFrame:
    positions, names = _columns(form, start, samples)
    with open_text(path) as file:
        lines = (line for line in file if line.strip() and not line.startswith("#"))
        header = next(lines, "").split("\t") if form.header else []
        width = len(header) or form.cells
        wanted = numbers.Form("\t", width, form.feature, positions, tuple(map(str, names)))
        kept: Iterator[str] = (
            n for n in lines if not form.special or not n.startswith(form.special)
        )
        ids, values = numbers.read_rows(kept, wanted, str(path))
    columns = pd.MultiIndex.from_tuples(names) if isinstance(names[0], tuple) else pd.Index(names)
    table = pd.DataFrame(values, pd.Index(ids, dtype=object), columns)
    # ASSUME the abundance of a gene is the sum over its loci, as it is over its transcripts.
    return table.groupby(level=0).sum() if form.abundance else table


def _columns(
    form: Form, start: int, samples: Sequence[str]
) -> tuple[tuple[int, ...], list[object]]:
    """Positions of the numbers to read, and what to call them."""
    first = samples[0]
    if form.strands:
        return form.strands, [(kind, first) for kind in _STRANDS]
    if form.length is not None:
        return (form.count, form.length), [("count", first), ("length", first)]
    return tuple(range(start, start + len(samples))), list(samples)


def _strand(table: pd.DataFrame, wanted: str | None, files: list[Path]) -> tuple[pd.DataFrame, str]:
    """Counts of the strand that was asked for, or of the one the library tells."""
    if not wanted or wanted == "auto":
        forward = table["forward"].to_numpy().sum()
        reverse = table["reverse"].to_numpy().sum()
        share = forward / max(forward + reverse, 1)
        each = table["forward"].sum() / np.maximum(
            table["forward"].sum() + table["reverse"].sum(), 1
        )
        strands = {
            "forward": bool((each > 1 - _ONE_SIDED).all()),
            "reverse": bool((each < _ONE_SIDED).all()),
            "none": bool(((each > 0.35) & (each < 0.65)).all()),
        }
        wanted = next((name for name, fits in strands.items() if fits), None)
        if wanted is None:
            raise StudyError(
                f"{files[0].parent}: {share:.0%} of the reads lie on the forward strand (from "
                f"{each.min():.0%} to {each.max():.0%} in single samples): the library is neither "
                "clearly stranded nor unstranded; set intake.strand to none, forward or reverse"
            )
    return pd.concat({"count": table[wanted]}, axis=1), f"strand {wanted}"
