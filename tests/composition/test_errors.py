"""Errors of the types of a sample go together, as percent sum to 100."""

import numpy as np
import pytest

from mixed_blood import draw, mixed, shipped
from revertome.composition.errors import error_covariance
from revertome.composition.estimate import LN2, in_percent
from revertome.composition.regression import fit


def test_independent_errors_of_the_logarithms_are_found_again():
    rng = np.random.default_rng(1)
    percent = draw(rng, 5)
    sd = rng.uniform(0.05, 0.3, 6)
    share = percent / 100
    slope = percent[:, :, None] * (np.eye(6) - share[:, None, :])
    true = (slope * sd**2) @ np.swapaxes(slope, 1, 2)
    found = error_covariance(percent, np.sqrt(np.einsum("naa->na", true)))
    np.testing.assert_allclose(found, true, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=2), 0, atol=1e-9)
    # Drawn, not derived: the covariance of the percent of 200,000 draws.
    cells = percent[0] * np.exp(sd / 5 * rng.standard_normal((200000, 6)))
    drawn = np.cov(100 * cells / cells.sum(axis=1, keepdims=True), rowvar=False) * 25
    np.testing.assert_allclose(drawn, true[0], atol=0.03 * np.abs(true[0]).max())


def test_it_is_the_covariance_of_the_estimate():
    """The estimate knows more than its standard errors, and little of it is lost."""
    rng, ours = np.random.default_rng(2), shipped()
    percent = draw(rng, 60)
    data = mixed(percent, rng, noise=0.4)
    share = ours.types["rna_share"].to_numpy()
    base = ours.profile @ share
    ratio = data.X[:, : len(base)] * LN2 - np.log(base)
    found, exact = in_percent(fit(ratio, ours.profile / base[:, None], share), ours)
    se = np.sqrt(np.einsum("naa->na", exact))
    made = error_covariance(found, se)
    np.testing.assert_allclose(np.sqrt(np.einsum("naa->na", made)), se, rtol=0.1)
    correlation = made / se[:, :, None] / se[:, None, :]
    true = exact / se[:, :, None] / se[:, None, :]
    assert np.abs(correlation - true).mean() < 0.06
    # Errors of neutrophils and CD4 T cells are far from independent.
    assert np.median(true[:, 0, 3]) < -0.5 and np.median(correlation[:, 0, 3]) < -0.5


@pytest.mark.parametrize("kind", ["none of a type", "no error", "no sum of 100"])
def test_edges_stay_finite(kind):
    percent = np.array([[60.0, 10, 5, 15, 10, 0]])
    se = np.array([[4.0, 1, 0.5, 3, 2, 0.4]])
    if kind == "no error":
        se = 0 * se
    if kind == "no sum of 100":
        percent = percent[:, :2]
        se = se[:, :2]
    made = error_covariance(percent, se)
    assert np.isfinite(made).all()
    assert np.linalg.eigvalsh(made).min() > -1e-9
    assert (np.einsum("naa->na", made) < 1.5 * se**2 + 0.01).all()
