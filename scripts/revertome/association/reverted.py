"""How many of the reverted genes are back to normal in each single patient."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.trajectories.plane import Bounds, in_wedge
from revertome.trial import at_both, is_healthy, one_a_person, patients_at

NORMAL_SD = 2


def normalised(
    expression: Any, genes: pd.DataFrame, design: Mapping[str, Any], bounds: Bounds
) -> pd.DataFrame:
    """Count the reverted genes that are normal, or recovered, in each patient.

    Genes are those whose class is `reverted`. A gene is normalised in a patient when the follow-up
    value lies within the healthy mean +- 2 healthy standard deviations. It is recovered in a
    patient when the patient's own point lies in the wedge of `reverted`: with the own disease
    effect d = baseline - healthy mean, of the sign that the class has, and the own change
    t = follow-up - baseline, -t / d lies between the recovered fractions: the rule of
    `patients_carrying` (`trajectories.patient_counts`), counted by patient; there the values are
    adjusted for the covariates and patients are those in whom the class is claimed. Both counts
    describe one noisy measurement each; neither is a test.

    Parameters
    ----------
    expression : AnnData
        Log2, samples x genes; obs with patient, visit, group.
    genes : DataFrame
        gene, class; disease (log2, sign used) where recovery is to be counted.
    design : mapping
        `baseline`, `followup`, `healthy`.
    bounds : Bounds
        Edges of the wedges.

    Returns
    -------
    DataFrame
        n_reverted_normalised (missing without a follow-up sample or healthy samples),
        n_reverted_recovered (missing without both samples or healthy samples), n_reverted, by
        patient.
    """
    members = genes[genes["class"] == "reverted"]
    values = expression[:, expression.var_names.isin(members["gene"])].to_df()
    healthy = is_healthy(expression.obs, design)
    people = expression.obs["patient"].astype(str)
    counts = pd.DataFrame(index=sorted(people[~healthy].unique()))
    counts["n_reverted_normalised"] = counts["n_reverted_recovered"] = float("nan")
    if genes["class"].isna().all():  # nobody knows which genes are reverted
        return counts.astype("Int64").assign(n_reverted=pd.array([pd.NA] * len(counts), "Int64"))
    if healthy.sum() > 1:
        obs = expression.obs
        was, now = (patients_at(obs, design, time) for time in ("baseline", "followup"))
        first = one_a_person(values[was], obs[was], obs[now])
        last = one_a_person(values[now], obs[now], obs[was])
        mean, sd = values[healthy].mean(), values[healthy].std(ddof=1)
        # ASSUME: normal is within 2 healthy standard deviations of the healthy mean.
        counts["n_reverted_normalised"] = ((last - mean).abs() <= NORMAL_SD * sd).sum(axis=1)
        if "disease" in members:
            effect = members.set_index("gene")["disease"].reindex(values.columns)
            both = at_both(first.index, last.index)
            d, t = first.loc[both] - mean, last.loc[both] - first.loc[both]
            sign = np.sign(effect.to_numpy())
            inside = in_wedge(d.to_numpy(), t.to_numpy(), sign, "reverted", bounds)
            counts["n_reverted_recovered"] = pd.Series(inside.sum(axis=1), both)
    return counts.astype("Int64").assign(n_reverted=len(members))
