"""What one fitted trial says against what is true: false claims, power, coverage."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from benchmarks import plasmode
from benchmarks.calibration_draw import Trial, trial
from benchmarks.cell_setting import CellSetting
from options import joint_options_of
from paired_trial import DESIGN, OPTIONS
from revertome.gene_classes import CLAIMED
from revertome.statistics.fdr import adjust
from revertome.trajectories.cell_planes import cell_planes
from revertome.trajectories.class_rules import effects_of, rule_of
from revertome.trajectories.classes import ClassCalls, classify
from revertome.trajectories.false_estimate import expected_false
from revertome.trajectories.fieller import fieller
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import PlaneContrasts, planes_of
from revertome.trajectories.study import FittedStudy, study_of
from revertome.trajectories.table import MOVING, selected_limits
from revertome.trial import Model

Effects = dict[str, PlaneContrasts]
Planes = Callable[[FittedStudy, Effects], Mapping[str, Plane]]
Estimate = Callable[[Mapping[str, Plane], ClassCalls], Mapping[str, float]]

SPECIFIC = PlaneContrasts("disease_responders", "interaction")
LEVEL = 0.95
MARGINAL = {"disease": (1, 0), "change": (0, 1), "residual": (1, 1)}


def common(study: FittedStudy, effects: Effects) -> Mapping[str, Plane]:
    """Planes of one residual variance for all cells: limma's model."""
    return planes_of(study.fitted, effects)


def cells(study: FittedStudy, effects: Effects) -> Mapping[str, Plane]:
    """Planes of variances of the cells."""
    return cell_planes(study.fitted, study.where, effects)[0]


def false_among(planes: Mapping[str, Plane], calls: ClassCalls) -> Mapping[str, float]:
    """What the report says of the false among those called."""
    return expected_false(calls, planes["induced"], OPTIONS["alpha"])


# Rules by name: how the planes of a fitted study are made.
PLANES: dict[str, Planes] = {"common": common, "cells": cells}
# Rules that estimate how many of the called are false, by class.
ESTIMATES: dict[str, Estimate] = {"common": false_among, "cells": false_among}


def draw(setting: CellSetting, rng: np.random.Generator) -> Trial:
    """A trial of a setting, simulated or of real residuals."""
    return (trial if setting.source == "drawn" else plasmode.trial)(setting, rng)


def fit(drawn: Trial, setting: CellSetting, rule: str) -> FittedStudy:
    """The joint model of a trial, as the workflow would ask for it with a variance of `rule`."""
    design = DESIGN | {"covariates": list(drawn.covariates)}
    options = joint_options_of(setting.engine, design, rule, **dict(setting.differential))
    return study_of(drawn.expression, drawn.labels, options)


def rates_of(drawn: Trial, study: FittedStudy, rule: str) -> pd.DataFrame:
    """One row a class, `responder_specific` in two ways and `all` genes."""
    model = study.fitted.model
    effects = effects_of(model, OPTIONS)
    asked = effects | ({"specific": SPECIFIC} if "interaction" in model.contrasts else {})
    planes = PLANES[rule](study, asked)
    calls = classify(planes["main"], planes["induced"], rule_of(OPTIONS))
    estimated = ESTIMATES[rule](planes, calls) if rule in ESTIMATES else {}
    covered = {part: coverage(planes[part], drawn, study, effects[part])
               for part in ("main", "induced")}  # fmt: skip
    for part in covered.values():
        part["selected"] = covered_after_selection(planes["main"], calls, drawn, model, effects)
    rows = []
    for name in CLAIMED:
        part = "induced" if name == "induced" else "main"
        effect = effects[part]
        true = drawn.truth.in_class(model, name, effect.disease, effect.change)
        hit = calls.outcome == name
        rows.append({"class": name, **false_and_power(hit, true), **shares(covered[part], hit)}
                    | {"estimated": estimated.get(name, np.nan)})  # fmt: skip
    everyone = np.ones(len(calls.outcome), bool)
    rows.append({"class": "all", "called": everyone.sum(), **shares(covered["main"], everyone)})
    if "specific" in planes:
        rows += specific(drawn, study, planes, calls)
    return pd.DataFrame(rows)


def false_and_power(hit: np.ndarray, true: np.ndarray) -> dict[str, Any]:
    """Share of false among the genes called, 0 without any, and share of true genes called."""
    false = int((hit & ~true).sum())
    return {
        "called": int(hit.sum()),
        "false_called": false,
        "false": false / max(int(hit.sum()), 1),
        "power": hit[true].mean() if true.any() else np.nan,
    }


def specific(
    drawn: Trial, study: FittedStudy, planes: Mapping[str, Plane], calls: ClassCalls
) -> list[dict[str, Any]]:
    """Changes larger in responders: adjusted over all genes and cut to those called, or adjusted
    among these."""
    model = study.fitted.model
    p = planes["specific"].two_sided(0, 1)
    moving = np.isin(calls.outcome, MOVING)
    among = np.ones_like(p)
    among[moving] = adjust(p[moving])
    larger = planes["specific"].t * planes["main"].t > 0
    change = drawn.truth.contrast(model, "change_responders")
    true = np.round(drawn.truth.contrast(model, "interaction"), 9) * change > 0
    ways = {"responder_specific": adjust(p), "responder_specific_among": among}
    alpha = OPTIONS["alpha"]
    return [
        {"class": name, **false_and_power(moving & larger & (q <= alpha), true)}
        for name, q in ways.items()
    ]


def coverage(
    plane: Plane, drawn: Trial, study: FittedStudy, effect: PlaneContrasts
) -> dict[str, np.ndarray]:
    """Whether the 95% intervals hold the truth, (G,) each; NaN where there is no disease.

    fieller is of the recovered fraction; disease, change and residual are marginal t intervals.
    """
    model = study.fitted.model
    d = np.round(drawn.truth.contrast(model, effect.disease), 9)
    t = np.round(drawn.truth.contrast(model, effect.change), 9)
    found: dict[str, np.ndarray] = {}
    for name, (a, b) in MARGINAL.items():
        estimate = a * plane.d + b * plane.t
        off = np.abs(estimate - a * d - b * t)
        error = np.divide(off, np.abs(estimate), out=np.zeros_like(off), where=off > 0)
        reach = special.stdtrit(plane.degrees(a, b), (1 + LEVEL) / 2)
        # Error over standard error, written with the statistic that every plane gives.
        found[name] = (error * np.abs(plane.statistic(a, b)) <= reach).astype(float)
    low, high, _ = fieller(plane, LEVEL)
    f = np.where(d != 0, -t / np.where(d != 0, d, 1.0), np.nan)
    found["fieller"] = np.where(np.isnan(f), np.nan, inside(low, high, f).astype(float))
    return found


def inside(low: np.ndarray, high: np.ndarray, f: np.ndarray) -> np.ndarray:
    """Whether f lies within limits, or beyond either where the upper is below the lower."""
    between, outside = (low <= f) & (f <= high), (f <= high) | (f >= low)
    return np.asarray(np.where(high < low, outside, between))


def covered_after_selection(
    plane: Plane, calls: ClassCalls, drawn: Trial, model: Model, effects: Effects
) -> np.ndarray:
    """Whether the selection-adjusted limits of the recovered fraction hold the truth, (G,).

    NaN of genes that are not called, or without disease.
    """
    d, t = (np.round(drawn.truth.contrast(model, name), 9)
            for name in (effects["main"].disease, effects["main"].change))  # fmt: skip
    limits = selected_limits(plane, calls.outcome)
    low, high = limits["recovered_fcr_low"], limits["recovered_fcr_high"]
    f = np.where(d != 0, -t / np.where(d != 0, d, 1.0), np.nan)
    return np.where(np.isnan(f) | np.isnan(low), np.nan, inside(low, high, f).astype(float))


def shares(covered: Mapping[str, np.ndarray], hit: np.ndarray) -> dict[str, float]:
    """Covered and counted genes of each interval among those of `hit`."""
    out = {}
    for name, each in covered.items():
        counted = each[hit & ~np.isnan(each)]
        out[f"covered_{name}"], out[f"of_{name}"] = counted.sum(), float(len(counted))
    return out
