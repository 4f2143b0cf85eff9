"""Cells, covariates and contrasts: which samples a model holds and what it compares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.differential.names import WITHIN_PATIENT
from revertome.errors import StudyError

Array = npt.NDArray[np.float64]


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


def random_model(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any], names: Sequence[str]
) -> Model:
    """Cell means and covariates with a random patient intercept: healthy, pairs and single visits.

    Raises
    ------
    StudyError
        When a covariate is confounded with the cells.
    """
    where = cells(obs, labels, design)
    one_hot = pd.get_dummies(where["cell"], dtype=float).sort_index(axis=1)
    matrix = pd.concat([one_hot, covariate_columns(obs, design["covariates"])], axis=1)
    lost = aliased(matrix)
    if lost:
        raise StudyError(
            f"design: {', '.join(lost)} cannot be told apart from the group and visit of the "
            "samples (aliased columns); remove the covariate from design.covariates"
        )
    patients = where[where["label"].ne("healthy")].assign(patient=obs["patient"].astype(str))
    contrasts = _cell_contrasts(patients, design, [str(c) for c in matrix], names)
    covariates = "".join(f" + {name}" for name in design["covariates"])
    return Model(
        obs=obs,
        design=matrix,
        block=obs["patient"].astype(str),
        contrasts=contrasts,
        formula=f"~ 0 + cell{covariates} + (1 | patient)",
    )


def complete_pairs(where: pd.DataFrame, baseline: str, followup: str) -> list[str]:
    """Patients with a sample at both visits, sorted; `where` has columns patient and visit."""
    at = where.groupby("patient")["visit"].agg(set)
    return sorted(p for p, visits in at.items() if {baseline, followup} <= visits)


Terms = dict[str, float]


def _cell_contrasts(
    patients: pd.DataFrame, design: Mapping[str, Any], columns: list[str], names: Sequence[str]
) -> dict[str, pd.Series]:
    base, follow = str(design["baseline"]), str(design["followup"])
    at_base = patients.loc[patients["visit"].eq(base), "label"]
    pairs = complete_pairs(patients, base, follow)
    at_pair = patients.drop_duplicates("patient").set_index("patient").loc[pairs, "label"]

    def average(visit: str, labels: pd.Series) -> Terms:
        share = labels.value_counts(normalize=True).sort_index()
        return {f"{label}.{visit}": float(weight) for label, weight in share.items()}

    def change(label: str) -> Terms:
        return {f"{label}.{follow}": 1.0, f"{label}.{base}": -1.0}

    healthy: Terms = {"healthy": 1.0}
    terms = {
        "disease": _minus(average(base, at_base), healthy),
        "disease_responders": _minus({f"responder.{base}": 1.0}, healthy),
        "change_responders": change("responder"),
        "change_nonresponders": change("nonresponder"),
        "change_all": _minus(average(follow, at_pair), average(base, at_pair)),
        "residual_responders": _minus({f"responder.{follow}": 1.0}, healthy),
        "residual_all": _minus(average(follow, at_pair), healthy),
        "interaction": _minus(change("responder"), change("nonresponder")),
    }
    # ASSUME patients of all labels together are weighted as they occur in the trial.
    return {
        name: pd.Series({c: terms[name].get(c, 0.0) for c in columns})
        for name in names
        if terms[name] and set(terms[name]) <= set(columns)
    }


def _minus(left: Terms, right: Terms) -> Terms:
    return {k: left.get(k, 0.0) - right.get(k, 0.0) for k in dict.fromkeys([*left, *right])}


def fixed_model(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any], names: Sequence[str]
) -> Model:
    """Patient effects and one change a label: complete pairs only, exactly the paired t.

    Covariates that do not vary within patients are absorbed by the patient effects and named
    in `dropped`, as are patients without a complete pair.

    Raises
    ------
    StudyError
        When a contrast against healthy is asked for.
    """
    against = [name for name in names if name not in WITHIN_PATIENT]
    if against:
        raise StudyError(
            f"differential.blocking: fixed cannot estimate {', '.join(against)}: a patient is "
            "either healthy or diseased, so patient effects and disease are aliased; "
            "use blocking: random (or auto)"
        )
    where = cells(obs, labels, design).assign(patient=obs["patient"].astype(str))
    where = where[where["label"].ne("healthy")]
    base, follow = str(design["baseline"]), str(design["followup"])
    where = where[where["visit"].isin([base, follow])]
    pairs = complete_pairs(where, base, follow)
    dropped = [f"{p}: one visit only" for p in sorted(set(where["patient"]) - set(pairs))]
    where = where[where["patient"].isin(pairs)]
    patient = pd.get_dummies(where["patient"], dtype=float).add_prefix("patient=")
    after = where["visit"].eq(follow).astype(float)
    change = pd.get_dummies(where["label"], dtype=float).mul(after, axis=0).add_prefix("change.")
    covariates = covariate_columns(obs.loc[where.index], design["covariates"])
    matrix = pd.concat([patient, change, covariates], axis=1)
    lost = aliased(matrix)
    dropped += [f"{name}: does not vary within patients" for name in lost]
    share = where.drop_duplicates("patient")["label"].value_counts(normalize=True).sort_index()
    terms: dict[str, Terms] = {
        "change_responders": {"change.responder": 1.0},
        "change_nonresponders": {"change.nonresponder": 1.0},
        "change_all": {f"change.{label}": float(weight) for label, weight in share.items()},
        "interaction": {"change.responder": 1.0, "change.nonresponder": -1.0},
    }
    columns = [str(c) for c in matrix if c not in lost]
    return Model(
        obs=obs.loc[where.index],
        design=matrix[columns],
        block=None,
        contrasts={
            name: pd.Series({c: terms[name].get(c, 0.0) for c in columns})
            for name in names
            if set(terms[name]) <= set(columns)
        },
        dropped=dropped,
        formula="~ 0 + patient + label:visit" + "".join(f" + {c}" for c in design["covariates"]),
    )
