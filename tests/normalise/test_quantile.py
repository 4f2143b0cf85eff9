"""Quantile normalisation against limma 3.54."""

import numpy as np
import pytest

from revertome.statistics.quantile import normalize_quantiles

A = np.array(
    [
        [5.1, 2, 2, 4, 9.5, 7, 3, 3],
        [4, 1.5, 4, 3, 8.25, 8.25, 2, 6],
        [3, 4, 6, 8, 9, 5, 3, 3],
        [2, 2, 2, 2, 7.75, 6, 5, 1.25],
    ]
)


def test_ties_share_the_quantile_of_their_average_rank() -> None:
    """A <- matrix(c(<rows above>), 8, 4); limma::normalizeQuantiles(A)."""
    expected = [
        [5.525, 2.09375, 2.09375, 3.75, 8.625, 7.3125, 3, 3],
        [3.5, 1.9375, 3.5, 2.75, 7.96875, 7.96875, 2.25, 5.525],
        [2.25, 3.25, 5.525, 7.3125, 8.625, 3.75, 2.25, 2.25],
        [3, 3, 3, 3, 8.625, 7.3125, 5.525, 1.9375],
    ]
    np.testing.assert_allclose(normalize_quantiles(A), expected, rtol=0, atol=1e-12)


def test_missing_values() -> None:
    """A[2, 1] <- NA; A[c(5, 8), 3] <- NA; limma::normalizeQuantiles(A)."""
    x = A.copy()
    x[0, 1] = np.nan
    x[2, [4, 7]] = np.nan
    expected = [
        [4.9797619047619044, np.nan, 1.9375, 3.6303571428571431, 8.375, 6.7961309523809526,
         2.7589285714285716, 2.7589285714285716],
        [3.6303571428571431, 1.9375, 3.6303571428571431, 2.8571428571428572, 7.7098214285714288,
         7.7098214285714288, 2.4642857142857144, 5.5535714285714288],
        [2.3062500000000004, 3.3142857142857141, 6.4482142857142861, 8.375, np.nan,
         4.1764285714285716, 2.3062500000000004, np.nan],
        [3.1428571428571428, 3.1428571428571428, 3.1428571428571428, 3.1428571428571428, 8.375,
         7.0446428571428568, 5.5535714285714288, 1.9375],
    ]  # fmt: skip
    np.testing.assert_allclose(normalize_quantiles(x), expected, rtol=0, atol=1e-12)


def test_without_ties_every_sample_holds_the_same_values() -> None:
    x = np.random.default_rng(3).normal(8, 2, (5, 400))
    y = normalize_quantiles(x)
    common = np.sort(x, axis=1).mean(axis=0)
    np.testing.assert_allclose(np.sort(y, axis=1), np.tile(common, (5, 1)), rtol=1e-14)
    assert (np.argsort(y, axis=1) == np.argsort(x, axis=1)).all()
    np.testing.assert_allclose(normalize_quantiles(y), y, rtol=1e-14)


def test_a_sample_without_values_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two values"):
        normalize_quantiles(np.array([[1.0, 2.0], [np.nan, 1.0]]))
