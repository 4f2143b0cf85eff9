"""Layouts of counts as programs write them: one file each, found by name, told by content.

A layout has `recognises(lines)`, which looks at the first lines of a file, and `FORM`, where in the
file features, counts and lengths stand. A file that no layout recognises is a plain table; a folder
holds one file a sample.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few, open_text
from revertome.intake.layouts.scaled import scaled_by_length
from revertome.intake.per_sample import read_files
from revertome.intake.table import read_matrix

_LOOKED_AT = 60
_HELPERS = ("scaled", "merged")


@dataclass(frozen=True)
class Values:
    """Features x samples, and what was done to get them."""

    table: pd.DataFrame
    record: str


def known() -> dict[str, Any]:
    """Layouts by name."""
    names = sorted(m.name for m in iter_modules(__path__) if m.name not in _HELPERS)
    return {name: import_module(f"{__name__}.{name}") for name in names}


def read_values(intake: Mapping[str, Any], path: str) -> Values:
    """Read a table, a file of a counting program, or a folder of such files.

    Raises
    ------
    StudyError
        Nothing or several things in a folder, or a layout that the files do not have.
    """
    named, feature = intake.get("layout") or "auto", intake.get("feature")
    if named not in ("auto", "table", *known()):
        raise StudyError(
            f"intake.layout: unknown layout '{named}'; choose one of auto, {', '.join(known())}, "
            "table"
        )
    place = Path(path)
    if named == "table" or path.endswith(".h5ad") or (feature and not place.is_dir()):
        return _table(path, feature)
    files = _files(place)
    layout = _layout(files, named, path)
    if layout is None:
        return _table(path, feature)
    table, lengths, record = read_files(layout.FORM, files[layout.NAME], intake.get("strand"))
    if lengths is not None:
        table, record = scaled_by_length(table, lengths), f"{record}, scaled by length"
    return Values(table.round(), f"{layout.NAME}: {record}")


def _table(path: str, feature: str | None) -> Values:
    if Path(path).is_dir():
        raise StudyError(
            f"{path}: a folder without files of counts that are known; see intake.layout"
        )
    from revertome.intake.layouts.merged import gene_lengths

    table = read_matrix(path, feature)
    lengths = gene_lengths(path, table)
    if lengths is None:
        return Values(table, "table")
    return Values(scaled_by_length(table, lengths).round(), "table of counts, scaled by length")


def _files(place: Path) -> dict[str, list[Path]]:
    """Files of each layout; those that none recognises (logs, summaries) are left aside."""
    single = not place.is_dir()
    found: dict[str, list[Path]] = {}
    every = [place] if single else sorted(p for p in place.rglob("*") if p.is_file())
    for path in every:
        if path.name.startswith(".") or path.suffix in (".h5", ".h5ad", ".bam", ".tar", ".json"):
            continue
        with open_text(path) as file:
            lines = [line[:2000].rstrip("\r\n") for line in islice(file, _LOOKED_AT)]
        for name, layout in known().items():
            if lines and layout.recognises(lines):
                found.setdefault(name, []).append(path)
    return found


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
