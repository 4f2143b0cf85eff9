"""Camera against limma, and what a set's genes having to do with each other costs."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.compare.effects import effects
from revertome.compare.enrichment import _camera
from revertome.compare.study import Residuals
from revertome.statistics.preranked import RandomSets, enrichment_score, preranked
from revertome.statistics.set_tests import camera, inflation, members

REFERENCE = Path(__file__).parent / "reference"


def residual(y, design):
    left = y - (design @ np.linalg.lstsq(design, y.T, rcond=None)[0]).T
    df = y.shape[1] - design.shape[1]
    return left / np.sqrt((left**2).sum(1, keepdims=True) / df), df


def test_camera_against_limma():
    """reference/camera.R: limma 3.54 cameraPR and interGeneCorrelation on 300 genes, 12 samples."""
    data = pd.read_csv(REFERENCE / "camera_input.tsv", sep="\t", skipinitialspace=True)
    y = data.filter(like="X").to_numpy()
    noise, _ = residual(y, np.column_stack([np.ones(12), np.repeat([0, 1], 6)]))
    rows = pd.read_csv(REFERENCE / "camera.tsv", sep="\t")
    sets = [np.arange(row["first"] - 1, row["last"]) for row in rows.to_dict("records")]
    size = (rows["last"] - rows["first"] + 1).to_numpy()
    inflated = inflation(members(sets, 300), noise)
    assert (inflated - 1) / (size - 1) == pytest.approx(rows["correlation"].to_numpy(), abs=1e-8)
    for column, correlation in (("p_preset", 0.01), ("p_estimated", rows["correlation"])):
        given = 1 + (size - 1) * np.asarray(correlation)
        above = given >= 1  # a negative correlation is taken as none, as in limma's camera
        found = camera(members(sets, 300), data["z"].to_numpy(), given, np.inf)
        assert found.p[above] == pytest.approx(rows[column].to_numpy()[above], rel=1e-8)
    up = np.where(found.estimate > 0, "Up", "Down")
    assert list(up) == list(rows["direction"])


def test_error_rate_with_correlated_genes():
    """60 null genes of one module (correlation 0.3) among 600: 5% with the estimate, not preset."""
    rng = np.random.default_rng(3)
    hits = np.zeros(2)
    inside = members([np.arange(60)], 600)
    for _ in range(400):
        y = rng.normal(size=(600, 24))
        y[:60] = np.sqrt(0.7) * y[:60] + np.sqrt(0.3) * rng.normal(size=24)
        design = np.column_stack([np.ones(24), np.repeat([0, 1], 12)])
        noise, df = residual(y, design)
        z = (y[:, 12:].mean(1) - y[:, :12].mean(1)) / np.sqrt(2 / 12)
        estimated = camera(inside, z, inflation(inside, noise), df).p
        hits += [estimated[0] <= 0.05, camera(inside, z, np.array([1.59]), np.inf).p[0] <= 0.05]
    assert 0.03 <= hits[0] / 400 <= 0.08
    assert hits[1] / 400 > 0.3


def test_variance_of_a_set_counts_the_genes_outside():
    """Camera's t is the difference of means over its root mean square among people, by hand."""
    rng = np.random.default_rng(5)
    n = 9
    axis = rng.normal(size=300)
    change = rng.normal(size=(n, 300)) + np.outer(rng.normal(size=n), axis)
    table, scores = pairs(change)
    target = effects(
        table, Residuals(pd.Index(table["gene"]), scores, n - 1), pd.Index(table["gene"])
    )
    inside = np.sort(np.argsort(axis)[:40])
    row = _camera(target, {("one", "set"): inside})["one", "set"]
    out = np.delete(np.arange(300), inside)
    delta = target.z[inside].mean() - target.z[out].mean()
    moved = scores[:, inside].mean(1) - scores[:, out].mean(1)
    groups = (target.z[inside].var() * 40 + target.z[out].var() * 260) / 298
    t = delta / np.sqrt(groups * (moved.astype(float) ** 2).sum() / (n - 1))
    assert row["difference"] == pytest.approx(delta, rel=1e-8)
    assert row["t"] == pytest.approx(t, rel=1e-5)
    assert row["P.Value"] == pytest.approx(2 * stats.t.sf(abs(t), n - 1), rel=1e-5)


def pairs(change):
    """Contrast table and residuals of the changes of people."""
    n = len(change)
    logfc, sd = change.mean(0), change.std(0, ddof=1)
    t = logfc / (sd / np.sqrt(n))
    table = pd.DataFrame({"gene": [f"G{i:03d}" for i in range(len(t))], "logFC": logfc, "t": t})
    table["P.Value"] = 2 * stats.t.sf(np.abs(t), n - 1)
    return table, ((change - logfc) / sd).astype(np.float32)


@pytest.mark.slow
def test_sets_along_axes_get_no_stars_where_nothing_changes():
    """200 targets without effects, six sets along two strong axes: any star in 5%, at most."""
    rng = np.random.default_rng(6)
    stars = []
    for _ in range(200):
        axes = rng.normal(size=(2, 400))
        change = rng.normal(size=(8, 400)) + rng.normal(size=(8, 2)) @ axes
        table, scores = pairs(change)
        target = effects(
            table, Residuals(pd.Index(table["gene"]), scores, 7), pd.Index(table["gene"])
        )
        ends = {("one", f"{k}{size}"): np.sort(np.argsort(axes[k])[:size])
                for k in (0, 1) for size in (20, 60, 150)}  # fmt: skip
        p = [row["P.Value"] for row in _camera(target, ends).values()]
        stars.append(stats.false_discovery_control(p).min() <= 0.05)
    assert np.mean(stars) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 200)


def test_preranked_scores_are_those_of_gseapy():
    """ES exactly; NES within the error of 4,000 random sets either side."""
    import gseapy

    rng = np.random.default_rng(7)
    z = np.round(rng.normal(size=500), 2)
    sets = [np.arange(20), rng.choice(500, 40, replace=False), np.argsort(z)[::9], np.arange(3)]
    z[:20] += 0.5
    ours = preranked(z, sets, RandomSets(4000, 1))
    genes = np.array([f"G{i:03d}" for i in range(500)])
    ranking = pd.Series(z, genes).sort_values(ascending=False, kind="stable")
    theirs = gseapy.prerank(
        ranking, {str(i): list(genes[at]) for i, at in enumerate(sets)}, permutation_num=4000,
        weight=1, min_size=2, max_size=500, ascending=None, seed=1, threads=1, no_plot=True,
    ).res2d.set_index("Term")  # fmt: skip
    for i in range(len(sets)):
        row = theirs.loc[str(i)]
        assert ours[0, i] == pytest.approx(row["ES"], abs=1e-9)
        assert ours[1, i] == pytest.approx(row["NES"], rel=0.03)


def test_preranked_by_all_sets():
    """Two of five genes: the running sum by hand, and all ten pairs as the null."""
    z = np.array([3.0, 1.0, 0.5, -1.0, -2.0])
    pairs = np.array(list(combinations(range(5), 2)), dtype=np.int32)
    score = enrichment_score(np.abs(z), pairs)
    # (0, 3): 3/4, then two misses to 1/12, 1/3; (3, 4): -1 before the first; (1, 4): -2/3 after
    # 0 (-1/3), 1 (0), 2, 3 (-2/3).
    assert score[2] == pytest.approx(0.75)
    assert score[9] == pytest.approx(-1.0)
    assert score[6] == pytest.approx(-2 / 3)
    same = score[score >= 0]
    _, nes = preranked(z, [np.array([0, 1])], RandomSets(20000, 3))[:, 0]
    assert nes == pytest.approx(1 / same.mean(), rel=0.02)
