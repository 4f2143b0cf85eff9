"""Of many samples the same numbers are made another way, in time that grows with their number."""

import numpy as np
import pandas as pd
import pytest

from options import options_of
from paired_trial import DESIGN, OPTIONS, simulate
from revertome.differential.run import run
from revertome.limma import duplicate_correlation, solve_shared
from revertome.trajectories import run as trajectories

NAMES = ["disease", "change_all", "interaction", "residual_responders"]
LIMITS = (duplicate_correlation, solve_shared)


@pytest.mark.parametrize("weights", ["none", "array"])
def test_tables_are_the_same(monkeypatch, weights):
    rng = np.random.default_rng(6000)
    disease = np.repeat([2.0, 0.0], [30, 90])
    expression, labels = simulate(disease, -0.8 * disease, rng, responders=12, nonresponders=7)
    single = expression.obs["patient"].isin(["P03", "P15"]) & expression.obs["visit"].eq("after")
    expression = expression[expression.obs.index[~single]]
    expression.obs = expression.obs.assign(batch=np.resize(["a", "b", "a"], len(expression.obs)))
    design = {**DESIGN, "covariates": ["batch"]}
    options = options_of("limma", design, trend=False, weights=weights)

    def made():
        tables = run(expression, labels, options, NAMES).tables
        return {**tables, "genes": trajectories(expression, labels, options, OPTIONS).genes}

    few = made()
    for module in LIMITS:
        monkeypatch.setattr(module, "LARGE", 10)
    for name, table in made().items():
        pd.testing.assert_frame_equal(
            table.sort_values("gene", ignore_index=True),
            few[name].sort_values("gene", ignore_index=True),
            rtol=1e-8,
        )
