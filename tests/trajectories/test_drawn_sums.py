"""Sums of people drawn again beside the same written out person by person."""

import numpy as np
import pytest
from scipy import special, stats

from held_cells import EDGES, held
from paired_trial import OPTIONS
from revertome.limma.cell_prior import NOISE, NOWHERE, Along, ContrastPrior, contrast_priors, scales
from revertome.limma.cell_shrinkage import Ingredients
from revertome.limma.cluster_robust import adjustments, combine, influence
from revertome.limma.clusters import blocks_of
from revertome.limma.prior import trigamma_inverse
from revertome.trajectories.class_rules import rule_of
from revertome.trajectories.classes import outcomes
from revertome.trajectories.drawn_plane import zscore
from revertome.trajectories.influences import HELD

STUDIES = {
    "pairs": {},
    "covariates": {"covariates": ("batch", "age")},
    "single": {"single": 0.3},
    "voom": {"engine": "voom", "n_genes": 120},
    "missing": {"missing": 0.15, "n_genes": 120},
    "kinds": {"responders": 18, "healthy": 20, "n_genes": 120},
    "kinds in batches": {"responders": 50, "healthy": 50, "covariates": ("batch",), "n_genes": 80},
}
ALPHA = 0.05


def counts_of(refit, n=4):
    rng, people = np.random.default_rng(7), len(refit.patients)
    drawn = rng.multinomial(people, np.full(people, 1 / people), 40).astype(float)
    kept = [counts for counts in drawn if refit.full_rank(counts)]
    return np.array(kept[:n])


def by_hand(study, model, effect, blocks, counts):
    """Change of the coefficients, raw sum of squares and own sums of the genes of some blocks."""
    pattern = np.linalg.inv(blocks.restricted(model.pattern.covariance(model.clusters)))
    columns = study.fitted.model.design.columns
    c = np.column_stack(
        [study.fitted.model.contrasts[name].reindex(columns, fill_value=0.0)
         for name in (effect.disease, effect.change)]
    )  # fmt: skip
    adjusted = np.swapaxes(adjustments(blocks), -1, -2) @ influence(blocks, c)
    found = []
    for g, e in enumerate(blocks.e):
        k = min(g, len(blocks.x) - 1)
        x, own = blocks.x[k], adjusted[k]
        raw = fitted_again(x, pattern[k], e, counts)[1]
        beta, _ = fitted_again(x, np.linalg.inv(blocks.working[k]), e, counts)
        z = np.einsum("nak,na->kn", own, e - x @ beta)
        sums = np.array([[(counts * z[i] * z[j])[model.clusters.part == part].sum()
                          for part in range(len(model.clusters.parts))]
                         for i, j in ((0, 0), (0, 1), (1, 1))])  # fmt: skip
        found.append((beta @ c, raw, sums))
    return (np.array(part) for part in zip(*found, strict=True))


def fitted_again(x, inverse, e, counts):
    """Generalised least squares of people drawn again, and the sum of squares that is left."""
    xx = np.einsum("n,nap,nab,nbq->pq", counts, x, inverse, x)
    xe = np.einsum("n,nap,nab,nb->p", counts, x, inverse, e)
    beta = np.linalg.lstsq(xx, xe, rcond=None)[0]
    off = e - x @ beta
    return beta, np.einsum("n,na,nab,nb->", counts, off, inverse, off)


@pytest.mark.parametrize("numbers", [HELD, 0], ids=["held", "made when asked for"])
@pytest.mark.parametrize("changes", STUDIES.values(), ids=STUDIES)
def test_sums_are_those_written_out(changes, numbers, monkeypatch):
    monkeypatch.setattr("revertome.trajectories.influences.HELD", numbers)
    monkeypatch.setattr("revertome.trajectories.cell_refit.HELD", numbers)
    study, effects, planes, model, refit = held(**changes)
    for counts, drawn in zip(counts_of(refit), refit.planes(counts_of(refit)), strict=True):
        for name, effect in effects.items():
            plane = drawn[name]
            for blocks in blocks_of(study.fitted, model.clusters):
                told = ~np.isnan(plane.d[blocks.genes])  # by those drawn, in genes with few values
                assert told.mean() > 0.7
                at = blocks.genes[told]
                written_out = by_hand(study, model, effect, blocks, counts)
                change, raw, sums = (part[told] for part in written_out)
                off = np.stack([plane.d - planes[name].d, plane.t - planes[name].t], axis=1)[at]
                np.testing.assert_allclose(off, change, rtol=1e-9, atol=1e-11)
                df = model.scale.df[0 if len(model.scale.df) == 1 else at]
                more = (counts - 1) @ blocks.seen.sum(axis=2).T
                df = df + (more if len(more) == 1 else more[told])
                np.testing.assert_allclose(plane.people.raw[at] * df, raw, rtol=1e-10)
                inside = np.unique(plane.people.cells.ingredients(((1, 0), (0, 1))).part)
                assert np.abs(np.delete(sums, inside, axis=2)).max(initial=0) < 1e-20
                own = plane.people.own(at, (0, 1))[:, inside]
                np.testing.assert_allclose(
                    own, np.moveaxis(sums, 0, 2)[:, inside], rtol=1e-10, atol=1e-13
                )
                for k, pair in ((0, 0), (1, 2)):
                    (alone,) = plane.people.own(at, (k,))
                    np.testing.assert_allclose(alone[inside], own[pair], rtol=1e-12, atol=1e-20)


@pytest.mark.parametrize("changes", STUDIES.values(), ids=STUDIES)
def test_screens_leave_out_only_genes_that_are_not_rejected(changes):
    *_, refit = held(**changes)
    for drawn in refit.planes(counts_of(refit)):
        for plane in drawn.values():
            for edge in ((1, 0), (0, 1)):
                whole, far = plane.statistic(*edge), plane.far(*edge, ALPHA)
                left_out, known = far == 0, ~np.isnan(whole)
                assert 0 < left_out.sum() < len(far)
                np.testing.assert_allclose(far[~left_out], whole[~left_out], rtol=1e-12)
                p = 2 * stats.norm.sf(np.abs(whole[known]))
                rejected = stats.false_discovery_control(p) <= ALPHA
                assert not (rejected & left_out[known]).any()


@pytest.mark.parametrize("changes", STUDIES.values(), ids=STUDIES)
def test_statistics_made_in_one_go_are_those_made_one_by_one(changes):
    *_, refit = held(**changes)
    counts = counts_of(refit, 1)
    (one,), (other,) = refit.planes(counts), refit.planes(counts)
    other["main"].expect(EDGES)
    some = np.arange(len(one["main"].d)) % 3 > 0
    taken = other["main"].take(some, EDGES)
    for edge in EDGES:
        back = tuple(-part for part in edge)
        expected = one["main"].statistic(*edge)[some]
        np.testing.assert_allclose(taken.statistic(*edge), expected, rtol=1e-9)
        np.testing.assert_allclose(taken.statistic(*back), -expected, rtol=1e-9)
        people = one["main"].people
        three = people.own(np.arange(len(some)), (0, 1))
        what = people.cells.ingredients((edge,))
        np.testing.assert_allclose(
            what.own(three, range(3)), combine(three, *edge)[what.part], rtol=1e-8, atol=1e-15
        )
    rule = rule_of(OPTIONS)
    np.testing.assert_array_equal(
        outcomes(one["main"], one["induced"], rule), outcomes(other["main"], other["induced"], rule)
    )


def test_z_is_no_larger_than_t():
    t = np.concatenate([np.linspace(0.01, 60, 5000), np.logspace(2, 8, 100)])
    for df in (1.0, 1.3, 2.0, 5.0, 40.0, 1e3, 1e9):
        assert (zscore(t, np.full(len(t), df)) <= t).all()


def test_trigamma_inverse_of_many_is_that_of_each():
    x = np.logspace(-8, 9, 200)
    y = trigamma_inverse(x)
    middle = (x >= 1e-6) & (x <= 1e7)
    np.testing.assert_allclose(special.polygamma(1, y[middle]), x[middle], rtol=1e-12)
    np.testing.assert_array_equal(y, [trigamma_inverse(one) for one in x])


def test_priors_of_many_rows_are_those_of_each():
    """Among them rows that lack genes, that rounding made and that nothing is known of."""
    rng = np.random.default_rng(2)
    n, along = 900, Along(rng.gamma(2, 1, 900))
    ratio = rng.f(6, 20, (6, n)) * np.exp(0.2 * along.values)
    ratio[1, ::7], ratio[2] = np.nan, NOISE * rng.random(n)
    ratio[3, ::3] = 1e-30  # raised to a share of the median
    df = np.array([6.0, 6.0, 6.0, 6.0, 0.0, 6.0])[:, None]
    found = contrast_priors(ratio, df, np.array([40.0]), along)
    for k, prior in enumerate(found):
        rows = slice(k, k + 1)
        (alone,) = contrast_priors(ratio[rows], df[rows], np.array([40.0]), along)
        np.testing.assert_allclose(prior.df, alone.df, rtol=1e-9)
        np.testing.assert_allclose(prior.log_scale, alone.log_scale, rtol=1e-9, atol=1e-12)
    assert [np.isinf(prior.df) for prior in found] == [False, False, True, False, True, False]
    # Read between the centres as numpy does.
    for prior, scale in zip(found, scales(found, along), strict=True):
        expected = np.interp(along.values, prior.centre, prior.log_scale)
        np.testing.assert_allclose(np.log(scale), expected, atol=1e-12)


def test_without_any_degrees_of_freedom_the_pattern_stands_alone():
    """Of a part of one person and a prior that says nothing, 0 / 0 is no weight and no warning."""
    row = np.zeros(1, dtype=int)
    known = Ingredients(((1.0, 0.0),), row, row, np.array([[2.0]]), np.array([[np.nan]]),
                        np.zeros((1, 1)))  # fmt: skip
    shrunk = known.shrunk([ContrastPrior(*NOWHERE, df=0.0)], np.full((1, 3), 1.5))
    assert shrunk.weight.tolist() == [[0.0]]
    own, scale = np.full((1, 3), np.nan), np.array([1.0, 2.0, 4.0])
    assert shrunk.variance(own, scale).tolist() == [[3.0, 6.0, 12.0]]
