"""Covariates as columns of a design."""

from collections.abc import Iterable, Sequence

import pandas as pd

from revertome.errors import StudyError


def covariate_columns(obs: pd.DataFrame, covariates: Sequence[str]) -> pd.DataFrame:
    """Numeric covariates centred, text as treatment contrasts against the first level in order.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples.
    covariates : list of str
        Columns of `obs`.

    Returns
    -------
    DataFrame, (n, p)
        `age`, `batch=2`, `batch=3`, ...

    Raises
    ------
    StudyError
        When a covariate is unknown or a sample lacks its value.
    """
    columns: dict[str, pd.Series] = {}
    for name in covariates:
        if name not in obs:
            raise StudyError(
                f"covariate {name} is no column of the sample sheet; "
                f"found {', '.join(map(str, obs.columns))}"
            )
        values = obs[name]
        missing = list(obs.index[values.isna()])
        if missing:
            raise StudyError(
                f"design.covariates: {name} is missing in {len(missing)} samples "
                f"({', '.join(map(str, missing[:3]))} ...); fill it in or leave the covariate out"
            )
        if pd.api.types.is_numeric_dtype(values):
            columns[name] = values.astype(float) - float(values.mean())
        else:
            text = values.astype(str)
            for level in sorted(text.unique())[1:]:
                columns[f"{name}={level}"] = text.eq(level).astype(float)
    return pd.DataFrame(columns, index=obs.index, dtype=float)


def columns_of(covariate: str, columns: Iterable[object]) -> list[str]:
    """Those of the columns of a design that belong to a covariate."""
    return [c for c in map(str, columns) if c == covariate or c.startswith(f"{covariate}=")]


def design_columns(samples: pd.DataFrame, covariates: Sequence[str]) -> pd.DataFrame:
    """One column a cell of group and visit, before patients have labels; then the covariates.

    Returns
    -------
    DataFrame, (n, p)
        `cell healthy`, `cell <visit>`, then the columns of `covariate_columns`.
    """
    cell = samples["visit"].astype(object).fillna(samples["group"].astype(object))
    columns = {f"cell {level}": cell.eq(level).astype(float) for level in sorted(cell.unique())}
    cells = pd.DataFrame(columns, index=samples.index)
    return pd.concat([cells, covariate_columns(samples, covariates)], axis=1)
