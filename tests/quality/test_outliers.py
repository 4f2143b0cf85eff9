"""Sample metrics and the outlier rule, worked by hand."""

import numpy as np
import pandas as pd

from revertome.quality.outliers import outliers, sample_metrics
from revertome.quality.relative import correlations, relative_log_expression


def test_sample_metrics() -> None:
    x = np.random.default_rng(1).normal(8, 2, (5, 41))
    rle = relative_log_expression(x)
    found = sample_metrics(rle, correlations(x))
    level = np.median(x, axis=0)
    relative = pd.DataFrame((x - level)[:, level > np.median(level)])  # 20 genes
    assert relative.shape == (5, 20)
    for name, at in {"median": 0.5, "q25": 0.25, "q75": 0.75, "low": 0.05, "high": 0.95}.items():
        np.testing.assert_allclose(rle[name], relative.quantile(at, axis=1))
    np.testing.assert_allclose(found["rle_median"], relative.median(axis=1))
    spread = relative.quantile(0.75, axis=1) - relative.quantile(0.25, axis=1)
    np.testing.assert_allclose(found["rle_iqr"], spread)
    correlation = pd.DataFrame(x.T).corr()
    np.testing.assert_allclose(correlations(x), correlation)
    others = [correlation[i].drop(i).median() for i in range(5)]
    np.testing.assert_allclose(found["median_correlation"], others)


def metrics() -> pd.DataFrame:
    """Six samples; departures 0.1, so that the limit at 5 is 5 * 1.4826 * 0.1 = 0.7413."""
    table = pd.DataFrame({"rle_median": [-0.1, 0.1, -0.1, 0.1, -0.1, 0.1]})
    table["rle_iqr"] = [0.4, 0.6, 0.4, 0.6, 0.4, 0.6]
    table["median_correlation"] = [0.95, 0.951, 0.95, 0.951, 0.95, 0.951]
    table["log2_library_size"] = [20, 20.1, 20, 20.1, 20, 20.1]
    return table


def test_nothing_stands_apart() -> None:
    assert outliers(metrics(), 5) == [[]] * 6


def test_departures_beyond_the_limit() -> None:
    table = metrics()
    table.loc[0, "rle_median"] = -0.8  # median 0, deviations 0.8 0.1 ...: limit 0.7413
    table.loc[1, "rle_iqr"] = 1.3
    table.loc[2, "rle_iqr"] = -1.0  # tidier than the rest is no fault
    table.loc[3, "median_correlation"] = 0.92
    table.loc[4, "log2_library_size"] = 18.9
    table.loc[5, "log2_library_size"] = 25
    expected = [["shifted"], ["noisy"], [], ["low_correlation"], ["small_library"], []]
    assert outliers(table, 5) == expected
    assert outliers(table, 50)[0] == []


def test_departures_too_small_to_matter() -> None:
    table = pd.DataFrame({"rle_median": [0.0, 0, 0, 0, 0.09], "rle_iqr": [0.5] * 5})
    table["median_correlation"] = [0.99, 0.99, 0.99, 0.99, 0.975]
    assert outliers(table, 5) == [[]] * 5
