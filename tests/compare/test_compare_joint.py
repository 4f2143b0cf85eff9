"""Joint classes: hand-worked genes, and error rates by simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from paired_trial import BOUNDS
from revertome.compare import FinishedStudy
from revertome.compare.calls import calls_of
from revertome.compare.effects import all_genes
from revertome.compare.joint import joint as joint_of
from revertome.compare.joint import joint_tables
from revertome.trajectories.classes import Rule, classify
from revertome.trajectories.plane import Plane
from revertome.trajectories.table import _spread

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
    table = table.assign(disease=plane.d, change=plane.t, **_spread(plane))
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
    calls = {name: calls_of(studies[name].genes, genes) for name in names}
    return joint_of(calls, genes, 0.05)[0]


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
    found = found.assign(se_disease=0.5, se_change=0.5, correlation=0.0, df=np.inf)
    names = ("reverted", "induced", "partial", "exacerbated", "persistent")
    return found.assign(**{f"p_{name}": 0.99 for name in names}).assign(p_reverted=p)


def study(table):
    return FinishedStudy({}, table, NOTHING)


def test_hand_worked_verdicts():
    """p = max over studies: 0.01, 0.03, 0.2, and 1 where directions differ; the smaller ones are
    0.001, 0.01, 0.002 and, once in either direction, 1e-9.

    At 0.01 five pass the filter, one of which has p between 0.05 and 1/2, where 0.45 x 5 would be
    if none were true: 0.01 x 5 x (1 + 2 / 2.25) / 2. At 0.03 two are called: 0.03 x 5 / 2 x the
    same share. Opposite points at radius sqrt(8) with errors 0.5 are 2 sqrt(8) errors from where
    the directions are the margin apart, and one gene passes the filter there.
    """
    one = table(["reverted", "reverted", "reverted", "reverted"], [0.001, 0.03, 0.002, 1e-9])
    two = table(["reverted", "unresolved", "unresolved", "reverted"], [0.01, 0.01, 0.2, 1e-9])
    two.loc[3, ["disease", "change"]] = [-2.0, 2.0]
    found = joint({"x": study(one), "y": study(two)}, ["y", "x"])
    assert found["verdict"].tolist() == ["all", "one_only", "one_only", "contradicted"]
    share = (1 + 2 / 2.25) / 2
    assert found["P.Value"].iloc[0] == 0.01
    assert found["adj.P.Val"].iloc[0] == pytest.approx(0.01 * 5 * share)
    assert found["P.Value"].iloc[3] == pytest.approx(stats.norm.sf(np.sqrt(32)), rel=1e-6)
    assert found["adj.P.Val"].iloc[3] == pytest.approx(stats.norm.sf(np.sqrt(32)), rel=1e-6)
    assert found["at_least"].tolist() == [2, pd.NA, pd.NA, pd.NA]
    assert found["shown"].tolist() == ["x,y", "x", "x", "x,y"]
    assert found["classes"].iloc[3] == "x: reverted high; y: reverted low"
    assert found["studies"].unique().tolist() == ["x,y"]


def test_in_at_least_two_of_three():
    """Shown in two studies, not measured or not shown in the third: n - r + 1 = 2 times the p."""
    shown, not_shown = table(["reverted"] * 2, 1e-6), table(["unresolved"] * 2, 0.7)
    third = not_shown.iloc[:1]
    studies = {"x": study(shown), "y": study(shown), "z": study(third)}
    found = joint(studies, "xyz")
    assert found["verdict"].tolist() == ["some", "some"]
    assert found["at_least"].tolist() == [2, 2]
    assert found["P.Value"].tolist() == pytest.approx([2e-6] * 2)
    assert found["adj.P.Val"].tolist() == pytest.approx([2e-6] * 2)
    assert found["shown"].tolist() == ["x,y"] * 2
    assert found["classes"].iloc[1] == "x: reverted high; y: reverted high; z: not measured"
    # Neither study's own table shows it: it stands among the genes of the joint test alone.
    weak = table(["unresolved"] * 2, 0.004)
    found = joint({"x": study(weak), "y": study(weak)}, "xy")
    assert found["verdict"].tolist() == ["all", "all"]
    assert found["shown"].tolist() == ["", ""]


def test_studies_that_share_no_gene():
    one = study(table(["reverted"] * 2, 1e-6))
    other = study(one.genes.assign(gene=["X0", "X1"]))
    genes, summary = joint_tables({"x": one, "y": other}, pd.Index(["G0", "G1", "X0", "X1"]), 0.05)
    assert len(genes) == 0
    assert (summary["n_genes"] == 0).all()
    assert summary["n_shared"].unique().tolist() == [0]


def test_a_gene_that_was_not_classed_is_said_to_be():
    one = table(["reverted"] * 2, 1e-6)
    other = study(one.assign(**{"class": ["reverted", None]}, p_reverted=[1e-6, np.nan]))
    found = joint({"x": study(one), "y": other}, "xy")
    assert found["verdict"].tolist() == ["all", "one_only"]
    assert found["classes"].iloc[1] == "x: reverted high; y: unclassed"


def tables(studies, bare):
    studies = {**studies, "bare": FinishedStudy({}, bare, NOTHING)}
    return joint_tables(studies, all_genes(studies), 0.05)


def trio(rng, names="abc", other=()):
    """Studies of one truth; those in `other` have the second one, with opposite genes."""
    d, t = truth(rng)
    return {n: study(plane_table(rng, d[n in other], t[n in other])) for n in names}


def test_three_studies_and_one_that_cannot_be_classed():
    rng = np.random.default_rng(4)
    studies = trio(rng)
    bare = studies["a"].genes.filter(["gene", "class", "change"])
    genes, summary = tables(studies, bare)
    assert list(dict.fromkeys(summary["studies"])) == ["a,b", "a,c", "b,c", "a,b,c"]
    n = (
        genes[(genes["verdict"] == "all") & (genes["class"] == "reverted")]
        .groupby("studies")
        .size()
    )
    assert 0 < n["a,b,c"] < min(n["a,b"], n["a,c"], n["b,c"])
    assert summary["n_shared"].unique().tolist() == [N]
    numbers = summary.set_index(["studies", "class", "verdict"])["n_genes"]
    assert numbers["a,b,c", "reverted", "at_least_2"] > n["a,b,c"]
    assert numbers["a,b", "reverted", "all"] == n["a,b"]
    listed = genes.groupby("studies")["verdict"].unique()
    assert all(set(listed[pair]) <= {"all", "contradicted"} for pair in ("a,b", "a,c", "b,c"))
    assert {"some", "one_only"} <= set(listed["a,b,c"])


def test_a_contradiction_is_found_in_any_number_of_studies():
    """Sixty genes are opposite in one of five studies: found, and hardly any other gene."""
    studies = trio(np.random.default_rng(5), "abcde", other="c")
    found = joint(studies, "abcde")
    against = number(found[found["verdict"] == "contradicted"])
    # The other truth also lacks the disease of 300 and has 200 at the edge, 18 degrees away.
    true = (against >= 1100) & (against < 1160)
    assert true.sum() > 25
    assert (~true).sum() <= 1


def test_what_is_not_tested_is_no_zero():
    """A table without the errors of its points: contradictions are missing, not none."""
    studies = trio(np.random.default_rng(6))
    old = study(studies["c"].genes.drop(columns=["se_disease", "correlation"]))
    _, summary = joint_tables({**studies, "c": old}, all_genes(studies), 0.05)
    numbers = summary[summary["verdict"] == "contradicted"].set_index("studies")["n_genes"]
    assert numbers.isna().to_dict() == {"a,b": False, "a,c": True, "b,c": True, "a,b,c": False}
    _, summary = joint_tables({"a": studies["a"], "c": old}, all_genes(studies), 0.05)
    assert summary.loc[summary["verdict"] == "contradicted", "n_genes"].isna().all()


@pytest.mark.parametrize(("first", "second", "found"), [
    (0.65, 0.35, False),  # reverted and partial, 13 degrees apart
    (0.25, 0.25, False),  # partial in one and persistent in the other, as one holds the other
    (1.0, 0.5, False),
    (1.0, 0.0, True),
    (1.0, -1.0, True),
])  # fmt: skip
def test_a_contradiction_needs_a_difference_of_half_the_way(first, second, found):
    """Errors so small that every class is shown."""
    rng = np.random.default_rng(8)
    d = np.where(np.arange(1000) < 300, rng.choice([-1, 1], 1000) * 2.0, 0.0)
    pair = {"a": study(plane_table(rng, d, -first * d, 0.08)),
            "b": study(plane_table(rng, 0.6 * d, -0.6 * second * d, 0.05))}  # fmt: skip
    verdicts = joint(pair, "ab").set_index("gene")["verdict"]
    assert (verdicts == "contradicted").sum() == (300 if found else 0)
    assert (verdicts.iloc[:300] == "all").mean() > (0.9 if first == second else -1)


def test_independent_of_the_order_of_studies_and_rows():
    studies = trio(np.random.default_rng(9), other="b")
    turned = {
        name: study(studies[name].genes.sample(frac=1, random_state=1)) for name in reversed("abc")
    }
    genes = all_genes(studies)
    tables = joint_tables(studies, genes, 0.05), joint_tables(turned, genes, 0.05)
    for one, other in zip(*tables, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_number_of_those_shown_in_one_only_that_are_in_both():
    """1,500 genes reverted in both, far too weakly for the second study to show them all."""
    d = np.where(np.arange(N) < 1500, 2.0, 0.0)
    estimated, true = [], []
    for seed in range(8):
        rng = np.random.default_rng([seed, 3])
        pair = {"a": study(plane_table(rng, d, -d, 0.25)), "b": study(plane_table(rng, d, -d, 0.7))}
        found, summary = joint_tables(pair, all_genes(pair), 0.05)
        row = summary[(summary["class"] == "reverted") & (summary["verdict"] == "one_only")]
        only = number(found[found["verdict"].eq("one_only") & found["class"].eq("reverted")])
        assert row["n_genes"].item() == len(only)
        estimated.append(row["n_in_others"].item())
        true.append((only < 1500).sum())
    assert np.mean(true) > 300
    assert 0.6 * np.mean(true) < np.mean(estimated) < np.mean(true)
