"""Response in several groups, or as a number: beside each sample, and contrasts of groups."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.sheet_word import TREND, change_of
from revertome.trial.cells import GROUPS, label_by_patient
from revertome.trial.contrasts import Terms, change_terms
from revertome.trial.healthy import is_healthy

# Columns of the samples, from those of `response/groups.tsv`.
GROUP, RANK, VALUE = "response_group", "response_rank", "response_value"


def with_response(obs: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Samples with the response of their patients; as they are where `groups` has no rows.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples.
    groups : DataFrame
        patient, group, rank, value.

    Returns
    -------
    DataFrame, (n, ...)
        With `response_group`, `response_rank` and `response_value`.
    """
    if groups.empty:
        return obs
    own, patient = groups.set_index("patient"), obs["patient"].astype(str)
    return obs.assign(
        **{
            GROUP: patient.map(own["group"]).astype(object),
            RANK: patient.map(own["rank"]).astype(float),
            VALUE: patient.map(own["value"]).astype(float),
        }
    )


def by_group(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Labels (patient, label) that are the groups of response, of those whose group is known."""
    known = obs[~is_healthy(obs, design) & obs[GROUP].notna()]
    label = known[GROUP].astype(str).groupby(known["patient"].astype(str)).first()
    return label.rename("label").rename_axis("patient").reset_index()


def group_terms(where: pd.DataFrame, obs: pd.DataFrame, labels: pd.DataFrame) -> dict[str, Terms]:
    """Contrasts as factors of the columns `change.<group>`.

    Parameters
    ----------
    where : DataFrame
        patient and label, the group, of samples of complete pairs.
    obs, labels : DataFrame
        Samples with `response_group` and `response_rank`; patient, label.
    """
    people = where.drop_duplicates("patient").set_index("patient")["label"]
    rank = obs.dropna(subset=GROUP).drop_duplicates(GROUP).set_index(GROUP)[RANK].astype(float)
    rank = rank[rank.index.isin(people)].sort_values()
    terms: dict[str, Terms] = {change_of(str(g)): {f"change.{g}": 1.0} for g in rank.index}
    if len(rank) > 1:
        centred = rank - rank.mean()
        slope = centred / (centred**2).sum()
        terms[TREND] = {f"change.{g}": float(weight) for g, weight in slope.items()}
    terms["change_all"] = change_terms(where)["change_all"]
    response = people.index.to_series().map(label_by_patient(labels))
    for name, label in GROUPS.items():
        own = people[response.eq(label)]
        # A group of whom some only responded does not tell the change of responders.
        if len(own) and not people[response.ne(label)].isin(own).any():
            share = own.value_counts(normalize=True).sort_index()
            terms[f"change_{name}"] = {f"change.{g}": float(w) for g, w in share.items()}
    yes, no = (terms.get(f"change_{name}") for name in GROUPS)
    if yes and no:
        both = dict.fromkeys([*yes, *no])
        terms["interaction"] = {g: yes.get(g, 0.0) - no.get(g, 0.0) for g in both}
    return terms
