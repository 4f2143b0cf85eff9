"""Trajectories by gene-wise mixed models: half planes against lmerTest, refits against fits."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from options import options_of
from paired_trial import BOUNDS, DESIGN, LIMMA, OPTIONS, simulate
from revertome.differential.engines import joint_fit
from revertome.differential.models import random_model
from revertome.limma.ebayes import Moderated
from revertome.limma.fit import Fit
from revertome.limma.mixed_fit import mixed_fit
from revertome.limma.mixed_joint import degrees_of
from revertome.trajectories import run
from revertome.trajectories.class_rules import CONTRASTS, EFFECTS
from revertome.trajectories.patient_sums import PatientSums
from revertome.trajectories.plane import class_p
from revertome.trajectories.refit import Refit, plane_of, planes_of

HERE = Path(__file__).parent / "reference"
DATA = Path(__file__).parents[1] / "differential" / "reference"


def test_half_planes_equal_those_of_lmertest():
    """reference/plane_mixed.R: lmer, contest(fit, edges) with Satterthwaite's df, ten genes."""
    theirs = pd.read_csv(HERE / "plane_mixed.tsv", sep="\t", index_col="gene")
    y = pd.read_csv(DATA / "y.tsv", sep="\t", index_col=0, float_precision="round_trip")
    samples = pd.read_csv(DATA / "samples.tsv", sep="\t").set_index("sample")
    labels = samples[["patient", "label"]].dropna().drop_duplicates()
    model = random_model(samples, labels, DESIGN | {"covariates": ["batch"]}, CONTRASTS)
    found = mixed_fit(y.to_numpy().T, model.design, model.block, model.contrasts)
    plain = Fit(
        found.coefficients, found.covariance, found.sigma, found.df_sigma, found.mean, found.names
    )
    s2 = found.sigma**2
    moderated = Moderated(plain, s2, 0.0, s2, found.df[:, 0])
    plane = plane_of(moderated, EFFECTS["responders"], partial(degrees_of, found, 0.0))
    ours = pd.DataFrame({"d": plane.d, "t": plane.t}, index=y.index)
    for name in ("reverted", "induced"):
        ours[name] = class_p(plane, name, BOUNDS)
    pd.testing.assert_frame_equal(
        ours.loc[theirs.index], theirs, rtol=1e-5, atol=1e-6, check_names=False
    )


@pytest.fixture(scope="module")
def trial():
    rng = np.random.default_rng(31)
    disease = np.repeat([3.0, 3.0, 0.0, 0.0], [60, 40, 40, 360])
    change = np.repeat([-3.0, 0.0, 3.0, 0.0], [60, 40, 40, 360])
    expression, labels = simulate(disease, change, rng, responders=12, nonresponders=4)
    expression.X = 8 + (expression.X - 8) * np.sqrt(4 / rng.chisquare(4, 500))
    return expression, labels


def test_refit_of_everyone_once_is_the_fit(trial):
    expression, labels = trial
    model = random_model(expression.obs, labels, DESIGN, CONTRASTS)
    fitted = joint_fit(expression, model, options_of("mixed", DESIGN, trend=False))
    effects = {"main": EFFECTS["responders"], "induced": EFFECTS["all"]}
    refit = Refit(fitted)
    sums = PatientSums(refit, fitted.y, expression.obs["patient"], effects)
    (planes,) = sums.planes(np.ones((1, len(sums.patients))))
    observed = planes_of(fitted, effects)
    for group, plane in planes.items():
        for part in ("d", "t", "var_d", "var_t", "cov", "df"):
            np.testing.assert_allclose(
                getattr(plane, part), getattr(observed[group], part), rtol=1e-7, atol=1e-10
            )
        np.testing.assert_allclose(
            class_p(plane, "reverted", BOUNDS), class_p(observed[group], "reverted", BOUNDS),
            rtol=1e-6,
        )  # fmt: skip


def test_refit_without_a_patient_is_the_fit_at_the_same_ratio(trial):
    """Weighted least squares of each gene on the other samples with V = I + g ZZ'."""
    expression, labels = trial
    model = random_model(expression.obs, labels, DESIGN, CONTRASTS)
    fitted = joint_fit(expression, model, options_of("mixed", DESIGN, trend=False))
    effects = {"main": EFFECTS["responders"]}
    refit = Refit(fitted)
    patients = expression.obs["patient"]
    sums = PatientSums(refit, fitted.y, patients, effects)
    counts = np.ones((1, len(sums.patients)))
    counts[0, list(sums.patients).index("P02")] = 0
    plane = next(sums.planes(counts))["main"]
    rest = patients.ne("P02").to_numpy()
    x, who = model.design.to_numpy()[rest], patients[rest].to_numpy()
    vector = model.contrasts["disease_responders"].reindex(model.design.columns).to_numpy()
    for g in (0, 70, 120, 400):
        rho = fitted.correlation[g]
        v = np.eye(len(x)) + rho / (1 - rho) * (who[:, None] == who)
        root = np.linalg.inv(np.linalg.cholesky(v))
        beta, rss, *_ = np.linalg.lstsq(root @ x, root @ fitted.y[rest, g], rcond=None)
        prior, own = refit.prior, fitted.df_residual[g]
        s2 = (prior.df_prior * prior.s2_prior[g] + own * rss[0] / (len(x) - x.shape[1])) / (
            prior.df_prior + own
        )
        unscaled = vector @ np.linalg.inv((root @ x).T @ root @ x) @ vector
        assert plane.d[g] == pytest.approx(vector @ beta, abs=1e-9)
        assert plane.var_d[g] == pytest.approx(s2 * unscaled, rel=1e-8)


def test_every_piece_of_the_stage_works_by_mixed_models(trial):
    expression, labels = trial
    options = OPTIONS | {"bootstrap": 20, "permutations": 10}
    found = run(expression, labels, options_of("mixed", DESIGN, trend=False), options)
    limma = run(expression, labels, LIMMA, options)
    same = found.genes["class"].to_numpy() == limma.genes["class"].to_numpy()
    assert same.mean() > 0.95
    assert (found.genes["class"][:60] == "reverted").mean() > 0.8
    shown = found.genes["class"].eq("reverted")
    assert found.genes.loc[shown, "stability"].mean() > 0.8
    chance = found.summary.set_index("class")["expected_by_chance"]
    assert chance["reverted"] + chance["induced"] < 1
    lost = found.sensitivity.query("analysis == 'leave_one_out' and set == 'reverted'")
    assert lost["jaccard"].min() > 0.7
