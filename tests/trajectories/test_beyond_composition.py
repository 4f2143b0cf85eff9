"""Cells or regulation: what the split claims, and where it only shows."""

from dataclasses import replace

import anndata
import numpy as np
import pandas as pd
import pytest

from benchmarks.beyond_composition import called, split, truth, without_shift
from benchmarks.beyond_composition_draw import draw
from benchmarks.beyond_composition_setting import Setting
from benchmarks.calibration_draw import counted
from options import joint_options_of, options_of
from paired_trial import DESIGN, OPTIONS
from revertome.composition.cells_used import cells_used
from revertome.gene_classes import BEYOND_COMPOSITION
from revertome.statistics.fdr import adjust
from revertome.trajectories.beyond_composition import (
    beyond_composition,
    composition_sets,
    fit_with_cells,
)
from revertome.trajectories.cell_planes import cell_planes
from revertome.trajectories.class_rules import effects_of
from revertome.trajectories.composition_claims import MARKER, UNSHOWN
from revertome.trajectories.composition_planes import split_planes
from revertome.trajectories.composition_summary import DECOMPOSED
from revertome.trajectories.composition_table import SCREENED
from revertome.trajectories.observed import observe
from revertome.trajectories.study import study_of

SMALL = Setting(n_genes=300)
NOISY = replace(SMALL, error=7.0)
LIMMA = options_of("limma", DESIGN, trend=False)


def drawn(setting=SMALL, seed=0):
    return draw(setting, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def trial():
    return drawn(replace(SMALL, error=3.0))


@pytest.fixture(scope="module")
def found(trial):
    return split(trial, SMALL, trial.reliability)


def test_parts_add_up_to_the_effects_without_composition(trial, found):
    """All pairs are complete, so that nothing but composition is different in the two models."""
    study = study_of(trial.expression, trial.labels, LIMMA)
    plane = observe(study, OPTIONS).planes["main"]
    table = found.genes
    for prefix, own in (("", plane), ("induced_", observe(study, OPTIONS).planes["induced"])):
        for name, whole in (("disease", own.d), ("change", own.t)):
            parts = table[f"{prefix}{name}_composition"] + table[f"{prefix}{name}_beyond"]
            np.testing.assert_array_equal(parts, table[f"{prefix}{name}"])
            np.testing.assert_allclose(parts, whole, atol=1e-11)
            share = table[f"{prefix}{name}_composition"] / table[f"{prefix}{name}"]
            np.testing.assert_allclose(table[f"{prefix}{name}_share"], share)


def test_classes_without_composition_are_those_of_the_stage(trial, found):
    study = study_of(trial.expression, trial.labels, LIMMA)
    assert list(found.genes["class"]) == list(observe(study, OPTIONS).calls.outcome)


def test_intervals_and_p_agree(found):
    for name in ("disease", "change"):
        for part in ("composition", "beyond"):
            low, high = (found.genes[f"{name}_{part}_{end}"] for end in ("low", "high"))
            p = found.genes[f"p_{name}_{part}"]
            assert (((low > 0) | (high < 0)) == (p < 0.05)).all()
            np.testing.assert_allclose((low + high) / 2, found.genes[f"{name}_{part}"], atol=1e-11)


def test_cells_are_not_claimed_and_regulation_is_kept():
    """Counts with an SD of 7 points beside 9 that are true, in genes that follow cells steeply: as
    a covariate they leave many of these genes to be claimed."""
    steep = replace(NOISY, slope=(1.5, 3.0), n_genes=500)
    false = {"covariate": 0, "corrected": 0}
    kept, trials = [], 6
    for seed in range(trials):
        blood = drawn(steep, [5, seed])
        outcome, _ = called(steep, blood)
        assert (outcome["without"] == "reverted")[blood.kind == "cells"].mean() > 0.5
        for rule in false:
            false[rule] += (outcome[rule] == "reverted")[blood.kind == "cells"].sum()
        clean = replace(SMALL, n_genes=500)
        blood = drawn(clean, [5, seed])
        own = (without_shift(clean, [5, seed]) == "reverted") & truth(blood, "reverted")
        kept.append((called(clean, blood)[0]["corrected"] == "reverted")[own].mean())
    assert false["covariate"] > 20 * trials
    assert false["corrected"] <= trials
    assert np.mean(kept) >= 0.9


@pytest.mark.parametrize("error", [0.0, 7.0])
def test_p_of_genes_with_nothing_beyond_are_uniform(error):
    """Cells shift, and nothing else: p at most 0.05 in 5% of the genes, at most 0.01 in 1%.

    Genes that follow cells share the error of the counts, so that trials count, not genes.
    """
    setting = replace(SMALL, error=error, kinds={"cells": 0.4})
    small = {0.05: [], 0.01: []}
    for seed in range(16):
        blood = drawn(setting, [6, seed])
        table = split(blood, setting, blood.reliability).genes
        assert not table["class_beyond"].isin(BEYOND_COMPOSITION.values()).any()
        for level, shares in small.items():
            p = table[["p_disease_beyond", "p_change_beyond"]]
            shares.append((p <= level).to_numpy().mean())
    for level, shares in small.items():
        assert abs(np.mean(shares) - level) <= 3 * np.std(shares) / 4 + level / 5


def test_unknown_reliability_shows_and_claims_nothing(trial):
    shown, exact = split(trial, SMALL, None), split(trial, SMALL, 1.0)
    assert shown.summary["reliability"].isna().all()
    same = [name for name in shown.genes if name not in ("class_beyond", "not_claimed")]
    pd.testing.assert_frame_equal(shown.genes[same], exact.genes[same])
    assert shown.genes["class_beyond"].isna().all()
    asked = shown.genes["class"].isin(["reverted", "induced"])
    words = "the reliability of neutrophil is not known (composition.reliability)"
    assert shown.genes.loc[asked, "not_claimed"].eq(words).all()
    assert shown.genes.loc[~asked, "not_claimed"].isna().all()
    assert not shown.summary["claimed"].any() and shown.summary["n_both"].isna().all()
    assert shown.summary["statement"].str.contains("shown but not claimed").all()
    assert not any(shown.sets.values())
    partly = split(trial, SMALL, {"monocyte": 0.9})
    assert not partly.summary["claimed"].any()


def test_more_error_than_composition_claims_nothing(trial):
    found = split(trial, SMALL, 0.1)
    assert not found.summary["claimed"].any()
    assert found.summary["not_claimed"].str.contains("is true").all()
    assert found.summary["reliability"].lt(0.2).all()


def test_genes_that_composition_is_made_of_are_not_claimed(trial, found):
    claimed = found.genes[found.genes["class_beyond"].eq(BEYOND_COMPOSITION["reverted"])]
    markers = list(claimed["gene"][:5])
    other = beyond_composition(
        trial.expression, trial.labels, LIMMA, OPTIONS, trial.cells, trial.reliability, markers
    )
    own = other.genes[other.genes["gene"].isin(markers)]
    assert own["class_beyond"].isna().all() and own["p_reverted"].isna().all()
    was = own["class"].isin(["reverted", "induced"])
    assert own.loc[was, "not_claimed"].eq(MARKER).all()
    assert own["disease_beyond"].notna().all()


def test_why_a_gene_is_lost_is_said(found):
    table = found.genes
    lost = table["class"].eq("reverted") & table["class_beyond"].ne(BEYOND_COMPOSITION["reverted"])
    screened = table["adj_p_disease_beyond"] > OPTIONS["alpha"]
    assert table.loc[lost & screened, "not_claimed"].eq(SCREENED["reverted"]).all()
    assert table.loc[lost & ~screened, "not_claimed"].eq(UNSHOWN["reverted"]).all()
    kept = table["class"].eq("reverted") & ~lost
    assert lost.any() and kept.any() and table.loc[kept, "not_claimed"].isna().all()


def test_summary_and_sets_count_the_table(found):
    table = found.genes
    for name in ("reverted", "induced"):
        row = found.summary[found.summary["set"].eq(name)].iloc[0]
        beyond = table["class_beyond"].eq(BEYOND_COMPOSITION[name])
        assert row["n_genes"] == table["class"].eq(name).sum()
        assert row["n_beyond"] == beyond.sum()
        assert row["n_both"] == (beyond & table["class"].eq(name)).sum()
        ways = [found.sets[f"{name}_beyond_composition_{way}"] for way in ("up", "down")]
        both = beyond & table["class"].eq(name)
        assert sorted(ways[0] + ways[1]) == sorted(table.loc[both, "gene"])
        assert DECOMPOSED in row["statement"]
    up = table.set_index("gene").loc[found.sets["reverted_beyond_composition_up"]]
    assert (up["disease_beyond"] > 0).all()
    assert composition_sets(table) == found.sets


def test_composition_that_goes_with_the_label_is_told():
    """Cells hardly vary but with label and visit: what is beyond them can hardly be told."""
    tight = replace(SMALL, sd=(1.5, 1.5))
    blood = drawn(tight)
    found = split(blood, tight, 1.0)
    row = found.summary.iloc[0]
    assert row["inflation_disease"] > 10 and row["inflation_change"] > 10
    assert row["detectable_disease_beyond"] > 2 * row["detectable_disease"]
    assert "can hardly be told apart" in row["statement"]
    assert "adjusted over all genes" in row["statement"]
    table, p = found.genes, found.genes["p_reverted"]
    screened = table["adj_p_disease_beyond"] <= OPTIONS["alpha"]
    assert np.allclose(table["adj_p_reverted"], np.where(screened, adjust(p.to_numpy()), 1))
    assert row["n_both"] < 0.2 * row["n_genes"]


@pytest.mark.parametrize("gone", ["healthy", "before"])
def test_a_group_without_counts_leaves_no_split(trial, gone):
    obs = trial.expression.obs
    them = obs["group"].eq(gone) | obs["visit"].eq(gone)
    cells = trial.cells[~trial.cells["sample"].isin(obs.index[them])]
    found = beyond_composition(trial.expression, trial.labels, LIMMA, OPTIONS, cells, 0.9)
    assert found.genes.empty and found.sets == {}
    named = {"healthy": "healthy", "before": "nonresponder at before, responder at before"}[gone]
    said = f"no sample of these has the percentages of neutrophil: {named}"
    assert found.summary["not_claimed"].eq(said).all()
    assert found.summary["n_genes"].tolist() == [
        (observe(study_of(trial.expression, trial.labels, LIMMA), OPTIONS).calls.outcome == n).sum()
        for n in ("reverted", "induced")
    ]


@pytest.mark.parametrize(
    ("percent", "why"),
    [(60.0, "neutrophil (nearly the same in everybody)"), (None, "none was counted or estimated")],
)
def test_cells_that_tell_nothing_are_named(trial, percent, why):
    cells = trial.cells.head(0) if percent is None else trial.cells.assign(percent=percent)
    found = beyond_composition(trial.expression, trial.labels, LIMMA, OPTIONS, cells, 0.9)
    said = f"there is no type of cells to split by ({why})"
    assert found.genes.empty and found.summary["not_claimed"].eq(said).all()


def test_samples_without_counts_are_left_out_and_counted(trial):
    some = trial.cells[~trial.cells["sample"].isin(["S001", "S070"])]
    found = beyond_composition(trial.expression, trial.labels, LIMMA, OPTIONS, some, 0.9)
    assert found.summary["n_without_cells"].eq(2).all()
    assert found.summary["n_samples"].eq(len(trial.expression.obs) - 2).all()


def fits(blood, setting, engine="limma", reliability=1.0):
    design = DESIGN | {"covariates": list(setting.covariates)}
    options = joint_options_of(engine, design, "cells", trend=False)
    study = study_of(blood.expression, blood.labels, options)
    used = cells_used(blood.cells, study.fitted.model.design, reliability)
    fitted, where = fit_with_cells(study, blood.labels, options, OPTIONS, used)
    return fitted, where, effects_of(fitted.model, OPTIONS), used


def counts_of(blood, rng):
    expression = counted(blood.expression.X - 8, blood.expression.obs, rng)
    expression.var_names = blood.expression.var_names
    return replace(blood, expression=expression)


@pytest.mark.parametrize("kind", ["voom", "missing", "mixed"])
def test_genes_with_designs_of_their_own(kind):
    """Weights a value, missing values, a correlation a gene: without error the joint model's planes
    of cells; with error the same corrected equations as of genes that share a design."""
    setting = replace(SMALL, n_genes=40, error=3.0, types=2, single=0.2)
    blood = drawn(setting, 3)
    if kind == "voom":
        blood = counts_of(blood, np.random.default_rng(4))
    if kind == "missing":
        blood.expression.X[np.random.default_rng(5).random(blood.expression.X.shape) < 0.05] = (
            np.nan
        )
    engine = {"missing": "limma"}.get(kind, kind)
    fitted, where, effects, used = fits(blood, setting, engine)
    k = used.percent.shape[1]
    assert k == 2
    own = split_planes(fitted, where, effects, k, used.errors).planes["main"]
    plain = cell_planes(fitted, where, effects)[0]["main"]
    for edge in ((1, 0), (0, 1), (0.5, 1)):
        np.testing.assert_allclose(own.beyond.statistic(*edge), plain.statistic(*edge), rtol=1e-7)
    errors = replace(used.errors, unreliable=np.full(k, 0.2))
    together = split_planes(fitted, where, effects, k, errors)
    assert np.isfinite(together.planes["main"].follows.variance(1, 0)).all()
    # A gene alone gives what it gives beside others, up to moderation.
    d = together.planes["main"].beyond.d
    assert np.abs(d - own.beyond.d).max() > 0.01
    total = d + together.planes["main"].follows.d
    np.testing.assert_allclose(total, own.beyond.d + own.follows.d, atol=1e-9)


def test_equal_weights_of_every_value_change_nothing(trial):
    """One design for all genes, or one a gene: the same numbers."""
    fitted, where, effects, used = fits(trial, SMALL, reliability=0.8)
    one = split_planes(fitted, where, effects, 1, used.errors)
    each = replace(fitted, weights=np.ones_like(fitted.y))
    other = split_planes(each, where, effects, 1, used.errors)
    for name in ("main", "induced"):
        mine, theirs = one.planes[name], other.planes[name]
        np.testing.assert_allclose(mine.beyond.statistic(0.5, 1), theirs.beyond.statistic(0.5, 1))
        np.testing.assert_allclose(mine.follows.variance(1, 0), theirs.follows.variance(1, 0))
        np.testing.assert_allclose(mine.inflation, theirs.inflation)
    np.testing.assert_allclose(one.slopes, other.slopes, atol=1e-10)


def test_standard_errors_of_counts_are_their_error_and_those_of_estimates_are_not(trial):
    """With the same error in every sample they are the reliability that goes with it. Those of an
    estimate hold the error of the signature, common to all samples: nothing is claimed by them."""
    fitted, _, _, used = fits(trial, SMALL, reliability=0.8)
    design = fitted.model.design.to_numpy()
    sd = float(np.sqrt(used.errors.of_samples(design, 1)[0, 0, 0])) * 10
    cells = trial.cells.assign(se=sd)
    known = beyond_composition(trial.expression, trial.labels, LIMMA, OPTIONS, cells, None).genes
    stated = split(trial, SMALL, 0.8).genes
    names = ["disease_beyond", "change_beyond", "disease_composition"]
    np.testing.assert_allclose(known[names], stated[names], rtol=1e-9, atol=1e-12)
    assert known["class_beyond"].notna().all()
    estimated = cells.assign(source="estimated")
    shown = beyond_composition(trial.expression, trial.labels, LIMMA, OPTIONS, estimated, None)
    assert not shown.summary["claimed"].any()


def test_anndata_serves(trial):
    made = anndata.AnnData(trial.expression.X.copy(), obs=trial.expression.obs.copy())
    made.var_names = trial.expression.var_names
    other = beyond_composition(made, trial.labels, LIMMA, OPTIONS, trial.cells, 0.9)
    mine = beyond_composition(trial.expression, trial.labels, LIMMA, OPTIONS, trial.cells, 0.9)
    pd.testing.assert_frame_equal(other.genes, mine.genes)
