"""Reading and writing of result files, shared by the entry scripts.

Every file is written under a temporary name and renamed, so that a killed run
leaves no half-written result behind.
"""

import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from revertome.errors import StudyError

# Columns that hold names stay text whatever they look like ("007", "1e5", "TRUE").
TEXT = {"sample", "patient", "visit", "group", "arm", "batch", "gene", "module", "response"}


def write(path: str | Path, save: Callable[[Path], Any]) -> None:
    """Call `save` with a temporary path beside `path`, then rename it into place."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.stem}.{os.getpid()}{target.suffix}")
    try:
        save(temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def write_table(table: pd.DataFrame, path: str | Path) -> None:
    """Write a TSV with a header, UTF-8, `NA` for missing, floats to full precision."""
    write(path, lambda p: table.to_csv(p, sep="\t", index=False, na_rep="NA", lineterminator="\n"))


def read_table(path: str | Path) -> pd.DataFrame:
    """Read a TSV written by `write_table`."""
    header = Path(path).read_text(encoding="utf-8").partition("\n")[0].split("\t")
    return pd.read_csv(
        path,
        sep="\t",
        dtype={name: str for name in header if name in TEXT},
        na_values=["NA"],
        keep_default_na=False,
        float_precision="round_trip",
    )


def write_text(text: str, path: str | Path) -> None:
    """Write UTF-8 text."""
    write(path, lambda p: p.write_text(text, encoding="utf-8"))


def read_h5ad(path: str | Path) -> Any:
    """Read an AnnData."""
    import anndata

    return anndata.read_h5ad(path)


def write_h5ad(adata: Any, path: str | Path) -> None:
    """Write an AnnData, text columns as categories."""
    write(path, adata.write_h5ad)


class _Tee:
    def __init__(self, *streams: TextIO) -> None:
        self.streams = streams

    def write(self, text: str) -> int:
        for stream in self.streams:
            stream.write(text)
        return len(text)

    def flush(self) -> None:
        for stream in self.streams:
            stream.flush()


@contextmanager
def logged(log: str) -> Iterator[None]:
    """Send stdout and stderr to the rule's log; a `StudyError` ends the job in its own words.

    Standard error also goes to the terminal, where people look first.
    """
    Path(log).parent.mkdir(parents=True, exist_ok=True)
    with Path(log).open("w", encoding="utf-8") as file:
        both = _Tee(file, sys.stderr)
        with redirect_stdout(file), redirect_stderr(both):  # type: ignore[type-var]
            warnings.showwarning = lambda message, category, *_: print(
                f"warning: {message}", file=sys.stderr
            )
            try:
                yield
            except StudyError as error:
                print(f"\nrevertome: {error}\n", file=sys.stderr)
                failed = True
            except Exception:
                traceback.print_exc()
                failed = True
            else:
                failed = False
    if failed:
        sys.exit(1)
