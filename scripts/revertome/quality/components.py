"""Principal components and what they are associated with."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special  # scipy.stats takes half a second to import

from revertome.arrays import Array
from revertome.statistics.fdr import adjust

N_GENES = 2000
N_SHOWN = 5
COLUMNS = ["component", "variance_explained", "variable", "statistic", "P.Value", "adj.P.Val"]


def most_variable(x: Array, n: int = N_GENES) -> npt.NDArray[np.intp]:
    """Positions of the `n` genes with the largest variance, ascending."""
    chosen: npt.NDArray[np.intp] = np.sort(np.argsort(-x.var(axis=0), kind="stable")[:n])
    return chosen


def principal_components(x: Array) -> tuple[pd.DataFrame, Array]:
    """Principal components of samples, by full singular value decomposition.

    Parameters
    ----------
    x : (samples, genes)
        Log2 expression; genes are centred, not scaled.

    Returns
    -------
    scores : DataFrame, (samples, components)
        PC1, PC2, ... (up to 50). The sign makes the largest loading positive.
    share : (components,)
        Share of the variance each explains.
    """
    n = min(50, len(x) - 1, x.shape[1] - 1)
    u, size, loadings = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    sign = np.sign(loadings[np.arange(n), np.abs(loadings[:n]).argmax(axis=1)])
    names = [f"PC{i + 1}" for i in range(n)]
    scores = pd.DataFrame(u[:, :n] * (size[:n] * sign), columns=names)
    return scores, size[:n] ** 2 / (size**2).sum()


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
            (variable, *_f_test(scores[name], variables[variable]))
            for variable in sorted(variables)
            if _testable(variables[variable])
        ]
        rows += [(name, explained, *test) for test in tests or [(np.nan, np.nan, np.nan)]]
    table = pd.DataFrame(rows, columns=COLUMNS[:-1])
    table["adj.P.Val"] = adjust(table["P.Value"].to_numpy(float))
    return table


def _numeric(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _testable(values: pd.Series) -> bool:
    known = values.dropna()
    levels = known.nunique()
    enough = len(known) >= 4 and levels >= 2
    return enough and (_numeric(values) or 2 * levels <= len(known))


def _f_test(score: pd.Series, values: pd.Series) -> tuple[float, float]:
    known = values.notna().to_numpy()
    y, v = score.to_numpy()[known], values[known]
    if _numeric(values):
        number = v.to_numpy(dtype=np.float64)
        levels = 2
        fitted = np.polyval(np.polyfit(number - number.mean(), y, 1), number - number.mean())
    else:
        levels = v.nunique()
        fitted = pd.Series(y).groupby(v.astype(str).to_numpy()).transform("mean").to_numpy()
    explained = ((fitted - y.mean()) ** 2).sum() / (levels - 1)
    residual = ((y - fitted) ** 2).sum() / (len(y) - levels)
    f = float(explained / residual) if residual > 0 else np.inf
    return f, float(special.fdtrc(levels - 1, len(y) - levels, f))
