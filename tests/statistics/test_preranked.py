"""Preranked enrichment against gseapy, against the walk over all genes, and set by set."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from revertome.statistics.preranked import (
    RandomSets,
    enrichment_score,
    leading_edge,
    preranked,
    running_sum,
)

N = 400


def statistics() -> dict[str, np.ndarray]:
    z = np.sort(np.random.default_rng(4).normal(size=N))[::-1]
    return {"all differ": z, "ties": np.round(z, 1), "most are 0": np.where(abs(z) > 1.5, z, 0.0)}


def places() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(9)
    drawn = {f"{m} genes": np.sort(rng.choice(N, m, replace=False)) for m in (2, 15, 60, 399)}
    ends = {"first": np.arange(12), "last": np.arange(N - 12, N), "one": np.array([3])}
    return {**drawn, **ends, "one last": np.array([N - 1])}


def walk(weight: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Subramanian 2005, gene by gene."""
    hit = np.isin(np.arange(len(weight)), at)
    misses = max(int((~hit).sum()), 1)
    return np.cumsum(np.where(hit, weight, 0) / weight[hit].sum() - ~hit / misses)


@pytest.mark.parametrize("case", statistics())
def test_scores_leading_edges_and_curves_are_those_of_gseapy(case):
    import gseapy

    z = statistics()[case]
    asked = {name: at for name, at in places().items() if np.abs(z[at]).max() > 0}
    genes = np.array([f"G{i:03d}" for i in range(N)])
    done = gseapy.prerank(
        pd.Series(z, genes), {name: list(genes[at]) for name, at in asked.items()},
        permutation_num=10, weight=1, min_size=1, max_size=N, ascending=None, seed=1, threads=1,
        no_plot=True,
    )  # fmt: skip
    theirs = done.res2d.set_index("Term")
    for name, at in asked.items():
        assert enrichment_score(np.abs(z), at) == pytest.approx(theirs.loc[name, "ES"], abs=1e-12)
        edge = ";".join(genes[leading_edge(np.abs(z), at.astype(np.int32))])
        assert edge == theirs.loc[name, "Lead_genes"], name
        corners = running_sum(np.abs(z), at.astype(np.int32))
        curve = np.interp(np.arange(1, N + 1), *corners)
        np.testing.assert_allclose(curve, done.results[name]["RES"], atol=1e-12)
        np.testing.assert_array_equal(corners[0][2::2][: len(at)] - 1, done.results[name]["hits"])


@pytest.mark.parametrize("case", statistics())
def test_scores_are_those_of_the_walk_over_all_genes(case):
    weight = np.abs(statistics()[case])
    for at in [*places().values(), np.arange(N)]:
        if weight[at].max() > 0:
            sums = walk(weight, at)
            score = enrichment_score(weight, at)
            assert abs(score) == pytest.approx(np.abs(sums).max(), abs=1e-12)
            assert np.abs(sums - score).min() < 1e-12


EVEN = np.linspace(2, -2, 40) + 0.013
SKEWED = {"even": EVEN, "most rise": EVEN + 1.5, "one gene makes it": EVEN + 9 * (EVEN > 2)}


@pytest.mark.parametrize("case", SKEWED)
def test_scores_are_normalised_by_all_sets_of_that_size_and_sign_as_in_gseapy(case):
    """Every set of 3 of 40 genes is the null; 20,000 random ones miss it by their own error."""
    import gseapy

    z = SKEWED[case]
    null = enrichment_score(np.abs(z), np.array(list(combinations(range(40), 3))))
    sets = {"up": np.array([0, 3, 9]), "down": np.array([20, 38, 39])}
    genes = np.array([f"G{i:02d}" for i in range(40)])
    theirs = gseapy.prerank(
        pd.Series(z, genes), {name: list(genes[at]) for name, at in sets.items()},
        permutation_num=20000, weight=1, min_size=1, max_size=40, ascending=None, seed=5, threads=1,
        no_plot=True,
    ).res2d.set_index("Term")["NES"]  # fmt: skip
    ours = preranked(z, list(sets.values()), RandomSets(20000, 5))[1]
    for name, nes in zip(sets, ours, strict=True):
        score = enrichment_score(np.abs(z), sets[name])
        same = np.abs(null[(null >= 0) == (score >= 0)])
        # Few random sets have the sign that is rare in a skewed ranking.
        drawn = 20000 * len(same) / len(null)
        error = 4 * same.std() / same.mean() / np.sqrt(drawn)
        assert nes == pytest.approx(score / same.mean(), rel=error)
        assert theirs[name] == pytest.approx(score / same.mean(), rel=error)


def test_a_set_without_weight_has_no_score_and_is_no_random_set():
    z = np.where(np.arange(N) < 8, 3.0, 0.0)
    assert np.isnan(enrichment_score(np.abs(z), np.array([50, 60, 70])))
    random = RandomSets(500, 1)
    null = np.array([enrichment_score(np.abs(z), at) for at in random.of(N, 3)])
    assert 0.8 < np.isnan(null).mean() < 1
    _, nes = preranked(z, [np.array([0, 9, 300])], random)
    score = enrichment_score(np.abs(z), np.array([0, 9, 300]))
    assert nes[0] == pytest.approx(score / np.nanmean(null[null >= 0]), rel=1e-12)


def test_shared_sets_give_what_sets_drawn_for_each_give():
    """By brute force: each line shuffled anew from the seed, the whole walk of every set."""
    rng = np.random.default_rng(6)
    rankings = [rng.normal(size=120), np.round(rng.normal(size=120), 1), rng.normal(size=90)]
    sets = [np.sort(rng.choice(90, m, replace=False)) for m in (5, 30, 5, 12, 89)]
    shared = RandomSets(60, 3)
    for z in rankings:
        found = preranked(z, sets, shared)
        order = np.argsort(-z, kind="stable")
        weight = np.abs(z[order])
        for i, members in enumerate(sets):
            again, null = np.random.default_rng([3, len(z)]), []
            for _ in range(60):
                sums = walk(weight, again.permutation(len(z))[: len(members)])
                null.append(sums.max() if sums.max() >= -sums.min() else sums.min())
            sums = walk(weight, np.flatnonzero(np.isin(order, members)))
            score = sums.max() if sums.max() >= -sums.min() else sums.min()
            same = [abs(es) for es in null if (es >= 0) == (score >= 0)]
            assert found[0, i] == pytest.approx(score, abs=1e-12)
            expected = score / np.mean(same) if same else np.nan
            assert found[1, i] == pytest.approx(expected, rel=1e-10, nan_ok=True)


def test_other_sets_and_their_order_change_nothing():
    z = np.random.default_rng(8).normal(size=200)
    small, large = np.arange(0, 60, 6), np.arange(0, 180, 2)
    alone = preranked(z, [small], RandomSets(50, 2))
    beside = preranked(z, [small, large], RandomSets(50, 2))
    held = RandomSets(50, 2)
    held.of(200, 3)
    held.of(150, 100)
    np.testing.assert_array_equal(alone[:, 0], beside[:, 0])
    np.testing.assert_array_equal(beside[:, ::-1], preranked(z, [large, small], held))
