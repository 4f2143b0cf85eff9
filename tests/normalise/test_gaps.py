"""Missing values on the way from features to genes, worked by hand."""

import numpy as np
import pandas as pd

from revertome.filled import filled
from revertome.normalise.batch import remove_batch_effect
from revertome.normalise.collapse import collapse
from revertome.normalise.filtering import expressed
from revertome.normalise.scale import floor_share, saturated_share

NAN = np.nan
FEATURES = pd.Index(["p1", "p2", "p3"])
GENES = pd.Series(["A", "A", "B"], index=FEATURES)


def test_a_missing_probe_does_not_step_the_gene() -> None:
    """Probes of A lie at 4 and 10; the third sample lacks the bright one and is 1 above the dim."""
    x = np.array([[3.0, 9, 1], [5.0, 11, 2], [5.0, NAN, NAN], [3.0, NAN, 4]])
    values, _ = collapse(x, FEATURES, GENES, "average")
    np.testing.assert_allclose(values[:, 0], [6, 8, 8, 6])
    np.testing.assert_array_equal(values[:, 1], [1, 2, NAN, 4])


def test_the_brightest_probe_is_told_by_the_values_there_are() -> None:
    x = np.array([[5.0, NAN, 1], [5.0, 6, 2], [5.0, 6, NAN]])
    values, var = collapse(x, FEATURES, GENES, "highest_mean")
    assert var["probes"].tolist() == ["p2", "p3"]
    np.testing.assert_array_equal(values, [[NAN, 1], [6, 2], [6, NAN]])


def test_a_feature_is_expressed_in_its_share_of_the_samples() -> None:
    """Above 5 in at least 2 of 4 samples; of a feature with two values in at least one."""
    x = np.array([[6.0, 6, 6], [6.0, NAN, 1], [1.0, NAN, 1], [1.0, 1, 1]])
    assert expressed(x, 5, 2).tolist() == [True, True, False]


def test_shares_are_of_the_values_there_are() -> None:
    x = np.array([[2.0, 2, 5, NAN], [1.0, 2, 3, 3]])
    np.testing.assert_allclose(floor_share(x), [2 / 3, 2 / 4])
    np.testing.assert_allclose(saturated_share(x), [1 / 3, 2 / 4])


def test_pictures_take_the_mean_of_a_gene_and_gaps_stay() -> None:
    x = np.array([[1.0, NAN], [3.0, 4], [NAN, 6]])
    np.testing.assert_array_equal(filled(x), [[1, 5], [3, 4], [2, 6]])
    whole = np.arange(6.0).reshape(3, 2)
    assert filled(whole) is whole
    y = np.random.default_rng(1).normal(size=(6, 3))
    y[2, 1] = NAN
    removed = remove_batch_effect(y, pd.Series(list("aabbab")), np.ones((6, 1)))
    assert np.argwhere(np.isnan(removed)).tolist() == [[2, 1]]
