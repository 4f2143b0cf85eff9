"""Reading a GEO series matrix file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import cells_of, few, open_text
from revertome.intake.read.table import parse_numbers

# Rows about the series or the submitter, not about the sample.
_ADMINISTRATIVE = (
    "contact_", "supplementary_file", "relation", "status", "submission_date",
    "last_update_date", "extract_protocol", "data_processing", "label_protocol", "hyb_protocol",
    "scan_protocol", "growth_protocol", "treatment_protocol", "data_row_count", "taxid",
)  # fmt: skip


@dataclass(frozen=True)
class Series:
    """A GEO series.

    Attributes
    ----------
    accession, platforms
        GSE accession; the GPL accessions of its samples, sorted.
    samples
        One row a sample (index: GSM accession), text; columns are `title`, `geo_accession`,
        `source_name_ch1`, ... and the characteristics under their own names.
    characteristics
        Which columns of `samples` are characteristics.
    expression
        Features x samples, float64; no rows when the table is empty (RNA-seq series).
    supplementary
        Addresses of the supplementary files of the series.
    """

    accession: str
    platforms: tuple[str, ...]
    samples: pd.DataFrame
    characteristics: tuple[str, ...]
    expression: pd.DataFrame
    supplementary: tuple[str, ...]


def is_series_matrix(path: str | Path) -> bool:
    """Tell a series matrix from a plain table by its first non-empty line."""
    with open_text(path) as file:
        first = next((line for line in file if line.strip()), "")
    return first.lstrip('"').startswith("!")


def read_series_matrix(path: str | Path) -> Series:
    """Read a series matrix file (plain or gzipped).

    Characteristics are read sample by sample (`name: value`, any spaces), because one row
    may hold different characteristics in different samples; a name that occurs twice in
    one sample gets a suffix (`name.1`).

    Raises
    ------
    StudyError
        No sample rows, rows of unequal length, a cut table, repeated samples, or text in
        the table.
    """
    series: dict[str, list[str]] = {}
    rows: list[tuple[str, list[str]]] = []
    with open_text(path) as file:
        for line in _header(file, str(path)):
            key, *cells = cells_of(line, "\t")
            if key.startswith("!Series_"):
                series.setdefault(key[8:], []).extend(cells)
            elif key.startswith("!Sample_"):
                rows.append((key[8:], cells))
        samples, characteristics = _samples(rows, str(path))
        values = parse_numbers(_table(file, str(path)), "\t", str(path), ended=True)
    stray = [name for name in values.columns if name not in samples.index]
    if stray:
        raise StudyError(
            f"{path}: table column {few(stray[:1])} is not among !Sample_geo_accession"
        )
    platforms = samples.get("platform_id", pd.Series(series.get("platform_id", []))).dropna()
    return Series(
        accession=(series.get("geo_accession") or [""])[0],
        platforms=tuple(sorted(platforms.unique())),
        samples=samples,
        characteristics=characteristics,
        expression=values,
        supplementary=tuple(series.get("supplementary_file", [])),
    )


def _header(file: Iterator[str], path: str) -> Iterator[str]:
    """Yield the lines above the table, those that a line end inside a cell has broken as one."""
    whole = ""
    for line in file:
        if line.lstrip('"').startswith("!"):
            yield from [whole] if whole else []
            whole = line
        elif line.strip():
            whole = whole.rstrip("\r\n") + " " + line
        if line.lower().startswith("!series_matrix_table_begin"):
            return
    raise StudyError(
        f"{path}: no '!series_matrix_table_begin'; expected a complete GEO series matrix file; "
        "fetch it again"
    )


def _table(lines: Iterator[str], path: str) -> Iterator[str]:
    """Yield the lines of the table; a file without the end mark was cut."""
    for line in lines:
        if line.lower().startswith("!series_matrix_table_end"):
            return
        if line.strip():
            yield line
    raise StudyError(
        f"{path}: the table has no '!series_matrix_table_end', so the file is cut; fetch it again"
    )


def _samples(rows: list[tuple[str, list[str]]], path: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    named = dict(reversed(rows))
    if not named.get("geo_accession"):
        raise StudyError(f"{path}: no '!Sample_geo_accession' row; expected a GEO series matrix")
    ids = named["geo_accession"]
    for key, cells in rows:
        if len(cells) != len(ids):
            row = few([f"!Sample_{key}"])
            raise StudyError(f"{path}: row {row} has {len(cells)} values for {len(ids)} samples")
    pairs = [[(key, cells[n]) for key, cells in rows] for n in range(len(ids))]
    return phenotype(ids, pairs, path)


def phenotype(
    ids: list[str], pairs: list[list[tuple[str, str]]], path: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Fields of the samples.

    Parameters
    ----------
    ids
        GSM accessions.
    pairs
        Of every sample, its keys (without `Sample_`) and cells in order.

    Returns
    -------
    One row a sample (text as it stands, empty as NaN), and which columns are characteristics.

    Raises
    ------
    StudyError
        A sample without accession, or one that occurs twice.
    """
    records: list[dict[str, str]] = []
    characteristics: dict[str, None] = {}
    for cells in pairs:
        record: dict[str, str] = {}
        for key, cell in cells:
            if not key.startswith("characteristics"):
                if not key.startswith(_ADMINISTRATIVE):
                    record.setdefault(key, cell)
            elif cell:
                name, colon, value = cell.partition(":")
                name, value = (name.strip(), value.strip()) if colon else ("characteristic", cell)
                name = _free(name or "characteristic", record)
                record[name] = value
                characteristics[name] = None
        records.append(record)
    index = pd.Index(ids, name="GEO sample")
    if "" in ids:
        raise StudyError(f"{path}: sample {ids.index('') + 1} of {len(ids)} has no GEO accession")
    if index.has_duplicates:
        raise StudyError(f"{path}: sample {few(index[index.duplicated()][:1])} occurs twice")
    table = pd.DataFrame.from_records(records, index=index).astype(object)
    return table.mask(table == ""), tuple(characteristics)


def _free(name: str, record: dict[str, str]) -> str:
    count = 1
    free = name
    while free in record:
        free, count = f"{name}.{count}", count + 1
    return free
