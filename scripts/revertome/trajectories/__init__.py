"""Trajectories: which genes the treatment returns to normal, and which the drug switches on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from revertome.differential.design import Model, analysed, cells, complete_pairs
from revertome.differential.ebayes import Moderated
from revertome.differential.joint import Joint, count_fit, moderate, normal_fit
from revertome.differential.models import random_model
from revertome.errors import StudyError
from revertome.trajectories.chance import expected_by_chance
from revertome.trajectories.claims import CONTRASTS, effects_of, rule_of
from revertome.trajectories.classes import OUTCOMES, classify, outcomes
from revertome.trajectories.refit import Refit, plane_of
from revertome.trajectories.sensitivity import COLUMNS, changes, without_each_patient
from revertome.trajectories.stability import stability
from revertome.trajectories.table import change_only, gene_table

__all__ = ["Trajectories", "run"]


@dataclass(frozen=True)
class Trajectories:
    """Result of the stage.

    Attributes
    ----------
    genes : DataFrame
        One row a gene, see `table.gene_table`; sorted by gene.
    summary : DataFrame
        class, n_genes, expected_by_chance, p_by_chance, n_genes_thresholds.
    sets : dict of str to list of str
        reverted_up, reverted_down, induced_up, induced_down.
    sensitivity : DataFrame
        analysis (`leave_one_out`, `covariate`), detail (who, which), set, n_genes, n_kept,
        n_lost, n_gained, jaccard, lost: how the sets change.
    """

    genes: pd.DataFrame
    summary: pd.DataFrame
    sets: dict[str, list[str]]
    sensitivity: pd.DataFrame


def run(
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
    engine: str,
    trend: bool,
    robust: bool = False,
    quality: bool = False,
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
        `limma` or `voom`: the engine whose joint fit is used.
    trend : bool
        Prior variance follows mean expression (limma).
    robust : bool
        Outlying variances are moderated less.
    quality : bool
        Samples are weighed by their precision.

    Returns
    -------
    Trajectories

    Raises
    ------
    StudyError
        When the patients in whom a class is claimed have no samples, or the engine has no
        joint fit.
    """
    obs = analysed(expression.obs, design)
    model = random_model(obs, labels, design, CONTRASTS)
    joint, moderated = _fit(expression[obs.index], model, engine, (trend, robust, quality))
    genes = expression.var_names
    if design["healthy"] is None:
        table = change_only(moderated, genes, options["alpha"])
        summary = _summary(table["class"], None, table["class"])
        return Trajectories(table, summary, _sets(table), pd.DataFrame(columns=COLUMNS))
    effects = effects_of(model, options)
    planes = {group: plane_of(moderated, effect) for group, effect in effects.items()}
    rule = rule_of(options)
    calls = classify(planes["main"], planes["induced"], rule)
    refit = Refit(joint, model, moderated)
    where = cells(obs, labels, design).assign(patient=obs["patient"].astype(str))
    stable = stability(
        refit, joint.y, where["patient"], _strata(where, design), effects, rule, calls.outcome,
        options["bootstrap"], options["seed"],
    )  # fmt: skip
    residuals = joint.y - model.design.to_numpy(float) @ joint.fit.coefficients.T
    chance = expected_by_chance(
        refit, residuals, where, joint.correlation, effects, rule,
        options["permutations"], options["seed"],
    )  # fmt: skip
    table = gene_table(planes, calls, moderated, genes, stable, options)
    naive = outcomes(planes["main"], planes["induced"], replace(rule, thresholds=True))
    summary = _summary(calls.outcome, chance, naive)
    others = [
        ("leave_one_out", who, outcome)
        for who, outcome in without_each_patient(refit, joint.y, where["patient"], effects, rule)
    ]
    for name in options["sensitivity"]:
        wider = {**design, "covariates": [*design["covariates"], name]}
        model = random_model(obs, labels, wider, CONTRASTS)
        _, again = _fit(expression[obs.index], model, engine, (trend, robust, quality))
        found = {group: plane_of(again, effect) for group, effect in effects.items()}
        others.append(("covariate", name, outcomes(found["main"], found["induced"], rule)))
    rows = [row for other in others for row in changes(*other[:2], calls.outcome, other[2], genes)]
    sensitivity = pd.DataFrame(rows, columns=COLUMNS)
    return Trajectories(table, summary, _sets(table), sensitivity)


def _fit(
    values: Any, model: Model, engine: str, how: tuple[bool, bool, bool]
) -> tuple[Joint, Moderated]:
    trend, robust, quality = how
    if engine == "limma":
        joint = normal_fit(values.X, model, quality)
        return joint, moderate(joint.fit, model, trend, robust)
    if engine == "voom":
        joint = count_fit(values, model, quality)
        return joint, moderate(joint.fit, model, trend=False, robust=robust)
    raise StudyError(
        f"differential.engines: {engine} comes first but has no joint fit of healthy and paired "
        "samples, which trajectories need; put limma or voom first"
    )


def _strata(where: pd.DataFrame, design: Mapping[str, Any]) -> pd.Series:
    """Label and pairing of each sample's patient: what a resample keeps as it was."""
    pairs = complete_pairs(where, str(design["baseline"]), str(design["followup"]))
    paired = where["patient"].isin(pairs).map({True: "pair", False: "single"})
    single = where["visit"].fillna("").where(paired.eq("single"), "")
    return where["label"] + "." + paired + "." + single.astype(str)


def _summary(called: Any, chance: pd.DataFrame | None, naive: Any) -> pd.DataFrame:
    rows = []
    for name in OUTCOMES:
        n = int((np.asarray(called) == name).sum())
        row = {"class": name, "n_genes": n, "expected_by_chance": np.nan, "p_by_chance": np.nan}
        if chance is not None and len(chance):
            row["expected_by_chance"] = chance[name].mean()
            if name not in ("unresolved", "unchanged"):
                row["p_by_chance"] = (1 + (chance[name] >= n).sum()) / (1 + len(chance))
        row["n_genes_thresholds"] = int((np.asarray(naive) == name).sum())
        rows.append(row)
    return pd.DataFrame(rows)


def _sets(table: pd.DataFrame) -> dict[str, list[str]]:
    def genes(name: str, sign: pd.Series) -> list[str]:
        return sorted(table.loc[table["class"].eq(name) & sign, "gene"])

    change = table["change_all"] if "change_all" in table else table["change"]
    return {
        "reverted_up": genes("reverted", table["disease"] > 0),
        "reverted_down": genes("reverted", table["disease"] < 0),
        "induced_up": genes("induced", change > 0),
        "induced_down": genes("induced", change < 0),
    }
