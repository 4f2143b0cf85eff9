"""The built-in study: a simulated trial of the shape of ANAJIS, with known truth.

`patients` plans who takes part, `visits` their clinical course, `truth` what disease and drug do
to each gene, `profile` what genes are like, `expression` and `counts` what is measured.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.simulate.blood_counts import (
    blood_counts,
    neutrophil_excess,
    neutrophil_percent,
)
from revertome.simulate.counts import read_counts
from revertome.simulate.draw import stream
from revertome.simulate.expression import log2_expression, samples
from revertome.simulate.named import NAMED
from revertome.simulate.patients import plan
from revertome.simulate.private import enrol, with_private
from revertome.simulate.profile import profile
from revertome.simulate.truth import truth
from revertome.simulate.visits import activity, visits

__all__ = ["plan", "trial", "truth", "visits"]


def trial(
    seed: int,
    genes: int,
    healthy: int,
    assay: str,
    symbols: Sequence[str],
    truth_seed: int | None = None,
    private: float = 0.0,
    enrolments: int = 1,
) -> tuple[Any, pd.DataFrame, pd.DataFrame]:
    """Simulate the trial.

    Parameters
    ----------
    seed
        Seed of every draw; the same seed gives the same trial.
    genes
        Number of genes; below the number of symbols, a part of every class that keeps all named
        genes (`named.NAMED`).
    healthy
        Number of healthy children.
    assay
        microarray (log2 values) or rnaseq (read counts of the same signal).
    symbols
        Gene symbols to choose from, in any order.
    truth_seed
        Seed of what genes are like and of what disease and drug do to them; trials that share it
        are trials of one truth. The trial's own seed when None.
    private
        Share of the changed genes whose effects are this trial's own (`private.with_private`).
    enrolments
        Times the plan of 24 patients is enrolled.

    Returns
    -------
    AnnData, samples x genes
        obs: sample, patient, visit (enrollment, month1, month6; missing in the healthy), group,
        arm, sex, age, batch, neutrophil_percent (of neutrophils, lymphocytes and monocytes),
        steroid_dose (mg/kg/day; 0 in the healthy). var: index `feature`, symbol.
    visits
        Table of `visits`.
    truth
        Table of `truth`.

    Raises
    ------
    StudyError
        When more genes are asked for than there are symbols, or fewer than named genes.
    ValueError
        When the assay is unknown.
    """
    if assay not in ("microarray", "rnaseq"):
        raise ValueError(f"unknown assay {assay!r}; choose one of microarray, rnaseq")
    if not len(NAMED) <= genes <= len(symbols):
        raise StudyError(
            f"config intake.simulate.genes: found {genes}, expected {len(NAMED)} to {len(symbols)}"
        )
    common = seed if truth_seed is None else truth_seed
    true, table = truth(symbols, common), profile(symbols, common)
    if private:
        true = with_private(true, table, private, seed)
    true = _part(true, genes, seed)
    table = table.loc[true["gene"]]
    people = enrol(seed, healthy, enrolments)
    course = visits(people, seed)
    sheet = samples(people)
    active = activity(people)
    values = log2_expression(sheet, table, true, neutrophil_excess(active.index, seed), seed)
    if assay == "rnaseq":
        values = read_counts(values, table, seed)
    percent = neutrophil_percent(blood_counts(active, seed))
    return _assemble(values, _covariates(sheet, course, percent)), course, true


def _part(true: pd.DataFrame, genes: int, seed: int) -> pd.DataFrame:
    """Named genes, and of the others the same share of every class."""
    is_named = true["gene"].isin(NAMED)
    others = true[~is_named]
    rank = pd.Series(stream(seed, "part").permutation(len(others)), index=others.index)
    # A gene's place within its class, as a share: taking the smallest takes each class alike.
    place = (rank.groupby(others["class"]).rank() - 0.5) / others.groupby("class")[
        "class"
    ].transform("size")
    chosen = place.sort_values(kind="stable").index[: genes - is_named.sum()]
    return pd.concat([true[is_named], others.loc[chosen]]).sort_index().reset_index(drop=True)


def _covariates(sheet: pd.DataFrame, course: pd.DataFrame, percent: pd.DataFrame) -> pd.DataFrame:
    """Sample sheet with the neutrophil percentage and the steroid dose of the visit."""
    row = percent.index.get_indexer(sheet["patient"])
    column = percent.columns.get_indexer(sheet["clinic"])
    dose = course.set_index(["patient", "visit"])["steroid_dose"]
    visit = pd.MultiIndex.from_frame(sheet[["patient", "clinic"]])
    return sheet.assign(
        neutrophil_percent=percent.to_numpy()[row, column],
        steroid_dose=dose.reindex(visit).fillna(0.0).to_numpy(),
    ).drop(columns=["clinic", "responder"])


def _assemble(values: pd.DataFrame, obs: pd.DataFrame) -> Any:
    import anndata

    for name in ["patient", "visit", "group", "arm", "sex", "batch"]:
        obs[name] = obs[name].astype("category")
    obs.index = pd.Index(obs["sample"], name=None)
    var = pd.DataFrame({"symbol": values.columns}, index=pd.Index(values.columns, name="feature"))
    return anndata.AnnData(X=np.asarray(values, dtype=float), obs=obs, var=var)
