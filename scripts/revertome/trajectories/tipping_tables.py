"""The tipping point of a study in tables and sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.differential.model_options import ModelOptions
from revertome.trajectories.class_rules import effects_of, rule_of
from revertome.trajectories.observed import study_planes
from revertome.trajectories.study import FittedStudy, study_of
from revertome.trajectories.tipping import (
    SETS,
    SHORTFALLS,
    Absence,
    absence,
    in_sets,
    lost_at,
)
from revertome.trajectories.tipping_words import sentence
from revertome.trial import at_visit, followups

CURVE = ["visit", "set", "group", "shortfall", "n_genes", "n_kept"]
POINTS = ["visit", "set", "group", "n_present", "n_absent", "n_unlabelled", "n_genes"]
POINTS += ["first_lost", "half_lost", "all_lost", "half_lost_at_most", "statement"]
GENES = ["visit", "set", "group", "gene", "lost_at"]


class Tipping(NamedTuple):
    """Tables of the tipping point; see `tipping.tipped` for the shortfall.

    Attributes
    ----------
    curve : DataFrame
        visit, set, group, shortfall, n_genes, n_kept (of these, still in the set). No rows where
        nobody is absent or the set has no gene.
    points : DataFrame
        visit, set, group, n_present, n_absent, n_genes, first_lost, half_lost, all_lost (smallest
        shortfall at which a gene, more than half and all of the set are lost; missing where they
        never are, up to 2), statement. One row a set.
    genes : DataFrame
        visit, set, group, gene, lost_at: genes of the sets, under the same conditions.
    """

    curve: pd.DataFrame
    points: pd.DataFrame
    genes: pd.DataFrame


def tipping(
    expression: Any, labels: pd.DataFrame, model: ModelOptions, options: Mapping[str, Any]
) -> Tipping:
    """Tipping points of both sets at each follow-up of the design, in order.

    Without healthy people there are no sets, and no rows.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Output of `normalise`, without excluded samples.
    labels : DataFrame
        patient, label.
    model : ModelOptions
        As of the classes.
    options : dict
        Configuration section `trajectories`.

    Raises
    ------
    StudyError
        As `trajectories.run`.
    """
    from threadpoolctl import threadpool_limits

    if model.design["healthy"] is None:
        return put_together([])
    asked = [at_visit(model.design, visit) for visit in followups(model.design)]
    with threadpool_limits(limits=1):
        return put_together(
            _of_study(study_of(expression, labels, replace(model, design=design)), design, options)
            for design in asked
        )


def put_together(parts: Iterable[Tipping]) -> Tipping:
    """Tables of several visits, one below the other."""
    found = list(parts)
    curve, points, genes = (
        _below([getattr(part, name) for part in found], columns)
        for name, columns in (("curve", CURVE), ("points", POINTS), ("genes", GENES))
    )
    return Tipping(curve, points, genes)


def _below(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    filled = [table[columns] for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)


def _of_study(study: FittedStudy, design: Mapping[str, Any], options: Mapping[str, Any]) -> Tipping:
    effects, rule = effects_of(study.fitted.model, options), rule_of(options)
    planes, _ = study_planes(study.fitted, study.where, effects, options["variance"])
    who = {"main": options["reverted_in"], "induced": options["induced_in"]}
    absences = {plane: absence(study.where, group, design) for plane, group in who.items()}
    held = in_sets(planes, rule, absences)
    at_most = {plane: those.at_most for plane, those in absences.items()}
    most = held if at_most == absences else in_sets(planes, rule, at_most)
    names = np.asarray(study.expression.var_names, dtype=object)
    return put_together(
        tables({"visit": str(design["followup"]), "set": name, "group": who[plane]},
               absences[plane], held[name], most[name], names, str(design["baseline"]))
        for name, plane in SETS.items()
    )  # fmt: skip


def tables(
    key: Mapping[str, str],
    absences: Absence,
    held: npt.NDArray[np.bool_],
    most: npt.NDArray[np.bool_],
    genes: npt.NDArray[np.object_],
    baseline: str,
) -> Tipping:
    """Tables of one set at one visit.

    Parameters
    ----------
    key : mapping
        visit, set, group (`responders`, `all` or an arm, in whom it is claimed).
    absences : Absence
    held, most : (K, G)
        Of `tipping.in_sets`; `most` if the absent without a label were of the group.
    genes : (G,)
    baseline : str
    """
    kept, fewest = ((one & one[0]).sum(axis=1) for one in (held, most))
    row = {**key, "n_present": absences.present, "n_absent": absences.absent}
    row |= {"n_unlabelled": absences.unlabelled, "n_genes": int(kept[0])}
    row |= dict.fromkeys(["first_lost", "half_lost", "all_lost", "half_lost_at_most"], np.nan)
    if absences.absent and kept[0]:
        row["first_lost"] = _first(kept < kept[0])
        row["half_lost"] = _first(2 * kept < kept[0])
        row["all_lost"] = _first(kept == 0)
    if absences.unlabelled and kept[0]:
        row["half_lost_at_most"] = _first(2 * fewest < kept[0])
    points = pd.DataFrame([row | {"statement": sentence(row, baseline, kept, fewest)}])
    if not (absences.absent and kept[0]):
        return Tipping(pd.DataFrame(), points, pd.DataFrame())
    curve = pd.DataFrame({"shortfall": SHORTFALLS, "n_genes": kept[0], "n_kept": kept})
    single = pd.DataFrame({"gene": genes[held[0]], "lost_at": lost_at(held[:, held[0]])})
    single = single.sort_values("gene", kind="stable")
    return Tipping(curve.assign(**key), points, single.assign(**key))


def _first(reached: npt.NDArray[np.bool_]) -> float:
    return float(SHORTFALLS[reached.argmax()]) if reached.any() else np.nan
