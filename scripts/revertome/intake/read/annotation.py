"""From features (probes, Ensembl ids) to gene symbols."""

import csv
import itertools
import re
from pathlib import Path

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import blank, few, open_text, separator

# Ids of common platforms that nobody would use as gene symbols.
PROBES = re.compile(r"^(ILMN_\d+|.+_at|A_\d\d_P\d+|ENS[A-Z]*[GT]\d{11}(\.\d+)?|\d+)$")
# Names that submitters give the column of symbols in a platform's own table.
SYMBOL_COLUMNS = (
    "Gene symbol", "Gene Symbol", "GENE_SYMBOL", "Gene_Symbol", "gene_symbol", "GeneSymbol",
    "Symbol", "SYMBOL", "symbol", "ILMN_Gene", "GENE SYMBOL", "Gene Name", "gene_assignment",
)  # fmt: skip
_LOOKED_AT = 200  # rows that tell whether R wrote names of rows
_VERSION = re.compile(r"^(ENS[A-Z]*[GT]\d{11})\.\d+$")


def read_annotation(path: str | Path, id_column: str, symbol_column: str) -> pd.Series:
    """Read a table of features and symbols.

    Parameters
    ----------
    path
        TSV or CSV with a header (also gzipped), or a platform table of GEO (`GPL*.annot.gz`).
    id_column, symbol_column
        Names of the two columns, wherever they stand.

    Returns
    -------
    Symbols (index: feature id without Ensembl version). A feature listed with two symbols, or
    with GEO's `A///B`, has none.

    Raises
    ------
    StudyError
        A column that is not there.
    """
    table = blank(_pairs(path, id_column, symbol_column)).dropna()
    table["feature"] = strip_version(table["feature"])
    table = table[~table["symbol"].str.contains("///", regex=False)].drop_duplicates()
    # ASSUME a feature that matches several genes measures none of them cleanly.
    return table.drop_duplicates("feature", keep=False).set_index("feature")["symbol"]


def read_platform(path: str | Path) -> tuple[pd.Series, str]:
    """Read a platform table of GEO, its curators' (`annot.gz`) or the submitter's (SOFT).

    Returns
    -------
    Symbols as `read_annotation` gives them, and the build: file name and date.

    Raises
    ------
    StudyError
        No column of gene symbols.
    """
    date = ""
    with open_text(path) as file:
        header: list[str] = []
        for line in file:
            if line.startswith(("!Annotation_date", "!Platform_last_update_date")):
                date = line.partition("=")[2].strip()
            elif line.startswith("!platform_table_begin"):
                header = next(file, "").rstrip("\n").split("\t")
                break
    known = [name for name in SYMBOL_COLUMNS if name in header]
    if not known:
        raise StudyError(
            f"{path}: no column of gene symbols among {few(header, 20)}; give a table of ids and "
            "symbols in intake.annotation (path, id, symbol)"
        )
    return read_annotation(path, header[0], known[0]), f"{Path(path).name} {date}".strip()


def _pairs(path: str | Path, id_column: str, symbol_column: str) -> pd.DataFrame:
    with open_text(path) as file:
        first = next((line for line in file if line.strip()), "")
        if first.startswith(("^", "!", "#")):
            first = next((n for line in file if line.startswith("!platform_table_begin")
                          for n in file), "")  # fmt: skip
        sep = separator(first)
        header = [c.strip() for c in next(csv.reader([first.rstrip("\n")], delimiter=sep), [])]
        absent = [name for name in (id_column, symbol_column) if name not in header]
        if absent:
            raise StudyError(
                f"{path}: annotation column {few(absent)} is missing; found {few(header, 12)}; "
                "correct intake.annotation"
            )
        one, two = header.index(id_column), header.index(symbol_column)
        # In tab-separated platform tables a quote is text: 5' nucleotidase "A".
        rows = (
            line.rstrip("\n").split(sep) if sep == "\t" else next(csv.reader([line], delimiter=sep))
            for line in itertools.takewhile(lambda n: not n.startswith("!platform_table_end"), file)
            if not line.startswith("!") and line.strip()
        )
        head = list(itertools.islice(rows, _LOOKED_AT))
        longer = all(len(row) == len(header) + 1 for row in head)
        if longer and any(row[-1].strip() for row in head):
            one, two = one + 1, two + 1  # names of rows, which R writes under no header
        pairs = [
            (row[one].strip('" '), row[two].strip('" '))
            for row in itertools.chain(head, rows)
            if len(row) > max(one, two)
        ]
    if symbol_column == "gene_assignment":
        pairs = [(feature, _assigned(text)) for feature, text in pairs]
    return pd.DataFrame(pairs, columns=["feature", "symbol"], dtype=object)


def _assigned(text: str) -> str:
    """Symbols in Affymetrix's `NM_1 // SYMBOL // name // ... /// NM_2 // ...`."""
    parts = [entry.split(" // ") for entry in text.split(" /// ")]
    return "///".join(sorted({part[1].strip() for part in parts if len(part) > 1}))


def strip_version(features: pd.Series) -> pd.Series:
    """Cut the version of Ensembl ids (`ENSG00000012048.23`)."""
    return features.astype(str).str.replace(_VERSION, r"\1", regex=True)


def map_symbols(features: pd.Index, symbols: pd.Series, source: str) -> pd.Series:
    """Look up the symbol of every feature.

    Returns
    -------
    Symbols in the order of `features`, NaN where there is none.

    Raises
    ------
    StudyError
        Fewer than a fifth of the features found: most likely another platform's table.
    """
    found = pd.Series(symbols.reindex(strip_version(features.to_series())).to_numpy(), features)
    share = found.notna().mean()
    if share < 0.2:
        raise StudyError(
            f"{source}: only {share:.1%} of the features have a symbol; the annotation holds ids "
            f"like {few(symbols.index[:3])}, the matrix {few(features[:3])}; is it another "
            "platform's table?"
        )
    return found


def look_like_probes(features: pd.Index) -> bool:
    """Do most features look like probe, Ensembl or Entrez ids rather than gene symbols."""
    return bool(features.to_series().astype(str).str.match(PROBES).mean() > 0.5)


def refuse_probes(features: pd.Index, source: str, hint: str = "") -> None:
    """Stop when features that should be gene symbols look like probe or gene ids."""
    if look_like_probes(features):
        raise StudyError(
            f"{source}: features look like probe or gene ids ({few(features[:3])}), not symbols; "
            f"give a table of ids and symbols in intake.annotation (path, id, symbol){hint}"
        )
