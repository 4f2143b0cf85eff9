"""Sums of a joint model person by person, from which any resample of people is refitted."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from scipy import sparse

from revertome.arrays import Array
from revertome.trajectories.draws import summed
from revertome.trajectories.plane import Plane
from revertome.trajectories.refit import PlaneContrasts, Refit
from revertome.trial import dependent


class PatientSums:
    """X'X, X'y and y'y of the whitened data, person by person.

    Parameters
    ----------
    refit : Refit
    y : (n, G)
        Data the model was fitted to.
    patients : (n,)
        Person of each sample.
    effects : dict of str to PlaneContrasts
        Contrasts of the planes.
    """

    def __init__(
        self, refit: Refit, y: Array, patients: pd.Series, effects: Mapping[str, PlaneContrasts]
    ) -> None:
        self.refit, self.effects = refit, dict(effects)
        white = refit.whiten(y)
        code, self.patients = pd.factorize(patients, sort=True)
        cells = (code, np.arange(len(code)))
        member = sparse.csr_array((np.ones(len(code)), cells))  # (patients, n)
        there = ~np.isnan(y)
        self.size = np.bincount(code).astype(float)
        if not there.all():
            self.size = member @ there.astype(float)  # (patients, G)
        self.code, p, n_genes = code, refit.p, y.shape[1]
        self.xx = np.empty((len(self.patients), 1 if refit.alike else n_genes, p * p))
        self.xy = np.empty((len(self.patients), n_genes, p))
        samples = [np.flatnonzero(code == i) for i in range(len(self.patients))]
        for genes, x in refit.pieces():
            own = slice(None) if refit.alike else genes
            for xx, at in zip(self.xx, samples, strict=True):
                xx[own] = np.einsum("gnp,gnq->gpq", x[:, at], x[:, at]).reshape(-1, p * p)
            for k in range(p):
                self.xy[:, genes, k] = member @ (x[:, :, k].T * white[:, genes])
        self.yy = member @ white**2

    def full_rank(self, counts: Array) -> bool:
        """Whether every coefficient can be estimated from patients drawn `counts` times."""
        rows = counts[self.code] > 0
        return not dependent(self.refit.fitted.model.design.to_numpy(float)[rows])

    def planes(self, counts: Array) -> Iterator[dict[str, Plane]]:
        """Planes of each resample, a row of `counts`: how often each person was drawn."""
        for xx, xy, yy, n in self._resampled(counts):
            yield self.refit.planes(xx, xy, yy, n, self.effects)

    def _resampled(self, counts: Array) -> Iterator[tuple[Array, Array, Array, float | Array]]:
        """Sums of each resample: X'X, X'y, y'y and the number of samples."""
        xx, xy, yy = (summed(counts, part) for part in (self.xx, self.xy, self.yy))
        p = self.xy.shape[-1]
        for row, count in enumerate(counts):
            n = count @ self.size
            yield xx[row].reshape(-1, p, p), xy[row], yy[row], n if n.ndim else float(n)
