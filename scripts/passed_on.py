"""Files in the forms of other programs; the same bytes every time."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from disk import read_expression, read_table
from files import write_bytes, write_text

DIGITS = 4  # log2: a ten-thousandth of a doubling


def read_matrix(files: Any, design: Mapping[str, Any]) -> tuple[pd.DataFrame, list[str]]:
    """Genes x samples (log2), and the class of each sample: healthy, or response and visit."""
    from revertome.quality.used import used
    from revertome.trial import cells

    adata = used(read_expression(files.expression), read_table(files.samples))
    where = cells(adata.obs, read_table(files.labels), design)
    matrix = pd.DataFrame(adata.X.T, index=adata.var_names, columns=adata.obs_names)
    return matrix, where["cell"].astype(str).tolist()


def write_matrix(expression: pd.DataFrame, path: str | Path) -> None:
    """Write genes x samples as a gzipped TSV."""
    _write(_text(expression.rename_axis("gene").reset_index()), path)


def write_gct(expression: pd.DataFrame, path: str | Path) -> None:
    """Write genes x samples as a gzipped GCT file."""
    from revertome.exports.gsea import gct, gct_head

    _write(gct_head(expression) + _text(gct(expression), missing=""), path)


def write_rank(contrast: pd.DataFrame, path: str | Path) -> None:
    """Write a ranking of genes without a header."""
    from revertome.exports.gsea import rnk

    ranking = rnk(contrast)
    write_text(ranking.to_csv(sep="\t", index=False, header=False, lineterminator="\n"), path)


def _text(table: pd.DataFrame, missing: str = "NA") -> str:
    text: str = table.round(DIGITS).to_csv(sep="\t", index=False, na_rep=missing,
                                           lineterminator="\n")  # fmt: skip
    return text


def _write(text: str, path: str | Path) -> None:
    write_bytes(gzip.compress(text.encode(), compresslevel=4, mtime=0), path)
