"""Resamples of the variances of cells beside full refits of the same people drawn again."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from benchmarks.calibration_rates import draw, fit
from benchmarks.calibration_settings import SETTINGS
from paired_trial import OPTIONS
from revertome.trajectories.cell_planes import cell_planes
from revertome.trajectories.cell_refit import CellRefit
from revertome.trajectories.class_rules import effects_of, rule_of
from revertome.trajectories.classes import classify, outcomes
from revertome.trajectories.draws import Kind, generator

RESAMPLES = 30


def drawn_again(drawn, people, counts):
    """The trial of people drawn `counts` times, each time as someone else."""
    obs, rows, names = drawn.expression.obs, [], []
    for person, times in zip(people, counts.astype(int), strict=True):
        at = np.flatnonzero(obs["patient"] == person)
        rows += list(np.tile(at, times))
        names += [f"{person}.{k}" for k in range(times) for _ in at]
    again = obs.iloc[rows].assign(patient=names).set_index(pd.Index(map(str, range(len(rows)))))
    label = drawn.labels.set_index("patient")["label"]
    patients = sorted({name for name in names if name.split(".")[0] in label.index})
    labels = pd.DataFrame({"patient": patients})
    labels["label"] = [label[name.split(".")[0]] for name in patients]
    values = np.asarray(drawn.expression.X)[rows]
    return replace(drawn, expression=AnnData(values, obs=again), labels=labels)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["equal_15v22", "b1f2_8v40", "gene_sd_12v40"])
def test_calls_and_stability_are_those_of_full_refits(name):
    """At least 99.5% of the calls; stability of the genes called within 0.02 on average."""
    setting, rule = replace(SETTINGS[name], n_genes=1500), rule_of(OPTIONS)
    drawn = draw(setting, np.random.default_rng(3))
    study = fit(drawn, setting, "cells")
    effects = effects_of(study.fitted.model, OPTIONS)
    planes, model = cell_planes(study.fitted, study.where, effects)
    observed = classify(planes["main"], planes["induced"], rule).outcome
    refit = CellRefit(study.fitted, model, effects, planes)
    part, agree, kept = model.clusters.part, [], np.zeros((2, len(observed)))
    for number in range(RESAMPLES):
        rng, counts = generator(1, Kind.RESAMPLE, number), np.zeros(len(part))
        for k in range(part.max() + 1):
            at = np.flatnonzero(part == k)
            counts[at] = rng.multinomial(len(at), np.full(len(at), 1 / len(at)))
        (quick,) = refit.planes(counts[None])
        other = fit(drawn_again(drawn, refit.patients, counts), setting, "cells")
        full, _ = cell_planes(other.fitted, other.where, effects)
        both = (outcomes(quick["main"], quick["induced"], rule),
                classify(full["main"], full["induced"], rule).outcome)  # fmt: skip
        agree.append((both[0] == both[1]).mean())
        kept += np.array([one == observed for one in both])
    stability = kept / RESAMPLES
    called = np.isin(observed, ["reverted", "induced"])
    assert called.sum() > 90
    assert np.mean(agree) >= 0.995
    assert np.abs(np.diff(stability[:, called], axis=0)).mean() <= 0.02
