"""Model of a trend of the change over doses."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from revertome.trial import (
    Information,
    Model,
    Verdict,
    cell_name,
    cells,
    columns_of,
    controlled,
    covariate_columns,
    dose_of,
    followups,
    is_patient,
    verdict,
)

TREND = "dose_trend"
NOBODY = pd.DataFrame({"patient": [], "label": []})


def dose_model(obs: pd.DataFrame, design: Mapping[str, Any]) -> Model:
    """One mean before treatment, and at each visit after it a mean at dose 0 and a slope on dose.

    A constrained longitudinal model, as `randomised_model`, in which the drug's effect at a visit
    is dose times slope; patients are random blocks. Doses were given at random, so that all had one
    mean before treatment. The contrast `dose_trend` is the slope at the visit
    `design["followup"]`, log2 units per unit of dose. Visits at which the control arm had the drug
    are left out.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples of the study.
    design : mapping
        `baseline`, `followup`, `dose`, `arm`, `healthy`, `covariates`.

    Raises
    ------
    StudyError
        As `dose_of`.
    """
    later = [v for v in followups(design) if not design.get("arm") or controlled(design, v)]
    visit = obs["visit"].astype(object).fillna("").astype(str)
    sick = is_patient(obs, design)
    kept = ~sick | visit.isin([str(design["baseline"]), *later])
    obs, visit, sick = obs[kept], visit[kept], sick[kept]
    where = cells(obs, NOBODY, design).assign(patient=obs["patient"].astype(str))
    cell = where["cell"].mask(sick, visit.map(lambda name: cell_name("patients", name)))
    dose = dose_of(obs[sick], design).reindex(obs.index).fillna(0.0)
    slopes = {_slope(name): dose.where(sick & visit.eq(name), 0.0) for name in later}
    base = pd.get_dummies(cell, dtype=float).sort_index(axis=1)
    base = pd.concat([base, pd.DataFrame(slopes, index=obs.index)], axis=1)
    names = list(dict.fromkeys(design["covariates"]))
    where = where.assign(cell=cell)
    people = Information(where, base, covariate_columns(obs, names), obs[names], False)
    lost = people.lost()
    matrix = people.matrix().drop(columns=[each.column for each in lost])
    plus = "".join(f" + {name}" for name in names if columns_of(name, matrix))
    model = Model(
        obs=obs,
        design=matrix,
        block=obs["patient"].astype(str),
        contrasts={},
        dropped=[each.words for each in lost],
        formula=f"~ 0 + visit + dose:visit (one baseline){plus} + (1 | patient)",
        aliased=tuple(lost),
    )
    terms = {_slope(str(design["followup"])): 1.0}
    if not people.holds(terms):
        until = (design.get("arm") or {}).get("until")
        why = f"{TREND}: doses were as assigned until {until} only"
        return replace(model, verdicts={TREND: Verdict(reason=why)})
    vector = pd.Series(terms)
    found = verdict(TREND, vector, people, people, design)
    contrasts = {} if found.reason else {TREND: vector.reindex(matrix.columns, fill_value=0.0)}
    return replace(model, contrasts=contrasts, verdicts={TREND: found})


def _slope(visit: str) -> str:
    return f"dose.{visit}"
