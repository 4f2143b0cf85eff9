"""Determinants of all layouts of a design against those of the design as it is."""

import numpy as np
import pytest

from nb_designs import DESIGNS, counts_of
from revertome.negative_binomial.absorbed import Absorbed
from revertome.negative_binomial.dense import Dense
from revertome.negative_binomial.design import layout
from revertome.negative_binomial.pairs import Pairs


@pytest.mark.parametrize("space", [False, True])
@pytest.mark.parametrize("name", DESIGNS)
def test_determinants_are_those_of_the_design(name, space):
    x = DESIGNS[name](np.random.default_rng(3))
    mu = np.exp(np.random.default_rng(4).normal(2, 2, (len(x), 5)))
    plan, plain = layout(x, space=space), Dense(x)

    def weights(alpha):
        return mu / (1 + alpha * mu)

    w = weights(0.3)
    value, (first, second) = (
        plan.log_determinant(w[plan.order]),
        plan.log_determinant_slopes(w[plan.order]),
    )
    np.testing.assert_allclose(value, plain.log_determinant(w), rtol=1e-12)
    for found, known in zip((first, second), plain.log_determinant_slopes(w), strict=True):
        np.testing.assert_allclose(found, known, rtol=1e-10)
    alone, none = plan.log_determinant_slopes(w[plan.order], second=False)
    np.testing.assert_array_equal(alone, first)
    assert not none.any()
    step = 1e-5
    up, down = (plain.log_determinant(weights(0.3 + d)) for d in (step, -step))
    np.testing.assert_allclose(first, (up - down) / (2 * step), rtol=1e-7)


def test_an_intercept_in_the_place_of_a_patient_costs_the_closed_form_nothing():
    x, *_ = counts_of("treatment", genes=1)
    plan = layout(x, space=True)
    assert isinstance(plan, Pairs) and plan.blocks == 8 and len(plan.gap) == 1
    # Three visits: blocks of three; a group of people with one sample each has no dummy to give.
    assert type(layout(DESIGNS["gaps"](None), space=True)) is Absorbed
    healthy = DESIGNS["healthy"](None)
    assert len(layout(healthy, space=True).columns) == healthy.shape[1]


@pytest.mark.parametrize("ridge", [0.0, 0.7])
@pytest.mark.parametrize("name", DESIGNS)
def test_systems_are_solved_as_they_are(name, ridge):
    rng = np.random.default_rng(5)
    x = DESIGNS[name](rng)
    n, p = x.shape
    w, score, extra = np.exp(rng.normal(0, 2, (n, 4))), rng.normal(size=(n, 4)), rng.normal(size=p)
    penalty = ridge * rng.uniform(0.5, 2, p)
    plan = layout(x)
    solver = plan.solver(w[plan.order], penalty[plan.columns])
    found = np.empty((p, 4))
    found[plan.columns] = solver.solve(score[plan.order], extra[plan.columns][:, None])
    one = np.empty((p, 4))
    one[plan.columns] = solver.of_contrast(extra[plan.columns])
    hat = np.empty((n, 4))
    hat[plan.order] = solver.hat()
    for g in range(4):
        inverse = np.linalg.inv((x.T * w[:, g]) @ x + np.diag(penalty))
        np.testing.assert_allclose(found[:, g], inverse @ (x.T @ score[:, g] - extra), rtol=1e-8)
        np.testing.assert_allclose(one[:, g], inverse @ extra, rtol=1e-8)
        known = w[:, g] * np.einsum("ij,jk,ik->i", x, inverse, x)
        np.testing.assert_allclose(hat[:, g], known, rtol=1e-8)
