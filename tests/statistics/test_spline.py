"""The natural spline basis against the splines of scipy."""

import numpy as np
import pytest
from scipy.interpolate import BSpline, CubicSpline

from revertome.statistics.spline import b_splines, natural_spline


@pytest.mark.parametrize("order", [0, 1, 2, 3])
@pytest.mark.parametrize("inner", [[], [0.4], [0.1, 0.7], [0.3, 0.3, 0.8]])
def test_b_splines_and_their_derivatives_are_those_of_scipy(inner, order):
    knots = np.r_[[0.0] * 4, inner, [1.0] * 4]
    x = np.random.default_rng(0).random(200)
    if order < 2:  # of a double knot the second derivative jumps
        x = np.r_[x, knots]
    one_by_one = [BSpline(knots, unit, 3)(x, nu=order) for unit in np.eye(len(knots) - 4)]
    np.testing.assert_allclose(b_splines(x, knots, 3, order), np.transpose(one_by_one), atol=1e-11)


@pytest.mark.parametrize("df", [3, 4, 5, 7])
def test_the_basis_holds_every_natural_spline_on_its_knots(df):
    rng = np.random.default_rng(df)
    x = rng.gamma(3, 2, 400)
    knots = np.r_[x.min(), np.quantile(x, np.linspace(0, 1, df)[1:-1]), x.max()]
    natural = CubicSpline(knots, rng.normal(size=df), bc_type="natural")
    basis = natural_spline(x, df)
    assert basis.shape == (400, df)
    coefficients = np.linalg.lstsq(basis, natural(x), rcond=None)[0]
    np.testing.assert_allclose(basis @ coefficients, natural(x), atol=1e-12)
    # Beyond the extremes they go on as straight lines.
    ends, away = np.array([x.min(), x.max()]), np.array([-2.0, 3.0])
    beyond = natural_spline(x, df, ends + away) @ coefficients
    np.testing.assert_allclose(beyond, natural(ends) + away * natural(ends, 1), atol=1e-11)


def test_knots_on_an_extreme_or_on_each_other_leave_functions_apart():
    x = np.r_[np.zeros(300), np.random.default_rng(1).normal(size=200) + 5]
    assert natural_spline(x, 4).shape[1] == 3  # one of two inner knots is at 0
    x = np.r_[np.full(400, 2.0), np.random.default_rng(2).normal(size=200) * 5]
    assert np.linalg.matrix_rank(natural_spline(x, 5)) == 5  # all three inner knots are at 2
