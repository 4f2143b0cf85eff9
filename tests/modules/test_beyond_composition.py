"""Modules beyond composition: a dense fit by hand, and what follows cells is not claimed."""

import numpy as np
import pandas as pd
import pytest

import small_study
from revertome.limma.duplicate_correlation import gene_correlations
from revertome.modules.beyond_composition import beyond_composition
from revertome.modules.trajectory import trajectory

DESIGN = small_study.DESIGN
OPTIONS = small_study.TRAJECTORIES | {"reverted_in": "all", "induced_in": "all"}
NAMES = ["cells", "reverted", "induced", "nothing"]


def trial(n=24, healthy=24):
    """Patients whose neutrophils return to those of healthy people, and four modules."""
    rng = np.random.default_rng(3)
    rows = [(f"H{i}", None, "healthy") for i in range(healthy)]
    rows += [(f"P{i}", visit, "patient") for i in range(n) for visit in ("before", "week 12")]
    obs = pd.DataFrame(rows, columns=["patient", "visit", "group"])
    obs.index = pd.Index([f"S{i}" for i in range(len(obs))], name="sample")
    ill, after = obs["visit"].eq("before").to_numpy(), obs["visit"].eq("week 12").to_numpy()
    who = pd.factorize(obs["patient"])[0]
    percent = 55 + 15 * ill + rng.normal(0, 6, who.max() + 1)[who] + rng.normal(0, 6, len(obs))
    means = np.column_stack([0.15 * percent, 2.5 * ill, 2.5 * after, 0 * ill])
    noise = rng.normal(0, 0.3, (who.max() + 1, 4))[who] + rng.normal(0, 0.4, (len(obs), 4))
    wide = pd.DataFrame(means + noise, index=obs.index, columns=NAMES)
    long = wide.reset_index().melt("sample", var_name="module", value_name="score")
    scores = long.assign(method="zscore")
    cells = obs.reset_index().assign(cell_type="neutrophils", percent=percent, se=np.nan)
    labels = pd.DataFrame({"patient": [f"P{i}" for i in range(n)], "label": "treated"})
    return scores, obs, labels, cells.assign(source="measured"), wide


def split(reliability=1.0, estimated_from=(), cells=None):
    scores, obs, labels, counted, _ = trial()
    classes = trajectory(scores, obs, labels, DESIGN, OPTIONS)
    asked = (classes, counted if cells is None else cells, reliability, estimated_from)
    return beyond_composition(scores, obs, labels, DESIGN, OPTIONS, *asked), classes


def test_estimates_are_those_of_a_dense_fit():
    _, obs, _, cells, wide = trial()
    table = split()[0].set_index("module")
    ill, after = obs["visit"].eq("before"), obs["visit"].eq("week 12")
    percent = cells["percent"].to_numpy() / 10
    x = np.column_stack([~(ill | after), ill, after, percent]).astype(float)
    block = pd.factorize(obs["patient"])[0]
    rho = gene_correlations(wide.to_numpy(), pd.DataFrame(x, index=obs.index), block)
    same = block[:, None] == block
    for name, r in zip(wide, rho, strict=True):
        weight = np.linalg.inv(np.where(same, r, 0) + (1 - r) * np.eye(len(obs)))
        beta = np.linalg.solve(x.T @ weight @ x, x.T @ weight @ wide[name])
        plain = x[:, :3]
        mean = np.linalg.solve(plain.T @ weight @ plain, plain.T @ weight @ percent)
        own = table.loc[name]
        assert own["change_beyond"] == pytest.approx(beta[2] - beta[1], abs=1e-6)
        assert own["disease_beyond"] == pytest.approx(beta[1] - beta[0], abs=1e-6)
        shift = beta[3] * (mean[2] - mean[1])
        assert own["change_composition"] == pytest.approx(shift, abs=1e-6)
        assert own["change"] == pytest.approx(own["change_composition"] + own["change_beyond"])
        assert own["change_beyond_low"] < own["change_beyond"] < own["change_beyond_high"]


def test_what_follows_cells_is_lost_and_what_is_regulated_is_kept():
    table, classes = split()
    table = table.set_index("module")
    assert table.index.tolist() == classes["module"].tolist() == NAMES
    assert table["class"].tolist() == classes["class"].tolist()
    assert table.loc[NAMES[:3], "class"].tolist() == ["reverted", "reverted", "induced"]
    assert table.loc["cells", "change_share"] > 0.8
    beyond = table["class_beyond"]
    assert beyond["reverted"] == "reverted beyond composition"
    assert beyond["induced"] == "induced beyond composition"
    assert beyond["cells"] not in ("reverted beyond composition", "induced beyond composition")
    assert "not shown" in table.loc["cells", "not_claimed"]


def test_unknown_reliability_and_marker_modules_are_shown_and_not_claimed():
    table, _ = split(reliability=None)
    assert table["class_beyond"].isna().all()
    assert table["change_beyond"].notna().all()
    told = table.set_index("module")["not_claimed"]
    assert "reliability of neutrophils is not known" in told["cells"]
    table = split(estimated_from=["reverted"])[0].set_index("module")
    assert pd.isna(table.loc["reverted", "class_beyond"])
    assert table.loc["reverted", "not_claimed"] == "composition is estimated from it"
    assert table.loc["induced", "class_beyond"] == "induced beyond composition"


def test_no_rows_without_a_split():
    cells = trial()[3]
    assert split(cells=cells.head(0))[0].empty
    gone = cells.assign(percent=cells["percent"].where(cells["group"].ne("healthy")))
    assert split(cells=gone)[0].empty
    scores, obs, labels, cells, _ = trial()
    classes = pd.DataFrame(columns=["module", "class"])
    alone = DESIGN | {"healthy": None}
    assert beyond_composition(scores, obs, labels, alone, OPTIONS, classes, cells, 1.0).empty
