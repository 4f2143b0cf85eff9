"""Cell content of whole blood by a signature of marker genes."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from revertome.arrays import Array, Mask
from revertome.composition.halves import first_half
from revertome.composition.regression import TO_SD, Fit, fit
from revertome.composition.signature import Signature, measured
from revertome.filled import filled

LN2 = float(np.log(2))
LEAST_HEALTHY = 3  # samples whose mean stands for healthy blood
# ASSUME whole blood has between these percent of neutrophils, also in sepsis and in lupus with
# few of them. The mean of a study is known better than a sample.
WHOLE = (20.0, 97.0)
SAMPLE = (8.0, 98.5)
LEAST_AGREEMENT = 0.4  # Spearman's correlation of marker levels with those of whole blood
# log2: robust SD of the markers of a donor who is not in the signature (resources/signatures).
USUAL_RESIDUAL = 0.28
LEAST_KNOWN = 0.5  # share of the marker genes of which a sample needs values
MOST_RESIDUAL = 1.2  # log2: robust SD of the markers of a sample around what its cells explain


class Estimate(NamedTuple):
    """Estimated cell content.

    Attributes
    ----------
    percent, se : DataFrame, (samples, types)
        Of the white cells; missing where a sample does not suit.
    apart : DataFrame, (samples, types)
        Percent by one half of the marker genes less percent by the other, `halves.first_half`.
    fit : DataFrame
        Index sample; n_markers, residual_sd (log2), correlation, note.
    reason : str
        Why nothing is offered; empty where something is.
    told : str
        What to know of the levels.
    """

    percent: pd.DataFrame
    se: pd.DataFrame
    apart: pd.DataFrame
    fit: pd.DataFrame
    reason: str
    told: str


def estimate(expression: Any, healthy: Mask, signature: Signature) -> Estimate:
    """Estimate the white cells of each sample of whole blood.

    Of gene g in a sample, over its mean in healthy samples, cells explain
    sum_t p_t A_gt / sum_t h_t A_gt: p_t messages of type t, h_t those of healthy blood, A the
    signature. What a platform does to a gene cancels. ln of it is fitted by `regression.fit`;
    messages become cells by the content of a cell, so that the healthy have `healthy_percent`.

    Parameters
    ----------
    expression : AnnData, (samples, genes)
        log2 values.
    healthy : array of bool, (samples,)
    signature : Signature

    Returns
    -------
    Estimate
        With standard errors of marker genes (HC3) and of the signature (between donors). Without
        healthy samples the mean of all stands for them, its cells fitted to levels across genes.
    """
    names = pd.Index(expression.obs_names)
    x = pd.DataFrame(
        filled(np.asarray(expression.X, dtype=np.float64)), names, expression.var_names
    )
    enough = int(healthy.sum()) >= LEAST_HEALTHY
    level = (x[healthy] if enough else x).mean()
    ours, reason = measured(signature, level)
    if reason:
        return nothing(reason, names)
    genes = ours.markers.index
    absolute = _absolute(level[genes].to_numpy()[None], ours)
    reason = _unfit(level[genes], absolute[0], ours)
    if reason:
        return nothing(reason, names)
    told = "" if enough else _without_healthy(int(healthy.sum()))
    share = ours.types["rna_share"].to_numpy() if enough else absolute[0]
    profile = ours.profile / (ours.profile @ share)[:, None]
    ratio = (x[genes].to_numpy() - level[genes].to_numpy()) * LN2
    found = fit(ratio, profile, share)
    percent, covariance = in_percent(found, ours)
    se = np.sqrt(np.einsum("naa->na", covariance))
    half = first_half(ours.markers["marker"])
    one, other = (in_percent(fit(ratio[:, some], profile[some], share), ours)[0]
                  for some in (half, ~half))  # fmt: skip
    table = _goodness(found, ratio, names)
    known = np.isfinite(np.asarray(expression[:, genes].X, dtype=np.float64)).mean(axis=1)
    table["note"] = _notes(table["residual_sd"].to_numpy(), percent[:, 0], known)
    fine = table["note"].eq("").to_numpy()[:, None]
    columns = list(ours.types.index)
    return Estimate(
        pd.DataFrame(np.where(fine, percent, np.nan), names, columns),
        pd.DataFrame(np.where(fine, se, np.nan), names, columns),
        pd.DataFrame(np.where(fine, one - other, np.nan), names, columns),
        table,
        "",
        told,
    )


def in_percent(found: Fit, signature: Signature) -> tuple[Array, Array]:
    """Percent of white cells, (n, k), and their covariance, (n, k, k), of a fit of messages.

    q_t = 100 c_t / sum c with c_t = p_t / rna_t, d q_t / d c_s = (100 [t = s] - q_t) / sum c.
    The covariance of p is HC3's, and with it (p_t error_sd_t)^2 of the signature, which grows as
    the residuals of a sample do beside those of the donors by whom `error_sd` is known: what
    regulates markers one by one regulates markers together, too.
    """
    per_cell = signature.rna_per_cell
    cells = found.shares / per_cell
    total = cells.sum(axis=1)
    percent = 100 * cells / total[:, None]
    slope = (100 * np.eye(cells.shape[1]) - percent[:, :, None]) / total[:, None, None] / per_cell
    covariance = found.covariance.copy()
    worse = np.maximum(1, _residual_sd(found) / USUAL_RESIDUAL)
    own = found.shares * signature.types["error_sd"].to_numpy(dtype=float) * worse[:, None]
    covariance += own[:, :, None] ** 2 * np.eye(own.shape[1])
    return percent, slope @ covariance @ np.swapaxes(slope, 1, 2)


def _absolute(level: Array, signature: Signature) -> Array:
    """Shares of messages by the levels of genes beside each other, (n, k).

    Probes differ in what they give, so these are rough, but they need no healthy samples.
    """
    values = level * LN2
    values = values - np.median(values - np.log(signature.markers["whole_blood"].to_numpy() + 1))
    start = signature.types["rna_share"].to_numpy()
    shares = fit(values, signature.profile, start).shares
    whole: Array = shares / shares.sum(axis=1, keepdims=True)
    return whole


def _unfit(level: pd.Series, share: Array, signature: Signature) -> str:
    """Why the mean of a study does not look like whole blood; empty where it does."""
    cells = share / signature.rna_per_cell
    neutrophils = 100 * cells[0] / cells.sum()
    agreement = level.corr(signature.markers["whole_blood"], method="spearman")
    if agreement < LEAST_AGREEMENT:
        return (
            "marker genes of blood cells do not lie as in whole blood: their levels are correlated "
            f"by {agreement:.2f} with those of it"
        )
    if not WHOLE[0] <= neutrophils <= WHOLE[1]:
        return (
            f"marker genes tell of {neutrophils:.0f}% neutrophils: these are no samples of whole "
            "blood, for which the signature is made (cells without granulocytes, or sorted ones)"
        )
    return ""


def _without_healthy(n: int) -> str:
    few = "no healthy samples" if n == 0 else f"only {n} healthy samples"
    return (
        f"{few}: levels of cells rest on the levels of genes beside each other, which differ "
        "between platforms; differences between samples are better known"
    )


def _goodness(found: Fit, ratio: Array, names: pd.Index) -> pd.DataFrame:
    fitted = ratio - found.residual
    together = [_correlation(one, other) for one, other in zip(ratio, fitted, strict=True)]
    return pd.DataFrame(
        {"n_markers": ratio.shape[1], "residual_sd": _residual_sd(found), "correlation": together},
        names,
    )


def _residual_sd(found: Fit) -> Array:
    sd: Array = TO_SD * np.median(np.abs(found.residual), axis=1) / LN2
    return sd


def _correlation(one: Array, other: Array) -> float:
    if one.std() == 0 or other.std() == 0:
        return np.nan
    return float(np.corrcoef(one, other)[0, 1])


def _notes(residual: Array, neutrophils: Array, known: Array) -> list[str]:
    notes = []
    for sd, percent, share in zip(residual, neutrophils, known, strict=True):
        note = ""
        if share < LEAST_KNOWN:
            note = f"{share:.0%} of the marker genes have a value"
        elif not SAMPLE[0] <= percent <= SAMPLE[1]:
            note = f"no whole blood: {percent:.0f}% neutrophils estimated"
        elif sd > MOST_RESIDUAL:
            note = f"cells explain the marker genes badly (SD {sd:.1f} log2)"
        notes.append(note)
    return notes


def nothing(reason: str, names: pd.Index) -> Estimate:
    """Estimate of nothing, and why."""
    empty = pd.DataFrame(index=names)
    table = pd.DataFrame(
        {"n_markers": 0, "residual_sd": np.nan, "correlation": np.nan, "note": reason}, names
    )
    return Estimate(empty, empty, empty, table, reason, "")
