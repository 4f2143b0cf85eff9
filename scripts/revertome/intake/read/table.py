"""Reading a table of values: TSV or CSV as people and programs write them."""

import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.above_header import refuse_caption
from revertome.intake.columns import (
    EXCEL_SEP,
    cells_of,
    few,
    open_text,
    refuse_repeats,
    separator,
    separator_or_space,
)
from revertome.intake.decimal_comma import Commas, parsed
from revertome.intake.read.numbers import MISSING_NUMBERS, Form, read_rows
from revertome.intake.read.row_names import numbered, with_row_names

_MEANT_AS_NUMBER = re.compile(r"[-+.,'_ eE%]*\d[-+\d.,'_ eE%]*|[-+]?inf(inity)?", re.IGNORECASE)
LOOKED_AT = 200  # rows that tell columns of text from columns of numbers
# Columns beside the counts in tables of genes, in lower case.
ANNOTATION = {
    "chr", "chrom", "chromosome", "start", "end", "stop", "strand", "length", "gene_length",
    "width", "description", "gene_name", "genename", "gene name", "gene_symbol", "symbol",
    "gene symbol", "genesymbol", "gene_id", "geneid", "gene_biotype", "biotype", "gene_type",
    "entrez", "entrezid", "entrez_id", "entrezgene", "ensembl", "ensembl_id", "name",
    "effective_length", "eff_length", "transcript_id", "transcript_id(s)", "tx_id", "hgnc_id",
    "locus", "cytoband", "gene_description", "seqnames", "refseq", "probe_id", "probeid",
    # attributes that annotations of genes hold
    "gene", "gene_source", "gene_version", "gene_status", "level", "tag", "havana_gene", "db_xref",
    "dbxref", "product", "locus_tag", "ref_gene_id", "gene_synonym", "ncbi_gene_id", "gbkey",
    "entrez_gene_id", "exon_number", "external_gene_name", "hgnc_symbol", "feature_name",
    "gene_short_name", "transcript_name", "transcript_type", "transcript_biotype",
}  # fmt: skip


def read_matrix(path: str | Path, feature: str | None = None) -> pd.DataFrame:
    """Read expression values.

    Parameters
    ----------
    path
        TSV, CSV (comma, semicolon or space; also gzipped) or workbook with features in rows and
        one column a sample (a header without a cell above the ids, as R writes it, is fine);
        columns of text and of known annotation (chromosome, length, ...) are left out.
    feature
        Name of the column that holds the feature id; the first column when None.

    Returns
    -------
    Features x samples, float64, ids as text whatever they look like.

    Raises
    ------
    StudyError
        Repeated samples, or a value that is not a number (names row and column).
    """
    with open_text(path) as file:
        first, lines = _header_of(file)
        second = next(lines, "")
        refuse_caption([first, second] if second else [], 1, path)
        lines = itertools.chain([second] if second else [], lines)
        sep = separator_or_space(first)
        if sep not in first.strip():
            raise StudyError(
                f"{path}: one column only; expected a header line with one column a sample, "
                "separated by tabs, commas or semicolons"
            )
        return parse_numbers(
            itertools.chain([first], lines), sep, str(path), feature=feature, mixed=True
        )


def _for_excel(line: str) -> bool:
    return len(line) < 12 and bool(EXCEL_SEP.fullmatch(line.strip("\r\n")))


def _header_of(file: Iterable[str]) -> tuple[str, Iterator[str]]:
    """Header and rows without empty lines and comments; `#gene` before numbers is a header."""
    lines = (line for line in file if line.strip() and not _for_excel(line))
    note = ""
    for line in lines:
        if not line.startswith("#"):
            break
        note = line
    else:
        return "", lines
    sep = separator(line)
    # A row may begin so too (`#N/A`): it is as wide as the header.
    rows = (row for row in lines if row[0] != "#" or row.count(sep) == line.count(sep))
    cells = cells_of(line, sep)
    numbers = [parsed(cell, Commas("")) is not None for cell in cells[1:]]
    if len(cells) > 2 and all(numbers) and note.count(sep) == len(cells) - 1:
        return note[1:].lstrip(), itertools.chain([line], rows)
    return line, rows


def parse_numbers(
    lines: Iterable[str],
    sep: str,
    source: str,
    ended: bool = False,
    feature: str | None = None,
    mixed: bool = False,
) -> pd.DataFrame:
    """Parse a header line and rows of numbers, streaming.

    Parameters
    ----------
    ended
        Allow a table without rows (GEO's RNA-seq series).
    feature, mixed
        Name of the id column; whether columns of text and annotation may stand among the numbers.

    Returns
    -------
    Features x samples, float64.
    """
    lines = iter(lines)
    header = cells_of(next(lines, ""), sep)
    head = list(itertools.islice(lines, LOOKED_AT if mixed else 1))
    if not head and ended:
        return pd.DataFrame(columns=pd.Index(header[1:], dtype=object), dtype=float)
    if not head:
        raise StudyError(f"{source}: a header without rows; expected one row a feature")
    cells = [cells_of(line, sep) for line in head]
    width = len(cells[0])
    while len(header) > width and not header[-1]:
        header.pop()
    if width > len(header) and not ended:
        # R's row names have no name; separators at the ends of rows part nothing.
        if any(any(row[len(header) :]) for row in cells):
            header = with_row_names(header, cells[:1])
        else:
            header += [""] * (width - len(header))
    if width != len(header):
        raise StudyError(
            f"{source}: the header has {len(header)} columns and the first row {width}; "
            "expected the feature id and one value a sample"
        )
    form = _form(header, head, sep, source, feature, mixed)
    named = [name for name in form.names if name or not mixed]
    refuse_repeats(named, f"{source}: sample", "every column needs its own sample id")
    ids, values = read_rows(itertools.chain(head, lines), form, source)
    table = pd.DataFrame(values, pd.Index(ids, dtype=object), pd.Index(form.names, dtype=object))
    return _without_nameless(table, source) if len(named) < len(form.names) else table


def _without_nameless(table: pd.DataFrame, source: str) -> pd.DataFrame:
    """Leave out the empty columns that spreadsheets save; stop where one holds values."""
    nameless = table.columns == ""
    if table.loc[:, nameless].notna().to_numpy().any():
        raise StudyError(
            f"{source}: a column without a name holds values; name the sample, or remove the column"
        )
    return table.loc[:, ~nameless]


def _form(
    header: list[str], head: list[str], sep: str, source: str, feature: str | None, mixed: bool
) -> Form:
    if feature is not None and feature not in header:
        raise StudyError(
            f"{source}: no column '{feature}' (intake.feature); it has {few(header, 12)}"
        )
    at = 0 if feature is None else header.index(feature)
    left_out = text_columns(header, head, sep) if mixed else set()
    if not header[0] and numbered([cells_of(line, sep)[0] for line in head]):
        if feature is None and 1 in left_out:
            at = 1
            print(f"{source}: rows are numbered; their ids are in column '{header[1]}'")
        left_out |= {0}
    left_out -= {at}
    told = [header[n] for n in sorted(left_out) if header[n]]
    if told:
        print(f"{source}: no samples: {few(told, 12)}")
    positions = tuple(n for n in range(len(header)) if n != at and n not in left_out)
    if not positions:
        raise StudyError(
            f"{source}: no column of numbers beside the feature id; expected one column a sample, "
            f"found {few(header, 12)}"
        )
    return Form(sep, len(header), at, positions, tuple(header[n] for n in positions))


def text_columns(header: list[str], head: list[str], sep: str) -> set[int]:
    """Positions of annotation by name, and of text before the first or after the last number."""
    rows = [cells for cells in (cells_of(line, sep) for line in head) if len(cells) == len(header)]
    named = {n for n, name in enumerate(header) if name.lower() in ANNOTATION}
    text = set()
    for n in range(len(header)):
        filled = [row[n] for row in rows if row[n].lower() not in MISSING_NUMBERS]
        if filled and not any(_MEANT_AS_NUMBER.fullmatch(cell) for cell in filled):
            text.add(n)
    # The id column may hold digits without being a number.
    numbers = [n for n in range(len(header)) if n not in named | text and n > 0]
    if not numbers:
        return named | text
    # Text between numbers is a mistake, to be named as one.
    return named | {n for n in text if not numbers[0] < n < numbers[-1]}
