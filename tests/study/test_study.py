"""study.h5ad: what scanpy finds in it, and that its components are scanpy's own."""

import anndata
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import scanpy
import yaml

from options import SCHEMA
from revertome.configuration import complete
from revertome.intake.load import load
from revertome.normalise import normalise
from revertome.quality.assess import assess
from revertome.response.evaluate import evaluate
from revertome.study import gather
from studies import ROOT, configured

mpl.use("Agg")


@pytest.fixture(scope="module")
def stages():
    """The built-in study with 2,500 genes; a noisy sample is left out of later stages."""
    found = configured("config")
    found["intake"]["simulate"]["genes"] = 2500
    found["design"] |= {"followup": "month6", "arm": None}
    found["quality"] = {"exclude": "flagged"}
    config = complete(found, SCHEMA)
    design = config["design"]
    symbols = pd.read_csv(ROOT / "resources/genes.tsv", sep="\t")["symbol"].tolist()
    study = load(config["intake"], design, symbols)
    expression = normalise(study.adata, config["normalise"], {}, design)
    expression.X[7] += np.random.default_rng(1).normal(0, 2, 2500)
    quality = assess(expression, study.flow, config["quality"], design, study.visits, {
        name: config["response"][name] for name in ("baseline_visit", "visit")
    })  # fmt: skip
    definition = yaml.safe_load((ROOT / "config/response/anajis.yaml").read_text("utf-8"))
    options = {**config["response"], "definition": definition}
    labels = evaluate(expression.obs, study.visits, options, design).labels
    return expression, quality, labels


@pytest.fixture(scope="module")
def study(stages, tmp_path_factory):
    """The file, written and read again."""
    expression, quality, labels = stages
    path = tmp_path_factory.mktemp("study") / "study.h5ad"
    gather(expression, quality.samples, labels).write_h5ad(path)
    return anndata.read_h5ad(path)


def test_samples_have_their_sheet_flags_and_label(stages, study):
    expression, quality, labels = stages
    np.testing.assert_array_equal(study.X, expression.X)
    assert list(study.obs) == [*expression.obs, "flag", "reason", "used", "label"]
    assert list(study.var) == [*expression.var, "highly_variable"]
    assert list(study.obs_names) == quality.samples["sample"].tolist()
    for name in ("flag", "reason", "used"):
        assert study.obs[name].tolist() == quality.samples[name].tolist()
    assert np.flatnonzero(~study.obs["used"]).tolist() == [7]
    assert study.obs["flag"].iloc[7] == "flag"
    known = labels.set_index("patient")["label"].to_dict()
    patients = study.obs[study.obs["group"] == "patient"]
    assert patients["label"].tolist() == [known[name] for name in patients["patient"]]
    assert set(patients["label"]) == {"responder", "nonresponder", "unlabelled"}
    assert study.obs.loc[study.obs["group"] == "healthy", "label"].isna().all()


def test_rows_are_joined_by_name_and_the_workflow_s_columns_win(stages):
    expression, quality, labels = stages
    sheet = expression.copy()
    sheet.obs["used"] = "by us"
    again = gather(sheet, quality.samples.iloc[::-1], labels.iloc[::-1])
    assert again.obs["used"].tolist() == quality.samples["used"].tolist()
    assert sheet.obs["used"].eq("by us").all()


def test_components_are_those_of_quality_to_the_last_digit(stages, study):
    """All samples take part, the one left out too; nothing is missing."""
    _, quality, _ = stages
    pca = quality.pca[[f"PC{i}" for i in range(1, 6)]].to_numpy()
    np.testing.assert_array_equal(study.obsm["X_pca"][:, :5], pca)
    shares = quality.components.drop_duplicates("component")["variance_explained"]
    np.testing.assert_array_equal(study.uns["pca"]["variance_ratio"][:5], shares)
    for found in (study.obsm["X_pca"], study.varm["PCs"]):
        assert np.isfinite(found).all()


@pytest.mark.parametrize("solver", ["arpack", "full"])
def test_components_are_those_of_scanpy_up_to_sign(study, solver):
    """Its default solver iterates; the other decomposes in full."""
    other = study.copy()
    for place in (other.obsm, other.varm, other.uns):
        place.clear()
    scanpy.pp.pca(other, n_comps=50, mask_var="highly_variable", svd_solver=solver, dtype="float64")
    assert study.obsm["X_pca"].shape == (63, 50)
    assert study.uns["pca"]["params"] == {
        key: value for key, value in other.uns["pca"]["params"].items() if value is not None
    }
    for name in ("variance", "variance_ratio"):
        np.testing.assert_allclose(study.uns["pca"][name], other.uns["pca"][name], rtol=1e-8)
    signs = np.sign((study.varm["PCs"] * other.varm["PCs"]).sum(axis=0))
    for ours, theirs in (
        (study.obsm["X_pca"], other.obsm["X_pca"]),
        (study.varm["PCs"], other.varm["PCs"]),
    ):
        np.testing.assert_allclose(ours, theirs * signs, atol=1e-8)
        assert ours.dtype == theirs.dtype
    silent = ~study.var["highly_variable"].to_numpy()
    assert silent.sum() == 500
    assert not study.varm["PCs"][silent].any()


# scanpy sets the colour of missing values in a way that matplotlib will drop.
@pytest.mark.filterwarnings("ignore:The set_bad function:PendingDeprecationWarning")
def test_scanpy_draws_it_at_once(study):
    """One point a sample in the colour of its visit; healthy samples, without one, in grey."""
    axes = scanpy.pl.pca(study.copy(), color="visit", show=False)
    points = np.vstack([drawn.get_offsets() for drawn in axes.collections])
    want = study.obsm["X_pca"][:, :2]
    assert len(points) == study.n_obs
    np.testing.assert_allclose(points[np.lexsort(points.T)], want[np.lexsort(want.T)])
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == [*study.obs["visit"].cat.categories, "NA"]
    colours = [mpl.colors.to_hex(colour) for colour in axes.collections[0].get_facecolors()]
    assert len(set(colours)) in (2, 3)
    mpl.pyplot.close("all")


def test_fold_changes_of_scanpy_are_log2(stages, study):
    """Without the base it takes values for natural logarithms, and changes come out 1.44 times."""
    patients = study[study.obs["group"] == "patient"].copy()
    scanpy.tl.rank_genes_groups(patients, "visit", groups=["month6"], reference="enrollment")
    found = scanpy.get.rank_genes_groups_df(patients, "month6").set_index("names")
    means = (patients.X[patients.obs["visit"] == v].mean(axis=0) for v in ("enrollment", "month6"))
    before, after = (2**mean - 1 for mean in means)
    expected = pd.Series(np.log2(after / before), patients.var_names)[found.index]
    np.testing.assert_allclose(found["logfoldchanges"], expected, atol=1e-5)
