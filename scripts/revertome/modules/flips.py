"""Sign flips within pairs: the changes of patients, as likely up as down where nothing changes.

The one test of a paired trial that assumes nothing of variances, shapes or the correlation of
genes. With covariates that differ between visits its contributions are effective scores, and it
holds for many pairs (Hemerik, Goeman & Finos 2020, J R Stat Soc B 82:841).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from revertome.arrays import Array
from revertome.limma.joint import JointFit
from revertome.statistics.set_tests import by_genes
from revertome.trial import GROUPS, covariate_columns, dependent, label_by_patient, paired_rows

Rows = NDArray[np.intp]
ALL_OF = 12  # pairs up to which every flip is tried: 2 ** 11 up to the sign of all
DRAWN = 4999  # flips drawn of more pairs
SETS = 500  # sets held at once


def flip_p(
    fitted: JointFit,
    contrast: str,
    sets: sparse.csr_array,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    alpha: float,
    seed: int,
) -> Array:
    """Two-sided p of every set by sign flips of the changes within pairs.

    Parameters
    ----------
    fitted : JointFit
        The model of the contrast; its values and weights are used, complete pairs only.
    contrast : str
        change_all, change_responders or change_nonresponders.
    sets : (sets, G)
    labels : DataFrame
        patient, label.
    design : mapping
        Configuration section `design`.
    alpha : float
        Level that the smallest possible p, 2 / 2^n of n pairs, must reach.
    seed : int
        Of the flips drawn where there are more than 12 pairs.

    Returns
    -------
    (sets,)
        Share of the flips, with the identity, in which the mean over the genes of a set of their
        standardised changes is at least as far from 0; NaN for other contrasts, too few pairs, or
        where these pairs alone cannot tell the change from the covariates.
    """
    nothing = np.full(sets.shape[0], np.nan)
    obs = fitted.model.obs
    where = obs.assign(patient=obs["patient"].astype(str), visit=obs["visit"].astype(str))
    label = where["patient"].map(label_by_patient(labels))
    group = contrast.removeprefix("change_")
    if contrast != "change_all":
        if group not in GROUPS:
            return nothing
        where = where.assign(visit=where["visit"].where(label.eq(GROUPS[group])))
    before, after = paired_rows(where, design["baseline"], design["followup"])
    # The changes of a patient in several arms go up or down together.
    person, who = pd.factorize(where["patient"].iloc[before])
    n = len(who)
    if n == 0 or 2.0 ** (1 - n) > alpha:
        return nothing
    nuisance = covariate_columns(obs, design["covariates"]).to_numpy(float)
    shift = nuisance[after] - nuisance[before]
    shift = np.delete(shift, dependent(shift), axis=1)
    if dependent(np.column_stack([shift, np.ones(len(before))])):
        # These pairs alone cannot tell the change from covariates: other pairs do, in the model.
        return nothing
    per_set, weight = np.zeros((sets.shape[0], len(before))), np.zeros(len(before))
    for genes, some in by_genes(sets):
        scores, own = _scores(fitted, genes, before, after, shift)
        per_set += some @ np.ascontiguousarray(scores.T)
        weight += own
    weight /= sets.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        per_set /= np.asarray(sets.sum(axis=1), dtype=float)[:, None]
    return _share(per_set, _flips(n, seed)[:, person], weight, shift)


def _scores(
    fitted: JointFit, genes: slice, before: Rows, after: Rows, shift: Array
) -> tuple[Array, Array]:
    """Contribution of every pair to the change of some genes (n, g), and sums of weights (n,)."""
    y = fitted.y[:, genes]
    change = y[after] - y[before]
    there = ~np.isnan(change)
    change = np.where(there, change, 0.0)
    weight = np.ones((len(change), 1))
    if fitted.weights is not None:
        own = fitted.weights.reshape(len(y), -1)
        own = own[:, genes] if own.shape[1] > 1 else own
        weight = own[before] * own[after] / (own[before] + own[after])
    if not there.all():  # a pair without a gene says nothing of it, whatever its sign
        weight = weight * there
    one = np.ones_like(change)
    if shift.shape[1]:
        # Regression of the changes, and of the constant, on the changes of covariates.
        inner = np.einsum("nk,ng,nl->gkl", shift, weight, shift)
        for values in (change, one):
            toward = np.einsum("nk,ng->gk", shift, weight * values)[:, :, None]
            slope = (
                np.linalg.solve(inner, toward) if there.all() else np.linalg.pinv(inner) @ toward
            )
            values -= np.einsum("nk,gko->ng", shift, slope)
    # A scale that no flip changes: the root mean square, not the deviation from the mean.
    scale = np.sqrt((weight * change**2).mean(axis=0) * (weight * one**2).sum(axis=0))
    scores = np.divide(weight * one * change, scale, out=np.zeros_like(change), where=scale > 0)
    return scores, np.broadcast_to(weight, change.shape).sum(axis=1)


def _flips(n: int, seed: int) -> Array:
    """Signs (flips, n), the identity first; the opposite of a flip gives the same p."""
    if n <= ALL_OF:
        bits = np.arange(2 ** (n - 1))[:, None] >> np.arange(n) & 1
        return np.asarray(1.0 - 2.0 * bits)
    drawn = np.random.default_rng(seed).integers(0, 2, (DRAWN, n))
    return np.vstack([np.ones(n), 1.0 - 2.0 * drawn])


def _share(scores: Array, flips: Array, weight: Array, shift: Array) -> Array:
    """Share of the flips as far out as the first, for scores (sets, n)."""
    spread = np.ones(len(flips))
    if shift.shape[1]:
        # Flipping undoes what regression took out: the variance of each flipped sum differs.
        inner = shift.T @ (weight[:, None] * shift)
        one = 1 - shift @ np.linalg.solve(inner, shift.T @ weight)
        turned = (flips * (weight * one)) @ shift
        lost = np.einsum("bk,bk->b", turned, np.linalg.solve(inner, turned.T).T)
        spread = np.sqrt(np.maximum((weight * one**2).sum() - lost, 1e-12))
    p = np.empty(len(scores))
    for start in range(0, len(scores), SETS):
        sums = np.abs(scores[start : start + SETS] @ flips.T) / spread
        p[start : start + SETS] = (sums >= sums[:, :1] * (1 - 1e-9)).mean(axis=1)
    return np.where(np.isnan(scores).any(axis=1), np.nan, p)
