"""Counts against edgeR 3.40."""

import numpy as np
import pytest

from revertome.errors import StudyError
from revertome.normalise.cpm import log_cpm
from revertome.normalise.filtering import filter_by_expression
from revertome.normalise.tmm import tmm_factors, upper_quartile_factors

SIZE = [10663, 22806, 12329, 36573, 9497, 286220]
FACTORS = [
    1.2127938101980358, 1.2769616959653474, 1.1517933305207566,
    1.1300420787323953, 1.2526958848071388, 0.39602292987571502,
]  # fmt: skip
TIED = [
    0.86212065491510370, 1.35218433425823559, 0.69484351291665070,
    0.93109030730831199, 1.32591974142006452,
]  # fmt: skip


def made_up_counts() -> np.ndarray:
    """Counts, 6 samples x 60 genes, that R makes alike.

    y <- outer(1:60, 1:6, function(i, j) (i*i*7 + i*j*13 + j*29) %% (11 + 17 * (i %% 9)^2))
    y[1:10, 6] <- y[1:10, 6] * 40; y[11:14,] <- 0; y <- sweep(y, 2, c(1,2,1,3,1,5), "*")
    """
    i, j = np.arange(1, 61), np.arange(1, 7)[:, None]
    y = ((i * i * 7 + i * j * 13 + j * 29) % (11 + 17 * (i % 9) ** 2)).astype(float)
    y[5, :10] *= 40
    y[:, 10:14] = 0
    return y * np.array([1, 2, 1, 3, 1, 5])[:, None]


def test_tmm_factors() -> None:
    """calcNormFactors(DGEList(y))$samples$norm.factors."""
    y = made_up_counts()
    assert y.sum(axis=1).tolist() == SIZE
    np.testing.assert_allclose(tmm_factors(y, y.sum(axis=1)), FACTORS, rtol=1e-12)


def test_tmm_factors_with_many_ties() -> None:
    """Counts of 1 to 3: nearly every log ratio is tied, also at the ends that are trimmed.

    z <- outer(1:40, 1:5, function(i, j) 1 + (i*i + 3*i*j + j) %% (1 + (i + j) %% 3))
    calcNormFactors(DGEList(z))$samples$norm.factors
    """
    i, j = np.arange(1, 41), np.arange(1, 6)[:, None]
    z = (1 + (i * i + 3 * i * j + j) % (1 + (i + j) % 3)).astype(float)
    np.testing.assert_allclose(tmm_factors(z, z.sum(axis=1)), TIED, rtol=1e-12)


def test_upper_quartile_factors() -> None:
    """calcNormFactors(DGEList(y), method = "upperquartile")$samples$norm.factors."""
    expected = [
        1.20348515006499812, 1.32140665838631377, 1.28289898431368310,
        1.26391532234279991, 1.02866568739871855, 0.37699716094373015,
    ]  # fmt: skip
    y = made_up_counts()
    np.testing.assert_allclose(upper_quartile_factors(y, y.sum(axis=1)), expected, rtol=1e-12)
    np.testing.assert_array_equal(upper_quartile_factors(y[:1], y[:1].sum(axis=1)), 1)


def test_upper_quartile_of_a_sample_with_few_counts_is_refused() -> None:
    y = made_up_counts()
    y[1, 14:] = 0
    with pytest.raises(StudyError, match="sample 2 of 6; use tmm"):
        upper_quartile_factors(y, y.sum(axis=1))


def test_tmm_factor_of_equal_and_of_single_samples() -> None:
    y = np.tile(made_up_counts()[0], (3, 1)) * np.array([1, 2, 7])[:, None]
    np.testing.assert_allclose(tmm_factors(y, y.sum(axis=1)), 1, rtol=1e-14)
    np.testing.assert_allclose(tmm_factors(y[:1], y[:1].sum(axis=1)), 1)


def test_log_cpm() -> None:
    """cpm(y, lib.size = colSums(y) * f, log = TRUE, prior.count = 2)[c(1, 12, 30, 60), ]."""
    expected = [
        [10.712138431847917, 5.7507889327840012, 13.59194131272309, 15.139093723814065],
        [9.0621131775844521, 5.7507889327840029, 12.540931940845379, 10.998045414319643],
        [10.58168348861471, 5.7507889327840029, 9.9206677463548161, 13.891078406716623],
        [9.1341940279697358, 5.7507889327840029, 12.892202606049464, 14.831632943434927],
        [10.828794535202039, 5.7507889327840029, 11.376829380742125, 15.591911290146392],
        [13.598480131292218, 5.7507889327840029, 12.408022865522913, 12.703433573721057],
    ]
    y = made_up_counts()
    found = log_cpm(y, y.sum(axis=1) * np.array(FACTORS))[:, [0, 11, 29, 59]]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_log_cpm_needs_counts_in_every_sample() -> None:
    with pytest.raises(ValueError, match="above 0"):
        log_cpm(np.zeros((2, 3)), np.array([10.0, 0.0]))


def test_filter_by_expression() -> None:
    """Against R.

    which(!filterByExpr(y, group = c(1,1,1,2,2,2), min.count = 10))
    which(filterByExpr(y, group = c(1,1,1,1,2,2), min.count = 1000))
    """
    dropped = np.flatnonzero(~filter_by_expression(made_up_counts(), 3)) + 1
    assert dropped.tolist() == [11, 12, 13, 14, 27, 28, 36, 45, 54]
    kept = np.flatnonzero(filter_by_expression(made_up_counts(), 2, min_count=1000)) + 1
    assert kept.tolist() == [7, 8, 17, 26, 44]


@pytest.mark.parametrize(
    ("group_size", "kept"),
    [
        (11, [9, 10, 11, *range(13, 52)]),
        (12, [9, 11, *range(13, 52)]),
        (4, [5, *range(7, 52)]),
    ],
)
def test_large_groups_ask_for_a_share_of_the_samples(group_size: int, kept: list[int]) -> None:
    """Groups of 11 and 13, 12 and 12, 4 and 20.

    z <- outer(1:50, 1:24, function(i, j) ((i*j*7 + i*i + 3*j) %% (3 + i)) * 3)
    z <- rbind(z, rep(5000, 24))
    which(filterByExpr(z, group = rep(1:2, c(11, 13)), min.count = 20))
    """
    i, j = np.arange(1, 51), np.arange(1, 25)[:, None]
    z = ((i * j * 7 + i * i + 3 * j) % (3 + i) * 3).astype(float)
    z = np.hstack([z, np.full((24, 1), 5000.0)])
    found = np.flatnonzero(filter_by_expression(z, group_size, min_count=20)) + 1
    assert found.tolist() == kept
