"""Principal components and what they are associated with."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.statistics.f_tests import f_test, numeric
from revertome.statistics.fdr import adjust

N_GENES = 2000
N_SHOWN = 5
BLOCK = 1024  # genes copied at a time
COLUMNS = ["component", "variance_explained", "variable", "statistic", "P.Value", "adj.P.Val"]


def most_variable(x: Array, n: int = N_GENES) -> npt.NDArray[np.intp]:
    """Positions of the `n` genes with the largest variance, ascending."""
    starts = range(0, max(x.shape[1], 1), BLOCK)
    variance = np.concatenate([x[:, i : i + BLOCK].var(axis=0) for i in starts])
    chosen: npt.NDArray[np.intp] = np.sort(np.argsort(-variance, kind="stable")[:n])
    return chosen


class Components(NamedTuple):
    """Principal components of samples.

    Attributes
    ----------
    scores : DataFrame, (samples, components)
        PC1, PC2, ...
    share : (components,)
        Share of the variance each explains.
    variance : (components,)
        Variance of the scores, with samples - 1 in the denominator.
    loadings : (components, genes)
        Unit vectors; scores are the centred values times their transpose.
    """

    scores: pd.DataFrame
    share: Array
    variance: Array
    loadings: Array


def principal_components(x: Array) -> Components:
    """Principal components of samples, by full singular value decomposition.

    Those of `scanpy.pp.pca` on the same genes, which takes more than two seconds to import.

    Parameters
    ----------
    x : (samples, genes)
        Log2 expression; genes are centred, not scaled.

    Returns
    -------
    Components
        Up to 50. The sign makes the largest loading positive.
    """
    n = min(50, len(x) - 1, x.shape[1] - 1)
    u, size, loadings = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    sign = np.sign(loadings[np.arange(n), np.abs(loadings[:n]).argmax(axis=1)])
    names = [f"PC{i + 1}" for i in range(n)]
    return Components(
        scores=pd.DataFrame(u[:, :n] * (size[:n] * sign), columns=names),
        share=size[:n] ** 2 / (size**2).sum(),
        variance=size[:n] ** 2 / (len(x) - 1),
        loadings=loadings[:n] * sign[:, None],
    )


def associations(scores: pd.DataFrame, share: Array, variables: pd.DataFrame) -> pd.DataFrame:
    """Test the first five components against recorded variables.

    Numbers by linear regression, text by one-way analysis of variance; both give an F. Samples
    are taken as independent, so p-values only rank the variables. Columns that
    are constant, or text with fewer than two samples a level on average, are left out.

    Parameters
    ----------
    scores, share
        Of `principal_components`.
    variables : (samples, ...)
        One column a variable.

    Returns
    -------
    DataFrame
        component, variance_explained (share of 1), variable, statistic (F), P.Value, adj.P.Val
        (Benjamini-Hochberg over all rows). One row a component without test if no variable
        serves.
    """
    rows = []
    for name, explained in list(zip(scores, share, strict=False))[:N_SHOWN]:
        tests = [
            (variable, *f_test(scores[name].to_numpy(), variables[variable]))
            for variable in sorted(variables)
            if _testable(variables[variable])
        ]
        rows += [(name, explained, *test) for test in tests or [(np.nan, np.nan, np.nan)]]
    table = pd.DataFrame(rows, columns=COLUMNS[:-1])
    table["adj.P.Val"] = adjust(table["P.Value"])
    return table


def _testable(values: pd.Series) -> bool:
    known = values.dropna()
    levels = known.nunique()
    enough = len(known) >= 4 and levels >= 2
    return enough and (numeric(values) or 2 * levels <= len(known))
