"""Cells or regulation: every claim split into what follows composition and what is beyond it.

In the model with the composition of the samples, change = change_composition + change_beyond: the
shift of the mean composition times the gene's slopes on it, and the rest. It is a decomposition,
not a direct effect: composition after treatment is a consequence of treatment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from revertome.columns import conformed
from revertome.columns.beyond_composition import BEYOND, SUMMARY
from revertome.composition.cells_used import CellsUsed, cells_used
from revertome.differential.engines import joint_fit
from revertome.differential.model_options import ModelOptions
from revertome.differential.models import random_model
from revertome.errors import StudyError
from revertome.gene_classes import BEYOND_COMPOSITION
from revertome.limma.joint import JointFit
from revertome.samples import samples_named
from revertome.trajectories.class_rules import CONTRASTS, effects_of, rule_of
from revertome.trajectories.classes import ClassCalls, Rule, classify
from revertome.trajectories.composition_claims import left_out, unclaimed, why_not
from revertome.trajectories.composition_planes import Split, split_planes
from revertome.trajectories.composition_summary import Reasons, summarised
from revertome.trajectories.composition_table import split_table
from revertome.trajectories.observed import study_planes
from revertome.trajectories.plane import Plane
from revertome.trajectories.study import FittedStudy, study_of
from revertome.trial import Model, check_freedom

PREFIX = "composition="  # of the columns of the design


@dataclass(frozen=True)
class BeyondComposition:
    """Claims beyond composition.

    Attributes
    ----------
    genes : DataFrame
        `trajectories/beyond_composition.tsv`; no rows where no split can be made.
    summary : DataFrame
        `trajectories/beyond_composition_summary.tsv`.
    sets : dict of str to list of str
        reverted_beyond_composition_up, ..._down, induced_beyond_composition_up, ..._down.
    """

    genes: pd.DataFrame
    summary: pd.DataFrame
    sets: dict[str, list[str]]


def beyond_composition(
    expression: Any,
    labels: pd.DataFrame,
    model: ModelOptions,
    options: Mapping[str, Any],
    cells: pd.DataFrame,
    reliability: float | Mapping[str, float] | None,
    markers: Sequence[str] = (),
) -> BeyondComposition:
    """Split disease and change of every gene, and claim what is beyond composition.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Output of `normalise`, without excluded samples; the study has healthy people and a
        follow-up.
    labels : DataFrame
        patient, label.
    model : ModelOptions
        Engine and options of the joint fit.
    options : dict
        Configuration section `trajectories`.
    cells : DataFrame
        `composition/cells.tsv`.
    reliability : float, mapping of cell type to float, or None
        See `cells_used`. Where it is not known, and the cells have no standard errors, the split is
        that of composition without error, and nothing is claimed.
    markers : sequence of str
        Genes from which composition was estimated: adjusted for themselves they would be lost
        whatever is true, so that nothing is claimed of them.

    Returns
    -------
    BeyondComposition
        The same bytes whatever the number of threads.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        study = study_of(expression, labels, model)
        effects = effects_of(study.fitted.model, options)
        rule = replace(rule_of(options), thresholds=False)
        planes, _ = study_planes(study.fitted, study.where, effects, options["variance"])
        without = classify(planes["main"], planes["induced"], rule)
        used = cells_used(cells, study.fitted.model.design, reliability)
        try:
            fitted, where = fit_with_cells(study, labels, model, options, used)
        except StudyError as error:
            reasons = Reasons(str(error), False)
            rows = summarised(without.outcome, planes, None, None, used, len(study.where), reasons)
            return BeyondComposition(
                conformed(pd.DataFrame(), BEYOND), conformed(rows, SUMMARY), {}
            )
        split = split_planes(fitted, where, effects, used.percent.shape[1], used.errors)
        return _claimed(study, planes, without, split, used, rule, markers)


def fit_with_cells(
    study: FittedStudy,
    labels: pd.DataFrame,
    model: ModelOptions,
    options: Mapping[str, Any],
    used: CellsUsed,
) -> tuple[JointFit, pd.DataFrame]:
    """The joint fit with composition in the model, of the samples in which it is known."""
    names = study.expression.obs.index
    kept = names.isin(used.percent.index)
    obs, where = study.expression.obs, study.where
    told = model_with_cells(obs, where, labels, model.design, options, used)
    return joint_fit(samples_named(study.expression, names[kept]), told, model), where[kept]


def model_with_cells(
    obs: pd.DataFrame,
    where: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
    used: CellsUsed,
) -> Model:
    """The joint model with composition, of the samples in which it is known.

    Parameters
    ----------
    obs, where : DataFrame, (n, ...)
        Samples that are analysed, and the cell of each.
    labels : DataFrame
    design, options : mapping
        Configuration sections `design` and `trajectories`.
    used : CellsUsed

    Raises
    ------
    StudyError
        Where these samples do not tell the effects.
    """
    if used.percent.shape[1] == 0:
        why = "; ".join(used.left_out) or "none was counted or estimated"
        raise StudyError(f"there is no type of cells to split by ({why})")
    kept = obs.index.isin(used.percent.index)
    lacking = where[~where["cell"].isin(where["cell"][kept])].sort_values("cell")
    if len(lacking):
        groups = ", ".join(dict.fromkeys(map(_group, lacking["label"], lacking["visit"])))
        types = ", ".join(used.percent)
        raise StudyError(f"no sample of these has the percentages of {types}: {groups}")
    plain = random_model(obs[kept], labels, design, CONTRASTS)
    effects_of(plain, options)  # refuses what these samples cannot tell
    columns = used.percent.loc[obs.index[kept]].add_prefix(PREFIX)
    wide = pd.concat([plain.design, columns], axis=1)
    check_freedom(*wide.shape)
    contrasts = {name: vector.reindex(wide.columns, fill_value=0.0)
                 for name, vector in plain.contrasts.items()}  # fmt: skip
    return replace(plain, design=wide, contrasts=contrasts)


def _group(label: object, visit: object) -> str:
    return str(label) if pd.isna(visit) else f"{label} at {visit}"


def _claimed(
    study: FittedStudy,
    planes: Mapping[str, Plane],
    without: ClassCalls,
    split: Split,
    used: CellsUsed,
    rule: Rule,
    markers: Sequence[str],
) -> BeyondComposition:
    genes = study.expression.var_names
    main, induced = split.planes["main"], split.planes["induced"]
    reasons = Reasons(why_not(split, used), True)
    left = left_out(genes, markers, split, reasons.words)
    asked = left == ""
    own = main.beyond.take(asked)
    other = own if induced is main else induced.beyond.take(asked)
    if split.inflated:
        # The error of a slope then moves disease and change along one line. Genes that pass the
        # screen by it pass the edges by it too, and adjusted among the screened 12% were false.
        rule = replace(rule, screened=False)
    calls = classify(own, other, rule)
    outcome = np.full(len(genes), None, dtype=object)
    if not reasons.words:
        outcome[asked] = calls.outcome
    table = split_table(genes, split.planes, without.outcome, calls, asked)
    table["class_beyond"] = [BEYOND_COMPOSITION.get(name, name) for name in outcome]
    table["not_claimed"] = unclaimed(without.outcome, outcome, calls, left, reasons.words)
    rows = summarised(without.outcome, planes, outcome, split, used, len(study.where), reasons,
                      calls, rule.alpha)  # fmt: skip
    table = table.sort_values("gene", kind="stable", ignore_index=True)
    sets = composition_sets(table)
    return BeyondComposition(conformed(table, BEYOND), conformed(rows, SUMMARY), sets)


def composition_sets(table: pd.DataFrame) -> dict[str, list[str]]:
    """Genes reverted and induced, and so beyond composition as well, up and down.

    Those that come out beyond composition only are no part of them: they rest on the slope on cells
    within groups alone, which may not be what cells do between groups.

    Parameters
    ----------
    table : DataFrame
        `trajectories/beyond_composition.tsv`.
    """
    found = {}
    others = table.get("induced_change_beyond", pd.Series(dtype=float)).notna().any()
    change = "induced_change_beyond" if others else "change_beyond"
    for name, effect in {"reverted": "disease_beyond", "induced": change}.items():
        own = table[table["class_beyond"].eq(BEYOND_COMPOSITION[name]) & table["class"].eq(name)]
        for way, sign in (("up", 1), ("down", -1)):
            genes = sorted(own.loc[np.sign(own[effect]) == sign, "gene"])
            found[f"{name}_beyond_composition_{way}"] = genes
    return found
