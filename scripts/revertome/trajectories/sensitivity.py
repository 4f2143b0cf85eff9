"""Sensitivity: the sets again without each patient, and with further covariates in the model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.differential.engines import joint_fit
from revertome.differential.model_options import ModelOptions
from revertome.differential.models import random_model
from revertome.errors import StudyError
from revertome.trajectories.class_rules import CONTRASTS
from revertome.trajectories.classes import Rule, outcomes
from revertome.trajectories.covariates import further
from revertome.trajectories.refit import PlaneContrasts, Refit, planes_of
from revertome.trajectories.stability import PatientSums

SETS = ("reverted", "induced")
COLUMNS = ["analysis", "detail", "set", "n_genes", "n_kept", "n_lost", "n_gained", "jaccard"]
COLUMNS += ["lost", "gained", "not_compared"]
Outcomes = npt.NDArray[np.object_]


def without_each_patient(
    refit: Refit, y: Array, patients: pd.Series, effects: Mapping[str, PlaneContrasts], rule: Rule
) -> Iterator[tuple[str, Outcomes]]:
    """Classes with the samples of one patient, or one healthy person, left out at a time.

    Correlation and prior variance stay those of the full fit.

    Yields
    ------
    (str, (G,))
        Who was left out, and the classes without them.
    """
    sums = PatientSums(refit, y, patients)
    everybody = np.ones(len(sums.patients))
    ((xx, xy, yy, n),) = sums.resampled(everybody[None])
    for place, patient in enumerate(sums.patients):
        counts = everybody.copy()
        counts[place] = 0.0
        if sums.full_rank(counts):
            # Taken from the sums of all: to add up the others anew for each patient would take
            # time with the square of their number.
            a, b, c, m = sums.of(place)
            planes = refit.planes(xx - a, xy - b, yy - c, n - m, dict(effects))
            yield str(patient), outcomes(planes["main"], planes["induced"], rule)


def with_covariates(
    expression: Any,
    labels: pd.DataFrame,
    options: ModelOptions,
    names: Sequence[str],
    effects: Mapping[str, PlaneContrasts],
    rule: Rule,
) -> Iterator[tuple[str, Outcomes, str]]:
    """Classes with one further covariate in the model at a time, the whole fit anew.

    A covariate made of the expression itself that cannot be told apart from the cells is left
    out with a line in the log; one of the sheet stops the run.

    Yields
    ------
    (str, (G,), str)
        The covariate, the classes, and the genes the covariate is made of, joined by commas.
    """
    obs, chosen = further(expression, names)
    design = options.design
    for name, markers in chosen.items():
        wider = {**design, "covariates": [*design["covariates"], name]}
        try:
            model = random_model(obs, labels, wider, CONTRASTS)
        except StudyError as error:
            if not markers:
                raise
            print(f"sensitivity: {name} left out: {error}")
            continue
        planes = planes_of(joint_fit(expression, model, options), effects)
        yield name, outcomes(planes["main"], planes["induced"], rule), markers


def changes(
    analysis: str,
    detail: str,
    observed: Outcomes,
    other: Outcomes,
    genes: Sequence[str],
    not_compared: str = "",
) -> list[dict[str, Any]]:
    """How each set differs from the one called on all data; one row a set.

    `jaccard` is the number of genes in both over the number in either (missing when neither has
    one); `lost` and `gained` name the genes that are no longer, or newly, called, in alphabetical
    order. Genes that the covariate is made of (`not_compared`, joined by commas) are in neither
    set: adjusted for themselves they would be lost whatever is true.
    """
    rows = []
    names = np.asarray(genes, dtype=object)
    compared = ~np.isin(names, not_compared.split(",") if not_compared else [])
    for name in SETS:
        before, after = (observed == name) & compared, (other == name) & compared
        either = (before | after).sum()
        rows.append(
            {
                "analysis": analysis,
                "detail": detail,
                "set": name,
                "n_genes": int(after.sum()),
                "n_kept": int((before & after).sum()),
                "n_lost": int((before & ~after).sum()),
                "n_gained": int((after & ~before).sum()),
                "jaccard": (before & after).sum() / either if either else np.nan,
                "lost": ",".join(sorted(names[before & ~after])),
                "gained": ",".join(sorted(names[after & ~before])),
                "not_compared": not_compared,
            }
        )
    return rows
