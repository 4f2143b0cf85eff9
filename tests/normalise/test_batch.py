"""Batch removal against limma; the removed copy stays a copy."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd

from options import normalise
from revertome.normalise.batch import remove_batch_effect

REFERENCE = Path(__file__).parent / "reference"
DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy"}


def read(name: str) -> np.ndarray:
    return pd.read_csv(REFERENCE / f"{name}.tsv", sep="\t", index_col=0).to_numpy(dtype=float).T


def test_removal_equals_limma() -> None:
    """reference/batch.R: removeBatchEffect(x, batch, design = model.matrix(~ 0 + cell + age))."""
    samples = pd.read_csv(REFERENCE / "batch_samples.tsv", sep="\t")
    design = pd.get_dummies(samples["cell"]).assign(age=samples["age"]).to_numpy(dtype=float)
    found = remove_batch_effect(read("batch_expression"), samples["batch"], design)
    np.testing.assert_allclose(found, read("batch_removed"), rtol=0, atol=1e-10)


def study() -> anndata.AnnData:
    samples = pd.read_csv(REFERENCE / "batch_samples.tsv", sep="\t", index_col=0)
    samples["visit"] = samples["cell"].where(samples["cell"] != "healthy")
    samples["group"] = np.where(samples["cell"] == "healthy", "healthy", "patient")
    raw = anndata.AnnData(read("batch_expression"), obs=samples)
    raw.var["symbol"] = [f"G{i:02d}" for i in range(30)]
    raw.uns["scale"] = {"scale": "log2"}
    return raw


def test_a_batch_in_the_model_gives_a_copy_for_pictures() -> None:
    options = {"method": "none"}
    plain = normalise(study(), options, {}, {**DESIGN, "covariates": ["age"]})
    assert "batch_removed" not in plain.layers
    assert plain.uns["normalise"]["batch_removed"] == "none"
    found = normalise(study(), options, {}, {**DESIGN, "covariates": ["age", "batch"]})
    np.testing.assert_array_equal(found.X, plain.X)
    np.testing.assert_allclose(found.layers["batch_removed"], read("batch_removed"), atol=1e-10)
    assert found.uns["normalise"]["batch_removed"] == (
        "layer batch_removed, for pictures only; models take batch as a covariate"
    )


def test_a_batch_that_is_the_visit_is_not_removed() -> None:
    raw = study()
    raw.obs["batch"] = np.where(raw.obs["visit"].eq(raw.obs["visit"].dropna().iloc[0]), "1", "2")
    found = normalise(raw, {"method": "none"}, {}, {**DESIGN, "covariates": ["batch"]})
    assert "batch_removed" not in found.layers
    assert found.uns["normalise"]["batch_removed"] == (
        "none: batch cannot be told apart from visit, group and other covariates"
    )
