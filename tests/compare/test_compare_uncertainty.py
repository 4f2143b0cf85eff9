"""Interval and p of a correlation between studies whose genes go together, by simulation."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.compare.concordance import agreement, concordance
from revertome.compare.effects import effects
from revertome.compare.rank_overlap import Worth, overlaps, rank_overlap
from revertome.compare.residuals import residuals
from revertome.compare.study import Residuals

GENES = pd.Index([f"G{i:04d}" for i in range(1500)])
MODULES = np.arange(1500) // 75  # 20 modules
PEOPLE = 20  # a group


def noisy(rng, rows, shape=None):
    """Unit-variance genes, a module factor with signed loadings holding 40% of the variance."""
    sign = np.where(np.arange(1500) % 3 == 0, -1, 1)
    factor = rng.normal(size=(rows, 20))[:, MODULES] * sign
    return np.sqrt(0.4) * factor + np.sqrt(0.6) * rng.normal(size=(rows, 1500))


def study(rng, truth):
    """Two groups of people; the contrast table and the residuals of the study."""
    first, second = noisy(rng, PEOPLE), noisy(rng, PEOPLE) + truth
    logfc = second.mean(0) - first.mean(0)
    left = np.vstack([first - first.mean(0), second - second.mean(0)])
    df = 2 * PEOPLE - 2
    sd = np.sqrt((left**2).sum(0) / df)
    error = sd * np.sqrt(2 / PEOPLE)
    t = logfc / error
    table = pd.DataFrame({"gene": GENES, "logFC": logfc, "t": t, "AveExpr": 8.0})
    table["P.Value"] = 2 * stats.t.sf(np.abs(t), df)
    return effects(table, Residuals(GENES, (left / sd).astype(np.float32), df), GENES)


@pytest.mark.slow
def test_null_studies_are_not_called_concordant():
    """No effect in either: 5% of p below 0.05, where 1,500 independent genes would give 60%."""
    rng = np.random.default_rng(11)
    told = [agreement(study(rng, 0), study(rng, 0)) for _ in range(300)]
    r, p, n = (
        np.array([t[name] for t in told]) for name in ("pearson", "P.Value", "genes_effective")
    )
    of_noise = 2 * stats.t.sf(np.abs(r) * np.sqrt((n - 2) / (1 - r**2)), n - 2)
    assert (of_noise < 0.05).mean() == pytest.approx(0.05, abs=0.03)
    assert (p >= of_noise * (1 - 1e-9)).all()
    assert np.median(n) == pytest.approx(1 + 1 / r.var(), rel=0.25)
    assert (np.abs(np.arctanh(r)) * np.sqrt(1497) > 1.96).mean() > 0.4
    covered = [t["CI.L"] < 0 < t["CI.R"] for t in told]
    assert np.mean(covered) >= 0.93


@pytest.mark.slow
def test_interval_covers_the_correlation_of_other_patients():
    """Half of the effect shared: 95% intervals hold the mean estimate of new patients."""
    rng = np.random.default_rng(12)
    own, common = rng.normal(0, 0.5, (2, 1500)), rng.normal(0, 0.5, 1500)
    told = [agreement(study(rng, common + own[0]), study(rng, common + own[1])) for _ in range(300)]
    r = np.array([t["pearson"] for t in told])
    covered = np.array([t["CI.L"] < r.mean() < t["CI.R"] for t in told])
    assert 0.92 <= covered.mean() <= 0.99
    truth = np.corrcoef(common + own[0], common + own[1])[0, 1]
    assert np.mean([t["disattenuated"] for t in told]) == pytest.approx(truth, abs=0.03)
    assert r.mean() < truth - 0.03


@pytest.mark.slow
def test_rank_overlap_of_null_studies():
    """Effects that run along modules: pointwise 5%, where the hypergeometric gives far more."""
    rng = np.random.default_rng(13)
    z, plain = [], []
    for _ in range(200):
        a, b = study(rng, 0), study(rng, 0)
        table = overlaps(a, b, Worth(agreement(a, b)["genes_effective"]))
        table = table[(table["share_a"] == table["share_b"]) & table["share_a"].isin([0.1, 0.5])]
        z.append(table["z"].to_numpy())
        expected = table["expected"] * (1 - table["share_a"]) ** 2 * 1500 / 1499
        plain.append(((table["overlap"] - table["expected"]) / np.sqrt(expected)).to_numpy())
    assert (np.array(z) > stats.norm.isf(0.05)).mean() == pytest.approx(0.05, abs=0.025)
    assert (np.array(plain) > stats.norm.isf(0.05)).mean() > 0.2


def test_counts_of_a_rank_overlap():
    """The same list twice: the top i and the top j share the smaller of both."""
    rng = np.random.default_rng(1)
    a = study(rng, 0)
    table = overlaps(a, a, Worth(1500.0))
    up = table[table["quadrant"] == "up_up"]
    small = np.minimum(up["share_a"], up["share_b"]) * 1500
    assert up["overlap"].tolist() == small.round().tolist()
    assert up["expected"].to_numpy() == pytest.approx(up["share_a"] * up["share_b"] * 1500)
    against = table[(table["quadrant"] == "up_down") & (table["share_a"] <= 0.4)]
    assert against.loc[against["share_b"] <= 0.4, "overlap"].max() == 0


def test_one_p_of_a_quadrant_from_its_overlaps():
    """The sum of overlaps less expected over all depths is G times the covariance of counts."""
    rng = np.random.default_rng(3)
    common = rng.normal(0, 0.3, 1500)
    a, b = study(rng, common), study(rng, common)
    table = overlaps(a, b, Worth(90.0, 25.0, 4.0))
    shares = np.unique(table["share_a"])
    # Genes within several depths are counted as often; the mean of squares by depths in pairs.
    both = np.minimum.outer(shares, shares) - np.outer(shares, shares)
    kept = stats.norm.pdf(stats.norm.ppf(shares)).sum() ** 2 / both.sum()
    for quadrant, part in table.groupby("quadrant"):
        r = (part["overlap"] - part["expected"]).sum() / 1500 / both.sum()
        noise = (1 + (1500 / 90 - 1) * kept**2) / 1499
        axes = kept**2 / 25 + 1 / 1499
        p = stats.t.sf(r / np.sqrt(noise), 88), stats.t.sf(r / np.sqrt(axes), 4)
        assert part["P.Value"].to_numpy() == pytest.approx(max(p), rel=1e-8), quadrant


def test_a_pair_without_p_lends_none_from_another():
    """Three pairs; that of the study without residual expression has neither P nor adjusted P."""
    rng = np.random.default_rng(4)
    tables = {name: study(rng, 0) for name in "abc"}
    tables["b"] = replace(tables["b"], noise=None, spread=None)
    found = {"disease": tables}
    table = rank_overlap(found, concordance(found))
    told = table.groupby(["study_a", "study_b"])[["P.Value", "adj.P.Val"]].count().all(axis=1)
    assert told.to_dict() == {("a", "b"): False, ("a", "c"): True, ("b", "c"): False}
    quadrants = table[table["P.Value"].notna()].drop_duplicates("quadrant")
    adjusted = stats.false_discovery_control(quadrants["P.Value"])
    assert quadrants["adj.P.Val"].to_numpy() == pytest.approx(adjusted, rel=1e-12)


def test_residuals_of_a_study():
    """Cell means and the covariate are gone, each gene's squares sum to the degrees of freedom."""
    import anndata

    rng = np.random.default_rng(2)
    rows = [(f"H{i}", f"H{i}", np.nan, "healthy") for i in range(6)]
    rows += [(f"P{i}{v}", f"P{i}", v, "patient") for i in range(8) for v in ("pre", "post")]
    rows = rows[:-1]  # the last patient has no second sample
    obs = pd.DataFrame(rows, columns=["sample", "patient", "visit", "group"]).set_index("sample")
    obs["batch"] = ["x", "y", "y"] * 7
    x = rng.normal(8, 1, (21, 5))
    x[:, 4] = 3.0
    labels = pd.DataFrame(
        {"patient": [f"P{i}" for i in range(8)], "label": ["responder"] * 5 + ["nonresponder"] * 3}
    )
    design = {"baseline": "pre", "followup": "post", "healthy": "healthy", "covariates": ["batch"]}
    found = residuals(
        anndata.AnnData(x, obs=obs, var=pd.DataFrame(index=list("ABCDE"))), labels, design
    )
    assert (found["disease"].df, found["change"].df) == (14 - 4, 7 - 3)
    for part in found.values():
        squares = (part.scores.astype(float) ** 2).sum(0)
        assert squares[:4] == pytest.approx(part.df, rel=1e-5)
        assert squares[4] == 0
    healthy = found["disease"].scores[:6]
    assert healthy.sum(0) == pytest.approx(0, abs=1e-5)
