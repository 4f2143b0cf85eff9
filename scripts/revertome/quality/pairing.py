"""Is the pairing of samples right as a whole? Asked of all pairs at once, three of them too."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array, Mask
from revertome.quality.components import most_variable
from revertome.quality.identity import evidence_of, telling_genes
from revertome.trial import MINIMUM_PAIRS, is_patient, paired_rows

# ASSUME a pairing is in doubt where half of the pairs have less evidence than this (natural log of
# the odds) of one person, and half of them would find a partner that is more alike.
LITTLE = 1.0
FEWEST = 60  # expressed genes below which people cannot be told apart


def wrong_pairing(
    x: Array,
    obs: pd.DataFrame,
    sexes: pd.Series,
    design: Mapping[str, Any],
    among: Mask | None = None,
) -> str | None:
    """Say that most pairs do not match themselves, if so.

    Where most pairs are wrong, the variance within patients that a single pair is judged by is
    wrong as well, so no pair stands out. What still tells: the evidence that the two samples of a
    patient are of one person is low throughout, and pairing every baseline sample with the most
    alike follow-up sample (the assignment of largest total correlation, samples centred on their
    visit) would part most pairs.

    Parameters
    ----------
    x : (samples, genes)
        Log2 expression.
    obs : DataFrame, (samples, ...)
        patient, visit, group; index sample.
    sexes : Series of str, (samples,)
        Sex as expressed.
    design : mapping
        `baseline`, `followup`, `healthy`.
    among : bool, (genes,)
        Genes to look at, which are not those that tell sex; all by default.

    Returns
    -------
    str or None
    """
    from scipy.optimize import linear_sum_assignment

    at = np.flatnonzero(is_patient(obs, design).to_numpy())
    sick = obs.iloc[at]
    before, after = (at[rows] for rows in paired_rows(sick, design["baseline"], design["followup"]))
    n = len(before)
    if n < MINIMUM_PAIRS:
        return None
    patients = obs["patient"].astype(str).to_numpy()[before]
    known = sexes.isin(["female", "male"]).to_numpy()
    two = known[before] & known[after] & (sexes.to_numpy()[before] != sexes.to_numpy()[after])
    if two.sum() * 3 > n:
        named = ", ".join(patients[two][:3])
        return (
            f"{two.sum()} of {n} pairs are of a male and a female sample ({named}{_more(two)}): "
            "the samples are paired wrongly, check patient ids and visits"
        )
    rows = np.r_[before, after]
    whole = ~np.asarray(np.isnan(x)[rows].any(axis=0))
    x = telling_genes(x, whole if among is None else whole & among, rows)
    if x.shape[1] < FEWEST:
        return None
    x = x[:, most_variable(x)]
    x = np.vstack([half - half.mean(axis=0) for half in (x[:n], x[n:])])
    likeness: Array = np.nan_to_num(np.atleast_2d(np.corrcoef(x))[:n, n:])
    best = linear_sum_assignment(-likeness)[1]
    moved = best != np.arange(n)
    codes = np.tile(np.arange(n), 2)
    own = evidence_of(x, codes)[:n]
    if moved.sum() * 2 <= n or not np.median(own) < LITTLE:
        return None
    names = obs.index.astype(str).to_numpy()
    shown = "; ".join(
        f"{names[before[i]]} with {names[after[best[i]]]}" for i in np.flatnonzero(moved)[:3]
    )
    return (
        f"most of the {n} pairs do not match themselves: the samples of a patient are no more "
        f"alike than those of different patients, and {moved.sum()} would fit another partner "
        f"better ({shown}{_more(moved)}). The pairing may be wrong: check patient ids and visits"
    )


def _more(found: Array) -> str:
    return ", ..." if found.sum() > 3 else ""
