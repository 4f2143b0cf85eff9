"""h5ad files as scanpy writes them: counts in X, in a layer or in `raw`, symbols in `var`."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.intake.columns import few, refuse_repeats
from revertome.intake.encoding import plain
from revertome.intake.read.annotation import (
    look_like_probes,
    strip_version,
    symbol_column,
)
from revertome.intake.read.hdf5 import check_hdf5
from revertome.unseen import first_unseen

_SEVERAL = 25  # counts of a whole study exceed it somewhere, logarithms of counts do not


@dataclass(frozen=True)
class Annotated:
    """What an h5ad file holds.

    Attributes
    ----------
    table
        Features x samples, float64.
    record
        Which of its matrices was read, and why.
    symbols
        Gene symbols by feature, None where `var` has no column of them.
    names
        Columns of `obs` that could name the samples: text, different in every row; index as the
        columns of `table`.
    """

    table: pd.DataFrame
    record: str
    symbols: pd.Series | None
    names: pd.DataFrame


def read_h5ad(
    path: str | Path, assay: str, layer: str | None = None, feature: str | None = None
) -> Annotated:
    """Read one matrix of an h5ad file with samples in rows.

    Parameters
    ----------
    assay
        `rnaseq` looks for counts wherever they are; else X is meant.
    layer
        `X`, `raw` or the name of a layer; None to find it.
    feature
        Column of `var` that holds the feature id; the index when None.

    Raises
    ------
    StudyError
        No readable file, no such layer, several matrices that could be meant, or genes in rows.
    """
    adata = _open(path)
    raw = {} if adata.raw is None else {"raw": adata.raw.X}
    matrices = {"X": adata.X, **adata.layers, **raw}
    matrices = {name: values for name, values in matrices.items() if values is not None}
    for name, values in matrices.items():
        if values.dtype.kind not in "fiub":
            raise StudyError(f"{path}: {name} holds no numbers ({values.dtype}), expected some")
    name, why = _choose(matrices, assay, layer, str(path))
    var = adata.raw.var if name == "raw" and adata.raw is not None else adata.var
    ids = _features(var, feature, str(path))
    if _genes_in_rows(adata, ids):
        raise StudyError(
            f"{path}: genes are in rows ({few(adata.obs_names, 3)}); h5ad has samples in rows, so "
            "transpose it (adata.T)"
        )
    samples = _plain(adata.obs_names, str(path))
    refuse_repeats(samples, f"{path}: sample", "every sample needs its own id")
    table = pd.DataFrame(_dense(matrices[name]).T, ids, samples)
    said = f"h5ad: {name}, {why}" if why else f"h5ad: {name}"
    return Annotated(table, said, _symbols(var, ids), _sample_names(adata.obs, samples))


def _open(path: str | Path) -> Any:
    import anndata

    if not Path(path).is_file():
        raise StudyError(f"{path}: no such file; paths are relative to the working directory")
    try:
        with warnings.catch_warnings():
            # Repeated names are met below, and old forms of the file are read all the same.
            warnings.filterwarnings("ignore", ".*names are not unique")
            warnings.simplefilter("ignore", FutureWarning)
            check_hdf5(str(path), Path(path).stat().st_size)
            return anndata.read_h5ad(path)
    except StudyError:
        raise
    except Exception as error:  # of any kind, as the file may be of any kind
        said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise StudyError(f"{path}: no readable h5ad file ({said})") from None


def _choose(
    matrices: Mapping[str, Any], assay: str, layer: str | None, path: str
) -> tuple[str, str]:
    """Name of the matrix to read, and why it."""
    held = few(matrices, 12)
    if layer is not None:
        if layer not in matrices:
            raise StudyError(f"{path}: no '{layer}' (intake.layer); it holds {held or 'no values'}")
        return layer, "set by intake.layer"
    if not matrices:
        raise StudyError(f"{path}: holds no values, neither X nor layers nor raw")
    if len(matrices) == 1:
        name = next(iter(matrices))
        return name, "" if name == "X" else "all it holds"
    if assay != "rnaseq":
        if "X" in matrices:
            return "X", ""
        raise StudyError(
            f"{path}: has no X, but {held}; set intake.layer to the one that holds the values"
        )
    counts = [name for name, values in matrices.items() if _look_like_counts(values)]
    if not counts:
        raise StudyError(
            f"{path}: none of {held} holds counts (whole numbers, none below 0); set intake.layer "
            "to the one that holds estimated counts, or intake.assay: abundance for TPM and its kin"
        )
    distinct = [
        name for n, name in enumerate(counts)
        if not any(_same(matrices[name], matrices[other]) for other in counts[:n])
    ]  # fmt: skip
    if len(distinct) > 1:
        raise StudyError(
            f"{path}: {few(counts, 12)} hold whole numbers that differ; set intake.layer to the "
            "one that holds the counts of reads"
        )
    return distinct[0], "" if distinct[0] == "X" else f"the counts among {held}"


def _look_like_counts(values: Any) -> bool:
    found = values.data if hasattr(values, "toarray") else np.asarray(values)
    return bool(
        found.size
        and np.isfinite(found).all()
        and found.min() >= 0
        and found.max() > _SEVERAL
        and (found == np.floor(found)).all()
    )


def _same(one: Any, two: Any) -> bool:
    return one.shape == two.shape and bool(np.array_equal(_dense(one), _dense(two)))


def _dense(values: Any) -> Array:
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values, dtype=float)


def _features(var: pd.DataFrame, feature: str | None, path: str) -> pd.Index:
    if feature is None:
        return _plain(var.index, path)
    if feature not in var:
        raise StudyError(
            f"{path}: no column '{feature}' in var (intake.feature); it has {few(var.columns, 12)}"
        )
    return _plain(var[feature], path)


def _plain(names: Any, path: str) -> pd.Index:
    """Names as those of text files are read: composed, without what nobody sees and spaces."""
    found = pd.Index(names.astype(str).to_numpy(), dtype=object)
    made = found.map(lambda name: plain(name).strip())
    _, unseen = first_unseen("".join(found))
    if unseen:
        warnings.warn(
            f"{path}: characters that cannot be seen are left out of names ({unseen}); names that "
            "differ in them alone are one",
            stacklevel=4,
        )
    return pd.Index(made, dtype=object)


def _symbols(var: pd.DataFrame, ids: pd.Index) -> pd.Series | None:
    named = symbol_column(list(var.columns), ids)
    if named is None:
        return None
    symbols = pd.Series(var[named].astype(object).to_numpy(), strip_version(ids.to_series()))
    symbols = symbols[symbols.notna() & ~symbols.isin(["", "-", ".", "nan", "None"])].astype(str)
    symbols = symbols.map(plain)
    return symbols[~symbols.index.duplicated(keep=False)]


def _sample_names(obs: pd.DataFrame, samples: pd.Index) -> pd.DataFrame:
    text = obs.astype(str).map(plain)
    usable = [name for name in text if text[name].is_unique]
    return text[usable].set_axis(samples)


def _genes_in_rows(adata: Any, ids: pd.Index) -> bool:
    return bool(
        len(ids) and len(adata.obs_names) > len(ids)
        and look_like_probes(pd.Index(adata.obs_names)) and not look_like_probes(ids)
    )  # fmt: skip
