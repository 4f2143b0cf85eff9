"""Tests of module scores between visits, groups and the healthy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from revertome.modules import mixed
from revertome.modules.paired import difference_of_changes, mean_change
from revertome.modules.scores import scorer
from revertome.statistics.fdr import adjust
from revertome.statistics.t_tests import welch
from revertome.trial import (
    GROUPS,
    at_both,
    columns_of,
    covariate_columns,
    is_healthy,
    label_by_patient,
    one_a_person,
    patients_at,
)

BOTH = "responders_vs_nonresponders"
COLUMNS = ["module", "method", "test", "group", "scale", "estimate", "CI.L", "CI.R", "statistic"]
COLUMNS += ["df", "P.Value", "adj.P.Val", "n", "note", "covariates", "degrees"]


@dataclass(frozen=True)
class Cells:
    """Scores of the trial's patients and the healthy; columns are (module, method).

    before, after : patients x scores at baseline and follow-up, each patient with a sample there.
    healthy : people x scores, the mean of the samples of each.
    labels : patient to label.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    healthy: pd.DataFrame
    labels: pd.Series

    def of(self, group: str) -> "Cells":
        """Keep the patients of a group: `all`, `responders` or `nonresponders`."""
        if group == "all":
            return self
        chosen = self.labels.index[self.labels == GROUPS[group]]
        before = self.before[self.before.index.isin(chosen)]
        after = self.after[self.after.index.isin(chosen)]
        return Cells(before, after, self.healthy, self.labels.loc[chosen])

    def change(self) -> pd.DataFrame:
        """Follow-up minus baseline of patients with both."""
        pairs = at_both(self.before.index, self.after.index)
        return self.after.loc[pairs] - self.before.loc[pairs]


def test(
    scores: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    degrees: str = "nlme",
) -> pd.DataFrame:
    """Test every module and method for change, difference from the healthy and interaction.

    Parameters
    ----------
    scores : DataFrame
        The table of `score`.
    obs : DataFrame
        Samples by index, with patient, visit, group and covariates.
    labels : DataFrame
        patient, label (responder, nonresponder, unlabelled, or treated).
    design : mapping
        `baseline`, `followup`, `healthy`, and `covariates` (of tests of changes; if any).
    degrees : str
        Degrees of freedom of the mixed model, see `mixed.change`.

    Returns
    -------
    DataFrame
        module, method, test, group, scale, estimate, CI.L, CI.R (95%), statistic, df, P.Value,
        adj.P.Val (Benjamini-Hochberg over modules within test, method and group), n, note,
        covariates (in the model, comma-separated; NA where the test takes none), degrees (rule of
        df in the mixed model). Tests:

        paired_change : mean of follow-up - baseline (paired t); n pairs.
        change_interaction : its mean in responders - in non-responders (Welch t); n pairs. Both
            are adjusted for covariates that differ between the visits: see `paired`.
        disease : patients at baseline - healthy (Welch t); n people, each with the mean of the
            samples where a healthy person has several. residual : at follow-up.
        baseline : responders - non-responders (Welch t), in a study of one visit, which has this
            and `disease` alone.
        mixed : follow-up effect, or its interaction with response, in
            score ~ visit * response + covariates + (1 | patient) by REML, with patients seen
            once and the covariates of the differential models; n samples.

        `scale` is log2 where the score is a ratio (median_fold_change), else score. `note` says
        why an estimate is NA, or which covariate was left out.

    Raises
    ------
    StudyError
        A covariate is unknown, or missing in a sample of a patient.
    """
    cells = cells_of(scores, obs, labels, design)
    groups = ["all", *(g for g, label in GROUPS.items() if label in set(cells.labels))]
    adjusting = at_visits(obs, design)
    shift, tables = shift_of(adjusting), []
    if design["followup"] is None:
        return _arranged(_at_one_visit(cells, groups).assign(covariates=None, degrees=None), scores)
    for group in groups:
        part = cells.of(group)
        tables.append(_named(mean_change(part.change(), shift), "paired_change", group))
        if len(part.healthy):
            tables.append(_named(welch(part.before, part.healthy), "disease", group))
            tables.append(_named(welch(part.after, part.healthy), "residual", group))
    visits = mixed.change(cells.before, cells.after, None, adjusting, degrees)
    tables.append(_named(visits, "mixed", "all"))
    if len(groups) == 3:
        responders, others = (cells.of(group) for group in groups[1:])
        compared = difference_of_changes(responders.change(), others.change(), shift)
        tables.append(_named(compared, "change_interaction", BOTH))
        labelled = cells.labels.map({label: label == "responder" for label in GROUPS.values()})
        interaction = mixed.change(cells.before, cells.after, labelled.dropna(), adjusting, degrees)
        tables.append(_named(interaction, "mixed", BOTH))
    table = pd.concat(tables, ignore_index=True)
    fitted = table["estimate"].notna() & table["adjusted"].notna()
    names = table.loc[fitted, "adjusted"].map(
        lambda columns: ",".join(n for n in design["covariates"] if columns_of(n, columns))
    )
    table["covariates"] = names.astype(object).where(names.ne("")).reindex(table.index)
    table["degrees"] = pd.Series(degrees, table.index).where(table["test"] == "mixed")
    return _arranged(table, scores)


def _at_one_visit(cells: Cells, groups: Sequence[str]) -> pd.DataFrame:
    """Tests of a study of one visit: against the healthy, and of responders against the others."""
    tables = [
        _named(welch(cells.of(group).before, cells.healthy), "disease", group)
        for group in groups
        if len(cells.healthy)
    ]
    if len(groups) == 3:
        responders, others = (cells.of(group).before for group in groups[1:])
        tables.append(_named(welch(responders, others), "baseline", BOTH))
    return pd.concat(tables, ignore_index=True)


def cells_of(
    scores: pd.DataFrame, obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]
) -> Cells:
    """Arrange scores by patient and visit, ratios as their log2."""
    wide = by_sample(scores)
    obs = obs.set_axis(obs.index.astype(str)).loc[wide.index]

    was, now = (patients_at(obs, design, time) for time in ("baseline", "followup"))
    before = one_a_person(wide[was], obs[was], obs[now])
    after = one_a_person(wide[now], obs[now], obs[was])
    healthy = wide[is_healthy(obs, design)]
    person = obs.loc[healthy.index, "patient"].astype(object)
    # A sample without an id is a person of its own.
    person = person.where(person.notna(), healthy.index.to_numpy()).astype(str)
    healthy = healthy.groupby(person.to_numpy(), sort=False).mean()
    return Cells(before, after, healthy, label_by_patient(labels))


def by_sample(scores: pd.DataFrame) -> pd.DataFrame:
    """Samples x (module, method), ratios as their log2."""
    wide = scores.pivot_table(
        index="sample", columns=["module", "method"], values="score", dropna=False
    )
    ratios = [column for column in wide.columns if scorer(column[1]).RATIO]
    wide[ratios] = np.log2(wide[ratios])
    return wide


def at_visits(obs: pd.DataFrame, design: Mapping[str, Any]) -> mixed.Visits:
    """Columns of the covariates at both visits, by patient."""
    was, now = (patients_at(obs, design, time) for time in ("baseline", "followup"))
    columns = covariate_columns(obs[was | now], design["covariates"])
    return mixed.Visits(
        one_a_person(columns[was[was | now]], obs[was], obs[now]),
        one_a_person(columns[now[was | now]], obs[now], obs[was]),
    )


def shift_of(covariates: mixed.Visits) -> pd.DataFrame:
    """Columns of the covariates, follow-up less baseline, of patients with both."""
    pairs = at_both(covariates.before.index, covariates.after.index)
    return covariates.after.loc[pairs] - covariates.before.loc[pairs]


def _named(table: pd.DataFrame, test: str, group: str) -> pd.DataFrame:
    return table.rename_axis(["module", "method"]).reset_index().assign(test=test, group=group)


def _arranged(table: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    table["scale"] = scale_of(table["method"])
    strata = table.groupby(["test", "method", "group"], sort=False)["P.Value"]
    table["adj.P.Val"] = strata.transform(adjust)
    return in_order(table, scores)[COLUMNS]


def scale_of(method: pd.Series) -> pd.Series:
    """Scale on which scores are tested: log2 where the score is a ratio, else score."""
    ratio = {name: scorer(name).RATIO for name in method.unique()}
    return method.map(lambda name: "log2" if ratio[name] else "score")


def in_order(table: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Rows by module and method as the scores have them."""
    order = {name: list(scores[name].unique()) for name in ["module", "method"]}
    return table.sort_values(
        ["module", "method"], key=lambda c: c.map(order[c.name].index), kind="stable"
    ).reset_index(drop=True)
