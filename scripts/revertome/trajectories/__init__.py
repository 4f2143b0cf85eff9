"""Trajectories: which genes the treatment returns to normal, and which the drug switches on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from revertome.trajectories.carried import carriers
from revertome.trajectories.chance import expected_by_chance
from revertome.trajectories.claims import effects_of, rule_of
from revertome.trajectories.classes import Calls, Rule, classify, outcomes
from revertome.trajectories.fitted import How
from revertome.trajectories.refit import Effects, Refit
from revertome.trajectories.sensitivity import (
    COLUMNS,
    changes,
    with_covariates,
    without_each_patient,
)
from revertome.trajectories.stability import stability
from revertome.trajectories.study import Study, study_of
from revertome.trajectories.summary import sets, summary
from revertome.trajectories.table import change_only, gene_table

__all__ = ["How", "Trajectories", "run"]


@dataclass(frozen=True)
class Trajectories:
    """Result of the stage.

    Attributes
    ----------
    genes : DataFrame
        One row a gene, see `table.gene_table`; sorted by gene; with patients_carrying and
        n_patients of `carried.carriers`.
    summary : DataFrame
        class, n_genes, expected_by_chance, p_by_chance, n_genes_thresholds.
    sets : dict of str to list of str
        reverted_up, reverted_down, induced_up, induced_down.
    sensitivity : DataFrame
        analysis (`leave_one_out`, `covariate`), detail (who, which), set, n_genes, n_kept,
        n_lost, n_gained, jaccard, lost, gained, not_compared: how the sets change.
    statements : DataFrame
        See `statements.responder_specificity`.
    """

    genes: pd.DataFrame
    summary: pd.DataFrame
    sets: dict[str, list[str]]
    sensitivity: pd.DataFrame
    statements: pd.DataFrame


def run(
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
    engine: str,
    trend: bool,
    robust: bool = False,
    quality: bool = False,
    blocking: str = "auto",
) -> Trajectories:
    """Class of every gene from one joint fit of healthy and paired samples.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Output of `normalise`, without excluded samples.
    labels : DataFrame
        Columns patient, label.
    design, options : dict
        Configuration sections `design` and `trajectories`.
    engine : str
        `limma`, `voom` or `mixed`: the engine whose joint fit is used.
    trend, robust, quality : bool
        See `How`.
    blocking : str
        `differential.blocking`; the joint fit has patients as random blocks.

    Returns
    -------
    Trajectories
        The same bytes whatever the number of threads.

    Raises
    ------
    StudyError
        When the patients in whom a class is claimed have no samples, the engine has no joint
        fit, or random blocking is ruled out or cannot be had.
    """
    from threadpoolctl import threadpool_limits

    how = How(engine, trend, robust, quality)
    with threadpool_limits(limits=1):
        found = study_of(expression, labels, design, how, blocking)
        if design["healthy"] is None:
            return _changes_only(found, options)
        return _classed(found, labels, design, options, how)


def _changes_only(study: Study, options: Mapping[str, Any]) -> Trajectories:
    table = change_only(study.fitted.moderated, study.expression.var_names, options["alpha"])
    counts = summary(table["class"], None, table["class"])
    statements = study.statements(None, options["reverted_in"])
    return Trajectories(table, counts, sets(table), pd.DataFrame(columns=COLUMNS), statements)


def _classed(
    study: Study,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
    how: How,
) -> Trajectories:
    fitted, where, genes = study.fitted, study.where, study.expression.var_names
    effects, rule = effects_of(fitted.model, options), rule_of(options)
    planes = fitted.planes(effects)
    calls = classify(planes["main"], planes["induced"], rule)
    refit = fitted.refit(effects)
    stable = stability(
        refit, fitted.y, where["patient"], study.strata(), effects, rule,
        calls.outcome, options["bootstrap"], options["seed"],
    )  # fmt: skip
    beta = refit.coefficients(fitted.y)
    residuals = fitted.y - fitted.model.design.to_numpy(float) @ beta.T
    chance = expected_by_chance(
        refit, residuals, where, fitted.correlation, effects, rule,
        options["permutations"], options["seed"],
    )  # fmt: skip
    table = gene_table(planes, calls, fitted.moderated, genes, stable, options)
    carrying, asked = carriers(
        *study.adjusted(beta), where, {"main": options["reverted_in"],
        "induced": options["induced_in"]}, planes, calls.outcome, rule.bounds,
        (str(design["baseline"]), str(design["followup"])),
    )  # fmt: skip
    place = pd.Index(genes).get_indexer(table["gene"])
    table = table.assign(patients_carrying=carrying[place], n_patients=asked[place])
    naive = outcomes(planes["main"], planes["induced"], replace(rule, thresholds=True))
    counts = summary(calls.outcome, chance, naive)
    rows = _sensitivity(study, refit, labels, design, options, how, effects, rule, calls)
    statements = study.statements(calls.outcome, options["reverted_in"])
    return Trajectories(table, counts, sets(table), rows, statements)


def _sensitivity(
    study: Study,
    refit: Refit,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
    how: How,
    effects: dict[str, Effects],
    rule: Rule,
    calls: Calls,
) -> pd.DataFrame:
    genes, rows = study.expression.var_names, []
    patients = study.where["patient"]
    for who, other in without_each_patient(refit, study.fitted.y, patients, effects, rule):
        rows += changes("leave_one_out", who, calls.outcome, other, genes)
    names = options["sensitivity"]
    for name, other, markers in with_covariates(
        study.expression, labels, design, names, how, effects, rule
    ):
        rows += changes("covariate", name, calls.outcome, other, genes, markers)
    return pd.DataFrame(rows, columns=COLUMNS)
