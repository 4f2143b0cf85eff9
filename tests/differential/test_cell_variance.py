"""Variances of the cells against clubSandwich, limma, Welch's test and the same study cut down."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from paired_trial import DESIGN, OPTIONS, simulate
from revertome.differential.models import random_model
from revertome.limma.cell_pattern import common_pattern
from revertome.limma.cell_prior import NOWHERE, ContrastPrior
from revertome.limma.cluster_robust import combine, forms
from revertome.limma.clusters import blocks_of, clusters_of
from revertome.limma.fit import lm_fit
from revertome.limma.joint import Joint, moderated_joint, normal_fit
from revertome.trajectories.cell_planes import cell_planes
from revertome.trajectories.class_rules import CONTRASTS, effects_of
from revertome.trajectories.refit import planes_of
from revertome.trial import cells

REFERENCE = Path(__file__).parent / "reference"
EDGES = {"d": (1, 0), "t": (0, 1), "edge": (0.5, 1)}
COVARIATE = DESIGN | {"covariates": ["age"]}


def infinite(ratio, df, df_scale, covariate):
    return [ContrastPrior(*NOWHERE, np.inf)] * len(ratio)


def none(ratio, df, df_scale, covariate):
    return [ContrastPrior(*NOWHERE, 0.0)] * len(ratio)


def fitted(y, obs, labels, weights=None, correlation=None, trend=False, design=DESIGN):
    model = random_model(obs, labels, design, CONTRASTS)
    if correlation is None:
        joint = normal_fit(y, model)
    else:
        fit = lm_fit(y, model.design, model.block, correlation, weights)
        joint = Joint(fit, y, weights, correlation)
    where = cells(obs, labels, design).assign(patient=obs["patient"].astype(str))
    return moderated_joint(joint, model, trend), where


def everybody(clusters):
    """One part of all people, as clubSandwich knows them."""
    part = np.zeros_like(clusters.part)
    return replace(clusters, part=part, parts=["all"])


def unbalanced():
    samples = pd.read_csv(REFERENCE / "cluster_robust_samples.tsv", sep="\t")
    samples["group"] = np.where(samples["label"].eq("healthy"), "healthy", "patient")
    labels = samples.loc[samples["group"].eq("patient"), ["patient", "label"]].drop_duplicates()
    return samples, labels


@pytest.mark.parametrize("kind", ["none", "sample", "observation"])
def test_clubsandwich_cr2_and_its_degrees_of_freedom(kind):
    samples, labels = unbalanced()
    expected = pd.read_csv(REFERENCE / "cluster_robust.tsv", sep="\t", keep_default_na=False)
    y, own = (samples[[f"{c}{g}" for g in range(1, 5)]].to_numpy(float) for c in "yw")
    weights = {"none": None, "sample": samples["weight"].to_numpy(float), "observation": own}[kind]
    fit, where = fitted(y, samples, labels, weights, 0.4, design=COVARIATE)
    columns = fit.model.design.columns
    c = np.column_stack([fit.model.contrasts[f"{name}_responders"].reindex(columns)
                         for name in ("disease", "change")])  # fmt: skip
    clusters = clusters_of(where)
    parts = [everybody(clusters), clusters]
    covariance = common_pattern(clusters, 0.4).covariance(clusters)
    (blocks,) = blocks_of(fit, clusters)
    (whole,), apart = (forms(blocks, some, c, covariance) for some in parts)
    for _, row in expected[expected["weights"].eq(kind)].iterrows():
        edge, gene = EDGES[row["contrast"]], int(row["gene"][1]) - 1
        se = np.sqrt(combine(whole.own, *edge)[gene])
        df = np.broadcast_to(whole.df(*edge), 4)[gene]
        assert se == pytest.approx(row["se"], rel=1e-8)
        assert df == pytest.approx(row["df"], rel=1e-8)
        by_part = sum(combine(part.own, *edge)[gene] for part in apart)
        assert np.sqrt(by_part) == pytest.approx(row["se"], rel=1e-8)


@pytest.mark.parametrize("trend", [False, True])
def test_limmas_pattern_and_infinite_priors_give_limmas_t(trend):
    rng = np.random.default_rng(3)
    expression, labels = simulate(rng.normal(size=80), rng.normal(size=80), rng, 7, 3, 9)
    obs = expression.obs.assign(age=rng.normal(10, 3, len(expression.obs)))
    kept = np.ones(len(obs), dtype=bool)
    kept[[1, 14]] = False  # single visits
    y = expression.X[kept] * np.sqrt(4 / rng.chisquare(4, 80))
    fit, where = fitted(y, obs[kept], labels, trend=trend, design=COVARIATE)
    effects = effects_of(fit.model, OPTIONS)
    pattern = common_pattern(clusters_of(where), float(fit.correlation))
    planes, _ = cell_planes(fit, where, effects, pattern, infinite)
    limma = planes_of(fit, effects)
    for plane in effects:
        for edge in [*EDGES.values(), (2, 1), (-1, 0.5)]:
            found, expected = planes[plane].statistic(*edge), limma[plane].statistic(*edge)
            np.testing.assert_allclose(found, expected, rtol=1e-8)
            df = np.broadcast_to(limma[plane].degrees(*edge), 80)
            np.testing.assert_allclose(planes[plane].degrees(*edge), df, rtol=1e-8)


def test_without_prior_two_cells_give_welchs_test():
    rng = np.random.default_rng(4)
    expression, labels = simulate(rng.normal(size=50), rng.normal(size=50), rng, 6, 0, 9)
    fit, where = fitted(expression.X, expression.obs, labels)
    planes, _ = cell_planes(fit, where, effects_of(fit.model, OPTIONS), prior=none)
    plane = planes["main"]
    before, after, healthy = np.split(expression.X, [6, 12])
    welch = stats.ttest_ind(before, healthy, equal_var=False)
    np.testing.assert_allclose(plane.statistic(1, 0), welch.statistic, rtol=1e-8)
    np.testing.assert_allclose(plane.degrees(1, 0), welch.df, rtol=1e-8)
    np.testing.assert_allclose(plane.two_sided(1, 0), welch.pvalue, rtol=1e-8)
    paired = stats.ttest_rel(after, before)
    np.testing.assert_allclose(plane.statistic(0, 1), paired.statistic, rtol=1e-8)
    np.testing.assert_allclose(plane.degrees(0, 1), np.full(50, 5.0), rtol=1e-8)
    # t + d / 2 = after - (before + healthy) / 2: patients' own mixture against half of healthy.
    mixture = stats.ttest_ind(after - before / 2, healthy / 2, equal_var=False)
    np.testing.assert_allclose(plane.statistic(0.5, 1), mixture.statistic, rtol=1e-8)
    np.testing.assert_allclose(plane.degrees(0.5, 1), mixture.df, rtol=1e-8)


def test_equal_weights_of_observations_are_weights_of_samples():
    rng = np.random.default_rng(6)
    expression, labels = simulate(rng.normal(size=60), rng.normal(size=60), rng, 6, 3, 8)
    weight = rng.uniform(0.3, 2, len(expression.obs))
    own = np.repeat(weight[:, None], 60, axis=1)
    found = []
    for weights in (weight, own):
        fit, where = fitted(expression.X, expression.obs, labels, weights, 0.4)
        planes, model = cell_planes(fit, where, effects_of(fit.model, OPTIONS))
        found.append((planes["main"], model))
    (one, first), (other, second) = found
    np.testing.assert_allclose(first.pattern.matrix, second.pattern.matrix, rtol=1e-6)
    for edge in EDGES.values():
        np.testing.assert_allclose(one.variance(*edge), other.variance(*edge), rtol=1e-6)
        np.testing.assert_allclose(one.degrees(*edge), other.degrees(*edge), rtol=1e-6)


def test_a_missing_value_is_a_study_without_the_sample():
    rng = np.random.default_rng(8)
    expression, labels = simulate(rng.normal(size=40), rng.normal(size=40), rng, 6, 3, 8)
    y, lost = expression.X.copy(), [0, 12, 20]
    y[lost, 7] = np.nan
    kept = np.setdiff1d(np.arange(len(y)), lost)
    found = []
    for values, obs in ((y, expression.obs), (y[kept], expression.obs.iloc[kept])):
        fit, where = fitted(values, obs, labels, None, 0.5)
        pattern = common_pattern(clusters_of(where), 0.5)
        planes, model = cell_planes(fit, where, effects_of(fit.model, OPTIONS), pattern, none)
        found.append((planes["main"], model.scale.raw[7]))
    (one, s2), (other, expected) = found
    assert s2 == pytest.approx(expected, rel=1e-8)
    for edge in EDGES.values():
        for name in ("statistic", "degrees", "variance"):
            left, right = getattr(one, name)(*edge)[7], getattr(other, name)(*edge)[7]
            assert left == pytest.approx(right, rel=1e-8)
