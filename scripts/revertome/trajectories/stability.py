"""Stability: how often a class is called when other patients and controls had been drawn."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from revertome.arrays import Array
from revertome.resample_batches import BATCH
from revertome.trajectories.classes import Rule, outcomes
from revertome.trajectories.draws import Kind, generator
from revertome.trajectories.progress import Progress
from revertome.trajectories.refit import PlaneContrasts, Refit
from revertome.trial import dependent


def stability(
    refit: Refit,
    y: Array,
    patients: pd.Series,
    strata: pd.Series,
    effects: dict[str, PlaneContrasts],
    rule: Rule,
    observed: npt.NDArray[np.object_],
    resamples: range,
    seed: int,
) -> npt.NDArray[np.int_]:
    """Number of bootstrap resamples in which a gene is put in the class it was called, (G,).

    Patients (their samples stay together) and controls are drawn with replacement within
    strata; each resample is the same joint model, its sums weighted by how often each patient
    was drawn.

    Parameters
    ----------
    refit : Refit
    y : (n, G)
        Data the model was fitted to.
    patients, strata : (n,)
        Patient of each sample, and the stratum the patient belongs to.
    effects : dict
        `main` and `induced`: contrasts of the two planes.
    rule : Rule
    observed : (G,)
        Classes called on the observed data.
    resamples : range
        Numbers of the resamples to draw, of whole batches (`resample_batches.share`): numbers of
        parts of a range add up to those of the range.
    seed : int
    """
    kept = np.zeros(y.shape[1], dtype=int)
    if not resamples:
        return kept
    sums = PatientSums(refit, y, patients)
    of_patient = strata.groupby(patients).first().loc[sums.patients].to_numpy(object)
    members = [np.flatnonzero(of_patient == stratum) for stratum in sorted(set(of_patient))]
    progress = Progress("stability", len(resamples), "resamples")
    for done in range(0, len(resamples), BATCH):
        batch = resamples[done : done + BATCH]
        counts = np.array([_drawn(members, sums, seed, number) for number in batch])
        for xx, xy, yy, n in sums.resampled(counts):
            planes = refit.planes(xx, xy, yy, n, effects)
            kept += outcomes(planes["main"], planes["induced"], rule) == observed
        if done // 100 != (done + BATCH) // 100:
            progress.report(done + len(batch))
    return kept


def _drawn(
    members: list[npt.NDArray[np.intp]], sums: "PatientSums", seed: int, number: int
) -> Array:
    """Multinomial counts a patient; a draw that loses a coefficient (a batch) is drawn again."""
    rng = generator(seed, Kind.RESAMPLE, number)
    counts = np.zeros(len(sums.patients))
    while True:
        for at in members:
            counts[at] = rng.multinomial(len(at), np.full(len(at), 1 / len(at)))
        if sums.full_rank(counts):
            return counts


class PatientSums:
    """X'X, X'y and y'y of the whitened data, patient by patient."""

    def __init__(self, refit: Refit, y: Array, patients: pd.Series) -> None:
        white = refit.whiten(y)
        code, self.patients = pd.factorize(patients, sort=True)
        cells = (code, np.arange(len(code)))
        member = sparse.csr_array((np.ones(len(code)), cells))  # (patients, n)
        self.size = np.bincount(code).astype(float)
        self.x, self.code = refit.x, code
        self.shape = (y.shape[1], refit.x.shape[-1])
        p = refit.x.shape[-1]
        if len(refit.x) == 1:
            outer = refit.x[0][:, :, None] * refit.x[0][:, None, :]
            self.xx = (member @ outer.reshape(len(outer), -1))[:, None, :]
            xy = [member @ (refit.x[0][:, [k]] * white) for k in range(p)]
        else:
            self.xx = np.stack(
                [
                    np.einsum("gnp,gnq->gpq", refit.x[:, at], refit.x[:, at]).reshape(-1, p * p)
                    for at in (np.flatnonzero(code == i) for i in range(len(self.patients)))
                ]
            )
            xy = [member @ (refit.x[:, :, k].T * white) for k in range(p)]
        self.xy = np.stack(xy, axis=2)
        self.yy = member @ white**2

    def full_rank(self, counts: Array) -> bool:
        """Whether every coefficient can be estimated from patients drawn `counts` times."""
        rows = counts[self.code] > 0
        return not dependent(self.x[0][rows])

    def of(self, place: int) -> tuple[Array, Array, Array, float]:
        """Sums of one patient: X'X, X'y, y'y and the number of samples."""
        p = self.shape[1]
        xx = self.xx[place].reshape(-1, p, p)
        return xx, self.xy[place], self.yy[place], float(self.size[place])

    def resampled(self, counts: Array) -> Iterator[tuple[Array, Array, Array, float]]:
        """Sums of each resample (row of `counts`): X'X, X'y, y'y and the number of samples."""
        n_patients = len(self.patients)
        g, p = self.shape
        xy = (counts @ self.xy.reshape(n_patients, -1)).reshape(-1, g, p)
        yy = counts @ self.yy
        for row, count in enumerate(counts):
            xx = (count @ self.xx.reshape(n_patients, -1)).reshape(-1, p, p)
            yield xx, xy[row], yy[row], float(count @ self.size)
