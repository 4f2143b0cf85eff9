"""Source data on disk: a folder for each figure, with one table for each kind of its rows.

In the process the source data of a figure is one table, whose column `element` says what a row is.
"""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from disk import read_table, write_table
from files import SMALL
from revertome.columns import conformed
from revertome.columns.source_data import WHOLE
from revertome.figure_rows import WORDS, kinds
from revertome.small_cells import withheld


def write_source(table: pd.DataFrame, folder: str | Path) -> None:
    """Write the source data of a figure, one table for each kind of rows.

    What few people are counted in is withheld first, as rows of several kinds tell on each other.

    Parameters
    ----------
    table
        Of `source_data.build`.
    folder
        Named after the figure. A kind that the study has no rows of gets a table without rows.

    Raises
    ------
    ValueError
        Rows of a kind, or with a column, that `figure_rows` does not name.
    """
    name = Path(folder).name
    whole = conformed(table, WHOLE[name])
    whole = withheld(whole, WHOLE[name], SMALL["below"])
    known = kinds(name)
    of = whole["element"].mask(whole["element"].isin(WORDS), "words")
    if strange := sorted({*of} - {*known}):
        raise ValueError(f"{name}: rows {', '.join(strange)} are not in revertome/figure_rows")
    for kind in known:
        part = whole[of.eq(kind)]
        # Without the columns of other kinds: one that has a value is refused where it is written.
        filled = part.dropna(axis="columns", how="all")
        kept = filled if kind == "words" else filled.drop(columns="element", errors="ignore")
        write_table(kept, Path(folder) / f"{kind}.tsv")


def read_source(folder: str | Path) -> pd.DataFrame:
    """Read the source data of a figure into the one table that it is drawn from.

    It has every column of the figure, also one whose values are all withheld.
    """
    parts = []
    for kind in kinds(Path(folder).name):
        part = read_table(Path(folder) / f"{kind}.tsv").dropna(axis="columns", how="all")
        if len(part):
            parts.append(part if kind == "words" else part.assign(element=kind))
    columns = [column.name for column in WHOLE[Path(folder).name].columns]
    return pd.concat(parts, ignore_index=True).reindex(columns=columns)


def folders(paths: Iterable[str | Path]) -> list[Path]:
    """Folders of the figures whose tables these are, in their order."""
    return list(dict.fromkeys(Path(path).parent for path in paths))


def read_sources(paths: Iterable[str | Path]) -> dict[str, pd.DataFrame]:
    """Source data by figure."""
    return {folder.name: read_source(folder) for folder in folders(paths)}
