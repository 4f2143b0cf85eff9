"""Checks of the values themselves, before their scale is decided."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.missing_codes import refuse_codes
from revertome.intake.odd_cells import odd_cells, refuse_odd_cells, spoil_samples
from revertome.intake.sample_agreement import one_scale, refuse_constant
from revertome.intake.sample_evidence import LARGEST_LOGARITHM, middle_high, sample_evidence
from revertome.intake.scale_evidence import BASES, base_of_size

ENOUGH = 100  # features
LARGEST = 1e12  # of counts or intensities; no instrument gives as much


def check_values(values: pd.DataFrame, intake: Mapping[str, Any], source: str) -> None:
    """Refuse values that are no measurements on one scale.

    Each sample is measured by itself, so that neither a cell nor a sample decides for the others.

    Parameters
    ----------
    values
        Features x samples; NaN where missing.
    intake
        `assay`, `scale`, and `missing_values`, of which an empty list says that every number was
        measured.
    source
        File, for the messages.

    Raises
    ------
    StudyError
        Numbers that stand for missing, samples on different scales, or single cells off the scale.
    """
    _refuse_immense(values, source)
    evidence = sample_evidence(values).dropna()
    if np.isinf(evidence[["minimum", "maximum"]]).any(axis=None) or len(values) < 2:
        return  # infinite values are refused by cell
    assay, stated = intake["assay"], intake["scale"]
    counts = assay == "rnaseq" or stated == "counts"
    high = middle_high(values.to_numpy())
    logs = not counts and _logarithms(evidence, len(values), high, assay, stated)
    refuse_constant(evidence, source)
    if intake["missing_values"] != []:
        refuse_codes(values, evidence, logs, assay == "microarray" and not counts, source)
    low = float(evidence[1].median())
    odd = odd_cells(values.to_numpy(), low, high, logs, counts and stated != "counts")
    if not spoil_samples(odd, logs):
        one_scale(values, evidence, assay, stated, logs, source)
    refuse_odd_cells(values, odd, base_of_size(high) if logs else "", source)


def _refuse_immense(values: pd.DataFrame, source: str) -> None:
    """Refuse a table of numbers that nothing measures; those of a few samples are told by cell."""
    found = values.to_numpy(dtype=float)
    largest = np.fmax(np.fmax.reduce(found, axis=0), -np.fmin.reduce(found, axis=0))
    largest = largest[np.isfinite(largest)]
    if (largest > LARGEST).sum() > values.shape[1] / 2:
        raise StudyError(
            f"{source}: values are as large as {largest.max():g}, which no instrument gives; "
            "expected counts, intensities or their logarithms: correct the table, or name another"
        )


def _logarithms(
    evidence: pd.DataFrame, n_features: int, high: float, assay: str, stated: str
) -> bool:
    """Whether the table as a whole is of logarithms, whatever single cells and samples are."""
    if stated in ("linear", "abundance") or high > LARGEST_LOGARITHM:
        return False
    # A few features of TPM may all be low.
    low = n_features >= ENOUGH and evidence["high"].median() <= LARGEST_LOGARITHM
    return assay == "microarray" or stated in BASES or bool(low)


def check_signals(signals: pd.DataFrame, source: str) -> None:
    """Refuse raw intensities of which some samples are on another scale, as `check_values` does.

    What the samples are made of is read whole, before any sample is left out.
    """
    _refuse_immense(signals, source)
    evidence = sample_evidence(signals).dropna()
    if np.isfinite(evidence[["minimum", "maximum"]]).all(axis=None):
        way_out = "remove their columns from the file"
        refuse_constant(evidence, source, way_out)
        one_scale(signals, evidence, "microarray", "linear", False, source, way_out)
