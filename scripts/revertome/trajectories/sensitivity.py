"""Sensitivity: the sets again without each patient, and with further covariates in the model."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.differential.engines import joint_fit
from revertome.differential.model_options import ModelOptions
from revertome.differential.models import random_model
from revertome.errors import StudyError
from revertome.limma.joint import JointFit
from revertome.resample_batches import BATCH
from revertome.trajectories.class_rules import CONTRASTS
from revertome.trajectories.classes import AnyPlane, Rule, outcomes
from revertome.trajectories.covariates import further
from revertome.trajectories.hidden_factors import NAME
from revertome.trajectories.resamples import ALONE, Spread
from revertome.trajectories.stability import Redrawn
from revertome.trial import Model

SETS = ("reverted", "induced")
STABLE = 0.8  # share of resamples in which a gene that holds keeps its class
COLUMNS = ["analysis", "detail", "set", "n_genes", "n_kept", "n_lost", "n_gained", "jaccard"]
COLUMNS += ["lost", "gained", "not_compared"]
Outcomes = npt.NDArray[np.object_]


def without_each_patient(
    redrawn: Redrawn, rule: Rule, spread: Spread = ALONE
) -> list[tuple[str, Outcomes]]:
    """Classes with the samples of one patient, or one healthy person, left out at a time.

    Correlation and priors stay those of the full fit. Batches are the same whatever the `spread`.

    Returns
    -------
    list of (str, (G,))
        Who was left out, and the classes without them.
    """
    everybody = np.ones((len(redrawn.patients), len(redrawn.patients)))
    np.fill_diagonal(everybody, 0.0)
    left = [k for k, counts in enumerate(everybody) if redrawn.full_rank(counts)]

    def without(batch: list[int]) -> list[tuple[str, Outcomes]]:
        return [
            (str(redrawn.patients[k]), outcomes(planes["main"], planes["induced"], rule))
            for k, planes in zip(batch, redrawn.planes(everybody[batch]), strict=True)
        ]

    batches = [left[start : start + BATCH] for start in range(0, len(left), BATCH)]
    found = spread.each(without, batches, spread.workers)
    return [one for some in found for one in some]


def with_covariates(
    expression: Any,
    labels: pd.DataFrame,
    options: ModelOptions,
    names: Sequence[str],
    rule: Rule,
    planes_of: Callable[[JointFit], Mapping[str, AnyPlane]],
    spread: Spread = ALONE,
    hidden: pd.DataFrame | None = None,
) -> list[tuple[str, Outcomes, str]]:
    """Classes with one further covariate in the model at a time, the whole fit anew.

    The `hidden` factors, a column each, are in the model together. A covariate made of the
    expression itself that cannot be told apart from the cells is left out with a line in the log;
    one of the sheet stops the run.

    Returns
    -------
    list of (str, (G,), str)
        The covariate, the classes, and the genes the covariate is made of, joined by commas.
    """
    obs, chosen = further(expression, [name for name in names if name != NAME])
    columns = {name: [name] for name in chosen}
    if hidden is not None and hidden.shape[1]:
        obs, chosen = obs.assign(**hidden), {**chosen, NAME: ""}
        columns[NAME] = list(hidden)
    design = options.design
    asked: list[tuple[str, Model, str]] = []
    for name, markers in chosen.items():
        wider = {**design, "covariates": [*design["covariates"], *columns[name]]}
        try:
            model = random_model(obs, labels, wider, CONTRASTS)
            for each in model.verdicts.values():
                if each.reason:
                    raise StudyError(each.reason)
        except StudyError as error:
            if not markers and name != NAME:
                raise StudyError(_of_sensitivity(str(error), design["covariates"])) from error
            print(f"sensitivity: {name} left out: {error}")
            continue
        asked.append((name, model, markers))

    def called(one: tuple[str, Model, str]) -> Outcomes:
        planes = planes_of(joint_fit(expression, one[1], options))
        return outcomes(planes["main"], planes["induced"], rule)

    found = spread.each(called, asked, spread.workers)
    return [(name, other, markers) for (name, _, markers), other in zip(asked, found, strict=True)]


def _of_sensitivity(told: str, others: Sequence[str]) -> str:
    """A message on covariates of the design, for one that only the sensitivity asks for."""
    key = "trajectories.sensitivity"
    told = told.removeprefix("design: ").removeprefix("design.covariates: ")
    place = f"{key} or design.covariates" if others else key
    return f"{key}: {told.replace('design.covariates', place)}"


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


def holding(table: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Whether a gene of a set holds in every analysis; missing for genes of neither set.

    Parameters
    ----------
    table : DataFrame
        gene, class, stability (NaN without resamples).
    rows : DataFrame
        `trajectories/sensitivity.tsv`.
    """
    lost: dict[str, set[str]] = {name: set() for name in SETS}
    for row in rows.to_dict("records"):
        lost[str(row["set"])].update(str(row["lost"]).split(","))
    stable = table["stability"].isna() | table["stability"].ge(STABLE)
    kept = [gene not in lost.get(name, ()) for gene, name in zip(table["gene"], table["class"],
                                                                 strict=True)]  # fmt: skip
    return (stable & np.array(kept)).astype(object).where(table["class"].isin(SETS))
