"""A small paired trial with healthy controls, as the trajectory tests need it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from options import options_of, section
from revertome.trajectories.class_rules import bounds_of

DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy", "covariates": []}
OPTIONS = section(
    "trajectories", reverted_in="responders", sensitivity=[], bootstrap=0, permutations=0
)
LIMMA = options_of("limma", DESIGN, trend=False)
BOUNDS = bounds_of(OPTIONS)


def simulate(
    disease, change, rng, responders=15, nonresponders=6, healthy=22, rho=0.5, nonresponse=0.0
):
    """Unit-variance genes with within-patient correlation rho; returns (expression, labels)."""
    disease, change = np.asarray(disease, float), np.asarray(change, float)
    n_genes, n_patients = len(disease), responders + nonresponders
    person = np.sqrt(rho) * rng.normal(size=(n_patients, n_genes))
    noise = np.sqrt(1 - rho) * rng.normal(size=(2, n_patients, n_genes))
    share = np.r_[np.ones(responders), np.full(nonresponders, nonresponse)][:, None]
    before = 8 + disease + person + noise[0]
    after = 8 + disease + share * change + person + noise[1]
    control = 8 + rng.normal(size=(healthy, n_genes))
    patients = [f"P{i:02d}" for i in range(n_patients)]
    controls = [f"H{i:02d}" for i in range(healthy)]
    obs = pd.DataFrame(
        {
            "patient": [*patients, *patients, *controls],
            "visit": ["before"] * n_patients + ["after"] * n_patients + [None] * healthy,
            "group": ["patient"] * (2 * n_patients) + ["healthy"] * healthy,
        }
    )
    obs.index = [f"S{i:03d}" for i in range(len(obs))]
    labels = pd.DataFrame({"patient": patients})
    labels["label"] = ["responder"] * responders + ["nonresponder"] * nonresponders
    genes = pd.Index([f"g{i:05d}" for i in range(n_genes)])
    return Expression(np.vstack([before, after, control]), obs, genes), labels


class Expression(SimpleNamespace):
    """The part of an AnnData that the stage uses."""

    def __init__(self, values, obs, genes):
        super().__init__(X=values, obs=obs, var_names=genes, layers={})

    @property
    def obs_names(self):
        return self.obs.index

    def __getitem__(self, samples):
        at = self.obs.index.get_indexer(samples)
        return Expression(self.X[at], self.obs.iloc[at], self.var_names)

    def copy(self):
        return Expression(self.X.copy(), self.obs, self.var_names)
