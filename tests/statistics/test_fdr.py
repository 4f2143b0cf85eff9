"""Benjamini-Hochberg against statsmodels and R, with ties and missing p-values."""

import warnings

import numpy as np
import pandas as pd
import pytest

from revertome.statistics.fdr import adjust


def reference(p):
    """Adjusted p of statsmodels, which takes no missing ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the import
        from statsmodels.stats.multitest import multipletests
    return multipletests(p, method="fdr_bh")[1]


@pytest.mark.parametrize("m", [1, 2, 7, 5000])
def test_against_statsmodels(m):
    p = np.random.default_rng(m).uniform(0, 1, m) ** 3
    np.testing.assert_allclose(adjust(p), reference(p), rtol=1e-14)


def test_ties_share_their_adjusted_p():
    p = np.array([0.03, 0.01, 0.03, 0.9, 0.01, 1.0, 0.0, 0.03])
    found = adjust(p)
    np.testing.assert_allclose(found, reference(p), rtol=1e-14)
    assert len(set(found[[0, 2, 7]])) == len(set(found[[1, 4]])) == 1


def test_against_r():
    """R 4.2: p.adjust(c(0.01, 0.04, NA, 0.03, 0.5), "BH") gives 0.04, 0.05333333, NA, 0.05333333,
    0.5."""
    found = adjust([0.01, 0.04, np.nan, 0.03, 0.5])
    np.testing.assert_allclose(found, [0.04, 0.16 / 3, np.nan, 0.16 / 3, 0.5], rtol=1e-14)


def test_missing_p_do_not_count():
    rng = np.random.default_rng(3)
    p = rng.uniform(size=200) ** 2
    missing = rng.uniform(size=200) < 0.3
    found = adjust(np.where(missing, np.nan, p))
    np.testing.assert_allclose(found[~missing], reference(p[~missing]), rtol=1e-14)
    assert np.isnan(found[missing]).all()
    assert np.isnan(adjust([np.nan, np.nan])).all()


def test_none_and_one():
    assert adjust([]).shape == (0,)
    assert adjust([0.2]).tolist() == [0.2]


def test_columns_of_a_table_are_adjusted_by_place():
    p = pd.Series([0.02, 0.01, 0.5], index=[7, 3, 3])
    np.testing.assert_allclose(adjust(p), [0.03, 0.03, 0.5], rtol=1e-14)
    by_family = p.groupby([1, 1, 2]).transform(adjust)
    np.testing.assert_allclose(by_family, [0.02, 0.02, 0.5], rtol=1e-14)
