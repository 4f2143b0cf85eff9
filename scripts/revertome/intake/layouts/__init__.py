"""Layouts of counts as programs write them: one file each, found by name, told by content.

A layout has `recognises(lines)`, which looks at the first lines of a file, and either `FORM`, where
features, counts and lengths stand in the file of a sample, or `tidy(table, path)` for a table of
many samples. `SYMBOL` names the columns of ids and gene symbols where there are any; where there is
no header, `symbols(path)` reads them. A file that no layout recognises is a plain table.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few, open_text
from revertome.intake.encoding import open_bytes
from revertome.intake.foreign import no_text
from revertome.intake.layouts.counters import without_counters
from revertome.intake.layouts.merged import gene_lengths
from revertome.intake.layouts.scaled import scaled_by_length
from revertome.intake.read.annotation import read_annotation, symbol_column
from revertome.intake.read.h5ad import read_h5ad
from revertome.intake.read.par_y import without_y_copies
from revertome.intake.read.per_sample import attributes, read_files
from revertome.intake.read.sample_names import other_names
from revertome.intake.read.symbols_beside import header_of, symbols_beside
from revertome.intake.read.table import read_matrix
from revertome.intake.read.transcripts import refuse_transcripts, transcripts_in

_LOOKED_AT = 60
_HELPERS = ("scaled", "merged", "counters")


@dataclass(frozen=True)
class Values:
    """Values of a study.

    Attributes
    ----------
    table
        Features x samples.
    record
        What was done to get them.
    symbols
        Gene symbols by feature, if told.
    names
        Other names that the file has for the samples (index as the columns of `table`), if any.
    """

    table: pd.DataFrame
    record: str
    symbols: pd.Series | None = None
    names: pd.DataFrame | None = None


def known() -> dict[str, Any]:
    """Layouts by name."""
    names = sorted(m.name for m in iter_modules(__path__) if m.name not in _HELPERS)
    return {name: import_module(f"{__name__}.{name}") for name in names}


def read_values(intake: Mapping[str, Any], path: str) -> Values:
    """Read a table, a file of a counting program, or a folder of such files.

    The copies on Y of pseudoautosomal genes are left out.

    Raises
    ------
    StudyError
        Nothing or several things in a folder, a layout that the files do not have, or an object
        of R.
    """
    values = _read(intake, path)
    table, left_out = without_y_copies(values.table, path)
    record = f"{values.record}; {left_out}" if left_out else values.record
    print(f"{path}: read as {record}")
    return replace(values, table=table, record=record) if left_out else values


def _read(intake: Mapping[str, Any], path: str) -> Values:
    named, feature = intake["layout"], intake.get("feature")
    if named not in ("auto", "table", *known()):
        raise StudyError(
            f"intake.layout: unknown layout '{named}'; choose one of auto, {', '.join(known())}, "
            "table"
        )
    place = Path(path)
    if path.endswith(".h5ad"):
        found = read_h5ad(path, intake["assay"], intake.get("layer"), feature)
        return Values(found.table, found.record, found.symbols, found.names)
    if named == "table" or (feature and not place.is_dir()):
        return _table(path, feature)
    files = _files(place)
    layout = _layout(files, named, path)
    if layout is None:
        return _table(path, feature)
    if hasattr(layout, "tidy"):
        return _merged(layout, files[layout.NAME], path)
    form, paths = layout.FORM, files[layout.NAME]
    table, lengths, record = read_files(form, paths, intake["strand"])
    if lengths is not None:
        table, record = scaled_by_length(table, lengths), f"{record}, scaled by length"
    if not form.abundance:
        table = table.round()
    symbols = _symbols(layout, paths[0], table.index)
    names = other_names(list(table.columns), list(map(str, paths)), form.ending)
    return Values(table, f"{layout.NAME}: {record}", symbols, names)


def _table(path: str, feature: str | None) -> Values:
    if Path(path).is_dir():
        raise StudyError(
            f"{path}: a folder without files of counts that are known{transcripts_in(Path(path))}; "
            "see intake.layout"
        )
    table = read_matrix(path, feature)
    header = header_of(path)
    refuse_transcripts(table.index, path, feature or header[0])
    symbols = symbols_beside(path, feature or header[0], header, table.index)
    table, record = without_counters(table)
    lengths = gene_lengths(path, table)
    if lengths is None:
        return Values(table, f"table, {record}".removesuffix(", "), symbols)
    scaled = scaled_by_length(table, lengths).round()
    return Values(scaled, "table of counts, scaled by length", symbols)


def _merged(layout: Any, paths: list[Path], path: str) -> Values:
    if len(paths) > 1:
        raise StudyError(
            f"{path}: holds {len(paths)} tables of many samples ({few(p.name for p in paths)}); "
            "set intake.matrix to one of them"
        )
    table = read_matrix(paths[0])
    refuse_transcripts(table.index, str(paths[0]), header_of(paths[0])[0])
    table, left_out = without_counters(table)
    table, record, symbols = layout.tidy(table, str(paths[0]))
    record = f"{layout.NAME}: {record}" + (f", {left_out}" if left_out else "")
    return Values(
        table, record, _symbols(layout, paths[0], table.index) if symbols is None else symbols
    )


def _symbols(layout: Any, path: Path, features: pd.Index) -> pd.Series | None:
    """Symbols by feature, where the layout has a column of them."""
    if hasattr(layout, "symbols"):
        told: pd.Series = layout.symbols(path)
        return told
    columns = getattr(layout, "SYMBOL", None)
    if columns is None and hasattr(layout, "FORM") and layout.FORM.header:
        names = attributes(layout.FORM, path)[layout.FORM.count :]
        named = symbol_column(names, features)
        columns = named and (layout.FORM.header[0], named)
    if not columns:
        return None
    found = read_annotation(path, *columns)
    return found[~found.isin(["-", "."])]


def _files(place: Path) -> dict[str, list[Path]]:
    """Files of each layout; those that none recognises (logs, summaries) are left aside."""
    single = not place.is_dir()
    found: dict[str, list[Path]] = {}
    every = [place] if single else sorted(p for p in place.rglob("*") if p.is_file())
    for path in every:
        if not single and _beside(path):
            continue
        with open_text(path) as file:
            lines = [line[:2000].rstrip("\r\n") for line in islice(file, _LOOKED_AT)]
        for name, layout in known().items():
            if lines and layout.recognises(lines):
                found.setdefault(name, []).append(path)
    return found


def _beside(path: Path) -> bool:
    """Files that programs leave beside their counts."""
    if path.name.startswith(".") or path.suffix in (".h5ad", ".tar", ".json"):
        return True
    try:
        with open_bytes(path) as file:
            head = file.read(512)
    except (EOFError, OSError, zlib.error):
        return False  # a damaged file is met where it is read
    return no_text(path, head) or _transcripts_too(path)


def _transcripts_too(path: Path) -> bool:
    """salmon with --geneMap writes quant.sf of transcripts beside quant.genes.sf."""
    stem, found, rest = path.name.rpartition("quant.sf")
    return bool(found) and path.with_name(f"{stem}quant.genes.sf{rest}").is_file()


def _layout(files: dict[str, list[Path]], named: str, path: str) -> Any:
    if named != "auto":
        if named not in files:
            raise StudyError(f"{path}: holds nothing like intake.layout {named}; set it to auto")
        return known()[named]
    if len(files) > 1:
        kinds = "; ".join(f"{name} ({few([paths[0].name])})" for name, paths in files.items())
        raise StudyError(
            f"{path}: files of several layouts: {kinds}; set intake.layout to the one to read"
        )
    return known()[next(iter(files))] if files else None
