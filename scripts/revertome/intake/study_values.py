"""The values of the samples of a study: checked, on a known scale, missing where they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from revertome.intake import checks, features, missing
from revertome.intake.expected import compare, hinting
from revertome.intake.missing_codes import set_missing
from revertome.intake.scale import convert, decide_scale, made_scale
from revertome.intake.source import Source
from revertome.intake.values import check_values


@dataclass(frozen=True)
class StudyValues:
    """Values of a study.

    Attributes
    ----------
    table : DataFrame
        Features x samples; NaN where missing.
    scale : dict
        Of `decide_scale` or `made_scale`.
    gaps : dict
        Of `missing.record`, and the numbers that were declared missing.
    """

    table: pd.DataFrame
    scale: dict[str, Any]
    gaps: dict[str, object]


def study_values(source: Source, samples: pd.DataFrame, intake: Mapping[str, Any]) -> StudyValues:
    """Take the values of `samples` from the source, whose own table is given up."""
    values = _chosen(source, samples.index)
    features.refuse_columns_of_sheet(values, samples, source.name, source.matrix)
    values = features.named(values, source.matrix)
    features.warn_of_repeats(values.index, source.matrix)
    values = set_missing(values, intake["missing_values"] or (), source.matrix)
    checks.finite(values, source.matrix)
    every = values
    values = missing.measured(every, samples, source.matrix)
    scale = _scale(values, source, intake)
    source.expression = source.expression.iloc[:0]  # a large matrix is held once
    if scale["scale"] == "counts":
        values = missing.whole(every, source.matrix)
    else:
        missing.tell(values, every, source.matrix)
    gaps = missing.record(values, len(every))
    if intake["missing_values"]:
        gaps["missing_values"] = ", ".join(f"{n:g}" for n in intake["missing_values"])
    table = pd.DataFrame(convert(values.to_numpy(), scale), values.index, values.columns)
    return StudyValues(table, scale, gaps)


def _chosen(source: Source, samples: pd.Index) -> pd.DataFrame:
    """Values of the samples; without a second matrix where these are all there are."""
    if not source.expression.columns.equals(samples):
        values = source.expression[samples]
        if len(samples) == source.expression.shape[1]:
            source.expression = values
        return values
    return source.expression


def _scale(values: pd.DataFrame, source: Source, intake: Mapping[str, Any]) -> dict[str, Any]:
    if source.made:
        scale = made_scale(values.to_numpy(), source.made)
    else:
        check_values(values, intake, source.matrix)
        with hinting(intake, "scale"):
            scale = decide_scale(
                values.to_numpy(),
                intake["assay"],
                intake["scale"],
                source.matrix,
                source.expression.to_numpy(),
            )
    if "expected" in intake:
        found, name = str(scale["found"]), source.series or source.name
        compare(intake["expected"], source.ids, source.platform, found, name)
    return scale
