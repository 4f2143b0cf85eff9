"""The tipping point of a study in tables and sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
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
from revertome.trial import at_visit, followups

CURVE = ["visit", "set", "shortfall", "n_genes", "n_kept"]
POINTS = ["visit", "set", "group", "n_present", "n_absent", "n_genes", "first_lost", "half_lost"]
POINTS += ["all_lost", "statement"]
GENES = ["visit", "set", "gene", "lost_at"]
PERSON = {"responders": "responder", "all": "patient"}


class Tipping(NamedTuple):
    """Tables of the tipping point; see `tipping.tipped` for the shortfall.

    Attributes
    ----------
    curve : DataFrame
        visit, set, shortfall, n_genes, n_kept (of these, still in the set). No rows where nobody
        is absent or the set has no gene.
    points : DataFrame
        visit, set, group, n_present, n_absent, n_genes, first_lost, half_lost, all_lost (smallest
        shortfall at which a gene, more than half and all of the set are lost; missing where they
        never are, up to 2), statement. One row a set.
    genes : DataFrame
        visit, set, gene, lost_at: genes of the sets, under the same conditions.
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
    names = np.asarray(study.expression.var_names, dtype=object)
    return put_together(
        tables(name, who[plane], absences[plane], held[name], names, design)
        for name, plane in SETS.items()
    )


def tables(
    name: str,
    group: str,
    absences: Absence,
    held: npt.NDArray[np.bool_],
    genes: npt.NDArray[np.object_],
    design: Mapping[str, Any],
) -> Tipping:
    """Tables of one set at one visit.

    Parameters
    ----------
    name : str
        Set.
    group : str
        `responders` or `all`, in whom it is claimed.
    absences : Absence
    held : (K, G)
        Of `tipping.in_sets`.
    genes : (G,)
    design : mapping
        `baseline`, `followup`.
    """
    key = {"visit": str(design["followup"]), "set": name}
    kept = (held & held[0]).sum(axis=1)
    row = {**key, "group": group, "n_present": absences.present, "n_absent": absences.absent}
    row |= {"n_genes": int(kept[0])} | dict.fromkeys(
        ["first_lost", "half_lost", "all_lost"], np.nan
    )
    if not (absences.absent and kept[0]):
        points = row | {"statement": sentence(row, str(design["baseline"]), kept)}
        return Tipping(pd.DataFrame(), pd.DataFrame([points]), pd.DataFrame())
    lost = kept[0] - kept
    row["first_lost"] = _first(lost > 0)
    row["half_lost"] = _first(2 * lost > kept[0])
    row["all_lost"] = _first(kept == 0)
    points = row | {"statement": sentence(row, str(design["baseline"]), kept)}
    curve = pd.DataFrame({"shortfall": SHORTFALLS, "n_genes": kept[0], "n_kept": kept})
    single = pd.DataFrame({"gene": genes[held[0]], "lost_at": lost_at(held[:, held[0]])})
    single = single.sort_values("gene", kind="stable")
    return Tipping(curve.assign(**key), pd.DataFrame([points]), single.assign(**key))


def _first(reached: npt.NDArray[np.bool_]) -> float:
    return float(SHORTFALLS[reached.argmax()]) if reached.any() else np.nan


def sentence(row: Mapping[str, Any], baseline: str, kept: Array) -> str:
    """Say how far the absent would have to be unreverted for the set to be lost."""
    visit, absent, present = row["visit"], int(row["n_absent"]), int(row["n_present"])
    person, whole = PERSON[row["group"]], f"the {row['set']} set"
    if not absent:
        return (
            f"{visit}: every {person} with a sample at {baseline} has one at {visit}, so nobody's "
            f"absence could change {whole}."
        )
    those = f"the {absent} absent {person}{'s' if absent > 1 else ''}"
    if not row["n_genes"]:
        return f"{visit}: {whole} has no gene that {those} could change."
    n = row["n_genes"]
    keeps = f"keeps at least half of its {n:,} genes" if n > 1 else "keeps its one gene"
    mean = f"of what the {present} present changed by, on average in each gene"
    if np.isnan(row["half_lost"]):
        return (
            f"{visit}: {whole} {keeps} even if {those} changed the other way by 100% {mean}; "
            f"{kept[-1]:,} of {n:,} are kept then."
        )
    share = 1 - SHORTFALLS[np.flatnonzero(row["half_lost"] == SHORTFALLS)[0] - 1]
    enough = f"changed by at least {share:.0%} {mean}"
    if share <= 0:
        enough = f"changed the other way by no more than {abs(share):.0%} {mean}"
    return (
        f"{visit}: {whole} {keeps} as long as {those} {enough}. Had they not changed at all, "
        f"{kept[SHORTFALLS == 1.0][0]:,} of {n:,} would be left."
    )
