"""Ratios of standard deviations beside variances by hand, and the F distribution of scipy.stats."""

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from scipy import stats

from options import options_of
from paired_trial import DESIGN, LIMMA, OPTIONS, simulate
from revertome.source_data.variances import table as source
from revertome.trajectories import run
from revertome.trajectories.cell_planes import cell_planes
from revertome.trajectories.class_rules import effects_of
from revertome.trajectories.study import study_of
from revertome.trajectories.variance_ratios import variance_ratios


def trial(followup_sd=1.0, n_genes=400, seed=4):
    rng = np.random.default_rng(seed)
    drawn, labels = simulate(np.zeros(n_genes), np.zeros(n_genes), rng)
    made = AnnData(drawn.X.copy(), obs=drawn.obs, var=pd.DataFrame(index=drawn.var_names))
    after = made.obs["visit"].eq(DESIGN["followup"]).to_numpy()
    made.X[after] *= followup_sd
    return made, labels


def ratios_of(made, labels, options=LIMMA, cells=True):
    study = study_of(made, labels, options)
    pattern = None
    if cells:
        effects = effects_of(study.fitted.model, OPTIONS)
        pattern = cell_planes(study.fitted, study.where, effects)[1].pattern
    return variance_ratios(study.fitted, study.where, options.design, pattern)


def by_hand(made, labels, visit):
    """Variance within labels at a visit over that of healthy people."""
    label = made.obs["patient"].map(labels.set_index("patient")["label"])
    label = label.where(made.obs["visit"].notna(), "healthy")
    at = made.obs["visit"].eq(visit) | label.eq("healthy")
    mine = pd.DataFrame(made.X[at.to_numpy()]).groupby(label[at].to_numpy())
    squares, sizes = mine.var() * (mine.size() - 1).to_numpy()[:, None], mine.size()
    ill = squares.drop("healthy").sum() / (sizes.drop("healthy") - 1).sum()
    return np.sqrt(ill / (squares.loc["healthy"] / (sizes["healthy"] - 1))).to_numpy()


def test_ratios_are_those_of_the_sample_variances():
    """Complete pairs without covariates: residuals are deviations from the means of the cells."""
    made, labels = trial(2.0)
    found, variances = ratios_of(made, labels)
    for role in ("baseline", "followup"):
        hand = by_hand(made, labels, DESIGN[role])
        np.testing.assert_allclose(found[f"sd_ratio_{role}"], hand, rtol=1e-9)
        row = variances.set_index("role").loc[role]
        assert row["observed_05"] == pytest.approx(np.quantile(hand, 0.05))
        f = stats.f(row["df"], row["df_healthy"])
        for name, q in (("05", 0.05), ("50", 0.5), ("95", 0.95)):
            expected = row["sd_ratio"] * np.sqrt(f.ppf(q))
            assert row[f"expected_{name}"] == pytest.approx(expected, rel=1e-9)


def test_the_model_holds_the_ratio_that_was_drawn():
    """The follow-up varies twice as much: the pattern says so, one variance for all does not."""
    made, labels = trial(2.0)
    _, variances = ratios_of(made, labels)
    sd = variances.set_index("role")["sd_ratio"]
    assert sd["baseline"] == pytest.approx(1, abs=0.03)
    assert sd["followup"] == pytest.approx(2, abs=0.06)
    assert variances["correlation"].to_numpy() == pytest.approx(0.5, abs=0.04)
    _, common = ratios_of(made, labels, cells=False)
    assert (common["sd_ratio"] == 1).all()
    assert common["observed_50"].iloc[1] > 1.9 > 1.1 > common["expected_50"].iloc[1]


def test_a_missing_value_and_a_weight_count_as_they_should():
    """A gene without some values has their variance; weights of four are a variance a quarter."""
    made, labels = trial()
    whole, _ = ratios_of(made, labels)
    holed = made.copy()
    holed.X[0, 0] = np.nan
    found, _ = ratios_of(holed, labels)
    np.testing.assert_allclose(found["sd_ratio_baseline"][1:], whole["sd_ratio_baseline"][1:])
    assert found["sd_ratio_baseline"][0] != whole["sd_ratio_baseline"][0]
    weighted = options_of("limma", DESIGN, trend=False, weights="array")
    after = made.obs["visit"].eq(DESIGN["followup"]).to_numpy()
    made.X[after] *= 3
    found, _ = ratios_of(made, labels, weighted)
    plain, _ = ratios_of(made, labels)
    ratio = np.median(found["sd_ratio_followup"]) / np.median(found["sd_ratio_baseline"])
    assert np.median(plain["sd_ratio_followup"]) > 2.8 and ratio < 1.5


def test_bins_hold_every_gene_and_the_line_every_expected_one():
    made, labels = trial(1.5)
    found = run(made, labels, LIMMA, OPTIONS)
    drawn = source(found.genes, found.variances)
    for role, bins in drawn[drawn["element"] == "bin"].groupby("role"):
        assert bins["n_genes"].sum() == bins["expected"].sum() == pytest.approx(400)
        row = found.variances.set_index("role").loc[role]
        low, high = np.quantile(found.genes[f"sd_ratio_{role}"], [0.05, 0.95])
        assert [row["observed_05"], row["observed_95"]] == pytest.approx([low, high])
        line = bins["expected"].cumsum() / 400
        median = np.interp(0.5, line, np.log2(bins["high"].astype(float)))
        assert 2**median == pytest.approx(row["expected_50"], rel=0.01)


def test_without_healthy_samples_there_is_no_ratio():
    made, labels = trial()
    alone = made[made.obs["visit"].notna()].copy()
    model = options_of("limma", DESIGN | {"healthy": None}, trend=False)
    found = run(alone, labels, model, OPTIONS)
    assert found.variances.empty
    drawn = source(found.genes, found.variances)
    assert drawn.loc[0, "element"] == "absent" and "healthy" in drawn.loc[0, "text"]


def test_one_healthy_person_has_no_variance(recwarn):
    made, labels = trial()
    alone = made.obs["visit"].notna() | made.obs["patient"].eq("H00")
    assert made.obs["patient"].eq("H00").sum() == 1
    found = run(made[alone.to_numpy()].copy(), labels, LIMMA, OPTIONS)
    assert found.genes["sd_ratio_baseline"].isna().all()
    assert found.variances["observed_50"].isna().all() and len(found.variances) == 2
    assert source(found.genes, found.variances).loc[0, "element"] == "absent"
    assert not [w for w in recwarn if "NaN" in str(w.message)]
