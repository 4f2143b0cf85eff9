"""The variance between studies against metafor, a search of the whole likelihood, closed forms."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from revertome.statistics.between_studies import between_variance, restricted_likelihood, scaled

REFERENCE = Path(__file__).parents[1] / "compare/reference"
# Where metafor stops at a lower maximum, by 10.9 and 6.4 in log likelihood; and where it does not
# converge.
LOWER, NONE = {21: 10.906285, 141: 6.438594}, 261


def cases():
    """Cases of reference/reml.R as (k, case), and what metafor found."""
    data = pd.read_csv(REFERENCE / "reml_input.tsv", sep="\t")
    data["study"] = data.groupby("case").cumcount()
    y, v = (
        data.pivot_table(index="study", columns="case", values=name)
        for name in ("effect", "variance")
    )
    found = pd.read_csv(REFERENCE / "reml.tsv", sep="\t", skipinitialspace=True)
    return y.to_numpy(), v.to_numpy(), found


def likelihood(y, v, tau2):
    data = scaled(y, v)
    k = np.isfinite(y).sum(0)
    return restricted_likelihood(data, tau2 / data.unit) - (k - 1) / 2 * np.log(data.unit)


def test_tau2_of_random_cases_is_that_of_metafor():
    """reference/reml.R: 300 cases of 2 to 20 studies, and one that scoring leaves to swing."""
    y, v, r = cases()
    tau2 = between_variance(y, v)
    assert len(tau2) == 301
    assert r.index[r["tau2"].isna()].tolist() == [NONE]
    same = ~r["case"].isin([*LOWER, NONE]).to_numpy()
    assert tau2[same] == pytest.approx(r["tau2"].to_numpy()[same], abs=1e-10, rel=1e-10)
    ours = likelihood(y, v, tau2)
    assert ours[same] == pytest.approx(r["likelihood"].to_numpy()[same], abs=1e-10)
    gain = (ours - r["likelihood"])[list(LOWER)]
    assert gain.to_numpy() == pytest.approx(list(LOWER.values()), abs=1e-6)


def test_no_value_has_a_higher_likelihood():
    y, v, _ = cases()
    best = likelihood(y, v, between_variance(y, v))
    for tau2 in np.append(0, np.geomspace(1e-6, 1e5, 500)):
        assert (likelihood(y, v, np.full(y.shape[1], tau2)) <= best + 1e-10).all()


def test_two_studies_have_a_closed_form():
    rng = np.random.default_rng(2)
    y, v = rng.normal(size=(2, 500)), rng.uniform(0.01, 2, (2, 500))
    expected = np.maximum(0, ((y[0] - y[1]) ** 2 - v.sum(0)) / 2)
    assert between_variance(y, v) == pytest.approx(expected, abs=1e-12, rel=1e-11)


def test_a_gene_that_cannot_be_computed_leaves_the_others():
    y = np.array(
        [[0.0, 1e200, 1.0, np.inf, 0.3, 1e-170], [1.0, 0, 0, 2, 0.1, 0], [3, 0, 0, 1, 0.2, 0]]
    )
    v = np.array(
        [[0.1, 0.1, np.nan, 1, 1e-320, 1e-300], [0.1, 0.1, np.nan, 1, 1, 1], [0.1, 1, 1, 1, 1, 1]]
    )
    tau2 = between_variance(y, v)
    assert np.isnan(tau2).tolist() == [False, True, True, False, True, False]
    assert tau2[0] == pytest.approx(np.var([0, 1, 3], ddof=1) - 0.1)


def test_the_unit_does_not_matter():
    y, v, _ = cases()
    tau2 = between_variance(y, v)
    for unit in (1e-60, 1e60):
        assert between_variance(unit * y, unit**2 * v) == pytest.approx(unit**2 * tau2, rel=1e-9)
