"""Several samples of one patient at one visit, and of one healthy person."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few
from revertome.intake.sample_flow import Flow
from revertome.trial import is_healthy, unit_column


def one_a_visit(
    samples: pd.DataFrame,
    own_visit: pd.Series,
    intake: Mapping[str, Any],
    design: Mapping[str, Any],
    flow: Flow,
    source: str,
) -> pd.DataFrame:
    """Apply `intake.repeats`.

    Parameters
    ----------
    samples
        sample, patient, visit (missing for healthy people), group.
    own_visit
        Visits of the sheet, those of healthy people too.
    intake, design
        `repeats`; `baseline`, `healthy` and `covariates`.

    Returns
    -------
    Samples: with `first` one for each person and visit (of a healthy person that of the baseline
    visit, or of the smallest number; then the one whose id sorts first), with `mean` all of them,
    to be averaged after normalisation (counts: summed before it), else as they are.

    Raises
    ------
    StudyError
        Two samples of a patient at one visit (`error`), or samples that cannot be averaged.
    """
    well, how = is_healthy(samples, design), intake["repeats"]
    late = pd.to_numeric(own_visit, errors="coerce")
    late = late.where(late.notna(), own_visit.ne(design["baseline"]).astype(float)).where(well, 0.0)
    ranked = samples.assign(late=late).sort_values(["late", "sample"])
    within = [unit_column(samples), "visit"]
    further = ranked.duplicated(within).loc[samples.index]
    if how == "error":
        _refuse(samples, further & ~well, source)
        _say_healthy(samples, well, further, flow)
        return samples
    if how == "first":
        return flow.keep("repeats", samples, ~further, "further samples of a person at one visit")
    if further.any():
        _averageable(samples, design["covariates"], source)
        several = samples.duplicated(within, keep=False)
        word = "summed" if intake["assay"] == "rnaseq" else "averaged"
        into = f"{int(several.sum())} samples {word} to {int((several & ~further).sum())}"
        flow.add("repeats", samples[~further], f"{into}, one a person and visit")
    return samples


def _refuse(samples: pd.DataFrame, further: pd.Series, source: str) -> None:
    if not further.any():
        return
    row = samples[further].sort_values("sample").iloc[0]
    column = unit_column(samples)
    same = samples[(samples[column] == row[column]) & (samples["visit"] == row["visit"])]
    raise StudyError(
        f"{source}: patient '{row['patient']}' has {len(same)} samples at visit "
        f"'{row['visit']}' ({few(sorted(same['sample']))}); leave all but one out with "
        "intake.exclude, or set intake.repeats: mean or first"
    )


def _say_healthy(samples: pd.DataFrame, well: pd.Series, further: pd.Series, flow: Flow) -> None:
    """Say that healthy people have several samples; in tests each of them is one person."""
    again = sorted(samples["patient"][further & well].unique())
    if again:
        flow.add(
            "healthy people",
            samples,
            f"{int(well.sum())} samples of {samples['patient'][well].nunique()} people; all of "
            f"{few(again)} are used, each person counts once in tests",
        )


def _averageable(samples: pd.DataFrame, covariates: list[str], source: str) -> None:
    """Samples to be averaged have one level of every covariate that is a factor."""
    factors = [name for name in covariates if not pd.api.types.is_numeric_dtype(samples[name])]
    column = unit_column(samples)
    several = samples[samples.duplicated([column, "visit"], keep=False)]
    for (patient, _), rows in several.groupby([column, several["visit"].fillna("")]):
        for name in factors:
            if len(rows[name].unique()) > 1:
                raise StudyError(
                    f"{source}: samples {few(sorted(rows['sample']))} of '{patient}' differ in "
                    f"covariate '{name}' ({few(sorted(rows[name].dropna().unique()))}), so that "
                    "their mean has none; leave one out, or set intake.repeats: first"
                )
