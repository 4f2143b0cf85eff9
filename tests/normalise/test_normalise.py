"""The stage as a whole."""

import anndata
import numpy as np
import pandas as pd
import pytest

from options import normalise
from revertome.errors import StudyError
from revertome.normalise.cpm import log_cpm
from revertome.normalise.scale import saturated_share
from revertome.normalise.tmm import tmm_factors, upper_quartile_factors
from revertome.statistics.quantile import normalize_quantiles


def raw(x: np.ndarray, scale: str, symbols: list[str | float]) -> anndata.AnnData:
    n = len(x)
    obs = pd.DataFrame({"group": "patient", "visit": ["a", "b"] * (n // 2)})
    obs.index = [f"s{i}" for i in range(n)]
    var = pd.DataFrame({"symbol": symbols}, index=[f"f{i:03d}" for i in range(x.shape[1])])
    adata = anndata.AnnData(x, obs=obs, var=var)
    adata.uns["scale"] = {"scale": scale, "decided_by": "auto"}
    return adata


def intensities(scale: str = "linear") -> anndata.AnnData:
    x = np.random.default_rng(1).lognormal(5, 2, (6, 40))
    x[:, 7] = 0.2  # below 1 everywhere: constant after the floor
    x[:, 8] = -4
    symbols: list[str | float] = [f"G{i // 2}" for i in range(40)]
    symbols[10:12] = [np.nan, "1-Mar"]
    return raw(x if scale == "linear" else np.log2(np.maximum(x, 1)), scale, symbols)


@pytest.mark.filterwarnings("ignore:1 gene symbols were turned to dates")
def test_linear_intensities() -> None:
    found = normalise(intensities(), {"method": "auto", "floor": 4.0}, {"G3": "G30"})
    x = np.maximum(np.log2(np.maximum(intensities().X, 1)), 4)
    varying = [i for i in range(40) if i not in (7, 8)]
    normal = pd.DataFrame(normalize_quantiles(x[:, varying]), columns=varying)
    assert found.var_names.tolist() == sorted(
        {f"G{i}" for i in range(20) if i not in (3, 5)} | {"G30"}
    )
    best = max([0, 1], key=lambda i: normal[i].mean())
    np.testing.assert_array_equal(found[:, "G0"].X[:, 0], normal[best])
    np.testing.assert_array_equal(found[:, "G30"].X[:, 0], normal[6])  # 7 is constant
    np.testing.assert_allclose(found.obs["median"], np.median(x, axis=1))
    np.testing.assert_allclose(found.obs["floor_share"], (x == 4).mean(axis=1))
    record = found.uns["normalise"]
    assert record["method"] == "quantile"
    assert record["features_constant"] == 2
    assert record["symbols_renamed"] == 1
    assert record["symbols_turned_to_dates"] == "1-Mar"
    assert record["features_with_gene"] == 38
    assert record["genes"] == found.n_vars == 19


def test_dates_among_symbols_are_told() -> None:
    with pytest.warns(UserWarning, match=r"1 gene symbols were turned to dates .*\(1-Mar\)"):
        normalise(intensities(), {}, {})


@pytest.mark.filterwarnings("ignore:1 gene symbols were turned to dates")
def test_none_keeps_the_values() -> None:
    study = intensities("log2")
    found = normalise(study, {"method": "none", "collapse": "average"}, {})
    np.testing.assert_allclose(found[:, "G1"].X[:, 0], study.X[:, [2, 3]].mean(axis=1))


@pytest.mark.filterwarnings("ignore:1 gene symbols were turned to dates")
@pytest.mark.parametrize("scale", ["log2", "counts"])
def test_order_of_samples_and_features_changes_nothing(scale: str) -> None:
    study = intensities(scale) if scale == "log2" else counts()
    rng = np.random.default_rng(5)
    mixed = study[rng.permutation(study.n_obs), rng.permutation(study.n_vars)].copy()
    one, two = normalise(study, {}, {}), normalise(mixed, {}, {})
    assert (one.X == two.X).all()
    pd.testing.assert_frame_equal(one.obs, two.obs)
    pd.testing.assert_frame_equal(one.var, two.var)


def counts() -> anndata.AnnData:
    rng = np.random.default_rng(2)
    x = rng.poisson(rng.lognormal(4, 1.5, 80), (6, 80)).astype(float)
    x[:, 3] = [0, 1, 0, 0, 2, 0]
    return raw(x, "counts", ["MIX", "MIX", *[f"G{i:02d}" for i in range(2, 80)]])


def test_counts() -> None:
    study = counts()
    found = normalise(study, {"min_count": 10}, {})
    kept = found.layers["counts"]
    assert "G03" not in found.var_names
    np.testing.assert_array_equal(
        kept[:, found.var_names.get_loc("MIX")], study.X[:, :2].sum(axis=1)
    )
    size = kept.sum(axis=1)
    np.testing.assert_array_equal(found.obs["library_size"], size)
    factor = tmm_factors(kept, size)
    np.testing.assert_array_equal(found.obs["norm_factor"], factor)
    np.testing.assert_array_equal(found.X, log_cpm(kept, size * factor))
    assert found.uns["normalise"]["method"] == "tmm"


def test_counts_with_upper_quartile_factors() -> None:
    found = normalise(counts(), {"method": "upper_quartile"}, {})
    factor = upper_quartile_factors(found.layers["counts"], found.obs["library_size"].to_numpy())
    np.testing.assert_array_equal(found.obs["norm_factor"], factor)
    assert found.uns["normalise"]["method"] == "upper_quartile"


def test_methods_that_do_not_fit_the_scale() -> None:
    with pytest.raises(StudyError, match="tmm does not fit values on the log2 scale"):
        normalise(intensities("log2"), {"method": "tmm"}, {})
    with pytest.raises(StudyError, match="quantile does not fit values on the counts scale"):
        normalise(counts(), {"method": "quantile"}, {})


def test_what_leaves_nothing_to_analyse() -> None:
    study = counts()
    study.var["symbol"] = np.nan
    with pytest.raises(StudyError, match=r"none of 80 features .* has a gene symbol"):
        normalise(study, {}, {})
    with pytest.raises(StudyError, match="no gene is left"):
        normalise(counts(), {"min_count": 1e9}, {})
    empty = counts()
    empty.X[2] = 0
    with pytest.raises(StudyError, match="sample s2: every count is 0"):
        normalise(empty, {}, {})


def test_share_of_features_at_the_highest_value() -> None:
    x = np.array([[1.0, 16, 16, 3], [2, 5, 9, 4]])
    assert saturated_share(x).tolist() == [0.5, 0.25]


def test_raw_arrays_are_not_called_deposited() -> None:
    """RMA and neqc bring their own logarithm and quantiles; the record names them."""
    arrays = intensities("log2")
    arrays.uns["scale"]["normalised"] = "RMA of 6 arrays, layout a.cdf"
    with pytest.warns(UserWarning, match="turned to dates"):
        record = normalise(arrays, {"method": "auto"}, {}).uns["normalise"]
    assert record["method"] == "none"
    assert record["log2"] == "RMA of 6 arrays, layout a.cdf"
