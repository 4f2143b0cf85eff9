"""p of a gene on an edge is uniform however far the gene lies from healthy.

The variance of a contrast is shrunk towards a location that follows |d| over the scale of the
gene, and d is in every edge. Were the p of an edge to depend on |d|, the location would have to
come from something else.
"""

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from options import joint_options_of
from paired_trial import DESIGN, OPTIONS, simulate
from revertome.limma.cell_prior import Along, contrast_priors
from revertome.trajectories.cell_planes import cell_planes
from revertome.trajectories.class_rules import effects_of
from revertome.trajectories.study import study_of

# Edge (a, b) and the change of a gene with disease d that lies on it.
EDGES = {"half": ((0.5, 1), -0.5), "twice": ((2, 1), -2.0), "induced": ((-1, 0.5), 2.0)}
SDS = {"equal": ((1, 1), 0.0), "after twice": ((1, 2), 0.0), "as in blood": ((1.26, 1.26), 0.28)}
BINS, GENES, TRIALS = 6, 4000, 4


def flat(ratio, df, df_scale, covariate):
    """The prior without a location that follows anything."""
    return contrast_priors(ratio, df, df_scale, Along(np.zeros(len(covariate.values))))


def trial(pairs, healthy, sd, spread, slope, rng):
    """Genes on an edge, half of them without disease; |d| in units of the gene's scale."""
    d = rng.choice([-1, 1], GENES) * np.where(rng.random(GENES) < 0.5, 0, rng.gamma(2, 1, GENES))
    drawn, labels = simulate(np.zeros(GENES), np.zeros(GENES), rng, pairs, 4, healthy)
    role = drawn.obs["visit"].map({DESIGN["baseline"]: 1, DESIGN["followup"]: 2}).fillna(0)
    role = role.astype(int).to_numpy()
    sds = [np.ones(GENES), *(s * np.exp(spread * rng.normal(size=GENES)) for s in sd)]
    y = (drawn.X - drawn.X.mean()) * np.stack([sds[k] for k in role])
    y += np.array([0, 1, 1 + slope])[role][:, None] * d
    y *= np.sqrt(4 / rng.chisquare(4, GENES))
    names = pd.DataFrame(index=[f"g{i}" for i in range(GENES)])
    options = joint_options_of("limma", DESIGN, "cells", trend=False)
    return study_of(AnnData(y, obs=drawn.obs, var=names), labels, options), d


def tails(table, column, bins):
    """Share of p < 0.05 and of p > 0.95, averaged, in bins of a column."""
    binned = table.groupby(pd.qcut(table[bins], BINS, labels=False))[column]
    return ((binned.apply(lambda p: (p < 0.05).mean()) + binned.apply(lambda p: (p > 0.95).mean()))
            / 2).to_numpy()  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("sd", SDS)
@pytest.mark.parametrize(("pairs", "healthy"), [(3, 4), (8, 22), (15, 22)])
def test_p_on_an_edge_is_uniform_at_every_distance_from_healthy(pairs, healthy, sd):
    rng = np.random.default_rng([pairs, list(SDS).index(sd)])
    for edge, slope in EDGES.values():
        found = []
        for _ in range(TRIALS):
            study, d = trial(pairs, healthy, *SDS[sd], slope, rng)
            effects = effects_of(study.fitted.model, OPTIONS)
            along, model = cell_planes(study.fitted, study.where, effects)
            constant, _ = cell_planes(study.fitted, study.where, effects, prior=flat)
            ill = d != 0
            found.append(pd.DataFrame({
                "along": along["main"].upper(*edge)[ill],
                "flat": constant["main"].upper(*edge)[ill],
                "true": np.abs(d)[ill],
                "seen": (np.abs(along["main"].d) / np.sqrt(model.scale.post))[ill],
            }))  # fmt: skip
        table = pd.concat(found)
        # Two tails of 1,300 genes a bin: one standard error is 0.0042.
        assert np.abs(tails(table, "along", "true") - 0.05).max() < 0.018
        # Within bins of the estimate p is not uniform with three pairs, as that of no t-test would
        # be: they sort by chance as well. That the location follows it adds nothing.
        more = tails(table, "along", "seen") - tails(table, "flat", "seen")
        assert np.abs(more).max() < 0.012
