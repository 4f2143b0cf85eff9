"""Stability and chance: each resample equals an explicit refit."""

import numpy as np
import pandas as pd

from paired_trial import DESIGN, LIMMA, OPTIONS, simulate
from revertome.differential.models import random_model
from revertome.limma.contrasts import contrasts_fit
from revertome.limma.ebayes import ebayes
from revertome.limma.fit import lm_fit
from revertome.limma.joint import Joint, moderate, moderated_joint, normal_fit
from revertome.trajectories import run
from revertome.trajectories.chance import _transform
from revertome.trajectories.class_rules import CONTRASTS, EFFECTS
from revertome.trajectories.patient_sums import PatientSums
from revertome.trajectories.refit import Refit, inverses, plane_of
from revertome.trial import cells, first_and_second, further_samples


def fitted(weights=None, missing=0.0):
    rng = np.random.default_rng(4)
    expression, labels = simulate(rng.normal(size=40), rng.normal(size=40), rng, 8, 4, 9)
    expression.X = 8 + (expression.X - 8) * np.sqrt(4 / rng.chisquare(4, 40))
    model = random_model(expression.obs, labels, DESIGN, CONTRASTS)
    expression.X = np.where(rng.random(expression.X.shape) < missing, np.nan, expression.X)
    if weights is None:
        joint = normal_fit(expression.X, model)
    else:
        w = weights(rng, expression.X.shape)
        fit = lm_fit(expression.X, model.design, model.block, 0.4, w)
        joint = Joint(fit, expression.X, w, 0.4)
    return expression, labels, model, joint, moderate(joint.fit, model, trend=False)


def explicit(joint, model, moderated, counts, effect):
    """Refit with the patients drawn, each repeat a patient of its own."""
    rows, block = [], []
    for patient, times in counts.items():
        at = np.flatnonzero(model.obs["patient"].to_numpy() == patient)
        for repeat in range(int(times)):
            rows.extend(at)
            block.extend([f"{patient}.{repeat}"] * len(at))
    design = model.design.iloc[rows].reset_index(drop=True)
    weights = None if joint.weights is None else joint.weights[rows]
    fit = lm_fit(joint.y[rows], design, pd.Series(block), joint.correlation, weights)
    fit = contrasts_fit(fit, model.contrasts)
    plane = plane_of(ebayes(fit), effect)
    df0, df = moderated.df_prior, fit.df_residual
    s2 = (df0 * moderated.s2_prior + df * fit.sigma**2) / (df0 + df)
    i = fit.names.index(effect.disease)
    return plane.d, plane.t, s2 * fit.covariance[:, i, i], df0 + df


def check_bootstrap(weights, missing=0.0):
    _, _, model, joint, moderated = fitted(weights, missing)
    refit = Refit(moderated_joint(joint, model, trend=False))
    effect = EFFECTS["responders"]
    sums = PatientSums(refit, joint.y, model.obs["patient"], {"main": effect})
    counts = np.random.default_rng(9).integers(0, 3, len(sums.patients)).astype(float)
    (planes,) = sums.planes(counts[None])
    plane = planes["main"]
    drawn = dict(zip(sums.patients, counts, strict=True))
    d, t, var_d, df = explicit(joint, model, moderated, drawn, effect)
    np.testing.assert_allclose(plane.d, d, atol=1e-9)
    np.testing.assert_allclose(plane.t, t, atol=1e-9)
    np.testing.assert_allclose(plane.var_d, var_d, rtol=1e-8)
    np.testing.assert_array_equal(plane.df, df)


def test_resample_equals_refit_with_repeated_patients():
    check_bootstrap(None)


def test_resample_with_observation_weights():
    check_bootstrap(lambda rng, shape: rng.uniform(0.5, 2.0, shape))


def test_resample_where_genes_miss_samples():
    """Every gene over its own samples of the people drawn; with weights as without."""
    check_bootstrap(None, 0.15)
    check_bootstrap(lambda rng, shape: rng.uniform(0.5, 2.0, shape), 0.15)


def test_inverses_of_many_small_matrices_leave_them_alone():
    x = np.random.default_rng(3).normal(size=(50, 12, 5))
    xx = np.swapaxes(x, 1, 2) @ x
    for part in (xx, xx[:1]):
        before = part.copy()
        found = np.moveaxis(inverses(part), -1, 0)
        np.testing.assert_allclose(found, np.linalg.inv(before), rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(part, before)


def test_permutation_keeps_the_correlation_within_patients():
    """T S T' = S for the block correlation matrix S: chance data are as correlated as real."""
    expression, labels, *_ = fitted()
    where = cells(expression.obs, labels, DESIGN).assign(patient=expression.obs["patient"])
    first, second = first_and_second(where)
    code = pd.factorize(where["patient"])[0]
    block = np.where(code[:, None] == code[None, :], 0.37, 0.0)
    np.fill_diagonal(block, 1.0)
    for seed in range(5):
        exchanged, carried = _transform(len(where), first, second, np.random.default_rng(seed))
        t = (exchanged + 0.37 * carried).toarray()
        np.testing.assert_allclose(t @ block @ t.T, block, atol=1e-12)


def test_permutation_keeps_the_correlation_of_any_number_of_samples():
    """The same of patients with one to five samples, and healthy people: T S T' = S."""
    counts = {"a": 5, "b": 1, "c": 3, "d": 2, "h": 1, "g": 3}
    rows = [(p, None if p in "hg" else f"v{k}") for p, m in counts.items() for k in range(m)]
    where = pd.DataFrame(rows, columns=["patient", "visit"]).sample(frac=1, random_state=4)
    first, second = first_and_second(where)
    further = further_samples(where)
    assert further.shape == (6, 3)
    code = pd.factorize(where["patient"])[0]
    block = np.where(code[:, None] == code[None, :], 0.37, 0.0)
    np.fill_diagonal(block, 1.0)
    moved = np.zeros((len(where), len(where)))
    for seed in range(60):
        rng = np.random.default_rng(seed)
        exchanged, carried = _transform(len(where), first, second, rng, further)
        t = (exchanged + 0.37 * carried).toarray()
        np.testing.assert_allclose(t @ block @ t.T, block, atol=1e-12)
        moved += exchanged.toarray()
    assert (moved.sum(axis=1) == 60).all()  # every sample has a value in every permutation
    own = np.flatnonzero(where["patient"].eq("a"))
    assert (moved[np.ix_(own, own)].sum(axis=1) > 0).all()


def test_patients_with_two_samples_are_exchanged_as_ever():
    expression, labels, *_ = fitted()
    where = cells(expression.obs, labels, DESIGN).assign(patient=expression.obs["patient"])
    assert further_samples(where).shape[1] == 0


def test_nothing_is_expected_by_chance_when_there_is_no_effect():
    rng = np.random.default_rng(8)
    expression, labels = simulate(np.zeros(500), np.zeros(500), rng)
    found = run(expression, labels, LIMMA, OPTIONS | {"permutations": 40})
    chance = found.summary.set_index("class")["expected_by_chance"]
    assert chance["reverted"] + chance["induced"] < 0.5
    assert chance.sum() == 500


def test_stability_is_high_for_strong_genes_and_lower_at_the_boundary():
    rng = np.random.default_rng(8)
    disease = np.repeat([4.0, 2.0, 0.0], [30, 100, 370])
    expression, labels = simulate(disease, -disease * np.repeat([1.0, 0.6, 0], [30, 100, 370]), rng)
    found = run(expression, labels, LIMMA, OPTIONS | {"bootstrap": 60})
    stable = found.genes.set_index("gene")["stability"].to_numpy()
    assert stable[:30].mean() > 0.95
    assert stable[30:130].mean() < stable[:30].mean() - 0.1
    assert (found.genes["class"][:30] == "reverted").all()
