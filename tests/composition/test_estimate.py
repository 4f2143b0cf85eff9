"""Cell content by the signature, of mixtures whose content is known, and of what it is not for."""

import numpy as np
import pandas as pd
import pytest

from mixed_blood import HOME, draw, mixed, shipped, study
from revertome.composition.estimate import estimate
from revertome.composition.signature import measured

TYPES = ["neutrophils", "monocytes", "b_cells", "cd4_t_cells", "cd8_t_cells", "nk_cells"]


def healthy_of(data):
    return data.obs["group"].eq("healthy").to_numpy()


@pytest.mark.parametrize("probes", [0.0, 1.3])
def test_mixtures_are_found_whatever_probes_make_of_a_gene(probes):
    data, percent = study(np.random.default_rng(1), probes=probes)
    found = estimate(data, healthy_of(data), shipped())
    assert found.reason == "" and found.told == ""
    assert list(found.percent) == TYPES
    np.testing.assert_allclose(found.percent.sum(axis=1), 100)
    error = found.percent.to_numpy() - percent
    rmse = np.sqrt((error**2).mean(axis=0))
    assert (rmse < [2.5, 0.8, 0.6, 2.0, 2.0, 1.0]).all(), rmse
    assert found.fit["note"].eq("").all()
    assert found.fit["residual_sd"].between(0.1, 0.4).all()


def test_errors_of_the_signature_are_in_the_standard_error():
    """Cells of each sample give more or fewer messages than those of the signature."""
    rng, ours = np.random.default_rng(2), shipped()
    percent = np.vstack([np.tile(ours.types["healthy_percent"], (60, 1)), draw(rng, 400)])
    sd = ours.types["error_sd"].to_numpy()
    told = percent * np.exp(sd * rng.standard_normal(percent.shape))
    told[:60] = percent[:60]
    data = mixed(100 * told / told.sum(axis=1, keepdims=True), rng)
    found = estimate(data, np.arange(460) < 60, ours)
    inside = np.abs(found.percent.to_numpy() - percent)[60:] < 1.96 * found.se.to_numpy()[60:]
    assert (inside.mean(axis=0) > 0.92).all(), inside.mean(axis=0)
    assert (inside.mean(axis=0) < 0.985).all(), inside.mean(axis=0)


def test_without_healthy_samples_levels_are_rough_and_it_is_said():
    data, percent = study(np.random.default_rng(3), probes=1.0)
    found = estimate(data, np.zeros(len(data), bool), shipped())
    assert "no healthy samples" in found.told and "differences" in found.told
    both = pd.DataFrame({"true": percent[:, 0], "found": found.percent["neutrophils"]})
    assert both.corr("spearman").iloc[0, 1] > 0.97
    two = np.arange(len(data)) < 2
    assert "only 2 healthy samples" in estimate(data, two, shipped()).told


def sorted_cells(rng, kind, n=12):
    percent = np.full((n, 6), 0.2)
    percent[:, kind] = 99
    return mixed(percent, rng)


@pytest.mark.parametrize("kind", range(6))
@pytest.mark.parametrize("healthy", [0, 6])
def test_of_sorted_cells_nothing_is_offered(kind, healthy):
    data = sorted_cells(np.random.default_rng(4), kind)
    found = estimate(data, np.arange(len(data)) < healthy, shipped())
    assert "whole blood" in found.reason or "too few marker genes" in found.reason
    assert found.percent.shape == (12, 0)
    assert found.fit["note"].eq(found.reason).all()


@pytest.mark.parametrize("probes", [0.0, 1.3])
def test_of_mononuclear_cells_nothing_is_offered(probes):
    """Their healthy samples have no neutrophils either, which a ratio to them would hide."""
    rng = np.random.default_rng(5)
    percent = np.column_stack([rng.uniform(0, 2, 30), rng.uniform(10, 30, 30)])
    rest = (100 - percent.sum(axis=1))[:, None] * rng.dirichlet([15, 43, 30, 17.5], 30)
    data = mixed(np.hstack([percent, rest]), rng, probes=probes)
    found = estimate(data, np.arange(30) < 10, shipped())
    assert "no samples of whole blood" in found.reason


def test_a_sorted_sample_in_a_study_of_whole_blood_has_no_estimate():
    rng = np.random.default_rng(6)
    data, percent = study(rng)
    odd = percent.copy()
    odd[20], odd[21], odd[22] = [99.5, 0.1, 0.1, 0.1, 0.1, 0.1], [1, 95, 1, 1, 1, 1], odd[22]
    data, _ = study(rng, percent=odd)
    found = estimate(data, healthy_of(data), shipped())
    missing = found.percent.isna().all(axis=1).to_numpy()
    assert missing[[20, 21]].all() and not missing[np.r_[0:20, 22:52]].any()
    assert found.fit["note"].iloc[20].startswith("no whole blood: ")


def test_a_sample_of_something_else_has_no_estimate():
    rng = np.random.default_rng(7)
    data, _ = study(rng)
    data.X[30, :200] = rng.normal(6, 3, 200)
    found = estimate(data, healthy_of(data), shipped())
    assert found.percent.iloc[30].isna().all()
    assert found.percent.drop(index="S30").notna().all(axis=None)
    assert "badly" in found.fit["note"]["S30"] or "no whole blood" in found.fit["note"]["S30"]


def test_a_study_of_other_genes_has_too_few_markers():
    data, _ = study(np.random.default_rng(8))
    mouse = data.copy()
    mouse.var_names = [name.capitalize() for name in mouse.var_names]
    found = estimate(mouse, healthy_of(data), shipped())
    assert found.reason.startswith(
        "too few marker genes of blood cells are above background (neutrophils 0, m"
    )


def test_t_cells_are_one_type_where_few_genes_tell_cd4_from_cd8():
    data, percent = study(np.random.default_rng(9))
    markers = shipped().markers
    gone = markers.index[markers["marker"].eq("cd8_t_cells")]
    data = data[:, ~data.var_names.isin(gone)].copy()
    found = estimate(data, healthy_of(data), shipped())
    assert list(found.percent) == ["neutrophils", "monocytes", "b_cells", "nk_cells", "t_cells"]
    error = found.percent["t_cells"] - percent[:, 3:5].sum(axis=1)
    assert np.sqrt((error**2).mean()) < 3
    assert np.abs(found.percent.sum(axis=1) - 100).max() < 1e-9


def test_missing_values_and_another_order_of_genes_change_little():
    rng = np.random.default_rng(10)
    data, _ = study(rng)
    one = estimate(data, healthy_of(data), shipped()).percent
    other = estimate(data[:, ::-1].copy(), healthy_of(data), shipped()).percent
    np.testing.assert_allclose(one, other)
    data.X[rng.random(data.shape) < 0.01] = np.nan
    holes = estimate(data, healthy_of(data), shipped()).percent
    assert np.abs(holes - one).max(axis=None) < 3
    data.X[20] = np.nan  # its genes would be taken for those of the mean
    empty = estimate(data, healthy_of(data), shipped())
    assert empty.percent.iloc[20].isna().all() and empty.percent.drop("S20").notna().all(axis=None)
    assert empty.fit["note"]["S20"] == "0% of the marker genes have a value"


def test_markers_are_current_symbols_of_one_type_each_and_none_is_of_interferon():
    markers, types = shipped()
    aliases = pd.read_csv(HOME / "resources/aliases.tsv", sep="\t", dtype=str)
    known = set(pd.read_csv(HOME / "resources/genes.tsv", sep="\t")["symbol"])
    assert markers.index.is_unique and not set(markers.index) & set(aliases["old"])
    assert set(markers.index) <= known
    induced = (HOME / "resources/modules/interferon.gmt").read_text("utf-8").split()
    assert not set(markers.index) & set(induced)
    assert list(types.index) == TYPES == list(markers.columns[1:7])
    np.testing.assert_allclose(types["healthy_percent"].sum(), 100, atol=0.02)
    np.testing.assert_allclose(types["rna_share"].sum(), 1, atol=1e-3)
    # A few that anyone would name.
    of = markers["marker"]
    assert of["CXCR2"] == "neutrophils" and of["CSF1R"] == "monocytes" and of["CD19"] == "b_cells"
    assert of["CD3E"] == "t_cells" and of["CD8A"] == "cd8_t_cells" and of["NCAM1"] == "nk_cells"
    whole, reason = measured(shipped(), pd.Series(10.0, markers.index).sub(np.arange(len(of)) * 0))
    assert reason != "" and whole.markers.shape == markers.shape  # nothing is above the others
