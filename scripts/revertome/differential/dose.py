"""Model of a trend of the change over doses."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from revertome.trial import (
    Information,
    Model,
    columns_of,
    covariate_columns,
    dose_of,
    verdict,
)

TREND = "dose_trend"


def dose_model(
    obs: pd.DataFrame, where: pd.DataFrame, patients: pd.Series, design: Mapping[str, Any]
) -> Model:
    """One mean before treatment, and at each visit after it a mean at dose 0 and a slope on dose.

    A constrained longitudinal model, as `randomised_model`, in which the drug's effect at a visit
    is dose times slope; patients are random blocks. Doses were given at random, so that all had one
    mean before treatment. The contrast `dose_trend` is the slope at the visit
    `design["followup"]`, log2 units per unit of dose.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples of healthy people, and of patients before treatment and at the visits at which
        doses were as assigned.
    where : DataFrame, (n, ...)
        label and visit of each sample, as `cells` gives them.
    patients : Series of bool, (n,)
        Samples of people who took part in the trial; others have cells of their own.
    design : mapping
        `baseline`, `followup`, `dose`, `arm`, `covariates`.
    """
    sick = patients.to_numpy(bool)
    visit = where["visit"].astype(object).fillna("").astype(str)
    cell = visit.where(sick, where["cell"].astype(str))
    dose = dose_of(obs[sick], design).reindex(obs.index).fillna(0.0)
    base = pd.get_dummies(cell, dtype=float).sort_index(axis=1)
    after = [name for name in dict.fromkeys(visit[sick]) if name != str(design["baseline"])]
    slopes = {f"dose.{name}": dose.where(visit.eq(name), 0.0) for name in sorted(after)}
    base = pd.concat([base, pd.DataFrame(slopes, index=obs.index)], axis=1)
    names = list(dict.fromkeys(design["covariates"]))
    samples = where.assign(patient=obs["patient"].astype(str))
    people = Information(samples, base, covariate_columns(obs, names), obs[names], False)
    lost = people.lost()
    matrix = people.matrix().drop(columns=[each.column for each in lost])
    plus = "".join(f" + {name}" for name in names if columns_of(name, matrix))
    model = Model(
        obs=obs,
        design=matrix,
        block=obs["patient"].astype(str),
        contrasts={},
        dropped=[each.words for each in lost],
        formula=f"~ 0 + visit + dose:visit{plus} + (1 | patient)",
        aliased=tuple(lost),
    )
    terms = {f"dose.{design['followup']}": 1.0}
    if not people.holds(terms):
        return replace(model, dropped=[*model.dropped, f"{TREND}: no such samples"])
    vector = pd.Series(terms)
    found = verdict(TREND, vector, people, people, design)
    contrasts = {} if found.reason else {TREND: vector.reindex(matrix.columns, fill_value=0.0)}
    return replace(model, contrasts=contrasts, verdicts={TREND: found})
