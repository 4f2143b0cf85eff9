"""The shipped signature is what its script derives, and it holds for donors who are not in it."""

import anndata
import numpy as np
import pandas as pd
import pytest

from benchmarks import composition as bench
from mixed_blood import HOME, draw, shipped
from revertome.composition.estimate import estimate
from studies import real

pytestmark = real
derive = bench.derive


@pytest.fixture(scope="module")
def donors():
    return bench.donors()


def test_the_shipped_tables_are_derived_by_the_script(donors):
    log2, samples = donors
    markers, share = derive.derive(log2, samples, derive.allowed(HOME))
    ours = shipped()
    assert list(markers.index) == list(ours.markers.index)
    assert list(markers["marker"]) == list(ours.markers["marker"])
    numbers = list(markers.columns[1:])
    np.testing.assert_allclose(markers[numbers], ours.markers[numbers], rtol=1e-3)
    np.testing.assert_allclose(share, ours.types["rna_share"], rtol=2e-3)
    np.testing.assert_allclose(derive.healthy_percent(), ours.types["healthy_percent"], rtol=1e-3)


@pytest.mark.parametrize(("donor", "most"), [("44", 6), ("50", 5)])  # healthy, sepsis
def test_a_donor_left_out_is_estimated_by_the_others(donors, donor, most):
    known, found, se = bench.left_out(*donors, donor, np.random.default_rng(1))
    error = (found - known).to_numpy()
    rmse = np.sqrt((error**2).mean(axis=0))
    assert (rmse < [most, 2, 1.5, 4, 3, 3]).all(), rmse
    # Errors of a donor are those of all of the donor's mixtures; of 14 donors 93% and more hold.
    assert (np.abs(error) < 1.96 * se.to_numpy()).mean() > 0.6
    ranked = known.corrwith(found, method="spearman")
    assert (ranked > 0.9).all(), ranked


def test_of_sorted_cells_and_mononuclear_cells_nothing_is_offered(donors):
    log2, samples = donors
    for kind in bench.TYPES:
        own = log2.loc[:, samples["type"].eq(kind).to_numpy()]
        data = anndata.AnnData(own.T.to_numpy(), var=pd.DataFrame(index=log2.index))
        for healthy in (0, 5):
            found = estimate(data, np.arange(len(data)) < healthy, shipped())
            assert "whole blood" in found.reason, kind
    rng = np.random.default_rng(2)
    cells = bench.cells_of(log2, samples)
    percent = draw(rng, len(cells), neutrophils=(0, 2))
    mixed = [
        bench.mixture(own, one[None], shipped())[0]
        for own, one in zip(cells.values(), percent, strict=True)
    ]
    data = anndata.AnnData(np.array(mixed), var=pd.DataFrame(index=log2.index))
    found = estimate(data, np.arange(len(data)) < 6, shipped())
    assert "no samples of whole blood" in found.reason


def test_a_sorted_sample_among_whole_blood_is_told(donors):
    log2, samples = donors
    healthy = (samples["type"].eq(derive.BLOOD) & samples["healthy"]).to_numpy()
    data = anndata.AnnData(log2.T.to_numpy(), var=pd.DataFrame(index=log2.index))
    found = estimate(data, healthy, shipped())
    whole = samples["type"].eq(derive.BLOOD).to_numpy()
    assert found.fit["note"][whole].eq("").all()
    assert found.fit["note"][~whole].ne("").mean() > 0.95
