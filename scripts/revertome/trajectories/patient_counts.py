"""How many patients carry a class: whose own point lies in the wedge of the gene."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array, Mask
from revertome.gene_classes import CLAIMED
from revertome.trajectories.plane import Bounds, Plane, defining_sign, in_wedge
from revertome.trial import paired_rows


def patients_in_wedge(
    y: Callable[[Mask], Array],
    healthy: Array,
    where: pd.DataFrame,
    patients: Mapping[str, str],
    planes: Mapping[str, Plane],
    outcome: npt.NDArray[np.object_],
    bounds: Bounds,
    visits: tuple[str, str],
) -> tuple[Array, Array]:
    """Patients whose own point (d_i, t_i) lies in the wedge their gene is put in.

    With h the mean of the healthy, d_i = before_i - h and t_i = after_i - before_i. The point
    has to be in the open wedge on the side of the gene: above healthy for a gene that is, and
    for an induced gene moved the way the gene is.

    Parameters
    ----------
    y : callable
        Log2 values (n, genes) without the part of the covariates of some genes, a mask (G,); NaN
        where missing.
    healthy : (G,)
        Mean of the healthy in the model.
    where : DataFrame, (n, ...)
        patient, visit, label of each row of these values.
    patients : dict of str to str
        `main` and `induced`: `responders` or `all`, in whom the classes are claimed.
    planes : dict of str to Plane
        Planes of the observed data by the same names.
    outcome : (G,)
        Class of every gene.
    bounds : Bounds
    visits : (str, str)
        First and second visit.

    Returns
    -------
    carrying, paired : (G,)
        Patients with their point in the wedge, and with values at both visits; NaN for a gene
        without a class.
    """
    carrying = np.full(len(outcome), np.nan)
    paired = np.full(len(outcome), np.nan)
    for name in CLAIMED:
        genes = outcome == name
        key = "induced" if name == "induced" else "main"
        before, after = _rows(where, patients[key], visits)
        # A patient's own point: before against the mean of the healthy, and change. The sign is
        # that of the gene over all patients, so a patient on the other side does not count.
        values = y(genes)
        d = values[before] - healthy[genes]
        t = values[after] - values[before]
        both = ~np.isnan(t)
        sign = defining_sign(planes[key], name, bounds)[genes]
        carrying[genes] = in_wedge(d, t, sign, name, bounds).sum(axis=0)
        paired[genes] = both.sum(axis=0)
    return carrying, paired


def _rows(
    where: pd.DataFrame, who: str, visits: tuple[str, str]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Rows of both visits of the patients with a pair, in the order of their names."""
    chosen = where["label"].eq("responder") if who == "responders" else where["label"].ne("healthy")
    rows = np.flatnonzero(chosen)
    before, after = paired_rows(where[chosen], *visits)
    return rows[before], rows[after]
