"""Expression, classes and rankings in the forms that programs of gene sets read."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

BREAKS = re.compile(r"[\s#]+")


def gct(expression: pd.DataFrame) -> pd.DataFrame:
    """Return the body of a GCT file, version 1.2: NAME, Description and a column a sample.

    Parameters
    ----------
    expression : DataFrame, (genes, samples)
        log2.
    """
    body = expression.rename_axis("NAME").reset_index()
    body.insert(1, "Description", "na")
    return body


def gct_head(expression: pd.DataFrame) -> str:
    """Return the two lines above the body: the version, and how many genes and samples."""
    genes, samples = expression.shape
    return f"#1.2\n{genes}\t{samples}\n"


def cls(classes: Sequence[str]) -> str:
    """Return a categorical CLS file.

    Parameters
    ----------
    classes
        Class of each sample, in the order of the samples; blanks become underscores.

    Notes
    -----
    Classes are listed as they first occur: some programs take them in that order, whatever the
    second line says.
    """
    words = [BREAKS.sub("_", name) for name in classes]
    names = list(dict.fromkeys(words))
    return f"{len(words)} {len(names)} 1\n# {' '.join(names)}\n{' '.join(words)}\n"


def rnk(contrast: pd.DataFrame) -> pd.DataFrame:
    """Return genes with their statistic, the most increased first; untested ones are left out.

    Parameters
    ----------
    contrast : DataFrame
        Differential table: gene, t (the moderated t, or the statistic of the engine).
    """
    known = contrast.loc[np.isfinite(contrast["t"].astype(float)), ["gene", "t"]]
    return known.sort_values(["t", "gene"], ascending=[False, True], kind="stable")
