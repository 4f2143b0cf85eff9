"""Fieller's confidence set of the recovered fraction against its definition."""

import numpy as np
from scipy import stats

from revertome.trajectories.fieller import fieller
from revertome.trajectories.plane import Plane


def inside(plane, f):
    """f is in the set when t + f d cannot be told from 0 at 5%."""
    return np.abs(plane.statistic(f, 1.0)) <= stats.t.ppf(0.975, plane.df)


def test_three_kinds_agree_with_the_definition():
    one = np.ones(3)
    plane = Plane(
        d=np.array([3.0, 0.5, 0.2]),
        t=np.array([-2.0, 2.5, 0.3]),
        var_d=0.25 * one,
        var_t=0.3 * one,
        cov=-0.1 * one,
        df=20.0,
    )
    low, high, kind = fieller(plane)
    assert list(kind) == ["bounded", "unbounded", "whole line"]
    for f in np.linspace(-30, 30, 2001):
        expected = [
            low[0] <= f <= high[0],
            f <= min(low[1], high[1]) or f >= max(low[1], high[1]),
            True,
        ]
        assert list(inside(plane, f)) == expected
    assert high[1] < low[1]
    assert np.isinf(low[2]) and np.isinf(high[2])


def test_interval_holds_the_estimate_and_scales():
    rng = np.random.default_rng(0)
    d, t = rng.uniform(2, 4, 50), -rng.uniform(1, 5, 50)
    v = np.full(50, 0.1)
    low, high, _ = fieller(Plane(d, t, v, v, -0.4 * v, 30.0))
    assert ((low < -t / d) & (-t / d < high)).all()
    again_low, again_high, _ = fieller(Plane(10 * d, 10 * t, 100 * v, 100 * v, -40 * v, 30.0))
    np.testing.assert_allclose([low, high], [again_low, again_high], rtol=1e-12)
