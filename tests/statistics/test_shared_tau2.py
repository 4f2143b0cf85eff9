"""Means over studies with a shared distribution of tau2, against densities of scipy."""

import numpy as np
import pytest
from scipy import optimize, stats

from revertome.compare.pooled_genes import freedom
from revertome.statistics.shared_tau2 import Prior, _shares, evened, limits, moderated

MANY = 1e8  # degrees of freedom


def studies(k, g, seed=3):
    rng = np.random.default_rng(seed)
    return rng.normal(0.3, 0.5, (k, g)), rng.uniform(0.02, 0.1, (k, g))


def test_a_known_tau2_gives_the_normal_test_of_the_weighted_mean():
    y, v = studies(4, 200)
    prior = Prior(np.array([0.05]), np.ones(1))
    found, given, weight, _ = moderated(y, v, np.full(y.shape, MANY), v, prior)
    w = 1 / (v + 0.05)
    mean, error = (w * y).sum(0) / w.sum(0), 1 / np.sqrt(w.sum(0))
    assert found["estimate"] == pytest.approx(mean, rel=1e-12)
    assert found["P.Value"] == pytest.approx(2 * stats.t.sf(np.abs(mean / error), MANY), rel=1e-8)
    ends = limits(given, weight, prior)
    z = stats.norm.isf(0.025)
    assert ends["CI.L"] == pytest.approx(mean - z * error, abs=1e-7)
    assert ends["PI.R"] == pytest.approx(mean + z * np.sqrt(error**2 + 0.05), abs=1e-7)


def test_two_studies_weigh_two_values_of_tau2_by_the_density_of_their_difference():
    y, v = studies(2, 100)
    df = np.broadcast_to([[6.0], [15.0]], y.shape)
    even = np.broadcast_to(v.mean(0), y.shape)
    prior = Prior(np.array([0.0, 0.3]), np.array([0.7, 0.3]))
    found, given, weight, _ = moderated(y, v, df, even, prior)
    density, variance, nu = [], [], []
    for tau2 in prior.tau2:
        total = v.sum(0) + 2 * tau2
        nu.append(total**2 / (v**2 / df).sum(0))  # Satterthwaite
        density.append(stats.t.pdf(y[0] - y[1], nu[-1], scale=np.sqrt(total)))
        variance.append(total / 4)
    expected = prior.share[:, None] * density
    expected /= expected.sum(0)
    # Welch's degrees of freedom weigh the two by their part of the variance, which is the same here
    # only where tau2 is 0; at 0.3 they are so many that the density is all but normal.
    assert weight == pytest.approx(expected, abs=2e-3)
    mean = y.mean(0)
    below = (weight * stats.t.cdf(-mean / np.sqrt(variance), nu)).sum(0)
    p = 2 * np.minimum(below, 1 - below)
    assert found["P.Value"] == pytest.approx(p, abs=2e-4)
    ends = limits(given, weight, prior)
    at_left = (weight * stats.t.cdf((ends["CI.L"] - mean) / np.sqrt(variance), nu)).sum(0)
    assert at_left == pytest.approx(np.full(100, 0.025), abs=5e-5)
    assert found["tau2_moderated"] == pytest.approx((weight * prior.tau2[:, None]).sum(0))


def test_shares_are_the_mode_of_their_posterior():
    rng = np.random.default_rng(5)
    relative = rng.uniform(0.01, 1, (4, 60)) * np.array([[1.0], [0.6], [0.2], [0.5]])

    def loss(free):
        share = np.exp(np.append(free, 0))
        share /= share.sum()
        return -np.log(share @ relative).sum() - np.log(share).sum() / 4

    best = np.exp(np.append(optimize.minimize(loss, np.zeros(3), tol=1e-12).x, 0))
    assert _shares(relative) == pytest.approx(best / best.sum(), abs=1e-5)


def test_variances_that_are_known_stay_and_levels_of_study_and_gene_stay():
    _, v = studies(3, 50)
    v[0, 4] = np.nan
    assert evened(v, np.full(v.shape, MANY)) == pytest.approx(v, rel=1e-6, nan_ok=True)
    product = np.outer([1.0, 4.0, 0.3], np.geomspace(0.1, 2, 50))
    assert evened(product, np.full(v.shape, 5.0)) == pytest.approx(product, rel=1e-10)


def test_noise_of_variances_is_evened_out():
    """Equal variances behind 5 degrees of freedom: nine tenths of their spread is gone."""
    rng = np.random.default_rng(6)
    v = rng.chisquare(5, (4, 3000)) / 5
    rest = np.log(evened(v, np.full(v.shape, 5.0)))
    rest -= rest.mean(0)
    raw = np.log(v) - np.log(v).mean(0)
    assert rest.var() < 0.01 * raw.var()


def test_a_missing_study_changes_nothing():
    y, v = studies(3, 40)
    hole = np.full((1, 40), np.nan)
    df = np.full(y.shape, 9.0)
    plain = moderated(y, v, df, v)[0]
    holed = moderated(*(np.vstack([x, hole]) for x in (y, v, df, v)))[0]
    for name, value in plain.items():
        assert holed[name] == pytest.approx(value, rel=1e-10)


def test_what_cannot_be_computed_is_missing():
    y, v = studies(3, 5)
    y[0, 0], v[1, 1], v[1:, 2] = 1e200, 1e-320, np.nan
    found, given, weight, prior = moderated(y, v, np.full(y.shape, 9.0), v)
    ends = limits(given, weight, prior)
    for value in (*found.values(), *ends.values()):
        assert np.isnan(value).tolist()[2:] == [True, False, False]


@pytest.mark.parametrize("df", [3, 5, 12, 80])
def test_degrees_of_freedom_come_back_from_t_and_p(df):
    t = np.linspace(-20, 20, 81)
    p = np.maximum(stats.t.sf(np.abs(t), df), 1e-300)
    assert freedom(t, np.sign(t) * stats.norm.isf(p)) == pytest.approx(np.full(81, df), rel=0.06)
    assert (freedom(t, t) == MANY).all()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_genes_that_vary_between_studies_are_not_taken_for_effects(share):
    """Mean 0; the two studies differ in some genes: no more than 5% of p below 5%, 1 in 1,000."""
    rng = np.random.default_rng(7)
    g = 20000
    tau = np.where(rng.random(g) < share, 1.0, 0.0)
    v = 0.04 * rng.chisquare(9, (2, g)) / 9
    y = rng.normal(size=(2, g)) * np.sqrt(0.04 + tau**2)
    df = np.full((2, g), 9.0)
    p = moderated(y, v, df, evened(v, df))[0]["P.Value"]
    for level in (0.05, 0.001):
        assert (p <= level).mean() <= level + 2 * np.sqrt(level * (1 - level) / g)
