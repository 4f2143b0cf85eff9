"""Correlation within patients against R's analysis of covariance and its closed form."""

import numpy as np
import pytest

from revertome.statistics.repeated_correlation import repeated_correlation


def measured():
    """9 patients at up to 5 visits; 40 samples."""
    k, v = np.repeat(np.arange(9), 5), np.tile(np.arange(5), 9)
    x = (k * 7 + v * 5) % 11 + k / 3
    y = (k * 5 + v * 3 + v**2 * k) % 13 - 0.6 * ((k * 7 + v * 5) % 11)
    kept = ~(((k * 3 + v * 2) % 7 == 1) & (v > 0))
    return x[kept], y[kept], np.array([f"P{i}" for i in k], dtype=object)[kept]


def test_it_is_the_analysis_of_covariance_of_r():
    """fit <- lm(y ~ p + x); ss <- drop1(fit, ~ x); r = sign(b) sqrt(SS_x / (SS_x + RSS));
    the t and Pr(>|t|) of x."""
    found, df = repeated_correlation(*measured())
    assert df == 30
    expected = [-0.2928272519933083, -1.6774095533607227, 0.1038530018893163]
    assert [found.estimate, found.statistic, found.p] == pytest.approx(expected, rel=1e-10)
    half = 1.959963984540054 / np.sqrt(27)
    z = np.arctanh(expected[0])
    assert [found.low, found.high] == pytest.approx(np.tanh([z - half, z + half]), rel=1e-10)


def test_the_interval_is_that_of_published_software():
    """r = -0.507 with 38 df: rmcorr prints -0.711 to -0.223 for its example of pH and PaCO2."""
    rng = np.random.default_rng(1)
    people = np.repeat(np.arange(20), 3)[:59].astype(object)
    x = rng.normal(size=59)
    centre = x - np.array([x[people == p].mean() for p in people])
    e = rng.normal(size=59)
    e -= np.array([e[people == p].mean() for p in people])
    e -= centre * (e @ centre) / (centre @ centre)
    r = -0.5067697
    y = r * centre / np.linalg.norm(centre) + np.sqrt(1 - r**2) * e / np.linalg.norm(e)
    found, df = repeated_correlation(x, y, people)
    assert df == 38
    assert found.estimate == pytest.approx(r)
    assert [found.low, found.high] == pytest.approx([-0.7112297, -0.223255], abs=2e-6)
    assert found.p == pytest.approx(0.0008471081, rel=1e-5)


def test_differences_between_patients_and_single_visits_add_nothing():
    x, y, who = measured()
    found, df = repeated_correlation(x, y, who)
    shift = np.unique(who, return_inverse=True)[1] * 100.0
    again, same = repeated_correlation(
        np.r_[x + shift, 5.0], np.r_[y - 3 * shift, 9.0], np.r_[who, np.array(["new"], object)]
    )
    assert same == df
    assert list(again) == pytest.approx(list(found), rel=1e-9)


def test_nothing_within_patients_is_no_correlation():
    x, y, who = measured()
    still = np.unique(who, return_inverse=True)[1].astype(float)
    assert np.isnan(repeated_correlation(still, y, who)[0]).all()
    assert np.isnan(repeated_correlation(x[:2], y[:2], who[:2])[0]).all()
    line = repeated_correlation(x, 2 * x + still, who)[0]
    assert (line.estimate, line.p) == (1, 0)
