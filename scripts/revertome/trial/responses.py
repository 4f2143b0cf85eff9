"""Response in several groups, or as a number: beside each sample, and contrasts of groups."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.sheet_word import TREND, baseline_of, change_of
from revertome.trial.cells import GROUPS, label_by_patient
from revertome.trial.contrasts import Terms
from revertome.trial.healthy import is_patient
from revertome.trial.pairs import complete_pairs

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
    known = obs[is_patient(obs, design) & obs[GROUP].notna()]
    label = known[GROUP].astype(str).groupby(known["patient"].astype(str)).first()
    return label.rename("label").rename_axis("patient").reset_index()


def groups_in_order(obs: pd.DataFrame) -> pd.Series:
    """Place of each group that patients are in, by its word, in order; none where not asked for."""
    if GROUP not in obs:
        return pd.Series(dtype=float)
    known = obs.dropna(subset=GROUP).drop_duplicates(GROUP)
    place: pd.Series = known.set_index(known[GROUP].astype(str))[RANK]
    return place.astype(float).sort_values()


def group_terms(
    where: pd.DataFrame,
    base: Mapping[str, Terms],
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
) -> dict[str, Terms]:
    """Contrasts of the changes of groups at the visit of the design.

    Parameters
    ----------
    where : DataFrame
        patient, visit and label, the group, of samples of patients seen at baseline and later, of
        `within_patients`.
    base : dict of str to Terms
        `change_<group word>` and `change_all`, of `change_terms` or `cell_terms`.
    obs, labels : DataFrame
        Samples with `response_group` and `response_rank`; patient, label.
    design : mapping
        `baseline`, `followup`.

    Returns
    -------
    dict of str to Terms
        `change_<group>`, `response_trend`, `change_all`; `change_responders`,
        `change_nonresponders` and `interaction` where these are whole groups.
    """
    pairs = complete_pairs(where, str(design["baseline"]), str(design["followup"]))
    at = where[where["patient"].isin(pairs)].drop_duplicates("patient")
    word = at["label"].astype(str)
    rank = groups_in_order(obs)
    rank = rank[rank.index.isin(word)]
    factors = {change_of(each): {each: 1.0} for each in rank.index}
    if len(rank) > 1:
        centred = rank - rank.mean()
        factors[TREND] = (centred / (centred**2).sum()).to_dict()
    response = obs.loc[at.index, "patient"].astype(str).map(label_by_patient(labels))
    for name, label in GROUPS.items():
        own = word[response.eq(label)]
        # A group of whom some only responded does not tell the change of responders.
        if len(own) and not word[response.ne(label)].isin(own).any():
            share = own.value_counts(normalize=True).sort_index()
            factors[f"change_{name}"] = share.to_dict()
    yes, no = (factors.get(f"change_{name}") for name in GROUPS)
    if yes and no:
        factors["interaction"] = {**yes, **{each: -weight for each, weight in no.items()}}
    found = {name: _sum(own, base) for name, own in factors.items()}
    return {**found, **{n: base[n] for n in ("change_all",) if n in base}}


def _sum(factors: Mapping[str, float], base: Mapping[str, Terms]) -> Terms:
    found: Terms = {}
    for word, factor in factors.items():
        for column, weight in base[f"change_{word}"].items():
            found[column] = found.get(column, 0.0) + factor * weight
    return found


def baseline_terms(
    where: pd.DataFrame, obs: pd.DataFrame, design: Mapping[str, Any]
) -> dict[str, Terms]:
    """`baseline_<group>`: each group before treatment less the first, as factors of cells.

    Parameters
    ----------
    where : DataFrame
        label, the group, visit and cell of samples.
    obs : DataFrame
        Samples with `response_group` and `response_rank`.
    design : mapping
        `baseline`.
    """
    before = where[where["visit"].astype(str).eq(str(design["baseline"]))]
    words = [each for each in groups_in_order(obs).index if before["label"].eq(each).any()]
    share = {each: before["cell"][before["label"].eq(each)].value_counts(normalize=True)
             for each in words}  # fmt: skip
    first = {str(cell): -float(weight) for cell, weight in share[words[0]].items()} if words else {}
    return {
        baseline_of(each): {**{str(c): float(w) for c, w in share[each].items()}, **first}
        for each in words[1:]
    }
