"""Directions of two points on the plane: closed forms, brute force, invariance and level."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.compare.directions import MARGIN, Points, apart, points_of

NORMAL = 1e9


def points(angle, size, se, correlation=0.0, df=NORMAL):
    angle = np.atleast_1d(np.asarray(angle, float))
    full = [np.broadcast_to(each, angle.shape).astype(float) for each in (se, correlation, df)]
    return Points(size * np.cos(angle), size * np.sin(angle), full[0], full[0], *full[1:])


@pytest.mark.parametrize("between", [40.0, 60.0, 90.0, 110.0, 117.0, 150.0, 180.0])
@pytest.mark.parametrize("margin", [0.0, MARGIN])
def test_closed_form_of_equal_round_errors(between, margin):
    """Both at radius 3 and T = angle - margin apart: Q = 9 (1 - cos T) up to a right angle,
    9 beyond, where the nearest common place is the origin of one of them."""
    first, second = points(0.3, 3.0, 1.0), points(0.3 + np.radians(between), 3.0, 1.0)
    left = np.radians(between) - margin
    q = 9 * (1 - np.cos(left)) if left < np.pi / 2 else 9.0
    assert apart(first, second, margin)[0] == pytest.approx(stats.norm.sf(np.sqrt(q)), abs=1e-8)


def test_within_the_margin_nothing_is_shown():
    first, second = points(0.3, 50.0, 1.0), points(0.3 + 0.99 * MARGIN, 50.0, 1.0)
    assert apart(first, second)[0] == 0.5
    far = points(2.0, 50.0, 1.0)
    assert apart(first, far)[0] < 1e-100
    for lacking in (points(np.nan, 3.0, 1.0), points(2.0, 3.0, np.nan), points(2.0, 3.0, 0.0)):
        assert apart(first, lacking)[0] == 1.0


def squared(x, v, angle, df):
    """Squared normal score of the distance from a ray, by a search along the ray."""
    ray = np.array([np.cos(angle), np.sin(angle)])
    weight = np.linalg.inv(v)
    foot = max(0.0, (ray @ weight @ x) / (ray @ weight @ ray)) * ray
    away = (x - foot) @ weight @ (x - foot)
    return df * np.log1p(away / df) * ((8 * df + 1) / (8 * df + 3)) ** 2


def test_correlated_errors_against_brute_force():
    """Every pair of rays on a grid of 0.2 degrees that are no more than the margin apart."""
    rng = np.random.default_rng(5)
    grid = np.radians(np.arange(0, 360, 0.2))
    off = np.abs((grid[:, None] - grid + np.pi) % (2 * np.pi) - np.pi)
    for _ in range(12):
        x, se = rng.normal(0, 3, (2, 2)), rng.uniform(0.3, 1.2, (2, 2))
        r, df = rng.uniform(-0.8, 0.5, 2), rng.uniform(5, 60, 2)
        q = [
            [squared(x[i], np.outer(se[i], se[i]) * [[1, r[i]], [r[i], 1]], a, df[i]) for a in grid]
            for i in range(2)
        ]
        total = np.where(off <= MARGIN + 1e-6, np.add.outer(*map(np.array, q)), np.inf)
        two = [Points(*(np.array([v]) for v in (*x[i], *se[i], r[i], df[i]))) for i in range(2)]
        ours = stats.norm.isf(apart(*two)[0])
        assert ours <= np.sqrt(total.min()) + 1e-9
        assert ours == pytest.approx(np.sqrt(total.min()), abs=0.02)


def test_normal_score_of_t():
    """The score of a distance across a ray is that of its t, within 0.02 from 4 df on."""
    t = np.array([0.5, 1.0, 2.0, 3.0, 4.0])
    for df in (4, 8, 20, 100):
        own = np.sqrt(points(np.full(5, np.pi / 2), t, 1.0, df=df).squares_at(np.zeros(5)))
        assert own == pytest.approx(stats.norm.isf(stats.t.sf(t, df)), abs=0.02)


def test_platform_order_and_mirror_change_nothing():
    rng = np.random.default_rng(6)
    made = [
        [*rng.normal(0, 2, (2, 50)), *rng.uniform(0.3, 1, (2, 50)), rng.uniform(-0.7, 0.5, 50),
         rng.uniform(5, 90, 50)]
        for _ in range(2)
    ]  # fmt: skip
    p = apart(*(Points(*each) for each in made))
    assert (p < 0.05).sum() > 10
    shrunk = [made[0], [0.6 * v for v in made[1][:4]] + made[1][4:]]
    turned = [[-each[0], -each[1], *each[2:]] for each in made]
    for other in (made[::-1], shrunk, turned):
        assert apart(*(Points(*each) for each in other)) == pytest.approx(p, abs=1e-8)


@pytest.mark.parametrize("margin", [0.0, MARGIN])
@pytest.mark.parametrize("df", [4, 12, NORMAL])
def test_level_where_the_directions_are_just_the_margin_apart(margin, df):
    """Errors as disease and change have them, t with df degrees of freedom: 5% below 0.05, and
    less where a point is hardly away from healthy."""
    rng = np.random.default_rng([int(df), int(1000 * margin)])
    runs, cov = 10000, np.array([[1, -0.5], [-0.5, 1]])
    for size in (1.0, 4.0, 12.0):
        two = []
        for angle in (-0.9, -0.9 + margin):
            error = rng.multivariate_normal([0, 0], cov, runs).T
            se = np.sqrt(rng.chisquare(df, runs) / df) if df < NORMAL else np.ones(runs)
            d, t = size * np.cos(angle) + error[0], size * np.sin(angle) + error[1]
            two.append(Points(d, t, se, se, np.full(runs, -0.5), np.full(runs, float(df))))
        rate = (apart(*two, margin) <= 0.05).mean()
        # With margin 0 either study may lie on either side.
        most = 0.1 if margin == 0 else 0.05
        assert rate <= most + 2 * np.sqrt(most / runs)
        if size == 12.0:
            assert rate >= 0.8 * most


def test_points_are_known_only_with_their_errors():
    table = pd.DataFrame({"disease": [1.0], "change": [-1.0], "se_disease": [0.2]})
    assert points_of(table, "") is None
    table = table.assign(se_change=0.3, correlation=-0.4, df=20.0)
    assert vars(points_of(table, "")) == {
        "d": [1.0], "t": [-1.0], "se_d": [0.2], "se_t": [0.3], "correlation": [-0.4], "df": [20.0]
    }  # fmt: skip
    assert points_of(table.assign(se_change=np.nan), "") is None
    assert points_of(table, "_all") is None
