"""Stability: how often a class is called when other patients and controls had been drawn."""

from collections.abc import Iterator, Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.resample_batches import BATCH
from revertome.trajectories.classes import AnyPlane, Rule, outcomes
from revertome.trajectories.draws import Kind, generator
from revertome.trajectories.progress import Progress


class Redrawn(Protocol):
    """A model that can be refitted to people drawn again."""

    @property
    def patients(self) -> pd.Index:
        """People, in the order of the counts."""

    def full_rank(self, counts: Array) -> bool:
        """Whether every coefficient can be estimated from people drawn `counts` times."""

    def planes(self, counts: Array) -> Iterator[Mapping[str, AnyPlane]]:
        """Planes `main` and `induced` of each row of `counts`."""


def stability(
    redrawn: Redrawn,
    patients: pd.Series,
    strata: pd.Series,
    rule: Rule,
    observed: npt.NDArray[np.object_],
    resamples: range,
    seed: int,
    work: str = "stability",
) -> npt.NDArray[np.int_]:
    """Number of bootstrap resamples in which a gene is put in the class it was called, (G,).

    Patients (their samples stay together) and controls are drawn with replacement within
    strata; each resample is the same joint model, its sums weighted by how often each patient
    was drawn.

    Parameters
    ----------
    redrawn : Redrawn
    patients, strata : (n,)
        Patient of each sample, and the stratum the patient belongs to.
    rule : Rule
    observed : (G,)
        Classes called on the observed data.
    resamples : range
        Numbers of the resamples to draw, of whole batches (`resample_batches.share`): numbers of
        parts of a range add up to those of the range.
    seed : int
    work : str
        What progress is reported of.
    """
    kept = np.zeros(len(observed), dtype=int)
    if not resamples:
        return kept
    of_patient = strata.groupby(patients).first().loc[redrawn.patients].to_numpy(object)
    members = [np.flatnonzero(of_patient == stratum) for stratum in sorted(set(of_patient))]
    progress = Progress(work, len(resamples), "resamples")
    for done in range(0, len(resamples), BATCH):
        batch = resamples[done : done + BATCH]
        counts = np.array([_drawn(members, redrawn, seed, number) for number in batch])
        for planes in redrawn.planes(counts):
            kept += outcomes(planes["main"], planes["induced"], rule) == observed
        if done // 100 != (done + BATCH) // 100:
            progress.report(done + len(batch))
    return kept


def _drawn(members: list[npt.NDArray[np.intp]], redrawn: Redrawn, seed: int, number: int) -> Array:
    """Multinomial counts a patient; a draw that loses a coefficient (a batch) is drawn again."""
    rng = generator(seed, Kind.RESAMPLE, number)
    counts = np.zeros(len(redrawn.patients))
    while True:
        for at in members:
            counts[at] = rng.multinomial(len(at), np.full(len(at), 1 / len(at)))
        if redrawn.full_rank(counts):
            return counts
