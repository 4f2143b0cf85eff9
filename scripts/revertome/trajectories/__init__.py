"""Trajectories: which genes the treatment returns to normal, and which the drug switches on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from revertome.class_groups import classed
from revertome.columns import conformed
from revertome.columns.trajectories import VARIANCES
from revertome.differential.model_options import ModelOptions
from revertome.limma.joint import JointFit
from revertome.trajectories.classes import outcomes
from revertome.trajectories.false_estimate import expected_false
from revertome.trajectories.hidden_factors import Hidden
from revertome.trajectories.hidden_words import columns_of, factors_of, hidden_statement
from revertome.trajectories.observed import Observed, observe, study_planes
from revertome.trajectories.patient_counts import patients_in_wedge
from revertome.trajectories.plane import Plane
from revertome.trajectories.regression import Repeatability, without_control
from revertome.trajectories.resamples import ALONE, Resamples, Spread, combined, resampled
from revertome.trajectories.sensitivity import (
    COLUMNS,
    changes,
    holding,
    with_covariates,
    without_each_patient,
)
from revertome.trajectories.study import FittedStudy, study_of
from revertome.trajectories.summary import sets, summary
from revertome.trajectories.table import gene_table
from revertome.trajectories.unclassed import gene_effects, moved, uncounted
from revertome.trajectories.variance_ratios import variance_ratios

__all__ = ["Resamples", "Spread", "Trajectories", "resample", "run"]


@dataclass(frozen=True)
class Trajectories:
    """Result of the stage.

    Attributes
    ----------
    genes : DataFrame
        One row a gene, see `table.gene_table`; sorted by gene; with patients_carrying and
        n_patients of `patient_counts.patients_in_wedge`.
    summary : DataFrame
        class, n_genes, expected_false, and see `summary.summary`.
    sets : dict of str to list of str
        reverted_up, reverted_down, induced_up, induced_down; where no gene is classed, those of
        `unclassed.moved`.
    sensitivity : DataFrame
        analysis (`leave_one_out`, `covariate`), detail (who, which), set, n_genes, n_kept,
        n_lost, n_gained, jaccard, lost, gained, not_compared: how the sets change.
    statements : DataFrame
        See `statements.responder_specificity`, `hidden_words.hidden_statement` and
        `regression.without_control`.
    variances : DataFrame
        See `variance_ratios.variance_ratios`.
    """

    genes: pd.DataFrame
    summary: pd.DataFrame
    sets: dict[str, list[str]]
    sensitivity: pd.DataFrame
    statements: pd.DataFrame
    variances: pd.DataFrame


def run(
    expression: Any,
    labels: pd.DataFrame,
    model: ModelOptions,
    options: Mapping[str, Any],
    parts: Sequence[Resamples] = (),
    spread: Spread = ALONE,
    activity: Repeatability | None = None,
) -> Trajectories:
    """Class of every gene from one joint fit of healthy and paired samples.

    In a study without healthy people or of one visit no gene has a class.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Output of `normalise`, without excluded samples.
    labels : DataFrame
        Columns patient, label.
    model : ModelOptions
        Engine whose joint fit is used, and its options; patients are random blocks.
    options : dict
        Configuration section `trajectories`.
    parts : sequence of Resamples
        Resamples that other jobs have drawn, in order; where there are none they are drawn here.
    spread : Spread
        Processes that draw them here.
    activity : Repeatability, optional
        How well a clinical variable repeats before treatment, where the study names one.

    Returns
    -------
    Trajectories
        The same bytes whatever the number of threads and of parts.

    Raises
    ------
    StudyError
        When the patients in whom a class is claimed have no samples, the engine has no joint
        fit, random blocking is ruled out or cannot be had, or a part is of another study.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        found = study_of(expression, labels, model)
        if not classed(model.design):
            return _unclassed(found, model.design, options)
        made = _classed(found, labels, model, options, parts, spread)
        doubt = without_control(made.genes, model.design, options, activity)
        return replace(made, statements=pd.concat([made.statements, doubt]))


def resample(
    expression: Any,
    labels: pd.DataFrame,
    model: ModelOptions,
    options: Mapping[str, Any],
    *,
    part: int,
    parts: int,
) -> Resamples:
    """Draw share `part`, from 1, of `parts` of the resamples and permutations that `run` needs.

    The other parameters are those of `run`, which puts the shares together.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        study = study_of(expression, labels, model)
        return resampled(study, observe(study, options), options, part, parts)


def _unclassed(
    study: FittedStudy, design: Mapping[str, Any], options: Mapping[str, Any]
) -> Trajectories:
    """What is left without healthy people or a follow-up: effects, and no class."""
    table = gene_effects(study, design, options["variance"])
    found, rows = moved(table, options["alpha"]), pd.DataFrame(columns=COLUMNS)
    ratios = conformed(pd.DataFrame(), VARIANCES)
    return Trajectories(table, uncounted(), found, rows, study.statements(), ratios)


def _classed(
    study: FittedStudy,
    labels: pd.DataFrame,
    model: ModelOptions,
    options: Mapping[str, Any],
    parts: Sequence[Resamples],
    spread: Spread,
) -> Trajectories:
    fitted, where, genes = study.fitted, study.where, study.expression.var_names
    observed = observe(study, options)
    planes, calls, rule = observed.planes, observed.calls, observed.rule
    drawn = combined(parts, genes, calls.outcome, options) if parts else None
    drawn = drawn or resampled(study, observed, options, spread=spread)
    hidden = factors_of(study, observed, options)
    rows = _sensitivity(study, observed, labels, model, options, spread, hidden)
    stable, n = drawn.stability, study.n_pairs("nonresponder")
    table = gene_table(planes, calls, fitted.moderated, genes, stable, options, n)
    carrying, paired = patients_in_wedge(
        *study.adjusted(observed.refit.coefficients(fitted.y)), where,
        {"main": options["reverted_in"], "induced": options["induced_in"]}, planes, calls.outcome,
        rule.bounds, (str(model.design["baseline"]), str(model.design["followup"])),
    )  # fmt: skip
    pattern = observed.cells.pattern if observed.cells else None
    ratios, variances = variance_ratios(fitted, where, model.design, pattern)
    place = pd.Index(genes).get_indexer(table["gene"])
    table = table.assign(
        class_common=observed.common[place] if observed.cells else pd.NA,
        holds=holding(table, rows),
        patients_carrying=carrying[place],
        n_patients=paired[place],
        **{name: ratio[place] for name, ratio in ratios.items()},
    )
    naive = outcomes(planes["main"], planes["induced"], replace(rule, thresholds=True))
    counts = summary(table, observed.common, drawn.chance, naive)
    if not rule.thresholds:  # which are no tests
        counts["expected_false"] = counts["class"].map(
            expected_false(calls, planes["induced"], rule.alpha)
        )
    statements = study.statements(planes, calls.outcome)
    statements = pd.concat([statements, hidden_statement(hidden, study, observed, rows)])
    return Trajectories(table, counts, sets(table), rows, statements, variances)


def _sensitivity(
    study: FittedStudy,
    observed: Observed,
    labels: pd.DataFrame,
    model: ModelOptions,
    options: Mapping[str, Any],
    spread: Spread,
    hidden: Hidden | None,
) -> pd.DataFrame:
    genes, rows, called = study.expression.var_names, [], observed.calls.outcome
    effects, rule = observed.effects, observed.rule

    def planes(fitted: JointFit) -> Mapping[str, Plane]:
        return study_planes(fitted, study.where, effects, options["variance"])[0]

    for who, other in without_each_patient(observed.redrawn, rule, spread):
        rows += changes("leave_one_out", who, called, other, genes)
    factors = None if hidden is None else columns_of(hidden, study.expression.obs.index)
    for name, other, markers in with_covariates(
        study.expression, labels, model, options["sensitivity"], rule, planes, spread, factors
    ):
        rows += changes("covariate", name, called, other, genes, markers)
    return pd.DataFrame(rows, columns=COLUMNS)
