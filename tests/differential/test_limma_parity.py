"""Agreement with R's limma 3.54 on committed numbers (reference/limma.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from revertome.limma.contrasts import contrasts_fit
from revertome.limma.duplicate_correlation import duplicate_correlation
from revertome.limma.ebayes import ebayes
from revertome.limma.fit import lm_fit
from revertome.limma.top_table import top_table
from revertome.limma.voom import voom

HERE = Path(__file__).parent / "reference"


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / name, sep="\t", index_col=0, float_precision="round_trip")


@pytest.fixture(scope="module")
def data() -> dict[str, pd.DataFrame]:
    names = ("y", "counts", "samples", "design_random", "design_fixed", "scalars")
    return {name: read(f"{name}.tsv") for name in names}


def contrasts(model: str, names: list[str]) -> dict[str, pd.Series]:
    table = read(f"contrasts_{model}.tsv")
    return {name: table[name] for name in names}


def compare(ours: pd.DataFrame, name: str, columns: list[str] | None = None) -> None:
    """Every column of R's topTable to 1e-8 relative."""
    theirs = read(f"limma_{name}.tsv").sort_index()
    ours = ours.set_index("gene").sort_index()
    assert list(theirs.index) == list(ours.index)
    for column in columns or theirs.columns:
        np.testing.assert_allclose(ours[column], theirs[column], rtol=1e-8, atol=1e-11)


def test_duplicate_correlation(data):
    found = duplicate_correlation(
        data["y"].to_numpy().T, data["design_random"], data["samples"]["patient"]
    )
    assert found == pytest.approx(data["scalars"].loc["correlation", "value"], abs=1e-10)


@pytest.mark.parametrize("trend", [False, True])
def test_random_blocking(data, trend):
    rho = float(data["scalars"].loc["correlation", "value"])
    fit = lm_fit(data["y"].to_numpy().T, data["design_random"], data["samples"]["patient"], rho)
    every = list(read("contrasts_random.tsv").columns)
    moderated = ebayes(contrasts_fit(fit, contrasts("random", every)), trend)
    name = "random_trend" if trend else "random"
    expected = data["scalars"].loc[f"df_prior_{name}", "value"]
    assert moderated.df_prior == pytest.approx(expected, rel=1e-8)
    for contrast in ("disease", "change_responders", "interaction"):
        compare(top_table(moderated, contrast, data["y"].index), f"{name}_{contrast}")


def test_fixed_blocking_with_trend(data):
    design = data["design_fixed"]
    fit = lm_fit(data["y"][design.index].to_numpy().T, design)
    every = list(read("contrasts_fixed.tsv").columns)
    moderated = ebayes(contrasts_fit(fit, contrasts("fixed", every)), trend=True)
    expected = data["scalars"].loc["df_prior_fixed", "value"]
    assert moderated.df_prior == pytest.approx(expected, rel=1e-8)
    for contrast in ("change_responders", "change_all"):
        compare(top_table(moderated, contrast, data["y"].index), f"fixed_trend_{contrast}")


def test_voom_weights_with_blocks(data):
    counts = data["counts"].to_numpy().T.astype(float)
    _, weights = voom(
        counts, counts.sum(axis=1), data["design_random"], data["samples"]["patient"], 0.3
    )
    np.testing.assert_allclose(weights.T, read("voom_weights.tsv"), rtol=1e-8)


def test_voom_fit_of_pairs(data):
    design = data["design_fixed"]
    counts = data["counts"][design.index].to_numpy().T.astype(float)
    y, weights = voom(counts, counts.sum(axis=1), design)
    change = {"change.responder": pd.Series({"change.responder": 1.0})}
    moderated = ebayes(contrasts_fit(lm_fit(y, design, weights=weights), change))
    assert moderated.df_prior == pytest.approx(
        data["scalars"].loc["df_prior_voom", "value"], rel=1e-8
    )
    compare(
        top_table(moderated, "change.responder", data["counts"].index),
        "voom_fixed_change.responder",
    )


def test_weighted_duplicate_correlation(data):
    counts = data["counts"].to_numpy().T.astype(float)
    patients = data["samples"]["patient"]
    y, weights = voom(counts, counts.sum(axis=1), data["design_random"], patients, 0.3)
    found = duplicate_correlation(y, data["design_random"], patients, weights)
    assert found == pytest.approx(data["scalars"].loc["correlation_voom", "value"], rel=1e-6)
