"""Models of a response in several groups, or as a number."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from revertome.differential.group_names import AT_BASELINE, BY_RESPONSE
from revertome.differential.models import fixed_model, random_model, variable_model
from revertome.errors import StudyError
from revertome.trial import (
    MINIMUM_PAIRS,
    VALUE,
    Information,
    Model,
    Verdict,
    arm_of,
    baseline_terms,
    between_people,
    by_group,
    cell_terms,
    change_terms,
    followups,
    group_terms,
    groups_in_order,
    is_patient,
    verdict,
    within_patients,
)

Terms = dict[str, float]
ONE = "treated"  # label of everybody whose response is known as a number


def group_model(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any], blocking: str
) -> Model:
    """Model whose labels are the groups of response, with the changes of them and their trend.

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
        `baseline`, `followup`, `healthy`, `covariates`, `arm`.
    blocking : str
        `fixed` or `random`.

    Raises
    ------
    StudyError
        A group and an arm have one name.
    """
    both = set(groups_in_order(obs).index) & set(arm_of(obs, design).dropna())
    if both:
        raise StudyError(
            f"response.groups: {min(both)!r} is an arm too, and change_{min(both)} would be of "
            "both; write another word for one of them by intake.fields"
        )
    grouped = by_group(obs, design)
    pairs = within_patients(obs, grouped, design)
    terms = group_terms(pairs.where, change_terms(pairs.where, design), obs, labels, design)
    if blocking == "fixed":
        return _with(fixed_model(obs, grouped, design, []), terms, terms, pairs, pairs, design)
    people = between_people(obs, grouped, design)
    cells = group_terms(pairs.where, cell_terms(people.where, design), obs, labels, design)
    return _with(random_model(obs, grouped, design, []), terms, cells, pairs, people, design)


def group_baseline_model(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]
) -> Model:
    """Cell means of the groups of response, patients as random blocks: `baseline_<group>`, each
    group before treatment less the first."""
    grouped = by_group(obs, design)
    people = between_people(obs, grouped, design)
    terms = baseline_terms(people.where, obs, design)
    return _with(random_model(obs, grouped, design, []), terms, terms, people, people, design)


def _with(
    model: Model,
    terms: Mapping[str, Terms],
    columns: Mapping[str, Terms],
    told_by: Information,
    fitted: Information,
    design: Mapping[str, Any],
) -> Model:
    """The model with the contrasts that can be told; `columns` are they as the model has them."""
    contrasts, verdicts = {}, {}
    for name, own in terms.items():
        if told_by.holds(own):
            verdicts[name] = verdict(name, pd.Series(own), told_by, fitted, design)
            if not verdicts[name].reason:
                vector = pd.Series(columns[name])
                contrasts[name] = vector.reindex(model.design.columns, fill_value=0.0)
    return replace(model, contrasts=contrasts, verdicts=verdicts)


def value_model(obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]) -> Model:
    """Paired model in which genes change with a continuous response.

    `variable_model` of a variable that is 0 before treatment and the response after it; one mean
    change, whatever the labels. The contrast `change_by_response` is log2 units per unit.
    """
    known = obs[VALUE].where(is_patient(obs, design))
    after = obs["visit"].astype(object).eq(design["followup"]).astype(float)
    everybody = labels.assign(label=ONE)
    samples = obs.assign(**{BY_RESPONSE: known * after})
    model = variable_model(samples, everybody, design, BY_RESPONSE, BY_RESPONSE)
    if model.contrasts:
        return model
    return replace(model, verdicts={BY_RESPONSE: Verdict(reason="; ".join(model.dropped))})


def baseline_model(obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]) -> Model:
    """Cell means, and at each visit a slope on the continuous response; patients as random blocks.

    The contrast `baseline_by_response` is the slope before treatment, log2 units per unit.
    """
    value = obs[VALUE].where(is_patient(obs, design))
    known = obs.loc[value.notna(), "patient"].astype(str)
    everybody = pd.DataFrame({"patient": sorted(set(known)), "label": ONE})
    visit = obs["visit"].astype(object)
    at = {AT_BASELINE: design["baseline"]}
    at |= {f"response at {each}": each for each in followups(design)}
    slopes = {name: value.where(visit.eq(own), 0.0).fillna(0.0) for name, own in at.items()}
    wider = {**design, "covariates": [*design["covariates"], *slopes]}
    samples, vector = obs.assign(**slopes), pd.Series({AT_BASELINE: 1.0})
    model = random_model(samples, everybody, wider, [])
    people = between_people(samples, everybody, wider)
    n = known[visit[known.index].eq(design["baseline"])].nunique()
    if n < MINIMUM_PAIRS or not people.tells(vector):
        why = f"{AT_BASELINE}: the response of {n} patients does not tell it"
        return replace(model, contrasts={}, verdicts={AT_BASELINE: Verdict(reason=why)})
    found = verdict(AT_BASELINE, vector, people, people, wider)
    others = tuple(each for each in found.adjusted if each not in slopes)
    own = vector.reindex(model.design.columns, fill_value=0.0)
    return replace(
        model, contrasts={AT_BASELINE: own}, verdicts={AT_BASELINE: replace(found, adjusted=others)}
    )
