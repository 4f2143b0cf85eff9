"""Trajectories of genes that miss samples: false claims, what gaps change, what they do not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.calibration_rates import draw, fit, rates_of
from benchmarks.calibration_settings import SETTINGS
from options import joint_options_of, options_of
from paired_trial import BOUNDS, DESIGN, OPTIONS, simulate
from revertome.differential.engines import joint_fit
from revertome.differential.models import random_model
from revertome.trajectories import run
from revertome.trajectories.chance import expected_by_chance
from revertome.trajectories.class_rules import CONTRASTS, effects_of, rule_of
from revertome.trajectories.classes import Rule, classify, outcomes
from revertome.trajectories.draws import without_gaps
from revertome.trajectories.observed import study_planes
from revertome.trajectories.refit import Refit
from revertome.trajectories.study import study_of

DRAWN = {**OPTIONS, "bootstrap": 16, "permutations": 4}
# Patients vary twice as much after treatment as before it.
UNEQUAL = replace(SETTINGS["b1f2_8v40"], n_genes=800)


def holed(share, seed=5, poor=()):
    """200 reverted, 100 persistent and 700 other genes; `poor` samples miss 41% of them."""
    rng = np.random.default_rng(seed)
    disease, change = np.zeros((2, 400))
    disease[:120], change[:80] = 3.0, -3.0
    expression, labels = simulate(disease, change, rng, responders=12, nonresponders=5)
    gaps = rng.random(expression.X.shape) < share
    for row in poor:
        gaps[row] = rng.random(400) < 0.41
    expression.X = np.where(gaps, np.nan, expression.X)
    return expression, labels


@pytest.mark.parametrize("kind", ["scattered", "poor arrays"])
def test_false_claims_do_not_grow_with_gaps(kind):
    """6 trials; SE of a share about 0.01. Without gaps the power is .34 and .89."""
    rows = []
    for number in range(6):
        drawn = draw(UNEQUAL, np.random.default_rng(number))
        rng, shape = np.random.default_rng(number), drawn.expression.X.shape
        gaps = rng.random(shape) < 0.15
        if kind == "poor arrays":
            gaps &= (np.arange(shape[0]) % 6 == 0)[:, None]
            gaps[::6] = rng.random(gaps[::6].shape) < 0.41
        drawn.expression.X = np.where(gaps, np.nan, drawn.expression.X)
        rows.append(rates_of(drawn, fit(drawn, UNEQUAL, "cells"), "cells"))
    found = pd.concat(rows).groupby("class")[["false", "power"]].mean()
    assert found.loc[["reverted", "induced"], "false"].max() <= 0.06
    assert found.loc["reverted", "power"] > 0.1 and found.loc["induced", "power"] > 0.7


@pytest.mark.parametrize(
    ("engine", "variance"), [("limma", "cells"), ("limma", "common"), ("mixed", "cells")]
)
def test_genes_are_classed_by_what_is_there(engine, variance):
    options = joint_options_of(engine, DESIGN, variance, trend=False)
    whole = run(*holed(0), options, {**DRAWN, "variance": variance}).genes.set_index("gene")
    expression, labels = holed(0.12, poor=[3])
    found = run(expression, labels, options, {**DRAWN, "variance": variance}).genes
    found = found.set_index("gene")
    reverted = [f"g{i:05d}" for i in range(80)]
    assert (whole.loc[reverted, "class"] == "reverted").mean() > 0.7
    assert (found.loc[reverted, "class"] == "reverted").mean() > 0.6
    assert (found["class"].drop(reverted) == "reverted").sum() <= 6
    called = found[found["class"] == "reverted"]
    assert called["stability"].mean() > 0.7
    pairs = ~np.isnan(expression.X[:12] + expression.X[17:29])
    at = [int(gene[1:]) for gene in called.index]
    np.testing.assert_array_equal(called["n_patients"], pairs.sum(axis=0)[at])


@pytest.mark.parametrize(
    ("engine", "variance"), [("limma", "cells"), ("limma", "common"), ("mixed", "common")]
)
def test_the_short_cut_calls_the_same_classes(engine, variance):
    """Also where every edge has its own degrees of freedom, and of genes that cannot be tested."""
    expression, labels = holed(0.25, poor=[3])
    expression.X[:12, :30] = np.nan
    study = study_of(expression, labels, joint_options_of(engine, DESIGN, variance, trend=False))
    effects = effects_of(study.fitted.model, OPTIONS)
    planes, _ = study_planes(study.fitted, study.where, effects, variance)
    lost = np.isnan(planes["main"].statistic(1, 0) + planes["main"].degrees(1, 0))
    assert lost.any() and not lost.all()
    for alpha in (0.01, 0.05, 0.3, 0.6):
        for screened in (True, False):
            rule = Rule(alpha, BOUNDS, screened=screened)
            full = classify(planes["main"], planes["induced"], rule).outcome
            assert list(outcomes(planes["main"], planes["induced"], rule)) == list(full)
            assert len(set(full)) >= 4


def test_a_gene_unseen_in_responders_before_treatment_has_no_class():
    expression, labels = holed(0)
    expression.X[:12, 7] = np.nan
    unseen = expression.obs["visit"].eq("after") & expression.obs["patient"].isin(
        labels.loc[labels["label"] == "nonresponder", "patient"]
    )
    expression.X[unseen.to_numpy(), 8] = np.nan
    table = run(expression, labels, options_of("limma", DESIGN, trend=False), DRAWN).genes
    row = table.set_index("gene").loc["g00007"]
    assert row["class"] == "unresolved"
    assert pd.isna(row["disease"]) and pd.isna(row["p_reverted"])
    # Of the others the responders have everything, in the resamples as well.
    row = table.set_index("gene").loc["g00008"]
    assert row["class"] == "reverted" and row["stability"] > 0.5
    assert pd.isna(row["interaction"])
    others = table[table["gene"] != "g00007"]
    assert others[["disease", "p_reverted", "adj_p_reverted"]].notna().all(axis=None)


def test_permuted_data_keep_the_gaps_and_call_nothing():
    expression, labels = holed(0.15)
    model = random_model(expression.obs, labels, DESIGN, CONTRASTS)
    fitted = joint_fit(expression, model, options_of("limma", DESIGN, trend=False))
    refit = Refit(fitted)
    left = fitted.y - model.design.to_numpy(float) @ refit.coefficients(fitted.y).T
    whole = without_gaps(left, 1)
    assert not np.isnan(whole).any()
    np.testing.assert_array_equal(whole[~np.isnan(left)], left[~np.isnan(left)])
    for gene in (0, 9):
        assert set(whole[np.isnan(left[:, gene]), gene]) <= set(left[:, gene])
    where = expression.obs.assign(patient=expression.obs["patient"].astype(str))
    table = expected_by_chance(
        refit, lambda genes: whole[:, genes], where, fitted.correlation, effects_of(model, OPTIONS),
        replace(rule_of(OPTIONS)), range(6), 1,
    )  # fmt: skip
    assert table["unchanged"].mean() > 398


@pytest.mark.parametrize("rule", ["tests", "thresholds"])
@pytest.mark.parametrize(("engine", "variance"), [("limma", "cells"), ("limma", "common")])
def test_what_could_not_be_tested_is_unresolved_and_not_unchanged(engine, variance, rule):
    """Genes without a value in healthy people, in patients after treatment, or in all of these."""
    expression, labels = holed(0)
    healthy = expression.obs["group"].eq("healthy").to_numpy()
    after = expression.obs["visit"].eq("after").to_numpy()
    for gene, gone in ((301, healthy), (302, after), (303, healthy | after)):
        expression.X[gone, gene] = np.nan
    options = {**DRAWN, "variance": variance, "rule": rule}
    model = joint_options_of(engine, DESIGN, variance, trend=False)
    found = run(expression, labels, model, options).genes.set_index("gene")
    lost = found.loc[["g00301", "g00302", "g00303"]]
    # The plane needs both effects: where one is not known, neither is tested.
    assert lost[["p_disease", "p_change", "p_reverted", "p_induced"]].isna().all(axis=None)
    assert set(lost["class"]) == {"unresolved"}
    whole = run(*holed(0), model, options).genes.set_index("gene")
    assert (found["class"] == whole["class"]).drop(lost.index).mean() > 0.99
    assert whole.loc[lost.index, "class"].eq("unchanged").any()
