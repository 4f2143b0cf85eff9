"""From features (probes, Ensembl ids) to gene symbols."""

import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import blank, few, open_text
from revertome.intake.read.annotation_rows import read_pairs
from revertome.intake.read.par_y import is_y_copy

# Ids of common platforms that nobody would use as gene symbols.
# Illumina (GI_10047089-S is Human-6), Affymetrix (TC01000001.hg.1 and PSR01000001 are exon arrays),
# Agilent, CodeLink (GE50000), RefSeq, Ensembl, numbers.
PROBES = re.compile(
    r"^(ILMN_\d+|GI_\d+(-[ASI])?|.+_at|(TC|PSR|JUC)\d+(\.\w+\.\d+)?|A_\d\d_P\d+|GE\d+|"
    r"[NX][MR]_\d+(\.\d+)?|ENS[A-Z]*[GT]\d{11}(\.\d+)?|\d+)$"
)
# Names that submitters give the column of symbols in a platform's own table.
SYMBOL_COLUMNS = (
    "Gene symbol", "Gene Symbol", "GENE_SYMBOL", "Gene_Symbol", "gene_symbol", "GeneSymbol",
    "Symbol", "SYMBOL", "symbol", "ILMN_Gene", "GENE SYMBOL", "Gene Name", "gene_assignment",
)  # fmt: skip
# Names of symbols beside the ids in files of counts and in `var` of h5ad, in lower case.
_BESIDE = (
    "gene_name", "gene_names", "gene_symbol", "gene_symbols", "symbol", "hgnc_symbol", "symbols",
    "external_gene_name", "feature_name", "gene_short_name", "genesymbol", "gene symbol",
    "gene name", "genename",
)  # fmt: skip
_VAGUE = ("gene", "name")  # symbols where the ids are none
_SOME, _MOST = 0.1, 0.5  # shares of ids with several symbols that are told and refused
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
    with GEO's `A///B`, has none; the copies of genes on Y (`_PAR_Y`) are left out.

    Raises
    ------
    StudyError
        A column that is not there, or most ids with several symbols.

    Warns
    -----
    UserWarning
        Many ids with several symbols.
    """
    table = blank(read_pairs(path, id_column, symbol_column)).dropna()
    if symbol_column == "gene_assignment":
        table["symbol"] = table["symbol"].map(_assigned)
    table = table[~is_y_copy(table["feature"])]
    table["feature"] = strip_version(table["feature"])
    table = table[~table["symbol"].str.contains("///", regex=False)].drop_duplicates()
    _refuse_several(table, path, symbol_column)
    # ASSUME a feature that matches several genes measures none of them cleanly.
    return table.drop_duplicates("feature", keep=False).set_index("feature")["symbol"]


def _refuse_several(table: pd.DataFrame, path: str | Path, column: str) -> None:
    """Tell of ids with several symbols, which get none; stop where most have."""
    twice = table["feature"].duplicated(keep=False)
    ids, several = table["feature"].nunique(), table.loc[twice, "feature"].nunique()
    if several <= _SOME * ids:
        return
    first = table.loc[twice, "feature"].iloc[0]
    names = few(table.loc[table["feature"] == first, "symbol"], 3)
    found = (
        f"{path}: {several} of {ids} ids have more than one symbol in column '{column}' "
        f"({first!r}: {names})"
    )
    if several > _MOST * ids:
        raise StudyError(
            f"{found}; expected one symbol an id: is it a column of synonyms, or two tables in one?"
        )
    warnings.warn(f"{found}; these ids are left without a symbol", stacklevel=3)


def symbol_column(header: Sequence[str], features: pd.Index) -> str | None:
    """Name of the column that holds gene symbols beside ids, None where none has such a name."""
    spelled = {str(name).lower(): str(name) for name in reversed(header)}
    known = (*_BESIDE, *(_VAGUE if look_like_probes(features) else ()))
    return next((spelled[name] for name in known if name in spelled), None)


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


def _assigned(text: str) -> str:
    """Symbols in Affymetrix's `NM_1 // SYMBOL // name // ... /// NM_2 // ...`."""
    parts = [entry.split(" // ") for entry in text.split(" /// ")]
    return "///".join(sorted({part[1].strip() for part in parts if len(part) > 1}))


def strip_version(features: pd.Series) -> pd.Series:
    """Cut the version of Ensembl ids (`ENSG00000012048.23`)."""
    text = features.astype(str)
    return text.map(lambda name: _VERSION.sub(r"\1", name) if name.startswith("ENS") else name)


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
