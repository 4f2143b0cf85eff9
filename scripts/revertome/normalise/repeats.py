"""Repeated samples of one person at one visit, made one."""

import warnings
from typing import Any

import numpy as np
import pandas as pd

ENOUGH = 5  # samples of other people to compare with
# ASSUME repeats of a person are more alike than this share of samples of other people (healthy
# children of GSE65391 at two visits: more than 0.88).
USUAL = 0.75


def merge_repeats(adata: Any, summed: bool) -> Any:
    """Make one sample of all of a person at a visit (healthy people are of no visit).

    Parameters
    ----------
    adata : AnnData, (n, features)
        obs columns patient and visit; log2 values, or counts.
    summed : bool
        Sum (counts of one RNA sample) or average (log2 values; of a value that some samples lack,
        the mean of the others).

    Returns
    -------
    AnnData, (people and visits, features)
        Each under the id of its first sample. Numbers of obs are means; words that differ are
        missing. obs gains `samples_merged`, the number behind each. The same object where
        nothing is repeated.

    Warns
    -----
    UserWarning
        A repeat that is less like the others of its person than like a quarter of the samples of
        other people.
    """
    keys = adata.obs[["patient", "visit"]].astype(object)
    keys = keys.where(keys.notna(), "").astype(str)
    if not keys.duplicated().any():
        return adata
    ordered = adata[np.argsort(adata.obs_names.to_numpy(dtype=str))]
    groups = keys.loc[ordered.obs_names].groupby(["patient", "visit"], sort=False)
    rows = sorted(groups.indices.values(), key=lambda found: int(found[0]))
    merged = ordered[[found[0] for found in rows]].copy()
    x = np.asarray(ordered.X, dtype=np.float64)
    _warn_of_unlike(np.log2(x + 1) if summed else x, ordered.obs, rows)
    for k, found in enumerate(rows):
        if len(found) > 1:
            merged.X[k] = x[found].sum(axis=0) if summed else _mean(x[found])
    merged.obs = _facts(ordered.obs, rows, merged.obs)
    return merged


def _warn_of_unlike(log2: Any, obs: pd.DataFrame, rows: list[Any]) -> None:
    """Warn where a sample correlates less with its repeats than with a quarter of the others."""
    there = log2[:, ~np.isnan(log2).any(axis=0)]
    z = there - there.mean(axis=0)  # what tells samples apart, not genes
    z -= z.mean(axis=1, keepdims=True)
    z /= np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-12)
    people = obs["patient"].astype(str).to_numpy()
    odd = []
    for found in rows:
        for sample in found if len(found) > 1 else ():
            r = z @ z[sample]
            others = r[people != people[sample]]
            if len(others) > ENOUGH and r[found[found != sample]].max() < np.quantile(
                others, USUAL
            ):
                odd.append(str(obs.index[sample]))
    if odd:
        warnings.warn(
            f"intake.repeats: samples {', '.join(odd[:6])} are less like the repeats they are "
            "merged with than like a quarter of the samples of other people; check whose they are",
            stacklevel=4,
        )


def _mean(x: Any) -> Any:
    there = (~np.isnan(x)).sum(axis=0)
    return np.where(there, np.nansum(x, axis=0) / np.maximum(there, 1), np.nan)


def _facts(obs: pd.DataFrame, rows: list[Any], first: pd.DataFrame) -> pd.DataFrame:
    facts = first.copy()
    for name in obs.columns.drop("sample", errors="ignore"):
        column = obs[name]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            values = column.to_numpy(dtype=float)
            facts[name] = [float(_mean(values[found][:, None])[0]) for found in rows]
        else:
            differ = [len(column.iloc[found].unique()) > 1 for found in rows]
            facts[name] = first[name].mask(np.array(differ))
    return facts.assign(samples_merged=[len(found) for found in rows])
