"""The joint confidence region of disease and change that the plane's ellipses outline."""

import numpy as np
import pytest

from revertome.trajectories.plane import Plane
from revertome.trajectories.table import _joint_limit, _spread


def test_limit_is_twice_the_f_quantile():
    """R: qf(0.95, 2, 40) = 3.231727; closed form df (0.05^(-2 / df) - 1)."""
    df = np.array([40.0, 3.5])
    np.testing.assert_allclose(_joint_limit(df), df * (0.05 ** (-2 / df) - 1), rtol=1e-12)
    assert _joint_limit(40.0) == pytest.approx(2 * 3.231727, rel=1e-6)


def test_limit_without_end_of_degrees_of_freedom_is_that_of_chi_square():
    """R: qchisq(0.95, 2) = 5.991465."""
    assert _joint_limit(np.inf) == pytest.approx(5.991465, rel=1e-6)


def test_region_covers_both_effects_together():
    """Estimates of two effects with correlated errors: the region holds both in 95 of 100."""
    rng = np.random.default_rng(4)
    n, df = 20000, 12
    cov = np.array([[0.09, -0.04], [-0.04, 0.06]])
    s2 = rng.chisquare(df, n) / df
    error = rng.multivariate_normal([0, 0], cov, n)
    plane = Plane(error[:, 0], error[:, 1], 0.09 * s2, 0.06 * s2, -0.04 * s2, df)
    told = _spread(plane)
    r = told["correlation"]
    u, v = error[:, 0] / told["se_disease"], error[:, 1] / told["se_change"]
    distance = (u**2 - 2 * r * u * v + v**2) / (1 - r**2)
    assert np.mean(distance <= told["joint_limit"]) == pytest.approx(0.95, abs=0.006)
