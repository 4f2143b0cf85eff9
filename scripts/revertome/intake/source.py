"""Where values and phenotype come from: a GEO series or a table, local or fetched."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.arrays.raw_arrays import SOURCES, read_arrays
from revertome.intake.columns import read_sheet
from revertome.intake.fetch import geo as fetch
from revertome.intake.layouts import read_values
from revertome.intake.read import annotation
from revertome.intake.read.series_matrix import Series, is_series_matrix, read_series_matrix
from revertome.intake.read.soft import is_soft, read_soft
from revertome.intake.sheets.fields import refuse_unknown
from revertome.intake.sheets.series_sheet import with_series

_SDRF = re.compile(r"(Characteristics|Factor ?Value) ?\[.*\]$")
# Of processing, files and ontologies; `intake.fields` can still read them.
_SDRF_OTHER = re.compile(
    r"(.* (REF|Name|File|Number|Type)|Label|Performer|(Unit|Comment|Parameter ?Value) ?\[.*\])"
    r"( \(column \d+\))?$"
)


@dataclass
class Source:
    """What was read.

    Attributes
    ----------
    name, matrix
        What to call the sheet and the matrix in messages.
    expression
        Features x samples, float64.
    sheet
        Text columns, one row a sample.
    extra_columns
        Columns of `sheet` that are kept under their own names.
    platform
        GEO platform, empty for tables.
    series, ids
        Accession of a GEO series (or its file) and accessions of its samples on that platform.
    unlisted
        Samples of the matrix that the sheet does not list.
    geo
        Addresses and cache, and which fetched files were used.
    build
        Which table gave the symbols of the features, with its date.
    layout
        How the values were written, and what was done to them.
    symbols
        Gene symbols by feature, where the files of values tell them.
    made
        How log2 expression was made of raw intensities; empty where values are as found.
    names
        Other names that the file of values has for its samples, if any.
    seen
        Names of patients and samples (see `names_seen`).
    """

    name: str
    matrix: str
    expression: pd.DataFrame
    sheet: pd.DataFrame
    extra_columns: tuple[str, ...]
    platform: str = ""
    unlisted: int = 0
    geo: fetch.Geo | None = None
    build: str = ""
    layout: str = ""
    symbols: pd.Series | None = None
    made: str = ""
    names: pd.DataFrame | None = None
    seen: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    series: str = ""
    ids: pd.Index = field(default_factory=lambda: pd.Index([], dtype=object))


def read_source(intake: Mapping[str, Any]) -> Source:
    """Read values and phenotype, fetching what is neither given nor cached."""
    if intake["source"] == "geo":
        return _geo(intake)
    for key in ("matrix", "samples"):
        if not intake.get(key):
            raise StudyError(
                f"intake.{key} is missing; source '{intake['source']}' needs matrix and samples"
            )
    sheet = read_sheet(intake["samples"])
    if intake["source"] in SOURCES:
        values, made = read_arrays(intake, frozenset(sheet.to_numpy().ravel().astype(str)))
        return Source(
            intake["samples"], intake["matrix"], values, sheet, _extra_columns(sheet),
            intake.get("platform") or "", geo=fetch.open_geo(intake), made=made,
        )  # fmt: skip
    values = read_values(intake, intake["matrix"])
    return Source(
        intake["samples"], intake["matrix"], values.table, sheet, _extra_columns(sheet),
        layout=values.record, symbols=values.symbols, names=values.names,
    )  # fmt: skip


def _extra_columns(sheet: pd.DataFrame) -> tuple[str, ...]:
    """Columns of a sheet to keep under their names.

    GEOquery writes each characteristic twice: `age:ch1`, and `characteristics_ch1.3` with the
    key in its cells. The first is enough. Of ArrayExpress (SDRF), those that describe the sample.
    """
    names = [str(name) for name in sheet.columns]
    if any(re.search(r":ch\d$", name) for name in names):
        names = [name for name in names if not re.match(r"characteristics_ch\d", name)]
    if any(_SDRF.match(name) for name in names):
        names = [name for name in names if not _SDRF_OTHER.match(name)]
    return tuple(names)


def _geo(intake: Mapping[str, Any]) -> Source:
    geo = fetch.open_geo(intake)
    local = intake.get("matrix")
    series = read_series(local) if local else None
    counts = local if series is None else None
    extra_columns: tuple[str, ...] = ()
    sheet, name, platform, origin = None, "", "", {}
    if series is None and not (counts and intake.get("samples")):
        local = str(_cached(intake, geo))
        series = read_series_matrix(local)
    if series is not None:
        series, platform = one_platform(series, intake.get("platform"), str(local))
        sheet, extra_columns = series.samples, series.characteristics
        name = series.accession or str(local)
        origin = {"series": name, "ids": sheet.index}
    if intake.get("samples"):
        sheet = read_sheet(intake["samples"])
        extra_columns, name = _extra_columns(sheet), intake["samples"]
        if series is not None:
            sheet = with_series(sheet, series.samples, intake, name)
    if sheet is None:
        raise StudyError("intake: source 'geo' needs accession, matrix or samples")
    refuse_unknown(intake["fields"], sheet, name)
    if counts is None and series is not None and len(series.expression):
        return Source(
            name, str(local), series.expression, sheet, extra_columns, platform, geo=geo, **origin
        )
    counts = counts or _counts(intake, series, geo)
    values = read_values(intake, counts)
    return Source(
        name, counts, values.table, sheet, extra_columns, platform, geo=geo, layout=values.record,
        symbols=values.symbols, names=values.names, **origin,
    )  # fmt: skip


def read_series(path: str) -> Series | None:
    """Read a local file as a series when it is one of GEO's; None when it is a table."""
    if Path(path).is_dir() or path.endswith(".h5ad"):
        return None
    if is_soft(path):
        return read_soft(path)
    return read_series_matrix(path) if is_series_matrix(path) else None


def _cached(intake: Mapping[str, Any], geo: fetch.Geo) -> Path:
    if not intake.get("accession"):
        raise StudyError("intake.accession is missing; source 'geo' needs it, or a local matrix")
    return fetch.fetch_series_matrix(geo, intake["accession"], intake.get("platform"))


def one_platform(series: Series, wanted: str | None, path: str) -> tuple[Series, str]:
    """Keep the samples of one platform; several need a choice."""
    held = ", ".join(series.platforms)
    if wanted and wanted not in series.platforms:
        raise StudyError(f"{path}: intake.platform is {wanted}, the file holds {held}")
    if not wanted and len(series.platforms) > 1:
        raise StudyError(f"{path} holds several platforms: set intake.platform to one of {held}")
    platform = wanted or "".join(series.platforms)
    if len(series.platforms) < 2:
        return series, platform
    samples = series.samples[series.samples["platform_id"] == platform]
    values = series.expression
    if len(values):
        values = values[[name for name in values.columns if name in samples.index]].dropna(
            how="all"
        )
    kept = Series(
        series.accession, (platform,), samples, series.characteristics, values,
        series.supplementary,
    )  # fmt: skip
    return kept, platform


def _counts(intake: Mapping[str, Any], series: Series | None, geo: fetch.Geo) -> str:
    """Fetch the counts of a series whose matrix has an empty table."""
    accession = intake.get("accession") or (series.accession if series else "")
    if not intake.get("supplementary"):
        files = [Path(url).name for url in series.supplementary] if series else []
        raise StudyError(
            f"{accession}: the series matrix has an empty table, as RNA-seq series do; the counts "
            f"are in its supplementary files: {', '.join(files) or 'none listed'}.\n"
            "Set intake.supplementary to the file of counts (fetched), or intake.matrix to a local "
            "copy, and intake.assay: rnaseq"
        )
    return str(fetch.fetch_supplementary(geo, accession, intake["supplementary"]))


def symbols_of(source: Source, features: pd.Index, intake: Mapping[str, Any]) -> pd.Series:
    """Symbols of the features: by the given table, GEO's platform table, or the ids themselves."""
    given = intake.get("annotation")
    if given:
        source.build = Path(given["path"]).name
        table = annotation.read_annotation(given["path"], given["id"], given["symbol"])
        if table.empty:
            raise StudyError(
                f"{given['path']}: no feature has one symbol in columns '{given['id']}' and "
                f"'{given['symbol']}'; correct intake.annotation"
            )
        return annotation.map_symbols(features, table, source.matrix)
    wanted = annotation.look_like_probes(features) and not _is_counts(intake)
    if wanted and source.platform and source.geo is not None:
        path = fetch.fetch_annotation(source.geo, source.platform)
        table, source.build = annotation.read_platform(path)
        return annotation.map_symbols(features, table, source.matrix)
    if source.symbols is not None and len(source.symbols) > len(features) / 5:
        source.build = f"gene names of {Path(source.matrix).name}"
        return annotation.map_symbols(features, source.symbols, source.matrix)
    hint = ""
    if source.layout.startswith("ncbi"):
        hint = "; NCBI's is Human.GRCh38.p13.annot.tsv.gz, with GeneID and Symbol"
    annotation.refuse_probes(features, source.matrix, hint)
    return pd.Series(features.astype(str), index=features, dtype=object)


def _is_counts(intake: Mapping[str, Any]) -> bool:
    return bool(intake["assay"] == "rnaseq")
