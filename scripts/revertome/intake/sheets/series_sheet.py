"""A sample sheet beside a GEO series: the fields of the series, and its healthy samples."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few
from revertome.intake.sheets.fields import offered
from revertome.intake.sheets.meant import all_meant

HEALTHY = "healthy"  # group of the samples that are added


def with_series(
    sheet: pd.DataFrame, series: pd.DataFrame, intake: Mapping[str, Any], source: str
) -> pd.DataFrame:
    """Join the fields of a series to the sheet that lists its samples.

    Parameters
    ----------
    sheet
        Sheet as read; its column of samples holds GEO accessions.
    series
        Fields of the series (index: GEO accession).
    intake
        `fields`, which may name the sheet's columns, and `healthy_samples`.
    source
        The sheet, for the messages.

    Returns
    -------
    The sheet with the fields it does not have itself, for `intake.fields` to read; below it a row
    for each healthy sample of the series that it does not list. A sheet of other names than
    accessions as it is. The index is that of the sheet, and the accession in rows that are added.

    Raises
    ------
    StudyError
        Healthy samples asked for by a field or value that the series does not have, or from a
        sheet without accessions.
    """
    named = {
        role: intake["fields"].get(role, {}).get("field", role)
        for role in ("sample", "patient", "group")
    }
    column = named["sample"]
    known = column in sheet and sheet[column].isin(series.index).any()
    if not known and not intake["healthy_samples"]:
        return sheet
    if not known:
        raise StudyError(
            f"{source}: intake.healthy_samples needs a column '{column}' of GEO accessions, such "
            f"as {few(series.index[:1])}"
        )
    well = _healthy(series, intake["healthy_samples"])
    new = well[~well.isin(sheet[column])]
    roles = {column: new, named["patient"]: new, named["group"]: HEALTHY}
    added = pd.DataFrame(roles, index=pd.Index(new, name=sheet.index.name), dtype=object)
    whole = sheet
    if len(added):
        # ASSUME each healthy sample of the series is a person of their own.
        warnings.warn(
            f"{source}: {len(added)} healthy samples of the series are added, each as one person "
            f"({few(new, 3)}); if two are of one person, list them in the sheet",
            stacklevel=2,
        )
        whole = pd.concat([sheet, added.reindex(columns=list(dict.fromkeys([*sheet, *roles])))])
    fields = series[[name for name in series if name not in whole]]
    joined = whole.join(fields, on=column)
    return joined.astype(object).where(joined.notna(), np.nan)


def _healthy(series: pd.DataFrame, wanted: Mapping[str, Any]) -> pd.Index:
    """Accessions of the samples that have one of the values in every field named."""
    chosen = pd.Series(bool(wanted), index=series.index)
    for field, values in wanted.items():
        if field not in series:
            raise StudyError(
                f"intake.healthy_samples: the series has no field '{field}'.\n"
                f"It has: {offered(series)}"
            )
        present, key = series[field].dropna().unique(), f"intake.healthy_samples.{field}"
        chosen &= series[field].isin(all_meant(values, present, key, "the series"))
    return series.index[chosen]
