"""Is the design of full rank: cells (group or visit) and covariates."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few

_TOLERANCE = 1e-7  # as R's lm


def design_columns(samples: pd.DataFrame, covariates: Sequence[str]) -> pd.DataFrame:
    """Build one column a cell, then the covariates (factors without their first level).

    Returns
    -------
    Samples x columns, float64; columns are `cell healthy`, `cell <visit>`, `age`, `batch=2`, ...
    """
    cell = samples["visit"].astype(object).fillna(samples["group"].astype(object))
    columns = {f"cell {level}": cell == level for level in sorted(cell.unique())}
    for name in covariates:
        column = samples[name]
        if pd.api.types.is_numeric_dtype(column):
            columns[name] = column - column.mean()
        else:
            for level in sorted(column.unique())[1:]:
                columns[f"{name}={level}"] = column == level
    return pd.DataFrame(columns, index=samples.index).astype(float)


def aliased(columns: pd.DataFrame) -> list[str]:
    """Name the columns that are linear combinations of the columns before them.

    A column is aliased when its part orthogonal to the earlier ones is smaller than 1e-7 of
    its length (the rule of R's `lm`).
    """
    basis = np.empty((len(columns), 0))
    found = []
    for name, column in columns.items():
        values = column.to_numpy()
        rest = values - basis @ (basis.T @ values)
        rest -= basis @ (basis.T @ rest)  # twice is enough against rounding
        length = np.linalg.norm(rest)
        if length <= _TOLERANCE * np.linalg.norm(values):
            found.append(str(name))
        else:
            basis = np.column_stack([basis, rest / length])
    return found


def check_design(samples: pd.DataFrame, covariates: Sequence[str], source: str) -> None:
    """Refuse covariates that are missing, constant or confounded.

    Raises
    ------
    StudyError
        Names the covariate and the samples, or the aliased columns of the design.
    """
    for name in covariates:
        empty = samples[name].isna()
        if empty.any():
            raise StudyError(
                f"{source}: covariate '{name}' is missing in {int(empty.sum())} samples: "
                f"{few(samples.index[empty])}; fill it in, exclude the samples, or drop it from "
                "design.covariates"
            )
        if len(samples[name].unique()) == 1:
            raise StudyError(
                f"{source}: covariate '{name}' is '{samples[name].iloc[0]}' in every sample, so "
                "nothing can be adjusted for; drop it from design.covariates"
            )
    columns = design_columns(samples, covariates)
    confounded = aliased(columns)
    if confounded:
        raise StudyError(
            f"{source}: the design is rank-deficient: {few(confounded)} is confounded with the "
            f"columns before it ({few(columns.columns, 12)}); drop it from design.covariates"
        )
