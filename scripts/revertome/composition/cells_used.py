"""Which types of cells enter the model that splits effects, and what is known of their error."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import linalg

from revertome.composition.by_sample import by_sample
from revertome.limma.measurement_error import Errors
from revertome.statistics.residuals import without

UNIT = 10.0  # points of percent to which slopes are given
KNOWN = 0.8  # share of the samples that the best known type has, which another must have as well
LEAST_SD = 0.5  # points within the design, below which a type is the same in everybody
TOLD = 0.04  # share of the variance within the design that other types do not tell of a type
TRUE = 0.3  # share of the variance within the design of any combination of types that is true
PER_TYPE = 5  # degrees of freedom within the design that a type takes


@dataclass(frozen=True)
class CellsUsed:
    """Composition of the samples as it enters the model.

    Attributes
    ----------
    percent : DataFrame, (n, k)
        Of the samples in which all types are known, in units of `UNIT` points.
    errors : Errors
        Without error where it is not known.
    unknown : list of str
        Types of which the error is not known.
    left_out : list of str
        Other types, each with the reason.
    """

    percent: pd.DataFrame
    errors: Errors
    unknown: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def cells_used(
    cells: pd.DataFrame, design: pd.DataFrame, reliability: float | Mapping[str, float] | None
) -> CellsUsed:
    """Choose types of cells and say what is known of their error.

    Types are taken in order of their spread within the design, the largest first. Left out are
    types known in too few samples, of nearly the same percent in everybody, or nearly a
    combination of those taken before: of percentages that sum to 100 the last is. A split does not
    depend on which one is left out, where the reliability of all is the same. Of several types of
    which some combination is mostly error the least reliable are left out as well.

    Parameters
    ----------
    cells : DataFrame
        `composition/cells.tsv`: sample, cell_type, percent, se, source.
    design : DataFrame, (n, p)
        Design matrix without composition, by sample.
    reliability : float, mapping of cell type to float, or None
        Share of the variance between samples, within the design, that is true; `composition.
        reliability`. It goes before the standard errors of the table, which count for measured
        cells alone: those of estimates hold the error of the signature, which all samples share.
        Where it is not known of a type in the model, all are taken without error, and shown.
    """
    counted = cells.assign(se=cells["se"].where(cells["source"].eq("measured")))
    wide = by_sample(counted).reindex(design.index)
    error = by_sample(counted, "se").reindex(design.index)
    number = wide.notna().sum()
    left = [f"{name} (known in {n} samples)" for name, n in number.items()
            if n < KNOWN * number.max() or not n]  # fmt: skip
    wide = wide[[name for name in wide if number[name] >= KNOWN * number.max() and number[name]]]
    wide = wide[wide.notna().all(axis=1)]
    chosen, more = _told_apart(wide, design)
    percent = wide[chosen] / UNIT
    used = CellsUsed(percent, *_errors(percent, error / UNIT, reliability), left + more)
    while (worst := _worst(used, design)) is not None:
        percent = used.percent.drop(columns=worst)
        reasons = [*used.left_out, f"{worst} (mostly error of measurement)"]
        used = CellsUsed(percent, *_errors(percent, error / UNIT, reliability), reasons)
    return used


def _errors(
    percent: pd.DataFrame, error: pd.DataFrame, reliability: float | Mapping[str, float] | None
) -> tuple[Errors, list[str]]:
    """What is known of the error of some types, and the types of which it is not."""
    told = {name: _reliability(reliability, name) for name in percent}
    se = error.loc[percent.index, list(percent)]
    if told and all(np.isnan(value) for value in told.values()) and se.notna().all(axis=None):
        return Errors(covariance=np.eye(len(told)) * (se.to_numpy() ** 2)[:, :, None]), []
    unknown = [name for name, value in told.items() if np.isnan(value)]
    # One type without error would make the error of the others look like all that they tell.
    share = np.zeros(len(told)) if unknown else 1 - np.array(list(told.values()))
    return Errors(unreliable=share), unknown


def _worst(used: CellsUsed, design: pd.DataFrame) -> str | None:
    """The least reliable of several types of which some combination is mostly error."""
    k = used.percent.shape[1]
    if k < 2:
        return None
    x, w = design.loc[used.percent.index].to_numpy(float), used.percent.to_numpy(float)
    within = without(w, x)
    spread = within.T @ within / (len(x) - x.shape[1])
    error = used.errors.of_samples(np.column_stack([x, w]), k).mean(axis=0)
    if linalg.eigh(error, spread, eigvals_only=True)[-1] <= 1 - TRUE:
        return None
    # Of equally reliable ones the last, which varies least.
    share = np.round(np.diag(error) / np.diag(spread), 9)
    return str(used.percent.columns[np.flatnonzero(share == share.max())[-1]])


def _reliability(stated: float | Mapping[str, float] | None, name: str) -> float:
    if isinstance(stated, Mapping):
        return float(stated.get(name, np.nan))
    return np.nan if stated is None else float(stated)


def _told_apart(wide: pd.DataFrame, design: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Types that can be told apart, and the others with the reason."""
    if wide.empty:
        return [], []
    x = design.loc[wide.index].to_numpy(float)
    fitted, _, rank, _ = np.linalg.lstsq(x, wide.to_numpy(float), rcond=None)
    df, within = len(x) - int(rank), wide.to_numpy(float) - x @ fitted
    spread = dict(zip(wide, np.sqrt((within**2).sum(axis=0) / max(df, 1)), strict=True))
    chosen: list[str] = []
    left = []
    for name in sorted(wide, key=lambda name: (-spread[name], name)):
        own = wide[[name]].to_numpy(float)
        rest = without(own, np.column_stack([x, wide[chosen].to_numpy(float)]))
        alone = (rest**2).sum() / max(df, 1) / max(spread[name], 1e-12) ** 2
        if spread[name] < LEAST_SD:
            alike = "in everybody" if float(wide[name].std()) < LEAST_SD else "beside the design"
            left.append(f"{name} (nearly the same {alike})")
        elif alone < TOLD:
            left.append(f"{name} (told by {' and '.join(chosen)})")
        elif df < PER_TYPE * (len(chosen) + 1):
            left.append(f"{name} (too few samples for so many types)")
        else:
            chosen.append(name)
    return chosen, left
