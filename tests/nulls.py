"""Data sets without an effect, made of real ones: visits, people or labels exchanged."""

import numpy as np


def visits_swapped(expression, design, rng):
    """Visits exchanged within each patient by the toss of a coin: no change."""
    obs = expression.obs.copy()
    patients = sorted(obs.loc[obs["visit"].notna(), "patient"].unique())
    tossed = obs["patient"].isin([p for p in patients if rng.random() < 0.5])
    other = {design["baseline"]: design["followup"], design["followup"]: design["baseline"]}
    obs.loc[tossed, "visit"] = obs.loc[tossed, "visit"].map(other)
    permuted = expression.copy()
    permuted.obs = obs
    return permuted


def people_exchanged(expression, design, rng):
    """As many people as were healthy drawn from all of them; a drawn patient lends the baseline
    sample only and a healthy person that is not drawn is a patient with one visit."""
    obs = expression.obs.copy()
    people = sorted(obs["patient"].unique())
    size = obs.loc[obs["group"].eq(design["healthy"]), "patient"].nunique()
    healthy = obs["patient"].isin(rng.choice(people, size, replace=False))
    keep = ~(healthy & obs["visit"].eq(design["followup"]))
    obs["group"] = np.where(healthy, design["healthy"], "patient")
    obs["visit"] = obs["visit"].fillna(design["baseline"]).where(~healthy, None)
    permuted = expression[keep.to_numpy()].copy()
    permuted.obs = obs[keep]
    return permuted


def labels_exchanged(labels, rng):
    """Labels of response given to other patients; to a random half where nobody has one."""
    own = labels["label"].to_numpy()
    if not {"responder", "nonresponder"} <= set(own):
        own = np.where(np.arange(len(own)) % 2 == 0, "responder", "nonresponder")
    return labels.assign(label=rng.permutation(own))
