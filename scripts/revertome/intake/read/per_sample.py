"""One file of counts a sample, joined to a table; or one file of several samples."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few, open_text, refuse_repeats
from revertome.intake.read import numbers

_TRANSCRIPT = re.compile(r"(ENS[A-Z]*T\d{11}|[NX][MR]_\d+)")
_GSM = re.compile(r"(GSM\d+)[_.-]")
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
        Positions; where `header` ends before `count`, every column from there on is a sample.
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
    names = sample_names(files, form.ending)
    parts = [_read(form, path, name) for path, name in zip(files, names, strict=True)]
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
    record = f"{len(files)} files" + (f", {form.abundance}" if form.abundance else "")
    if form.strands:
        table, which = _strand(table, strand, files)
        record += f", {which}"
    if form.length is None:
        counts, lengths = table["count"] if form.strands else table, None
    else:
        counts, lengths = table["count"], table["length"]
    refuse_repeats(counts.columns, f"{files[0].parent}: sample", "keep one file a sample")
    return counts, lengths, record


def refuse_transcripts(features: pd.Index, source: str) -> None:
    """Stop when most features are transcripts."""
    first = features[:1000]
    if sum(bool(_TRANSCRIPT.match(str(name))) for name in first) > len(first) / 2:
        raise StudyError(
            f"{source}: counts of transcripts ({few(first[:2])}); sum them to genes first, "
            "e.g. with tximport or salmon's --geneMap"
        )


def sample_names(files: list[Path], ending: str) -> list[str]:
    """Names of the samples: the GSM accession, the name without ending, or the folder's name."""
    gsm = [_GSM.match(path.name) for path in files]
    if all(gsm):
        return [match[1] for match in gsm if match]
    bare = [re.sub(rf"({ending})?(\.gz)?$", "", path.name) for path in files]
    return [name or path.parent.name for name, path in zip(bare, files, strict=True)]


def _read(form: Form, path: Path, sample: str) -> pd.DataFrame:
    with open_text(path) as file:
        lines = (line for line in file if line.strip() and not line.startswith("#"))
        header = next(lines, "").rstrip("\r\n").split("\t") if form.header else []
        if form.header and tuple(header[: len(form.header)]) != form.header:
            raise StudyError(
                f"{path}: columns {few(header, 12)}, expected {few(form.header, 12)}; "
                f"{form.instead}"
            )
        width = len(header) or form.cells
        positions, names = _columns(form, header, sample)
        wanted = numbers.Form("\t", width, form.feature, positions, tuple(map(str, names)))
        kept: Iterator[str] = (
            n for n in lines if not form.special or not n.startswith(form.special)
        )
        ids, values = numbers.read_rows(kept, wanted, str(path))
    columns = pd.MultiIndex.from_tuples(names) if isinstance(names[0], tuple) else pd.Index(names)
    table = pd.DataFrame(values, pd.Index(ids, dtype=object), columns)
    # ASSUME the abundance of a gene is the sum over its loci, as it is over its transcripts.
    return table.groupby(level=0).sum() if form.abundance else table


def _columns(form: Form, header: list[str], sample: str) -> tuple[tuple[int, ...], list[object]]:
    if form.strands:
        return form.strands, [(kind, sample) for kind in _STRANDS]
    if form.length is not None:
        return (form.count, form.length), [("count", sample), ("length", sample)]
    if form.header is None or len(form.header) > form.count:
        return (form.count,), [sample]
    bams = [re.sub(r"(\.(sorted|dedup|markdup|out|Aligned\w*|sortedByCoord))*\.(bam|sam|cram)$", "",
                   Path(name).name) for name in header[form.count :]]  # fmt: skip
    return tuple(range(form.count, len(header))), list(bams)


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
