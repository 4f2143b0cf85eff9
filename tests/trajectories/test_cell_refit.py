"""Variances of cells for people drawn again: each resample equals an explicit refit."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.calibration_draw import trial
from held_cells import EDGES, SMALL, held, held_of
from paired_trial import OPTIONS
from revertome.limma.cell_prior import contrast_priors
from revertome.limma.cell_shrinkage import oriented
from revertome.limma.cluster_robust import combine
from revertome.trajectories.class_rules import rule_of
from revertome.trajectories.classes import classify, outcomes
from revertome.trajectories.drawn_plane import zscore


def own_of(plane, part, a, b):
    """Own sums of squares of a contrast in one part of the people."""
    genes = np.arange(len(plane.d))
    return combine(plane.people.own(genes, (0, 1))[:, part], a, b)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"covariates": ("batch", "age")},
        {"single": 0.3},
        {"engine": "voom", "n_genes": 200},
        {"missing": 0.15},
    ],
    ids=["pairs", "covariates", "single", "voom", "missing"],
)
def test_everyone_once_is_the_fit(changes):
    *_, planes, _, refit = held(**changes)
    (drawn,) = refit.planes(np.ones((1, len(refit.patients))))
    for name, plane in drawn.items():
        np.testing.assert_allclose(plane.d, planes[name].d, atol=1e-10)
        for edge in EDGES:
            np.testing.assert_allclose(
                plane.variance(*edge), planes[name].variance(*edge), rtol=1e-9
            )


def test_own_variances_of_repeated_people_are_those_of_their_means():
    """Complete pairs: of the mean of x_i = (a - b) before_i + b after_i the variance is s^2 / n."""
    study, _, _, model, refit = held()
    rng = np.random.default_rng(1)
    counts = np.zeros((1, len(refit.patients)))
    for part in range(len(model.clusters.parts)):
        at = np.flatnonzero(model.clusters.part == part)
        counts[0, at] = rng.multinomial(len(at), np.full(len(at), 1 / len(at)))
    (drawn,) = refit.planes(counts)
    times = pd.Series(counts[0].astype(int), refit.patients)
    where, y = study.where, study.fitted.y
    pairs = [p for p in where.loc[where["label"].eq("responder"), "patient"].unique()]
    before, after = (
        np.stack([y[(where["patient"].eq(p) & where["visit"].eq(v)).to_numpy()][0] for p in pairs])
        for v in ("before", "after")
    )
    n = times.loc[pairs].to_numpy()
    part = model.clusters.parts.index("responder")
    for a, b in EDGES:
        x = np.repeat((a - b) * before + b * after, n, axis=0)
        expected = x.var(axis=0, ddof=1) / len(x)
        got = own_of(drawn["main"], part, a, b)
        np.testing.assert_allclose(got, expected, rtol=1e-8, atol=1e-12)
    d = np.repeat(before, n, axis=0).mean(axis=0)
    people = where.loc[where["label"].eq("healthy"), "patient"]
    healthy = np.repeat(y[where["label"].eq("healthy").to_numpy()], times.loc[people], axis=0)
    np.testing.assert_allclose(drawn["main"].d, d - healthy.mean(axis=0), atol=1e-9)


def test_people_whose_samples_a_gene_misses_do_not_count_when_drawn():
    drawn = trial(SMALL, np.random.default_rng(4))
    patient = drawn.expression.obs["patient"]
    gone = patient.unique()[[1, -2]]
    genes = np.arange(SMALL.n_genes) % 2 == 0
    *_, refit = held_of(drawn, patient.isin(gone).to_numpy()[:, None] & genes)
    counts = np.random.default_rng(1).integers(1, 3, len(refit.patients)).astype(float)
    kept = np.where(np.isin(refit.patients, gone), 0, counts)
    one, other = (planes["main"] for planes in refit.planes(np.stack([counts, kept])))
    for part in ("d", "t", "post"):
        np.testing.assert_allclose(
            getattr(one, part)[genes], getattr(other, part)[genes], rtol=1e-9
        )
        assert not np.isclose(getattr(one, part), getattr(other, part))[~genes].all()


def test_variance_without_a_person_is_that_of_the_others():
    """One of n pairs left out: s^2 / (n - 1) of the others, by the corrections for size."""
    study, _, _, model, refit = held()
    counts = np.ones((1, len(refit.patients)))
    part = model.clusters.parts.index("responder")
    counts[0, np.flatnonzero(model.clusters.part == part)[0]] = 0
    (drawn,) = refit.planes(counts)
    n = int((model.clusters.part == part).sum())
    gone = refit.patients[np.flatnonzero(model.clusters.part == part)[0]]
    where, y = study.where, study.fitted.y
    rest = where["label"].eq("responder") & where["patient"].ne(gone)
    first, last = (y[(rest & where["visit"].eq(v)).to_numpy()] for v in ("before", "after"))
    own = own_of(drawn["main"], part, 0, 1) * (n - 1) / (n - 2) * n / (n - 1)
    np.testing.assert_allclose(own, (last - first).var(axis=0, ddof=1) / (n - 1), rtol=1e-8)


@pytest.mark.parametrize("df", [3.0, 7.5, 40.0, 500.0])
def test_zscore_has_the_tail_of_t(df):
    t = np.linspace(-9, 9, 37)
    z = zscore(t, np.full(37, df))
    exact = np.sign(t) * stats.norm.isf(stats.t.sf(np.abs(t), df))
    np.testing.assert_allclose(z, exact, atol=2e-3 if df < 5 else 2e-5)


def test_classes_of_z_scores_are_those_of_p():
    *_, planes, _, refit = held(n_genes=3000, responders=15, healthy=30)
    (drawn,) = refit.planes(np.ones((1, len(refit.patients))))
    rule = rule_of(OPTIONS)
    exact = classify(planes["main"], planes["induced"], rule).outcome
    quick = outcomes(drawn["main"], drawn["induced"], rule)
    assert (exact == "reverted").sum() > 50 and (exact == "induced").sum() > 20
    assert (exact == quick).mean() > 0.998


def test_priors_leave_out_genes_in_which_people_drawn_are_all_alike():
    """At the floor of an assay their scale is 0, and what rounding makes of it is no ratio."""
    drawn = trial(SMALL, np.random.default_rng(4))
    people = drawn.expression.obs["patient"]
    some = people.isin(people.unique()[::2]).to_numpy()
    floor = np.arange(SMALL.n_genes) % 5 == 0
    drawn.expression.X = np.where(some[:, None] & floor, 0.1 + 0.2, drawn.expression.X)
    *_, refit = held_of(drawn, np.zeros(drawn.expression.shape, dtype=bool))
    counts = np.where(np.isin(refit.patients, people.unique()[::2]), 2.0, 0.0)[None]
    (planes,) = refit.planes(counts)
    found = planes["main"].people
    np.testing.assert_array_equal(found.raw == 0, floor)
    for edge in EDGES[:3]:
        edge, _ = oriented(*edge)
        what = found.cells.ingredients((edge,))
        own = what.own(found.own(np.arange(len(floor)), (0, 1)), range(3), found.squares)
        ratio = what.ratio(own, np.where(floor, np.nan, found.raw))
        alone = contrast_priors(ratio, what.df, found.cells.scale.df, found.covariate)
        for prior, other in zip(found.priors((edge,)), alone, strict=True):
            assert prior.df == other.df
            np.testing.assert_array_equal(prior.log_scale, other.log_scale)
