"""Genes whose signal is mostly background, and the scale that scores take."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from revertome.errors import StudyError
from revertome.modules.reference import RESOLUTION

HIGHEST = 32.0  # log2 of 4e9, beyond any scanner's or sequencer's value
FLOOR_SHARE = 0.01  # of the genes of a sample at its lowest value make that a floor
MOSTLY = 0.5


def check_scale(expression: Any, needed: Mapping[str, str]) -> None:
    """Refuse values that are not on the scale that the score methods take.

    Parameters
    ----------
    expression : AnnData
        Samples x genes; `uns["normalise"]` is the record of normalisation, `uns["scale"]` that of
        the raw values.
    needed : mapping
        Score method to its scale; log2 is the only one there is.

    Raises
    ------
    StudyError
        The record says counts or another scale that was not brought to log2, or a value is above
        32, which no log2 value reaches.
    """
    names = ", ".join(name for name, scale in needed.items() if scale == "log2")
    raw = str(expression.uns.get("scale", {}).get("scale", "log2"))
    if "normalise" not in expression.uns and raw != "log2":
        raise StudyError(
            f"module scores ({names}) take log2 values, found {raw} that were not normalised; "
            "give normalise/expression.h5ad in place of intake/raw.h5ad."
        )
    highest = float(np.nanmax(expression.X))
    if highest > HIGHEST:
        sample, gene = np.argwhere(np.asarray(expression.X) == highest)[0]
        raise StudyError(
            f"module scores ({names}) take log2 values, found {highest:.4g} "
            f"({expression.var_names[gene]} in sample {expression.obs_names[sample]}), as in "
            "counts, TPM or unlogged intensities; set intake.scale to what the values are."
        )


def below_background(expression: Any) -> pd.Series | None:
    """Tell which genes are at background in most samples of every group.

    A gene is at background in a sample where its count is below `normalise.min_count` (RNA-seq),
    or its value is the lowest of the sample and at least 1% of the genes share it (a background
    floor), or it is not above `normalise.expressed_above` or `normalise.floor`. It is mostly at
    background where that is so in more than half of the samples of each value of `group`: a gene
    that is silent in the healthy and raised in patients is not.

    Parameters
    ----------
    expression : AnnData
        The normalised study.

    Returns
    -------
    Series of bool, by gene, or None
        None where nothing says what background is: no counts, no floor and no limit.
    """
    hidden = _hidden(expression)
    if hidden is None:
        return None
    by_group = pd.DataFrame(hidden).groupby(expression.obs["group"].astype(str).to_numpy()).mean()
    mostly = (by_group > MOSTLY).all().to_numpy()
    return pd.Series(mostly, index=expression.var_names.astype(str))


def _hidden(expression: Any) -> NDArray[np.bool_] | None:
    """At background, samples x genes."""
    record = expression.uns.get("normalise", {})
    if "counts" in expression.layers and "min_count" in record:
        counts: NDArray[np.bool_] = np.asarray(expression.layers["counts"]) < record["min_count"]
        return counts
    x = np.asarray(expression.X)
    lowest = x <= np.nanmin(x, axis=1, keepdims=True) + RESOLUTION
    floored = lowest.sum(axis=1, keepdims=True) >= max(2.0, FLOOR_SHARE * x.shape[1])
    limits = [record.get(key, "none") for key in ("expressed_above", "floor")]
    given = [float(limit) for limit in limits if limit != "none"]
    if not floored.any() and not given:
        return None
    hidden: NDArray[np.bool_] = (lowest & floored) | (x <= max(given, default=-np.inf))
    return hidden


def warn_of_background(genes: pd.DataFrame) -> None:
    """Name the modules most of whose genes found are mostly at background."""
    share = genes["genes_below_background"].astype(float) / genes["genes_found"]
    hidden = list(genes.index[share > MOSTLY])
    if hidden:
        more = f" and {len(hidden) - 10} more" if len(hidden) > 10 else ""
        warnings.warn(
            f"modules: most genes of {', '.join(hidden[:10])}{more} are at background in most "
            "samples; their scores are mostly noise (genes_below_background in "
            "modules/scores.tsv)",
            stacklevel=3,
        )
