"""Joint classes: hand-worked genes, and error rates by simulation."""

import numpy as np
import pandas as pd
import pytest

from paired_trial import BOUNDS
from revertome.compare import FinishedStudy
from revertome.compare.effects import all_genes
from revertome.compare.joint import calls_of, joint_tables
from revertome.compare.joint import joint as joint_of
from revertome.trajectories.classes import Rule, classify
from revertome.trajectories.plane import Plane

NOTHING = pd.DataFrame()
N = 3000


def plane_table(rng, d, t, se=0.25):
    """Trajectory table of normal estimates whose errors share the enrollment samples."""
    n = len(d)
    e0, e1, h = rng.normal(0, se / np.sqrt(2), (3, n))
    own = np.full(n, se**2)
    plane = Plane(d + e0 - h, t + e1 - e0, own, own, np.full(n, -(se**2) / 2), 1e6)
    calls = classify(plane, plane, Rule(0.05, BOUNDS))
    table = pd.DataFrame({"gene": [f"G{i:05d}" for i in range(n)], "class": calls.outcome})
    table = table.assign(disease=plane.d, change=plane.t)
    table = table.assign(p_disease=calls.p_disease, p_change=calls.p_change)
    return table.assign(**{f"p_{name}": p for name, p in calls.p.items()})


def truth(rng):
    """600 reverted in both, 300 in one alone each, 200 half-reverted in the second, 60 opposite."""
    size = rng.choice([-1, 1], N) * rng.uniform(1, 2.5, N)
    f = [np.zeros(N), np.zeros(N)]
    d = [np.zeros(N), np.zeros(N)]
    d[0][:1160], d[1][:1160] = size[:1160], size[:1160]
    f[0][:1160], f[1][:1160] = 1.0, 1.0
    d[1][600:900] = 0  # reverted in the first alone
    f[1][900:1100] = 0.5  # on the boundary in the second
    d[1][1100:1160] *= -1
    d[1][1200:1500], f[1][1200:1500] = size[1200:1500], 1.0  # in the second alone
    return d, [-fraction * disease for fraction, disease in zip(f, d, strict=True)]


def simulated(seed):
    rng = np.random.default_rng(seed)
    d, t = truth(rng)
    return {
        n: FinishedStudy({}, plane_table(rng, d[i], t[i]), NOTHING)
        for i, n in enumerate(["a", "b"])
    }


def joint(studies, names):
    genes = all_genes(studies)
    return joint_of({name: calls_of(studies[name].genes, genes) for name in names}, genes, 0.05)


def number(table):
    return table["gene"].str[1:].astype(int).to_numpy()


def test_error_rates_of_joint_classes():
    """Shared reverted genes are found; half-reverted, private and opposite ones are not claimed."""
    false, power, contra, rate = [], [], [], []
    for seed in range(12):
        found = joint(simulated(seed), ["a", "b"])
        both = number(found[(found["verdict"] == "all") & (found["class"] == "reverted")])
        false.append((both >= 600).mean())
        power.append((both < 600).sum() / 600)
        against = number(found[found["verdict"] == "contradicted"])
        contra.append(((against >= 1100) & (against < 1160)).sum() / 60)
        rate.append(((against < 1100) | (against >= 1160)).mean())
    assert np.mean(false) <= 0.05
    assert np.mean(power) > 0.6
    assert np.mean(rate) <= 0.05
    assert np.mean(contra) > 0.4


def test_no_contradiction_where_there_is_none():
    """All changes shared: any contradiction is false, and there is hardly ever one."""
    runs = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        d, t = truth(rng)
        pair = {n: FinishedStudy({}, plane_table(rng, d[0], t[0]), NOTHING) for n in "ab"}
        runs.append((joint(pair, "ab")["verdict"] == "contradicted").any())
    assert np.mean(runs) <= 0.1


def table(classes, p):
    """A gene each: class shown (or not), with p of reverted and disease +2."""
    n = len(classes)
    found = pd.DataFrame({"gene": [f"G{i}" for i in range(n)], "class": classes})
    found = found.assign(disease=2.0, change=-2.0, p_disease=1e-8, p_change=1e-8)
    names = ("reverted", "induced", "partial", "exacerbated", "persistent")
    return found.assign(**{f"p_{name}": 0.99 for name in names}).assign(p_reverted=p)


def test_hand_worked_verdicts():
    """p = max over studies: 0.01, 0.03, 0.2, and 1 where directions differ.

    Benjamini-Hochberg over four screened genes: 0.01 * 4 = 0.04 and 0.03 * 4 / 2 = 0.06.
    """
    one = table(["reverted", "reverted", "reverted", "reverted"], [0.001, 0.03, 0.002, 1e-9])
    two = table(["reverted", "unresolved", "unresolved", "reverted"], [0.01, 0.01, 0.2, 1e-9])
    two.loc[3, ["disease", "change"]] = [-2.0, 2.0]
    found = joint(
        {"x": FinishedStudy({}, one, NOTHING), "y": FinishedStudy({}, two, NOTHING)}, ["y", "x"]
    )
    assert found["verdict"].tolist() == ["all", "one_only", "one_only", "contradicted"]
    assert found["adj.P.Val"].iloc[0] == pytest.approx(0.04)
    assert found["adj.P.Val"].iloc[3] == pytest.approx(4e-9)
    assert found["shown"].tolist() == ["x,y", "x", "x", "x,y"]
    assert found["classes"].iloc[3] == "x: reverted high; y: reverted low"
    assert found["studies"].unique().tolist() == ["x,y"]


def tables(studies, bare):
    studies = {**studies, "bare": FinishedStudy({}, bare, NOTHING)}
    return joint_tables(studies, all_genes(studies), 0.05)


def test_three_studies_and_one_that_cannot_be_classed():
    rng = np.random.default_rng(4)
    d, t = truth(rng)
    studies = {n: FinishedStudy({}, plane_table(rng, d[0], t[0]), NOTHING) for n in "abc"}
    bare = plane_table(rng, d[0], t[0]).filter(["gene", "class", "change"])
    genes, summary = tables(studies, bare)
    assert list(dict.fromkeys(summary["studies"])) == ["a,b", "a,c", "b,c", "a,b,c"]
    n = (
        genes[(genes["verdict"] == "all") & (genes["class"] == "reverted")]
        .groupby("studies")
        .size()
    )
    assert 0 < n["a,b,c"] < min(n["a,b"], n["a,c"], n["b,c"])
    assert summary["n_shared"].unique().tolist() == [N]
