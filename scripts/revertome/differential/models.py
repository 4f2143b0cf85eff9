"""The two linear models of a paired trial and the contrasts that each can estimate."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from revertome.differential.names import WITH, WITHIN_PATIENT
from revertome.errors import StudyError
from revertome.trial import (
    MINIMUM_PAIRS,
    Model,
    cell_name,
    cells,
    complete_pairs,
    covariate_columns,
    explain,
    is_healthy,
    label_by_patient,
)

Terms = dict[str, float]


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
    lost = explain(matrix)
    if lost:
        raise StudyError(
            f"design: {', '.join(each.column for each in lost)} cannot be separated from the "
            f"group and visit of the samples ({'; '.join(each.words for each in lost)}); remove "
            "the covariate from design.covariates"
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


def _cell_contrasts(
    patients: pd.DataFrame, design: Mapping[str, Any], columns: list[str], names: Sequence[str]
) -> dict[str, pd.Series]:
    base, follow = str(design["baseline"]), str(design["followup"])
    at_base = patients.loc[patients["visit"].eq(base), "label"]
    pairs = complete_pairs(patients, base, follow)
    at_pair = label_by_patient(patients.drop_duplicates("patient")).loc[pairs]

    def average(visit: str, labels: pd.Series) -> Terms:
        share = labels.value_counts(normalize=True).sort_index()
        return {cell_name(str(k), visit): float(weight) for k, weight in share.items()}

    def change(label: str) -> Terms:
        return {cell_name(label, follow): 1.0, cell_name(label, base): -1.0}

    healthy: Terms = {"healthy": 1.0}
    terms = {
        "disease": _minus(average(base, at_base), healthy),
        "baseline": _minus(
            {cell_name("responder", base): 1.0}, {cell_name("nonresponder", base): 1.0}
        ),
        "disease_responders": _minus({cell_name("responder", base): 1.0}, healthy),
        "change_responders": change("responder"),
        "change_nonresponders": change("nonresponder"),
        "change_all": _minus(average(follow, at_pair), average(base, at_pair)),
        "residual_responders": _minus({cell_name("responder", follow): 1.0}, healthy),
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


def variable_model(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any], variable: str
) -> Model:
    """Paired model in which genes change with a clinical variable, beside the change of each label.

    `fixed_model` with the variable as a further covariate, of the pairs in which it is known at
    both visits. The contrast is its coefficient, log2 units per unit of the variable; there is none
    where the variable moves with the visit or other covariates alone, or too few pairs know it.
    """
    sick = obs[~is_healthy(obs, design)]
    lacking = set(sick.loc[sick[variable].isna(), "patient"].astype(str))
    kept = sick[~sick["patient"].astype(str).isin(lacking)]
    pairs = complete_pairs(kept, design["baseline"], design["followup"])
    columns = [*design["covariates"], *([variable] if variable not in design["covariates"] else [])]
    name = f"{WITH}{variable}"
    if len(pairs) < MINIMUM_PAIRS:
        return Model(kept, pd.DataFrame(index=kept.index), None, {}, [_few(variable, len(pairs))])
    model = fixed_model(kept, labels, {**design, "covariates": columns}, [])
    dropped = [*model.dropped, *(f"{p}: {variable} missing" for p in sorted(lacking))]
    spare = len(model.design) - model.design.shape[1]
    if variable not in model.design or spare < 1:
        reason = [_few(variable, len(pairs))] if variable in model.design else []
        return replace(model, contrasts={}, dropped=[*dropped, *reason])
    vector = pd.Series(0.0, index=model.design.columns)
    vector[variable] = 1.0
    return replace(model, contrasts={name: vector}, dropped=dropped)


def _few(variable: str, pairs: int) -> str:
    return f"{variable}: {pairs} pairs with both values are too few"


def fixed_model(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any], names: Sequence[str]
) -> Model:
    """Patient effects and one change a label: complete pairs only, exactly the paired t.

    Covariates that do not vary within patients are absorbed by the patient effects; one that
    is a combination of the changes of labels and other covariates is confounded with them. Both
    are left out and named in `dropped` and `aliased`; so are, in `dropped`, patients without a
    complete pair.

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
    lost = explain(matrix, where["patient"])
    dropped += [each.words for each in lost]
    share = where.drop_duplicates("patient")["label"].value_counts(normalize=True).sort_index()
    terms: dict[str, Terms] = {
        "change_responders": {"change.responder": 1.0},
        "change_nonresponders": {"change.nonresponder": 1.0},
        "change_all": {f"change.{label}": float(weight) for label, weight in share.items()},
        "interaction": {"change.responder": 1.0, "change.nonresponder": -1.0},
    }
    columns = [str(c) for c in matrix if c not in {each.column for each in lost}]
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
        aliased=tuple(lost),
    )
