"""Rows of the design report: the model of each contrast, and what becomes of covariates in it."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from revertome.differential.engines import in_use
from revertome.differential.model_options import ModelOptions
from revertome.trial import CHANGE, Model, Verdict, complete_pairs, unit_column

MANIFOLD = 5  # times the standard error without covariates
REPORT = [
    "contrast", "engine", "blocking", "trend", "robust", "weights", "lfc", "covariates",
    "absorbed", "confounded", "carried_by", "n_samples", "n_patients", "n_pairs",
    "compared_samples", "compared_patients", "df_residual", "values_missing", "correlation",
    "df_prior",
    "detectable_logFC", "dropped", "formula",
]  # fmt: skip


def describe(model: Model, options: ModelOptions, facts: Mapping[str, float]) -> dict[str, object]:
    """How a model was fitted, for all of its contrasts; `facts` are what the engine found."""
    used = in_use(options)
    return {
        "engine": options.engine,
        "blocking": model.blocking,
        "trend": used.trend,
        "robust": used.robust,
        "weights": used.weights,
        "lfc": float(used.lfc),
        "n_samples": len(model.obs),
        "n_patients": model.obs["patient"].astype(str).nunique(),
        "df_residual": model.design.shape[0] - model.design.shape[1],
        "correlation": np.nan if model.blocking == "none" else facts.get("correlation", np.nan),
        "df_prior": facts.get("df_prior", np.nan),
        "formula": model.formula,
    }


def pairs_at(model: Model, design: Mapping[str, Any], visit: str | None) -> float:
    """Patients of a model with samples at baseline and at a visit; missing without a visit."""
    where = model.obs[["patient", "visit"]].astype(str)
    return np.nan if visit is None else len(complete_pairs(where, design["baseline"], visit))


def told(found: Verdict) -> dict[str, str]:
    """What becomes of the covariates in a contrast."""
    parts = {
        "covariates": found.adjusted,
        "absorbed": found.absorbed,
        "confounded": found.confounded,
        "carried_by": found.carried_by,
    }
    words = {column: ", ".join(names) or "none" for column, names in parts.items()}
    if found.carried_by:
        words["carried_by"] += f" ({', '.join(found.nearly)})"
    return words


def warn_of_few(verdicts: Mapping[str, Verdict]) -> None:
    """Warn of the contrasts that can hardly be told apart from covariates.

    One or two people alone do, or the standard error is `MANIFOLD` times that without covariates.
    """
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for name, each in verdicts.items():
        if each.carried_by:
            groups.setdefault((each.carried_by, each.nearly), []).append(name)
    for (people, covariates), names in groups.items():
        warnings.warn(
            f"{', '.join(names)}: only {len(people)} of the people ({', '.join(people)}) tell it "
            f"apart from {', '.join(covariates)}, which moves with it in all others; what is "
            "adjusted rests on them",
            stacklevel=3,
        )
    for name, each in verdicts.items():
        if not each.carried_by and each.inflation >= MANIFOLD:
            warnings.warn(
                f"{name}: {', '.join(each.adjusted)} nearly moves with it, and its standard error "
                f"is {each.inflation:.0f} times that without covariates",
                stacklevel=3,
            )


def compared(model: Model, name: str) -> dict[str, int]:
    """Samples and patients the contrast is about, of all that the model borrows strength from."""
    terms_of = model.contrasts[name]
    columns = terms_of.index[terms_of != 0]
    inside = (model.design[columns] != 0).any(axis=1).to_numpy()
    people = model.obs["patient"].astype(str)
    if model.blocking == "fixed":  # the columns mark later visits; the first belong to them
        unit = model.obs[unit_column(model.obs)].astype(str)
        later = [column for column in model.design if column.startswith(CHANGE)]
        first = (model.design[later] == 0).all(axis=1).to_numpy()
        of_them = unit.isin(set(unit[inside])).to_numpy()
        inside |= of_them & first if set(columns) <= set(later) else of_them
    return {
        "compared_samples": int(inside.sum()),
        "compared_patients": people[inside].nunique(),
    }
