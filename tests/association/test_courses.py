"""Mean courses against means and intervals by hand."""

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.association.courses import courses

VISITS = ["base", "w2", "w4"]
DESIGN = {
    "baseline": "base",
    "followup": "w4",
    "followups": ["w2", "w4"],
    "healthy": "healthy",
    "arm": {"column": "arm", "control": "no", "until": None},
}


def study():
    rng = np.random.default_rng(2)
    rows = [(f"P{i}", v, "patient", ["no", "drug"][i % 2]) for i in range(8) for v in VISITS]
    rows = [r for r in rows if r[:2] != ("P3", "w2")] + [("H", None, "healthy", None)] * 2
    obs = pd.DataFrame(rows, columns=["patient", "visit", "group", "arm"])
    obs.index = [f"S{i}" for i in range(len(obs))]
    x = rng.normal(size=(len(obs), 2))
    expression = anndata.AnnData(x, obs=obs, var=pd.DataFrame(index=["g1", "g2"]))
    ratio = pd.DataFrame({"sample": obs.index, "module": "g1", "score": 2 ** x[:, 0]})
    labels = pd.DataFrame({"patient": [f"P{i}" for i in range(8)], "label": ["responder"] * 8})
    labels.loc[::3, "label"] = "nonresponder"
    return expression, ratio.assign(method="median_fold_change"), labels


def test_mean_and_interval_of_every_group_at_every_visit():
    """A module that is named as a gene stays apart; as a ratio it is averaged on its log2."""
    expression, scores, labels = study()
    table = courses(expression, scores, labels, ["g1"], DESIGN)
    at = table.set_index(["kind", "item", "arm", "label", "visit"])
    obs = expression.obs.assign(x=expression.X[:, 0]).merge(labels, on="patient", how="left")
    assert len(at) == 2 * (3 * 3 * 3 - 1)  # P3, alone in its cell, missed week 2
    for (_, _, arm, label, visit), row in at.iterrows():
        own = obs[obs["visit"].eq(visit)]
        own = own[own["arm"].eq(arm) | (arm == "all")]
        own = own[own["label"].eq(label) | (label == "all")]["x"]
        assert row["n"] == len(own)
        assert row["mean"] == pytest.approx(own.mean())
        if len(own) > 1:
            half = stats.t.ppf(0.975, len(own) - 1) * own.std() / np.sqrt(len(own))
            limits = [row["mean"] - half, row["mean"] + half]
            assert row[["CI.L", "CI.R"]].to_list() == pytest.approx(limits)
        else:
            assert row[["CI.L", "CI.R"]].isna().all()
    assert at.loc[("gene", "g1", "drug", "all", "w2"), "n"] == 3
