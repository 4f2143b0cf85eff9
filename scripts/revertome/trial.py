"""Cells and covariates: which samples a model holds, and which of its columns say the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.errors import StudyError


@dataclass(frozen=True)
class Model:
    """One linear model: the samples in it, its design matrix and its contrasts.

    Attributes
    ----------
    obs : DataFrame, (n, ...)
        Samples of the model, in the order of the rows of `design`.
    design : DataFrame, (n, p)
        Full-rank design matrix with named columns.
    block : Series of str, (n,), or None
        Patient of each sample for a random intercept; None when patients are columns of `design`.
    contrasts : dict of str to Series, (p,)
        Coefficients of each estimable contrast.
    dropped : list of str
        Patients and covariates left out of the model, each with the reason.
    formula : str
        The model in words.
    """

    obs: pd.DataFrame
    design: pd.DataFrame
    block: pd.Series | None
    contrasts: dict[str, pd.Series]
    dropped: list[str] = field(default_factory=list)
    formula: str = ""

    @property
    def blocking(self) -> str:
        """`random` or `fixed`."""
        return "fixed" if self.block is None else "random"


def is_healthy(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.Series:
    """Mask of the healthy samples; all False in a study without them."""
    if design["healthy"] is None:
        return pd.Series(False, index=obs.index)
    return obs["group"].astype(str).eq(str(design["healthy"]))


def analysed(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Samples that enter the models: healthy, and patients at the two visits compared."""
    visits = obs["visit"].isin([design["baseline"], design["followup"]])
    return obs[is_healthy(obs, design) | visits]


def cells(obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Columns `label`, `visit` and `cell` (`healthy` or `<label>.<visit>`) for every sample.

    Patients without a row in `labels` are `unlabelled`.
    """
    healthy = is_healthy(obs, design)
    label = obs["patient"].astype(str).map(labels.set_index("patient")["label"])
    label = label.fillna("unlabelled").where(~healthy, "healthy")
    visit = obs["visit"].astype(object).where(~healthy, None)
    cell = (label + "." + visit.fillna("").astype(str)).where(~healthy, "healthy")
    return pd.DataFrame({"label": label, "visit": visit, "cell": cell}, index=obs.index)


def covariate_columns(obs: pd.DataFrame, covariates: Sequence[str]) -> pd.DataFrame:
    """Numeric covariates centred, text as treatment contrasts against the first level in order.

    Raises
    ------
    StudyError
        When a covariate is unknown or a sample lacks its value.
    """
    columns: dict[str, pd.Series] = {}
    for name in covariates:
        if name not in obs:
            raise StudyError(
                f"covariate {name} is not a column of the sample sheet; "
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


def dependent(x: Array) -> list[int]:
    """Positions of the columns of `x` that are linear combinations of the columns before them."""
    found: list[int] = []
    basis = np.empty((len(x), 0))
    for place, column in enumerate(x.T):
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (basis.T @ rest)
        size = np.linalg.norm(rest)
        if size <= 1e-8 * max(float(np.linalg.norm(column)), 1e-300):
            found.append(place)
        else:
            basis = np.column_stack([basis, rest / size])
    return found


def aliased(matrix: pd.DataFrame) -> list[str]:
    """Columns of `matrix` that are linear combinations of the columns before them."""
    return [str(matrix.columns[place]) for place in dependent(matrix.to_numpy(float))]


def complete_pairs(where: pd.DataFrame, baseline: str, followup: str) -> list[str]:
    """Patients with a sample at both visits, sorted; `where` has columns patient and visit."""
    at = where.groupby("patient")["visit"].agg(set)
    return sorted(p for p, visits in at.items() if {baseline, followup} <= visits)
