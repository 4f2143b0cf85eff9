"""Tipping point of the sets beyond control."""

import numpy as np
import pandas as pd
import pytest

from options import joint_options_of
from paired_trial import DESIGN, OPTIONS, Expression, simulate
from revertome.trajectories.beyond_control import beyond_control
from revertome.trajectories.tipping import SHORTFALLS
from revertome.trajectories.tipping_beyond import tipping_beyond
from revertome.trajectories.tipping_tables import put_together

ARMS = {"column": "arm", "control": "placebo", "until": None}


@pytest.fixture(scope="module")
def trial():
    """14 on the drug, 14 on placebo; 100 genes that the drug reverts, 60 that it induces."""
    rng = np.random.default_rng(5)
    size = rng.uniform(2, 3.5, 100) * rng.choice([-1, 1], 100)
    disease = np.r_[size, np.zeros(500)]
    change = np.r_[-size, np.zeros(440), np.full(60, 2.5)]
    expression, _ = simulate(disease, change, rng, responders=14, nonresponders=14)
    arm = expression.obs["patient"].map(lambda p: ["drug", "placebo"][int(p[1:]) >= 14])
    obs = expression.obs.assign(arm=arm.where(expression.obs["group"].eq("patient")))
    return Expression(expression.X, obs, expression.var_names)


@pytest.mark.parametrize("variance", ["cells", "common"])
def test_absent_patients_of_the_arm_without_any_drug_effect(trial, variance):
    obs = trial.obs
    gone = obs["visit"].eq("after") & obs["patient"].isin(["P00", "P01", "P02", "P20"])
    data = trial[obs.index[~gone]]
    model = joint_options_of("limma", DESIGN | {"arm": ARMS}, variance)
    options = OPTIONS | {"variance": variance}
    found = put_together(tipping_beyond(data, model, options))
    claims = beyond_control(data, model, options).genes
    points = found.points.set_index("set")
    for name in ("reverted", "induced"):
        row, called = points.loc[f"{name}_beyond_control"], claims["class"].str.startswith(name)
        assert row[["group", "n_present", "n_absent"]].tolist() == ["drug", 11, 3]
        assert row["n_genes"] == called.sum() >= 15
        own = found.genes[found.genes["set"].eq(f"{name}_beyond_control")]
        assert set(own["gene"]) == set(claims.loc[called, "gene"])
        kept = found.curve[found.curve["set"].eq(f"{name}_beyond_control")]
        assert (np.diff(kept["n_kept"].to_numpy()[4:]) <= 0).all()
        assert row["half_lost"] in set(SHORTFALLS)
    assert points.loc["reverted_beyond_control", "statement"].startswith(
        f"after: the set reverted beyond control keeps at least half of its "
        f"{points['n_genes'].iloc[0]} genes as long as the 3 absent patients "
        "in drug changed beyond control"
    )


def test_the_sets_are_those_of_beyond_control_whatever_the_rule(trial):
    """Beyond control genes are tested also where the other sets follow thresholds."""
    gone = trial.obs["visit"].eq("after") & trial.obs["patient"].isin(["P00", "P20"])
    data = trial[trial.obs.index[~gone]]
    model = joint_options_of("limma", DESIGN | {"arm": ARMS}, "cells")
    options = OPTIONS | {"rule": "thresholds", "multiplicity": "all"}
    points = put_together(tipping_beyond(data, model, options)).points.set_index("set")
    called = beyond_control(data, model, options).genes["class"].str.replace(" ", "_")
    assert points["n_genes"].to_dict() == {name: called.eq(name).sum() for name in points.index}
    assert points["n_genes"].sum() > 0


def test_nobody_absent_and_no_control_any_more(trial):
    model = joint_options_of("limma", DESIGN | {"arm": ARMS}, "common")
    points = put_together(tipping_beyond(trial, model, OPTIONS | {"variance": "common"})).points
    assert points["n_absent"].tolist() == [0, 0]
    assert points["statement"][0] == (
        "after: every patient in drug with a sample at before has one at after, so nobody's "
        "absence could change the set reverted beyond control."
    )
    few = trial[trial.obs.index[~trial.obs["patient"].isin([f"P{i}" for i in range(14, 27)])]]
    assert isinstance(put_together(tipping_beyond(few, model, OPTIONS)).points, pd.DataFrame)
    bare = joint_options_of("limma", DESIGN, "common")
    assert list(tipping_beyond(trial, bare, OPTIONS)) == []
    unwell = joint_options_of("limma", DESIGN | {"arm": ARMS, "healthy": None}, "common")
    assert list(tipping_beyond(trial, unwell, OPTIONS)) == []
