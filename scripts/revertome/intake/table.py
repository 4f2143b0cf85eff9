"""Reading expression values: TSV, CSV or h5ad."""

import csv
import itertools
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import MISSING, open_text, refuse_repeats, separator
from revertome.intake.numbers import plain_rows

_NA = sorted({form for word in MISSING for form in (word, word.upper(), word.capitalize())})
_NA += ["NaN", "N/A", "Na", "-nan", "#N/A"]


def read_matrix(path: str | Path) -> pd.DataFrame:
    """Read expression values.

    Parameters
    ----------
    path
        TSV or CSV (also gzipped) with features in rows, the feature id in the first column and
        one column a sample (a header without a cell above the ids, as R writes it, is fine);
        or an h5ad with samples in rows.

    Returns
    -------
    Features x samples, float64, ids as text whatever they look like.

    Raises
    ------
    StudyError
        Repeated samples, or a value that is not a number (names row and column).
    """
    if str(path).endswith(".h5ad"):
        return _read_h5ad(path)
    with open_text(path) as file:
        lines = (line for line in file if line.strip() and not line.startswith("#"))
        first = next(lines, "")
        sep = separator(first)
        if sep not in first:
            raise StudyError(
                f"{path}: one column only; expected a header line with one column a sample, "
                "separated by tabs, commas or semicolons"
            )
        return parse_numbers(itertools.chain([first], lines), sep, str(path))


def _read_h5ad(path: str | Path) -> pd.DataFrame:
    import anndata

    if not Path(path).is_file():
        raise StudyError(f"{path}: no such file; paths are relative to the working directory")
    adata = anndata.read_h5ad(path)
    values = adata.X.toarray() if hasattr(adata.X, "toarray") else adata.X
    table = pd.DataFrame(
        np.asarray(values, dtype=float).T,
        index=adata.var_names.astype(str),
        columns=adata.obs_names.astype(str),
    )
    refuse_repeats(table.columns, f"{path}: sample", "every sample needs its own id")
    return table


class _Lines:
    """Lines as a file object, all that pandas' reader needs."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._rest = ""

    def __iter__(self) -> Iterator[str]:
        return self._lines

    def read(self, size: int = -1) -> str:
        parts, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            block = "".join(itertools.islice(self._lines, 64))
            if not block:
                break
            parts.append(block)
            length += len(block)
        text = "".join(parts)
        if size < 0:
            size = len(text)
        self._rest = text[size:]
        return text[:size]


def parse_numbers(lines: Iterable[str], sep: str, source: str, ended: bool = False) -> pd.DataFrame:
    """Parse a header line and rows of numbers, streaming.

    Returns
    -------
    Features x samples, float64. `ended` allows a table without rows (GEO's RNA-seq series).
    """
    lines = iter(lines)
    header = [c.strip() for c in next(csv.reader([next(lines, "").rstrip("\n")], delimiter=sep))]
    first = next(lines, None)
    if first is None and ended:
        return pd.DataFrame(columns=pd.Index(header[1:], dtype=object), dtype=float)
    if first is None:
        raise StudyError(f"{source}: a header without rows; expected one row a feature")
    width = len(next(csv.reader([first.rstrip("\n")], delimiter=sep)))
    headless = width == len(header) + 1 and not ended
    samples = header if headless else header[1:]
    if width != len(samples) + 1:
        raise StudyError(
            f"{source}: the header has {len(header)} columns and the first row {width}; "
            "expected the feature id and one value a sample"
        )
    refuse_repeats(samples, f"{source}: sample", "every column needs its own sample id")
    rows = itertools.chain([first], lines)
    ids, values, rest = plain_rows(rows, sep, len(samples))
    table = pd.DataFrame(values.T, pd.Index(ids, dtype=object), pd.Index(samples, dtype=object))
    if not rest:
        return table
    others = _frame(itertools.chain(rest, rows), sep, samples, source)
    return pd.concat([table, others]) if len(table) else others


def _frame(lines: Iterable[str], sep: str, samples: list[str], source: str) -> pd.DataFrame:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(
                _Lines(lines),
                sep=sep,
                header=None,
                names=range(len(samples) + 1),
                index_col=False,
                dtype={0: str},
                na_values={n: _NA for n in range(1, len(samples) + 1)},
                keep_default_na=False,
                float_precision="round_trip",
                low_memory=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        reason = str(error).removeprefix("Error tokenizing data. C error: ").strip()
        raise StudyError(f"{source}: {reason}; every row needs one value a sample") from None
    table.index = pd.Index(table.pop(0).str.strip().to_numpy(), dtype=object)
    table.columns = pd.Index(samples, dtype=object)
    _refuse_text(table, source)
    return table.astype(float, copy=False)


def _refuse_text(table: pd.DataFrame, source: str) -> None:
    for name in table.select_dtypes(exclude="number"):
        cells = table[name].astype(object).where(table[name].notna()).map(str, na_action="ignore")
        odd = cells.notna() & pd.to_numeric(cells, errors="coerce").isna()
        if odd.any():
            row = table.index[odd][0]
            raise StudyError(
                f"{source}: feature '{row}', column '{name}': '{cells[odd].iloc[0]}' is "
                "not a number; expected the feature id in the first column and numbers in the rest"
            )
