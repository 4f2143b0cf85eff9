"""A small trial with variances of the cells, held ready for people drawn again."""

from dataclasses import replace

import numpy as np

from benchmarks.calibration_draw import trial
from benchmarks.calibration_rates import fit
from benchmarks.cell_setting import CellSetting
from paired_trial import OPTIONS
from revertome.trajectories.cell_planes import cell_planes
from revertome.trajectories.cell_refit import CellRefit
from revertome.trajectories.class_rules import effects_of

EDGES = [(1, 0), (0, 1), (0.5, 1), (2, 1), (-1, 0.5)]


SMALL = CellSetting(
    name="small", description="", responders=9, healthy=12, nonresponders=4, n_genes=400,
    sd=(1, 2, 1),
)  # fmt: skip


def held(missing=0.0, **changes):
    chosen = replace(SMALL, **changes)
    drawn = trial(chosen, np.random.default_rng(4))
    gaps = np.random.default_rng(5).random(drawn.expression.X.shape) < missing
    return held_of(drawn, gaps, chosen)


def held_of(drawn, gaps, chosen=SMALL):
    drawn.expression.X = np.where(gaps, np.nan, drawn.expression.X)
    study = fit(drawn, chosen, "cells")
    effects = effects_of(study.fitted.model, OPTIONS)
    planes, model = cell_planes(study.fitted, study.where, effects)
    return study, effects, planes, model, CellRefit(study.fitted, model, effects, planes)
