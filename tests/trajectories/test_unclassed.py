"""Changes of pairs without healthy people: no class, and no more false genes than asked for."""

import anndata
import numpy as np
import pandas as pd

from options import options_of
from revertome.trajectories import run

PAIRS = {"baseline": "before", "followup": "after", "healthy": None, "covariates": []}


def pairs(n: int, ratio: float, seed: int) -> tuple[anndata.AnnData, pd.DataFrame]:
    """1,000 genes, 100 of them change; each has a correlation of its own within patients."""
    rng = np.random.default_rng(seed)
    scale, rho = np.sqrt(1 / rng.gamma(5, 0.2, 1000)), rng.uniform(0.1, 0.9, 1000)
    person = rng.normal(size=(n, 1000)) * np.sqrt(rho)
    before, after = (person + rng.normal(size=(n, 1000)) * np.sqrt(1 - rho) for _ in range(2))
    after[:, :100] += 2.5
    x = 8 + np.vstack([ratio * before, after]) * scale
    names = [f"P{i}" for i in range(n)]
    obs = pd.DataFrame({"patient": names * 2, "group": "patient"})
    obs["visit"] = ["before"] * n + ["after"] * n
    obs.index = pd.Index([f"S{i}" for i in range(2 * n)])
    genes = pd.DataFrame(index=[f"g{i:04}" for i in range(1000)])
    return anndata.AnnData(x, obs=obs, var=genes), pd.DataFrame({"patient": names})


def test_few_pairs_that_vary_more_before_treatment():
    """8 pairs, twice as variable before; one variance and one correlation for all: 8% false."""
    false, power, rate = [], [], []
    for seed in range(6):
        expression, labels = pairs(8, 2.0, seed)
        model = options_of("limma", PAIRS)
        options = {"alpha": 0.05, "variance": "cells"}
        found = run(expression, labels.assign(label="treated"), model, options)
        called = found.genes["adj_p_change"].le(0.05).to_numpy()
        false.append(called[100:].sum() / called.sum())
        power.append(called[:100].mean())
        rate.append(found.genes["p_change"][100:].lt(0.05).mean())
        assert sum(map(len, found.sets.values())) == called.sum()
        mean = expression.X[8:].mean(axis=0) - expression.X[:8].mean(axis=0)
        np.testing.assert_allclose(found.genes["change"], mean, atol=1e-9)
    assert 0.03 < np.mean(rate) < 0.06
    assert np.mean(false) < 0.06 and np.mean(power) > 0.6
