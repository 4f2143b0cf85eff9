"""Reverted and induced beyond control: what the drug does that time without it does not.

Claimed in all who were randomised to an arm. On the plane, disease is the mean of all patients
before treatment (of all arms together) minus healthy, and change is the drug effect: the difference
of the arms at the visit, adjusted for the values before treatment. What happens without the drug as
well, regression to the mean above all, happens in both arms and cancels.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from revertome.arrays import Array
from revertome.columns import conformed
from revertome.columns.beyond_control import BEYOND_CONTROL, BEYOND_SUMMARY
from revertome.differential.model_options import ModelOptions
from revertome.gene_classes import BEYOND
from revertome.resample_batches import BATCH, cut
from revertome.statistics.fdr import adjust
from revertome.trajectories.beyond_words import counted, ended
from revertome.trajectories.class_rules import rule_of
from revertome.trajectories.classes import ClassCalls, Rule, classify
from revertome.trajectories.false_estimate import expected_false
from revertome.trajectories.fieller import fieller
from revertome.trajectories.observed import redrawn_of, study_planes
from revertome.trajectories.plane import Plane
from revertome.trajectories.randomised import Claim, RandomisedFit, randomised_fit
from revertome.trajectories.resamples import ALONE, Spread
from revertome.trajectories.stability import stability
from revertome.trajectories.table import LEVEL
from revertome.visits import followups

SETS = {"reverted": "disease", "induced": "drug_effect"}  # and the effect that says up or down


@dataclass(frozen=True)
class BeyondControl:
    """Claims beyond control.

    Attributes
    ----------
    genes : DataFrame
        `trajectories/beyond_control.tsv`.
    summary : DataFrame
        `trajectories/beyond_control_summary.tsv`.
    sets : dict of str to list of str
        Genes by set, see `beyond_sets`.
    """

    genes: pd.DataFrame
    summary: pd.DataFrame
    sets: dict[str, list[str]]


def beyond_control(
    expression: Any,
    model: ModelOptions,
    options: Mapping[str, Any],
    spread: Spread = ALONE,
) -> BeyondControl:
    """What every active arm does beyond control, at every follow-up that has one.

    The false discovery rate is controlled within every visit and arm.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Output of `normalise`, without excluded samples.
    model : ModelOptions
        Engine and options of the joint fit; `design.arm` is set.
    options : dict
        Configuration section `trajectories`.
    spread : Spread
        Processes that draw the resamples of the claims.

    Returns
    -------
    BeyondControl
        The same bytes whatever the number of processes.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        fit = randomised_fit(expression, model)
        asked = [claim for claim in fit.claims if claim.effect is not None]
        tables, rows = _claimed(fit, asked, expression.var_names, model.design, options, spread)
    for claim in fit.claims:
        if claim.effect is None:
            rows.append(_row(claim) | {"statement": counted(_row(claim), claim.reason)})
    tested = {claim.visit for claim in fit.claims}
    for visit in followups(model.design):
        if visit not in tested:
            rows.append({"visit": visit, "statement": ended(visit, model.design)})
    order = {visit: k for k, visit in enumerate(followups(model.design))}
    rows.sort(key=lambda row: order[row["visit"]])
    genes = conformed(pd.concat(tables) if tables else pd.DataFrame(), BEYOND_CONTROL)
    genes = genes.reset_index(drop=True)
    return BeyondControl(genes, conformed(pd.DataFrame(rows), BEYOND_SUMMARY), beyond_sets(genes))


def _claimed(
    fit: RandomisedFit,
    asked: Sequence[Claim],
    genes: pd.Index,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
    spread: Spread,
) -> tuple[list[pd.DataFrame], list[dict[str, Any]]]:
    """Tables of the claims that can be tested, and their rows of the summary."""
    if fit.fitted is None:
        return [], []
    # The drug effect is noisier than disease. Genes that the screen on it lets through by mistake
    # then lie inside the wedge of induced. Deconvolution takes them to be on its edge and had 9%
    # false with 8 patients of twice the SD against 24.
    rule = replace(rule_of(options), deconvolve=False, thresholds=False)
    fitted = fit.fitted
    effects = {str(k): claim.effect for k, claim in enumerate(asked) if claim.effect}
    planes, cells = study_planes(fitted, fit.where, effects, options["variance"])
    classed = design["healthy"] is not None
    calls = {name: classify(plane, plane, rule) for name, plane in planes.items()}

    def drawn(piece: tuple[int, range]) -> npt.NDArray[np.int_]:
        number, some = piece
        claim, plane = asked[number], planes[str(number)]
        both = {name: effects[str(number)] for name in ("main", "induced")}
        redrawn = redrawn_of(fitted, fit.where, (both, dict.fromkeys(both, plane), cells))
        strata = fit.strata(claim.visit, str(design["baseline"]))
        return stability(
            redrawn, fit.where["patient"], strata, rule, calls[str(number)].outcome,
            some, options["seed"], f"stability beyond control, {claim.arm} at {claim.visit}",
        )  # fmt: skip

    shares = _shares(drawn, len(asked), options["bootstrap"] if classed else 0, spread)
    shares = shares or [np.full(len(genes), np.nan)] * len(asked)
    tables, rows = [], []
    for claim, (name, plane), share in zip(asked, planes.items(), shares, strict=True):
        table = _table(claim, plane, calls[name], genes, classed, share)
        false = expected_false(calls[name], plane, rule.alpha, False)
        tables.append(table)
        rows.append(_summary(claim, table, false if classed else {}, rule, design))
    return tables, rows


def _shares(
    drawn: Callable[[tuple[int, range]], Any], claims: int, resamples: int, spread: Spread
) -> list[Array]:
    """Share of the resamples that keep a gene's class, (G,) of each claim; none without any.

    The resamples of a claim are divided where there are fewer claims than workers.
    """
    cuts = cut(range(resamples), -(-spread.workers // claims), BATCH)
    pieces = [(number, some) for number in range(claims) for some in cuts]
    found = spread.each(drawn, pieces, spread.workers) if resamples else []
    starts = range(0, len(found), len(cuts))
    return [np.sum(found[start : start + len(cuts)], axis=0) / resamples for start in starts]


def _table(
    claim: Claim, plane: Plane, calls: ClassCalls, genes: pd.Index, classed: bool, stable: Array
) -> pd.DataFrame:
    """Rows of one claim, sorted by gene."""
    reach = special.stdtrit(plane.degrees(0, 1), (1 + LEVEL) / 2) * np.sqrt(plane.variance(0, 1))
    columns: dict[str, Any] = {
        "visit": claim.visit,
        "arm": claim.arm,
        "control": claim.control,
        "gene": np.asarray(genes, dtype=object),
        "drug_effect": plane.t,
        "drug_effect_low": plane.t - reach,
        "drug_effect_high": plane.t + reach,
        "p_drug_effect": calls.p_change,
        "adj_p_drug_effect": adjust(calls.p_change),
        "n_patients": claim.n_patients,
        "n_control": claim.n_control,
    }
    if classed:
        low, high, kind = fieller(plane)
        columns |= {
            "disease": plane.d,
            "recovered": -plane.t / np.where(plane.d == 0, np.nan, plane.d),
            "recovered_low": low,
            "recovered_high": high,
            "recovered_interval": kind,
            "p_disease": calls.p_disease,
            "adj_p_disease": calls.adj_p_disease,
            **{f"p_{name}": p for name, p in calls.p.items()},
            **{f"adj_p_{name}": p for name, p in calls.adj_p.items()},
            "class": [BEYOND.get(name, name) for name in calls.outcome],
            "stability": stable,
        }
    return pd.DataFrame(columns).sort_values("gene", kind="stable")


def _row(claim: Claim) -> dict[str, Any]:
    """What a row of the summary says of who was compared."""
    return {
        "visit": claim.visit,
        "arm": claim.arm,
        "control": claim.control,
        "n_patients": claim.n_patients,
        "n_control": claim.n_control,
    }


def _summary(
    claim: Claim,
    table: pd.DataFrame,
    false: Mapping[str, float],
    rule: Rule,
    design: Mapping[str, Any],
) -> dict[str, Any]:
    row = _row(claim) | {"drug_effects": int((table["adj_p_drug_effect"] <= rule.alpha).sum())}
    if "class" in table:
        for name, effect in SETS.items():
            up, down = members(table, name, effect)
            row |= {f"{name}_up": len(up), f"{name}_down": len(down)}
            row[f"expected_false_{name}"] = false.get(name, np.nan)
    return row | {"statement": counted(row)}


def members(table: pd.DataFrame, name: str, effect: str) -> tuple[list[str], list[str]]:
    """Genes of a class beyond control whose `effect` is up, and down; sorted."""
    own = table[table["class"].eq(BEYOND[name])]
    return sorted(own.loc[own[effect] > 0, "gene"]), sorted(own.loc[own[effect] < 0, "gene"])


def beyond_sets(table: pd.DataFrame) -> dict[str, list[str]]:
    """Genes reverted and induced beyond control.

    Parameters
    ----------
    table : DataFrame
        `trajectories/beyond_control.tsv`.

    Returns
    -------
    dict of str to list of str
        reverted_beyond_control_up, ..._down, induced_beyond_control_up, ..._down; with the arm
        and the visit after the name where there are several: `..._up, 10 mg, month6`.
    """
    if table.empty or table["class"].isna().all():
        return {}
    found = {}
    several = [name for name in ("arm", "visit") if len(set(table[name])) > 1]
    for _, own in table.groupby(["visit", "arm"], sort=False):
        end = "".join(f", {own[name].iloc[0]}" for name in several)
        for name, effect in SETS.items():
            for way, genes in zip(("up", "down"), members(own, name, effect), strict=True):
                found[f"{name}_beyond_control_{way}{end}"] = genes
    return found
