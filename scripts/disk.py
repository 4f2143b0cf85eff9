"""Reading and writing of result files, shared by the entry scripts.

Every file is written under a temporary name and renamed, so that a killed run
leaves no half-written result behind.
"""

import errno
import hashlib
import os
import re
import socket
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from revertome.columns import conformed, kinds, table_of
from revertome.errors import StudyError


def write(path: str | Path, save: Callable[[Path], Any]) -> None:
    """Call `save` with a temporary path beside `path`, then rename it into place."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in _temporaries(target):
        left.unlink(missing_ok=True)
    # Jobs on two nodes may share a process number.
    mark = f"{os.getpid()}-{socket.gethostname()}"
    temporary = target.with_name(f".{target.stem}.{mark}{target.suffix}")
    try:
        save(temporary)
        # On the disk before it has its name: a node that is lost leaves the whole file or none.
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        raise _as_exception(error, target) from error
    finally:
        temporary.unlink(missing_ok=True)


def _temporaries(target: Path) -> list[Path]:
    """Temporary files that a killed job left beside `target`, not those of a job at work."""
    form = rf"\.{re.escape(target.stem)}\.(\d+)-(.*){re.escape(target.suffix)}"
    found = ((path, re.fullmatch(form, path.name)) for path in target.parent.iterdir())
    return [path for path, match in found if match and not _at_work(path, int(match[1]), match[2])]


def _at_work(path: Path, process: int, host: str) -> bool:
    """Whether the process that writes a temporary file may still live.

    A job of a killed run may work on, on another node, where its process cannot be seen; a file
    that is being written is touched more often than once an hour.
    """
    try:
        if host != socket.gethostname():
            return time.time() - path.stat().st_mtime < 3600
        os.kill(process, 0)  # no signal, only whether one could be sent
    except (ProcessLookupError, FileNotFoundError, OverflowError):
        return False
    except PermissionError:  # of another user
        return True
    return True


REASONS = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EROFS: "the file system is read-only; choose another folder (--directory, or `results`)",
    errno.EACCES: "permission denied; choose another folder (--directory, or `results`)",
}


def _as_exception(error: OSError, target: Path) -> Exception:
    """Give the fault of a disk in words; HDF5 hides the error number in its message."""
    hidden = re.search(r"errno = (\d+)", str(error))
    code = error.errno or (int(hidden.group(1)) if hidden else 0)
    if code not in REASONS:
        return error
    return StudyError(
        f"{target}: cannot be written: {REASONS[code]} and give the same command again; "
        "no half-written file was kept"
    )


def write_table(table: pd.DataFrame, path: str | Path) -> None:
    """Write a TSV with a header, UTF-8, `NA` for missing, floats to full precision.

    A result table gets the columns that `revertome.columns` describes, those the study has nothing
    for as missing. Booleans are written as R writes them.
    """
    described = table_of(path)
    whole = table if described is None else conformed(table, described)
    whole = whole.copy(deep=False)
    for i in range(whole.shape[1]):
        values = whole.iloc[:, i]
        if pd.api.types.is_bool_dtype(values.dropna().infer_objects()):
            whole.isetitem(i, values.map({True: "TRUE", False: "FALSE"}))
    write(path, lambda p: whole.to_csv(p, sep="\t", index=False, na_rep="NA", lineterminator="\n"))


def write_tables(tables: Mapping[str, pd.DataFrame], paths: Mapping[str, str | Path]) -> None:
    """Write tables to the paths of their names."""
    for name in tables:
        write_named(name, tables, paths)


def write_named(
    name: str, tables: Mapping[str, pd.DataFrame], paths: Mapping[str, str | Path]
) -> None:
    """Write one of many tables."""
    write_table(tables[name], paths[name])


def read_table(path: str | Path, columns: Collection[str] | None = None) -> pd.DataFrame:
    """Read a TSV written by `write_table`; of `columns`, those that it has.

    Ids, names and words stay text whatever they look like ("007", "1e5", "TRUE"), in all columns
    that `revertome.columns` describes as text. Booleans are read as R writes them and as Python
    does (version 0.1.0).
    """
    header = Path(path).read_text(encoding="utf-8").partition("\n")[0].split("\t")
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


def read_texts(paths: Iterable[str | Path]) -> list[str]:
    """Sentences in the column `text` of tables, one after the other."""
    return [text for path in paths for text in read_table(path)["text"]]


def _as_in_sheet(values: pd.Series) -> pd.Series:
    """Numbers where every value is a finite one, as in the sheet the column was read from."""
    numbers = pd.to_numeric(values, errors="coerce")
    number = (np.isfinite(numbers) | values.isna()).all()
    return values.astype(float) if number else values


def write_text(text: str, path: str | Path) -> None:
    """Write UTF-8 text."""
    write(path, lambda p: p.write_text(text, encoding="utf-8"))


def sha256(path: str | Path) -> str:
    """Return the checksum of one file."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_h5ad(path: str | Path) -> Any:
    """Read an AnnData."""
    import anndata

    return anndata.read_h5ad(path)


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
