"""Types of cells on the trajectory plane."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.beyond_composition_draw import draw
from benchmarks.beyond_composition_setting import Setting
from paired_trial import DESIGN, OPTIONS
from revertome.composition.halves import split_half
from revertome.trajectories.cell_types import FEW, SAME, TOLD, cell_type_trajectories

TRIAL = Setting(types=4, error=2.0, n_genes=20)


@pytest.fixture
def blood():
    return draw(TRIAL, np.random.default_rng(8))


def table(blood, cells=None, design=DESIGN):
    cells = blood.cells if cells is None else cells
    found = cell_type_trajectories(cells, blood.expression.obs, blood.labels, design, OPTIONS)
    return found.set_index("cell_type")


def test_neutrophils_revert_and_lymphocytes_recover(blood):
    found = table(blood)
    assert found.loc[["neutrophil", "lymphocyte"], "class"].eq("reverted").all()
    assert found.loc["neutrophil", "disease"] > 0 > found.loc["lymphocyte", "disease"]
    assert found["source"].eq("measured").all() and found["n_samples"].eq(82).all()


def test_change_is_the_mean_of_the_paired_differences(blood):
    """Points of percent; disease is the difference of means, with Welch's variance."""
    found, obs = table(blood).loc["neutrophil"], blood.expression.obs
    own = blood.cells[blood.cells["cell_type"].eq("neutrophil")].set_index("sample")["percent"]
    responders = blood.labels.loc[blood.labels["label"].eq("responder"), "patient"]
    mine = obs["patient"].isin(responders)
    before, after = (own[obs.index[mine & obs["visit"].eq(v)]] for v in ("before", "after"))
    healthy = own[obs.index[obs["group"].eq("healthy")]]
    change = after.to_numpy() - before.to_numpy()
    assert found["change"] == pytest.approx(change.mean())
    assert found["disease"] == pytest.approx(before.mean() - healthy.mean())
    assert found["p_change"] == pytest.approx(stats.ttest_1samp(change, 0).pvalue, rel=1e-6)
    welch = stats.ttest_ind(before, healthy, equal_var=False)
    assert found["p_disease"] == pytest.approx(welch.pvalue, rel=1e-6)


def test_each_type_has_its_own_samples(blood):
    known = ~(blood.cells["cell_type"].eq("monocyte") & blood.cells["sample"].isin(["S001"]))
    cells = blood.cells[known]
    cells = cells[~(cells["cell_type"].eq("eosinophil") & cells["sample"].gt("S059"))]
    cells.loc[cells["cell_type"].eq("lymphocyte"), "percent"] = 30.0
    found = table(blood, cells)
    assert found["n_samples"].to_dict() == {
        "eosinophil": 60, "lymphocyte": 82, "monocyte": 81, "neutrophil": 82
    }  # fmt: skip
    assert found.loc["eosinophil", "note"] == FEW and found.loc["lymphocyte", "note"] == SAME
    alone = table(blood, blood.cells[blood.cells["cell_type"].eq("neutrophil")])
    names = ["disease", "change", "p_reverted", "class"]
    assert found.loc["neutrophil", names].equals(alone.loc["neutrophil", names])
    assert np.isfinite(found.loc["monocyte", "p_disease"])


def test_estimates_say_how_reliable_they_are_at_most(blood):
    """Within label and visit, which the difference of the halves has errors of its own in."""
    assert table(blood)["split_half_reliability"].isna().all()
    wide = blood.cells.pivot_table("percent", "sample", "cell_type")
    rng = np.random.default_rng(1)
    apart = wide * 0.1 + rng.normal(0, 4, wide.shape)
    cells = blood.cells.assign(
        source="estimated",
        apart=[apart.loc[s, t] for s, t in blood.cells[["sample", "cell_type"]].to_numpy()],
    )
    found = table(blood, cells)["split_half_reliability"]
    obs = blood.expression.obs.loc[wide.index]
    label = obs["patient"].map(blood.labels.set_index("patient")["label"]).fillna("")
    cell = pd.get_dummies(label + obs["visit"].fillna("")).to_numpy(float)
    expected = split_half(wide.to_numpy(), apart.to_numpy(), cell)
    np.testing.assert_allclose(found[wide.columns], expected, rtol=1e-9)
    assert 0.9 < found["neutrophil"] < 0.99


def test_nothing_without_healthy_people_or_cells(blood):
    assert table(blood, design=DESIGN | {"healthy": None}).empty
    assert table(blood, blood.cells.assign(percent=np.nan)).empty
    assert table(replace(blood, cells=blood.cells[:0])).empty


def test_a_type_that_is_a_covariate_costs_no_other_type(blood):
    """Its residuals are 0; so are those of a type that differs between groups alone."""
    whole = table(blood)
    own = blood.cells[blood.cells["cell_type"].eq("neutrophil")].set_index("sample")["percent"]
    obs = blood.expression.obs
    obs["neutrophil_percent"] = own.reindex(obs.index)
    found = table(blood, design=DESIGN | {"covariates": ["neutrophil_percent"]})
    assert found.loc["neutrophil", "note"] == TOLD and np.isnan(found.loc["neutrophil", "change"])
    assert found.drop(index="neutrophil")[["change", "class"]].notna().all(axis=None)
    grouped = blood.cells.copy()
    ill = grouped["sample"].map(obs["group"]).eq("patient")
    of = grouped["cell_type"].eq("monocyte")
    grouped.loc[of, "percent"] = np.where(ill, 8.0, 5.0)[of]
    found = table(blood, grouped)
    assert found.loc["monocyte", "note"] == TOLD
    assert found.loc["lymphocyte", "change"] == pytest.approx(whole.loc["lymphocyte", "change"])
