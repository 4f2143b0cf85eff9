"""Agreement along common axes of co-expression, and the correlation of true effects."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.compare.axes import along_axes
from revertome.compare.concordance import agreement
from revertome.compare.effects import effects
from revertome.compare.products import products
from revertome.compare.rank_overlap import Worth, overlaps
from revertome.compare.study import Residuals
from revertome.compare.true_correlation import UNTOLD, true_correlation

N_GENES = 800
GENES = pd.Index([f"G{i:03d}" for i in range(N_GENES)])
SHARES = np.array([0.3, 0.15, 0.08, 0.05, 0.03])


class World:
    """Genes of which five axes hold 61% of the variance."""

    def __init__(self, rng):
        self.rng = rng
        self.axes = np.linalg.qr(rng.normal(size=(N_GENES, 5)))[0]

    def study(self, truth, n):
        """Contrast of a study of n pairs."""
        factors = self.rng.normal(size=(n, 5)) * np.sqrt(SHARES * N_GENES)
        change = truth + factors @ self.axes.T
        change += self.rng.normal(size=(n, N_GENES)) * np.sqrt(1 - SHARES.sum())
        return contrast(change)

    def unit(self, x):
        return (x - x.mean()) / x.std()


def contrast(change):
    n = len(change)
    logfc, sd = change.mean(0), change.std(0, ddof=1)
    t = logfc / (sd / np.sqrt(n))
    table = pd.DataFrame({"gene": GENES[: len(logfc)], "logFC": logfc, "t": t, "AveExpr": 8.0})
    table["P.Value"] = 2 * stats.t.sf(np.abs(t), n - 1)
    scores = Residuals(GENES[: len(logfc)], ((change - logfc) / sd).astype(np.float32), n - 1)
    return effects(table, scores, GENES)


def covariance(part):
    """Error covariance of the centred effects, genes by genes."""
    rows = part.spread.astype(float)
    rows -= rows.mean(1, keepdims=True)
    return rows.T @ rows


def small_pair(seed=8, genes=40):
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(genes, genes)) / 5
    truth = rng.normal(size=genes)
    draws = [truth + rng.normal(size=(n, genes)) @ mixing for n in (7, 12)]
    return [contrast(x) for x in draws]


def test_variance_along_axes_against_matrices_of_genes():
    """The eigenvectors of the pooled correlation, found as genes by genes."""
    a, b = small_pair()
    variance, df = along_axes(products(a, b), 15.0)
    pooled = sum(part.df * (s := covariance(part)) / np.trace(s) for part in (a, b))
    size, axes = np.linalg.eigh(pooled)
    axes = axes[:, size > 1e-6 * size[-1]]
    assert axes.shape[1] == 6 + 11
    u, v = (x.logfc - x.logfc.mean() for x in (a, b))
    along = [(axes.T @ x) ** 2 / (x @ x) for x in (u, v)]
    inside = along[0] * along[1]
    outside = (1 - along[0].sum()) * (1 - along[1].sum()) / 15
    assert variance == pytest.approx((inside.sum() ** 0.5 + outside**0.5) ** 2, rel=1e-5)
    parts = (inside**2).sum() + outside**2 / 15
    assert df == pytest.approx((inside.sum() + outside) ** 2 / parts, rel=1e-5)


def test_true_correlation_against_matrices_of_genes():
    """Both limits solve (C - r M)^2 = t^2 var(C - r M) with variances from genes by genes."""
    a, b = small_pair()
    told = true_correlation(products(a, b))
    u, v = (x.logfc - x.logfc.mean() for x in (a, b))
    s, t = covariance(a), covariance(b)
    square = []
    for each, df in ((s, 6), (t, 11)):
        wishart = np.trace(each @ each) - np.trace(each) ** 2 / df
        square.append(wishart * df**2 / ((df - 1) * (df + 2)))
    left = u @ u - np.trace(s), v @ v - np.trace(t)
    assert told["reliability_a"] == pytest.approx(left[0] / (u @ u), rel=1e-5)
    assert told["disattenuated"] == pytest.approx(u @ v / np.sqrt(left[0] * left[1]), rel=1e-5)
    cross, middle = np.trace(s @ t), np.sqrt(left[0] * left[1])

    def variance(r, x, y, noise, sq, df, own):
        form = np.array(
            [[x @ noise @ x - sq, x @ noise @ y], [x @ noise @ y, y @ noise @ y - cross]]
        )
        size, turn = np.linalg.eigh(form)
        form = turn @ np.diag(np.maximum(size, 0)) @ turn.T
        slope = middle / own
        errors = cross / 2 + (r * slope) ** 2 * (1 + 1 / df) * sq / 2
        return np.array([-r * slope, 1]) @ form @ [-r * slope, 1] + errors

    def parts(r):
        return np.array(
            [variance(r, u, v, s, square[0], 6, left[0]),
             variance(r, v, u, t, square[1], 11, left[1])]
        )  # fmt: skip

    own = parts(told["disattenuated"])
    df = own.sum() ** 2 / (own**2 / [6, 11]).sum()
    quantile = stats.t.ppf(0.975, df)
    for end in ("L", "R"):
        r = told[f"disattenuated_CI.{end}"]
        if abs(r) < 1:
            gap = abs(u @ v - r * middle)
            assert gap == pytest.approx(quantile * np.sqrt(parts(r).sum()), rel=1e-4)
    assert -1 < told["disattenuated_CI.L"] < told["disattenuated"] <= told["disattenuated_CI.R"]


def test_no_effect_has_no_true_correlation():
    world = World(np.random.default_rng(2))
    told = agreement(world.study(0, 8), world.study(0, 9))
    assert np.isnan(told["disattenuated"]) and np.isnan(told["disattenuated_CI.L"])
    assert told["uncertainty"].endswith(UNTOLD)


def test_one_axis_is_one_toss_of_a_coin():
    """Effects along axis 1 in both: r near 1, and p of about 1/2 of it; noise alone gives 1e-5."""
    world = World(np.random.default_rng(3))
    along = world.unit(world.axes[:, 0]) * 3
    a, b = world.study(along, 12), world.study(along, 12)
    told = agreement(a, b)
    assert told["pearson"] > 0.95 and told["P.Value"] > 0.3
    spare = told["genes_effective"] - 2
    t = told["pearson"] * np.sqrt(spare / (1 - told["pearson"] ** 2))
    assert 2 * stats.t.sf(t, spare) < 1e-3
    worth = Worth(told["genes_effective"], told["axes_effective"], told["axes_df"])
    quadrants = overlaps(a, b, worth).drop_duplicates("quadrant")
    assert quadrants["P.Value"].min() > 0.1
    assert overlaps(a, b, Worth(told["genes_effective"]))["P.Value"].min() < 0.02


@pytest.mark.slow
def test_unrelated_effects_along_axes_do_not_agree_and_shared_ones_do():
    """200 pairs each: 5% along 1, 3 and 5 axes with random weights; most of a shared signature."""
    rng = np.random.default_rng(4)
    hits = {1: [], 3: [], 5: [], "shared": []}
    for kind in hits:
        for _ in range(200):
            world = World(rng)
            if kind == "shared":
                one = two = world.unit(rng.normal(size=N_GENES) * (rng.random(N_GENES) < 0.1))
            else:
                one, two = (world.unit(world.axes[:, :kind] @ rng.normal(size=kind)) for _ in "ab")
            told = agreement(world.study(one, 12), world.study(two, 12))
            hits[kind].append(told["P.Value"] <= 0.05)
    rates = {kind: np.mean(each) for kind, each in hits.items()}
    limit = 0.05 + 2 * np.sqrt(0.05 * 0.95 / 200)
    assert max(rates[1], rates[3], rates[5]) <= limit
    assert rates["shared"] > 0.5


@pytest.mark.slow
def test_limits_of_the_true_correlation_hold_it():
    """300 pairs of 12 patients, true r 0.5 and 1: at least 95% less two Monte Carlo errors."""
    rng = np.random.default_rng(5)
    least = 0.95 - 2 * np.sqrt(0.05 * 0.95 / 300)
    for r in (0.5, 1.0):
        held, plain = [], []
        for _ in range(300):
            world = World(rng)
            one, two = (world.unit(rng.normal(size=N_GENES)) for _ in "ab")
            two = world.unit(two - one * (one @ two) / (one @ one))
            told = agreement(
                world.study(0.6 * one, 12),
                world.study(0.6 * (r * one + np.sqrt(1 - r**2) * two), 12),
            )
            ends = told["disattenuated_CI.L"], told["disattenuated_CI.R"]
            held.append(np.isnan(ends[0]) or ends[0] - 1e-9 <= r <= ends[1] + 1e-9)
            plain.append(told["CI.L"] <= r <= told["CI.R"])
        assert np.mean(held) >= least
        assert np.mean(plain) < 0.3 or r < 1
