"""Reading and writing of result files, shared by the entry scripts."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from files import SMALL, write, write_text
from revertome.columns import conformed, kinds, table_of
from revertome.small_cells import withheld


def write_table(table: pd.DataFrame, path: str | Path) -> None:
    """Write a TSV with a header, UTF-8, `NA` for missing, floats to full precision.

    A result table gets the columns that `revertome.columns` describes, those the study has nothing
    for as missing. Booleans are written as R writes them.
    """
    described = table_of(path)
    whole = table if described is None else conformed(table, described)
    whole = whole if described is None else withheld(whole, described, SMALL["below"])
    whole = whole.copy(deep=False)
    for i in range(whole.shape[1]):
        values = whole.iloc[:, i]
        if pd.api.types.is_bool_dtype(values.dropna().infer_objects()):
            whole.isetitem(i, values.map({True: "TRUE", False: "FALSE"}))
    write(path, lambda p: _save(whole, p))


def _save(table: pd.DataFrame, path: Path) -> None:
    """Write a table piece by piece, with its numbers as objects.

    pandas has numpy write numbers, which takes twice the time of the csv module and gives the same
    text. Whole columns of objects would take four times the memory.
    """
    numbers = [i for i, kind in enumerate(table.dtypes) if kind in (np.float64, np.int64)]
    rows = max(100_000 // max(table.shape[1], 1), 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        for start in range(0, max(len(table), 1), rows):
            piece = table.iloc[start : start + rows]
            for i in numbers:
                piece.isetitem(i, piece.iloc[:, i].astype(object))
            piece.to_csv(
                file, sep="\t", index=False, na_rep="NA", lineterminator="\n", header=start == 0
            )


def write_tables(tables: Mapping[str, pd.DataFrame], paths: Mapping[str, str | Path]) -> None:
    """Write tables to the paths of their names."""
    for name in tables:
        write_named(name, tables, paths)


def write_named(
    name: str, tables: Mapping[str, pd.DataFrame], paths: Mapping[str, str | Path]
) -> None:
    """Write one of many tables."""
    write_table(tables[name], paths[name])


def write_sets(sets: Mapping[str, Iterable[str]], path: str | Path) -> None:
    """Write gene sets as a GMT file: a line each, its name, where it comes from, and its genes."""
    lines = ("\t".join([name, "revertome", *genes]) for name, genes in sets.items())
    write_text("".join(f"{line}\n" for line in lines), path)


def read_table(path: str | Path, columns: Collection[str] | None = None) -> pd.DataFrame:
    """Read a TSV written by `write_table`; of `columns`, those that it has.

    Ids, names and words stay text whatever they look like ("007", "1e5", "TRUE"), in all columns
    that `revertome.columns` describes as text. Booleans are read as R writes them and as Python
    does (version 0.1.0).
    """
    # Other programs put a mark before UTF-8, which pandas passes over.
    with Path(path).open(encoding="utf-8-sig") as file:
        header = [name.strip('"') for name in file.readline().rstrip("\n").split("\t")]
    names = [name for name in header if columns is None or name in columns]
    kind = kinds(path, names)
    table = pd.read_csv(
        path,
        sep="\t",
        usecols=None if columns is None else names,
        dtype={name: str for name in names if kind.get(name) in ("text", "sheet")},
        na_values=["NA"],
        keep_default_na=False,
        float_precision="round_trip",
        low_memory=False,  # the type of a column is that of all its rows
    )
    for name in names:
        if kind.get(name) == "sheet":
            table[name] = _as_in_sheet(table[name])
    return table


def read_tables(paths: Iterable[str | Path]) -> dict[str, pd.DataFrame]:
    """Tables by the names of their files."""
    return {Path(path).stem: read_table(path) for path in paths}


def read_texts(paths: Iterable[str | Path]) -> list[str]:
    """Sentences in the column `text` of tables, one after the other."""
    return [text for path in paths for text in read_table(path)["text"]]


def _as_in_sheet(values: pd.Series) -> pd.Series:
    """Numbers where every value is a finite one, as in the sheet the column was read from."""
    numbers = pd.to_numeric(values, errors="coerce")
    number = (np.isfinite(numbers) | values.isna()).all()
    return values.astype(float) if number else values


def read_h5ad(path: str | Path) -> Any:
    """Read an AnnData."""
    import anndata

    return anndata.read_h5ad(path)


def read_expression(path: str | Path) -> Any:
    """Read what `normalise` wrote, without the layer `batch_removed`, which is for pictures.

    Of a large study every copy of the matrix counts.
    """
    import anndata
    import h5py
    from anndata.io import read_elem

    with h5py.File(path) as file:
        layers = {name: read_elem(x) for name, x in file["layers"].items()
                  if name != "batch_removed"}  # fmt: skip
        parts = {name: read_elem(file[name]) for name in ("X", "obs", "var", "uns")}
    return anndata.AnnData(**parts, layers=layers)


def read_obs(path: str | Path) -> pd.DataFrame:
    """Read the samples of an AnnData without its values."""
    import h5py
    from anndata.io import read_elem

    with h5py.File(path) as file:
        obs: pd.DataFrame = read_elem(file["obs"])
    return obs


def write_h5ad(adata: Any, path: str | Path) -> None:
    """Write an AnnData, text columns as categories."""
    write(path, adata.write_h5ad)
