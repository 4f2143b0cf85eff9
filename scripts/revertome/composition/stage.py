"""Cell content of every sample: measured where the sheets have counts, else estimated."""

import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from revertome.arrays import Mask
from revertome.composition.counts import Counts, counted
from revertome.composition.estimate import Estimate, estimate, nothing
from revertome.composition.signature import Signature
from revertome.composition.units import whole
from revertome.count_columns import LYMPHOCYTES
from revertome.errors import StudyError
from revertome.quality.clinic import blood_counts
from revertome.trial import is_healthy, is_patient, visits_of

COMPLETE = 0.5  # share of the samples of every group that must have counts
WHO = ("sample", "patient", "visit", "group")
FIT = ("source", "total", "n_markers", "residual_sd", "correlation", "note")
SAID = {
    "measured": "composition: counts of the sheets are used ({types})",
    "estimated": "composition: cells are estimated by marker genes ({types})",
    "": "composition: the sheets have no counts, and no cells are estimated",
}
ENOUGH = 5  # samples in which measured and estimated are compared


class Composition(NamedTuple):
    """Tables of the stage, and what to know of them.

    Attributes
    ----------
    tables : dict of DataFrame
        cells, fit, agreement: `revertome.columns.composition`.
    told : list of str
        What is used, how it was made, and what was left out and why.
    """

    tables: dict[str, pd.DataFrame]
    told: list[str]


def composition(
    expression: Any,
    visits: pd.DataFrame,
    options: Mapping[str, Any],
    design: Mapping[str, Any],
    clinic: Mapping[str, Any],
    assay: str,
    signature: Signature,
) -> Composition:
    """Say what the white cells of each sample are.

    Parameters
    ----------
    expression : AnnData, (samples, genes)
        log2 values of the samples used; obs with the columns of the sample sheet.
    visits : DataFrame
        Visits sheet; may have no rows.
    options : mapping
        Section `composition`: `measured`, `signature`.
    design, clinic : mapping
        Sections `design` and, of `response`, `baseline_visit` and `visit`.
    assay : str
        `intake.assay`; proteins and the like have no signature.
    signature : Signature

    Returns
    -------
    Composition
        Counts are used where columns are named for them, or where half of the samples of every
        group have them; else the estimate, where the samples suit; else counts of some groups.
    """
    obs = expression.obs
    sheets = obs.join(blood_counts(obs, visits, design, clinic, _clinical(visits)))
    counts = _counted(sheets, options["measured"])
    made = _estimated(expression, design, options["signature"], assay, signature)
    there = list(counts.percent)
    complete = _in_every_group(counts.percent, obs, design)
    taken = there if options["measured"] or (made.reason and not complete) else complete
    used = "measured" if taken else "estimated" if not made.reason else ""
    if used == "measured":
        none = counts.percent[taken] * np.nan
        cells = _cells(obs, counts.percent[taken], none, none, used)
    else:
        cells = _cells(obs, made.percent, made.se, made.apart, used)
    fits = [_fit_measured(obs, counts)] if there else []
    fit = pd.concat([*fits, _fit_estimated(obs, made)], ignore_index=True)
    fit["note"] = fit["note"].mask(fit["note"].eq(""), None)
    told = [f"counts of the sheet: {text}" for text in counts.told]
    told += [*_of_groups(there, taken, complete), *_told(counts, made, used)]
    agreement = _agreement(counts.percent, made.percent)
    said = SAID[used].format(types=", ".join(cells["cell_type"].drop_duplicates()))
    return Composition({"cells": cells, "fit": fit, "agreement": agreement}, [said, *told])


def _clinical(visits: pd.DataFrame) -> list[str]:
    return [name for name in visits if name not in ("patient", "visit")]


def _counted(sheets: pd.DataFrame, named: Mapping[str, str]) -> Counts:
    """Counts; columns that nobody named, and that cannot be counts, are told and not used."""
    try:
        return counted(sheets, named)
    except StudyError as error:
        if named:
            raise
        told = str(error).removeprefix("composition: ")
        warnings.warn(f"{told}; no counts of the sheets are used", stacklevel=2)
        return Counts(sheets[[]], pd.Series("", index=sheets.index), [])


def _estimated(
    expression: Any, design: Mapping[str, Any], asked: str, assay: str, signature: Signature
) -> Estimate:
    if asked == "none":
        return nothing("composition.signature is none", expression.obs_names)
    if assay == "abundance":
        return nothing("the signature is of messages, not of proteins", expression.obs_names)
    healthy = is_healthy(expression.obs, design).to_numpy()
    return estimate(expression, healthy, signature)


def _in_every_group(
    percent: pd.DataFrame, obs: pd.DataFrame, design: Mapping[str, Any]
) -> list[str]:
    """Types that half of the samples of each group have, healthy and patients at each visit."""
    patient, visit = is_patient(obs, design), obs["visit"].astype(object)
    groups: list[Mask] = [is_healthy(obs, design).to_numpy()]
    groups += [(patient & visit.eq(name)).to_numpy() for name in visits_of(design)]
    shares = [percent[rows].notna().mean() for rows in groups if rows.any()]
    return [name for name in percent if all(share[name] >= COMPLETE for share in shares)]


def _of_groups(there: list[str], taken: list[str], complete: list[str]) -> list[str]:
    """Say which counts some group lacks, and whether they are used."""
    lacking = [name for name in there if name not in complete]
    if not lacking:
        return []
    said = "used all the same" if set(lacking) <= set(taken) else "not used"
    return [
        f"counts of the sheet: {', '.join(lacking)}: fewer than half of the samples of a group "
        f"(healthy, or patients at a visit) have a value; {said}"
    ]


def _cells(
    obs: pd.DataFrame, percent: pd.DataFrame, se: pd.DataFrame, apart: pd.DataFrame, source: str
) -> pd.DataFrame:
    """One row a sample and type."""
    who = obs.assign(sample=obs.index)[list(WHO)].astype(object)
    rows = np.repeat(np.arange(len(obs)), percent.shape[1])
    table = who.iloc[rows].reset_index(drop=True)
    table["cell_type"] = np.tile(percent.columns.to_numpy(dtype=object), len(obs))
    for name, values in {"percent": percent, "se": se, "apart": apart}.items():
        table[name] = values.to_numpy(dtype=float).ravel()
    return table.assign(source=source)


def _fit_measured(obs: pd.DataFrame, counts: Counts) -> pd.DataFrame:
    none = counts.note.eq("") & counts.percent.isna().all(axis=1)
    note = counts.note.mask(none, "no counts")
    rows = obs.assign(sample=obs.index)[list(WHO)].astype(object)
    rows = rows.assign(source="measured", total=whole(counts.percent), note=note)
    return rows.reindex(columns=[*WHO, *FIT])


def _fit_estimated(obs: pd.DataFrame, made: Estimate) -> pd.DataFrame:
    rows = obs.assign(sample=obs.index)[list(WHO)].astype(object)
    rows = rows.join(made.fit).assign(source="estimated")
    return rows.reindex(columns=[*WHO, *FIT])


def _told(counts: Counts, made: Estimate, used: str) -> list[str]:
    told = []
    odd = counts.note[counts.note.ne("")]
    if len(odd):
        named = ", ".join(f"{sample} ({text})" for sample, text in odd.head(3).items())
        warnings.warn(f"counts of {_samples(odd)} left out: {named}", stacklevel=2)
    if made.reason:
        told.append(f"no cells are estimated: {made.reason}")
    elif used == "estimated":
        told += [made.told] if made.told else []
        odd = made.fit.loc[made.fit["note"].ne(""), "note"]
        if len(odd):
            named = ", ".join(f"{sample} ({text})" for sample, text in odd.head(3).items())
            told.append(f"cells of {_samples(odd)} not estimated: {named}")
    return told


def _samples(odd: pd.Series) -> str:
    return "1 sample are" if len(odd) == 1 else f"{len(odd)} samples are"


def _agreement(measured: pd.DataFrame, estimated: pd.DataFrame) -> pd.DataFrame:
    """Measured beside estimated, one row a cell type that both have."""
    ours = estimated.copy()
    subsets = [name for name in LYMPHOCYTES if name in ours]
    if subsets and "lymphocytes" not in ours:
        ours["lymphocytes"] = ours[subsets].sum(axis=1, skipna=False)
    if {"cd4_t_cells", "cd8_t_cells"} <= set(ours):
        ours["t_cells"] = ours[["cd4_t_cells", "cd8_t_cells"]].sum(axis=1, skipna=False)
    rows = []
    for name in (name for name in measured if name in ours):
        both = pd.DataFrame({"x": ours[name], "y": measured[name]}).dropna()
        if len(both) < ENOUGH:
            continue
        error = both["x"] - both["y"]
        rows.append(
            {
                "cell_type": name,
                "n": len(both),
                "spearman": both["x"].corr(both["y"], method="spearman"),
                "difference": error.mean(),
                "difference_sd": error.std(),
            }
        )
    columns = ["cell_type", "n", "spearman", "difference", "difference_sd"]
    return pd.DataFrame(rows, columns=columns)
