"""Trajectories: which genes the treatment returns to normal, and which the drug switches on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from revertome.differential.design import analysed, cells, complete_pairs
from revertome.differential.fit import Array
from revertome.differential.models import random_model
from revertome.errors import StudyError
from revertome.trajectories.carried import carriers
from revertome.trajectories.chance import expected_by_chance
from revertome.trajectories.claims import CONTRASTS, effects_of, rule_of
from revertome.trajectories.classes import Calls, Rule, classify, outcomes
from revertome.trajectories.fitted import Fitted, How, fit
from revertome.trajectories.refit import Effects, Refit
from revertome.trajectories.sensitivity import (
    COLUMNS,
    changes,
    with_covariates,
    without_each_patient,
)
from revertome.trajectories.stability import stability
from revertome.trajectories.statements import responder_specificity
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

    obs = analysed(expression.obs, design)
    where = cells(obs, labels, design).assign(patient=obs["patient"].astype(str))
    pairs = complete_pairs(where, str(design["baseline"]), str(design["followup"]))
    _random_blocks(blocking, pairs, design)
    how = How(engine, trend, robust, quality)
    with threadpool_limits(limits=1):
        values = expression[obs.index]
        fitted = fit(values, random_model(obs, labels, design, CONTRASTS), how)
        found = _Study(values, where, pairs, fitted)
        if design["healthy"] is None:
            return _changes_only(found, options)
        return _classed(found, labels, design, options, how)


@dataclass(frozen=True)
class _Study:
    """Samples analysed (rows of `where`), patients with a pair, and the joint fit."""

    expression: Any
    where: pd.DataFrame
    pairs: list[str]
    fitted: Fitted

    def statements(self, called: Any, reverted_in: str) -> pd.DataFrame:
        label = self.where.drop_duplicates("patient").set_index("patient")["label"]
        n_pairs = label.loc[self.pairs].value_counts().to_dict()
        return responder_specificity(self.fitted.moderated, n_pairs, called, reverted_in)


def _random_blocks(blocking: str, pairs: list[str], design: Mapping[str, Any]) -> None:
    if blocking == "fixed" and design["healthy"] is not None:
        raise StudyError(
            "differential.blocking: fixed cannot hold healthy and paired samples in one model, "
            "which trajectories need: a patient is either healthy or diseased, so patient effects "
            "and disease are aliased; use blocking: random (or auto)"
        )
    if not pairs:
        raise StudyError(
            f"trajectories: no patient has samples at both {design['baseline']} and "
            f"{design['followup']}; random blocking needs pairs to estimate the correlation within "
            "patients, and there is no change to test"
        )


def _changes_only(study: _Study, options: Mapping[str, Any]) -> Trajectories:
    table = change_only(study.fitted.moderated, study.expression.var_names, options["alpha"])
    counts = summary(table["class"], None, table["class"])
    statements = study.statements(None, options["reverted_in"])
    return Trajectories(table, counts, sets(table), pd.DataFrame(columns=COLUMNS), statements)


def _classed(
    study: _Study,
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
        refit, fitted.y, where["patient"], _strata(where, study.pairs), effects, rule,
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
        *_adjusted(fitted, beta, where), where, {"main": options["reverted_in"],
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
    study: _Study,
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


def _adjusted(fitted: Fitted, beta: Array, where: pd.DataFrame) -> tuple[Array, Array]:
    """Values (n, G) without the part of the covariates, and the mean of the healthy (G,)."""
    design = fitted.model.design
    columns = list(design.columns)
    cell = np.isin(columns, where["cell"])
    covariates = design.to_numpy(float)[:, ~cell] @ beta[:, ~cell].T
    return fitted.y - covariates, beta[:, columns.index("healthy")]


def _strata(where: pd.DataFrame, pairs: list[str]) -> pd.Series:
    """Label and pairing of each sample's patient: what a resample keeps as it was."""
    paired = where["patient"].isin(pairs).map({True: "pair", False: "single"})
    single = where["visit"].fillna("").where(paired.eq("single"), "")
    return where["label"] + "." + paired + "." + single.astype(str)
