"""Whether log fold changes are what they are called: log2, and follow-up or patients first.

A table with its signs turned, or in natural logarithms, looks like any other. What it should hold
can be had once more from the expression of the folder.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.compare.measured import measured
from revertome.errors import StudyError
from revertome.filled import filled
from revertome.trial import dependent, is_patient

FEWEST = 50  # genes, below which nothing is said
LEADING = 0.1  # share of the genes whose median tells the slope
# Folders of limma, voom and deseq2, with covariates, weights and shrinkage, have slopes of 0.96 to
# 1.05 and correlations of 0.93 and more. The limits are half way to ln 2 on the scale of ratios.
LOW, HIGH = 0.83, 1.2
FOLLOWS = 0.5  # correlation
CLOSELY = 0.9  # below it errors that only one of the two has move the slope
RELATED = 0.3  # of effects in other patients, which may differ in size and in part
# Columns of trajectories/genes.tsv that are a contrast: in the same patients, then in others.
OWN = {
    "disease": ("disease_all", "disease"),
    "change_all": ("change_all", "change"),
    "change_responders": ("change_responders", "change"),
    "change_nonresponders": ("change_nonresponders",),
}
SCALES = {
    "natural logarithms": float(np.log(2)),
    "logarithms to the base 10": float(np.log10(2)),
    "twice their size": 2.0,
    "half their size": 0.5,
}


def plain_differences(
    expression: Any, labels: pd.DataFrame, design: Mapping[str, Any]
) -> dict[str, pd.Series]:
    """Least-squares estimates of the contrasts that a comparison reads, without any moderation.

    disease: healthy people and patients at baseline, one mean each and the covariates. The
    changes: follow-up minus baseline of every complete pair of the patients, less the change of
    covariates.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Samples that were used; log2.
    labels
        patient, label.
    design
        Section `design` of the configuration.

    Returns
    -------
    dict of Series
        log2 differences by gene, by name of the contrast; those that cannot be had are left out.
    """
    data = measured(expression, labels, design)
    x, nuisance = filled(data.x), data.nuisance
    found = {}
    rows = np.flatnonzero(data.baseline | data.healthy)
    if 0 < data.baseline[rows].sum() < len(rows):
        found["disease"] = _estimate(x[rows], data.baseline[rows], nuisance[rows])
    before, after = data.pairs
    sick = is_patient(expression.obs, design).to_numpy(bool)[before]
    label = data.label.to_numpy()[before]
    for name, who in (
        ("change_all", sick),
        ("change_responders", sick & (label == "responder")),
        ("change_nonresponders", sick & (label == "nonresponder")),
    ):
        at, since = after[who], before[who]
        if len(at):
            whole = np.ones(len(at), dtype=bool)
            found[name] = _estimate(x[at] - x[since], whole, nuisance[at] - nuisance[since])
    return {name: pd.Series(value, data.genes) for name, value in found.items()}


def _estimate(y: Array, group: Any, nuisance: Array) -> Array:
    """Effect of `group`; of everybody where all are in it."""
    intercept = [] if group.all() else [np.ones(len(y))]
    x = np.column_stack([*intercept, group.astype(float), nuisance])
    kept = np.delete(np.arange(x.shape[1]), dependent(x))
    effect: Array = np.linalg.lstsq(x[:, kept], y, rcond=None)[0][len(intercept)]
    return effect


def own_effect(genes: pd.DataFrame, contrast: str) -> tuple[pd.Series, bool] | None:
    """What the table of trajectories says of a contrast.

    Returns
    -------
    effect : Series
        By gene.
    same : bool
        Whether it is of the same patients; else of those in whom reversion is claimed.
    """
    for place, column in enumerate(OWN[contrast]):
        if column in genes and genes[column].notna().any():
            return genes.set_index("gene")[column].rename(column), place == 0
    return None


def footing(
    effect: pd.Series, expected: pd.Series, what: str, same: bool = True
) -> tuple[str, str]:
    """Hold log fold changes against what they should be.

    The slope is the median ratio of the two over the tenth of the genes with the largest products,
    so that errors of both count alike and single genes little.

    Parameters
    ----------
    effect, expected
        By gene; the name of `effect` is its column.
    what
        What `expected` is, in words.
    same
        Whether both are of the same patients, so that the scale can be told.

    Returns
    -------
    held : str
        Slope and correlation in words; empty where too few genes are in both.
    doubt : str
        What is odd and no proof; mostly empty.

    Raises
    ------
    StudyError
        Where signs are turned, the scale is another, or the two have nothing to do with each other.
    """
    both = pd.concat([effect, expected], axis=1, join="inner").dropna()
    a, b = both.to_numpy(float).T
    if len(both) < FEWEST or not (a.std() > 0 and b.std() > 0):
        return "", ""
    r = float(np.corrcoef(a, b)[0, 1])
    leading = np.argsort(-np.abs(a * b), kind="stable")[: max(int(LEADING * len(a)), 10)]
    slope = float(np.median(a[leading] / b[leading]))
    its = f"its {effect.name}"
    if r <= -FOLLOWS:
        raise StudyError(
            f"{its} goes against {what} (correlation {r:.2f}): one of them is turned round, such "
            "as healthy - patients; turn its signs, limits and t"
        )
    if r < (FOLLOWS if same else RELATED):
        raise StudyError(
            f"{its} does not follow {what} (correlation {r:.2f}): genes or tables were exchanged; "
            "have the folder sent again"
        )
    if same and r >= CLOSELY and not LOW <= slope <= HIGH:
        near = min(SCALES, key=lambda name: abs(np.log(abs(slope) / SCALES[name])))
        raise StudyError(
            f"{its} is {slope:.2f} times {what}, as of {near}; it has to be log2: convert it and "
            "its limits"
        )
    doubt = f"{its[4:]} follows {what} less closely (correlation {r:.2f}) than a study's own do"
    told = f"{what} (slope {slope:.2f}, correlation {r:.2f})"
    return told, doubt if same and r < CLOSELY else ""
