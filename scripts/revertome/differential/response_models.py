"""Models of a response in several groups, or as a number."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from revertome.differential.group_names import AT_BASELINE, BY_RESPONSE
from revertome.differential.models import fixed_model, random_model, variable_model
from revertome.trial import (
    MINIMUM_PAIRS,
    VALUE,
    Information,
    Model,
    between_people,
    by_group,
    cell_name,
    group_terms,
    is_healthy,
    verdict,
    within_patients,
)

Terms = dict[str, float]
ONE = "treated"  # label of everybody whose response is known as a number


def group_model(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any], blocking: str
) -> Model:
    """Model whose labels are the groups of response, with every contrast of changes it holds.

    `change_<group>`; `response_trend`, the slope of the mean changes m_g of the groups on their
    places r_g in order, sum (r_g - mean r) m_g / sum (r_g - mean r)^2, in which every group counts
    alike; and, for sums with these, the contrasts of all, and of responders and non-responders
    where these are whole groups: means of groups weighted by their patients. Patients whose group
    is not known have a change of their own.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples with `response_group` and `response_rank`.
    labels : DataFrame
        patient, label: who of them is a responder.
    design : mapping
        `baseline`, `followup`, `healthy`, `covariates`.
    blocking : str
        `fixed` or `random`.
    """
    grouped = by_group(obs, design)
    pairs = within_patients(obs, grouped, design)
    terms = group_terms(pairs.where, obs, labels)
    build = fixed_model if blocking == "fixed" else random_model
    model = build(obs, grouped, design, [])
    if blocking == "fixed":
        return _with(model, terms, terms, pairs, pairs, design)
    people = between_people(obs, grouped, design)
    cells = {name: _in_cells(each, design) for name, each in terms.items()}
    return _with(model, terms, cells, pairs, people, design)


def _in_cells(terms: Terms, design: Mapping[str, Any]) -> Terms:
    """Factors of changes as factors of the cells at both visits."""
    found = {}
    for column, factor in terms.items():
        label = column.removeprefix("change.")
        found[cell_name(label, str(design["followup"]))] = factor
        found[cell_name(label, str(design["baseline"]))] = -factor
    return found


def _with(
    model: Model,
    terms: Mapping[str, Terms],
    columns: Mapping[str, Terms],
    pairs: Information,
    fitted: Information,
    design: Mapping[str, Any],
) -> Model:
    """The model with the contrasts that can be told; `columns` are they as the model has them."""
    contrasts, verdicts = {}, {}
    for name, own in terms.items():
        if pairs.holds(own):
            verdicts[name] = verdict(name, pd.Series(own), pairs, fitted, design)
            if not verdicts[name].reason:
                vector = pd.Series(columns[name])
                contrasts[name] = vector.reindex(model.design.columns, fill_value=0.0)
    return replace(model, contrasts=contrasts, verdicts=verdicts)


def value_model(obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]) -> Model:
    """Paired model in which genes change with a continuous response.

    `variable_model` of a variable that is 0 before treatment and the response after it; one mean
    change, whatever the labels. The contrast `change_by_response` is log2 units per unit.
    """
    known = obs[VALUE].where(~is_healthy(obs, design))
    after = obs["visit"].astype(object).eq(design["followup"]).astype(float)
    everybody = labels.assign(label=ONE)
    samples = obs.assign(**{BY_RESPONSE: known * after})
    return variable_model(samples, everybody, design, BY_RESPONSE, BY_RESPONSE)


def baseline_model(obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]) -> Model:
    """Cell means, and at each visit a slope on the continuous response; patients as random blocks.

    The contrast `baseline_by_response` is the slope before treatment, log2 units per unit.
    """
    sick = ~is_healthy(obs, design)
    value = obs[VALUE].where(sick)
    known = set(obs.loc[value.notna(), "patient"].astype(str))
    everybody = pd.DataFrame({"patient": sorted(known), "label": ONE})
    at = {AT_BASELINE: design["baseline"], BY_RESPONSE: design["followup"]}
    slopes = {
        name: value.where(obs["visit"].astype(object).eq(visit), 0.0).fillna(0.0)
        for name, visit in at.items()
    }
    wider = {**design, "covariates": [*design["covariates"], *slopes]}
    samples = obs.assign(**slopes)
    model = random_model(samples, everybody, wider, [])
    people = between_people(samples, everybody, wider)
    vector = pd.Series({AT_BASELINE: 1.0})
    n = obs.loc[sick & value.notna() & obs["visit"].astype(object).eq(design["baseline"])]
    if n["patient"].nunique() < MINIMUM_PAIRS or not people.tells(vector):
        why = f"{AT_BASELINE}: the response of {n['patient'].nunique()} patients does not tell it"
        return replace(model, contrasts={}, dropped=[*model.dropped, why])
    found = verdict(AT_BASELINE, vector, people, people, wider)
    others = tuple(each for each in found.adjusted if each not in slopes)
    own = vector.reindex(model.design.columns, fill_value=0.0)
    found = replace(found, adjusted=others)
    return replace(model, contrasts={AT_BASELINE: own}, verdicts={AT_BASELINE: found})


def differences(model: Model, names: Sequence[str]) -> dict[str, pd.Series]:
    """Contrasts of each of `names` with the first of those the model has, for an F test."""
    have = [name for name in names if name in model.contrasts]
    return {name: model.contrasts[name] - model.contrasts[have[0]] for name in have[1:]}
