"""A study read or simulated, and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from revertome.intake import checks
from revertome.intake.design import check_design
from revertome.intake.expected import hinting
from revertome.intake.match_samples import match_samples
from revertome.intake.names_seen import names_seen
from revertome.intake.odd_names import check_names, check_names_of_visits
from revertome.intake.read.spreadsheet import without_damaged
from revertome.intake.sample_flow import Flow
from revertome.intake.scale import decide_scale
from revertome.intake.sheets.schema import check_columns, read_schema
from revertome.intake.sheets.sheet import complete_roles, select
from revertome.intake.sheets.units import one_unit
from revertome.intake.sheets.visits import read_visits
from revertome.intake.source import Source, read_source, symbols_of
from revertome.intake.study_values import study_values
from revertome.trial import analysed, visits_of


@dataclass(frozen=True)
class StudyData:
    """A study as it enters the workflow.

    Attributes
    ----------
    adata
        AnnData, samples x features, float64, both sorted by id. obs: sample, patient, visit,
        group, ... (text as categories); var: index `feature`, column `symbol`; uns["scale"]: what
        was found and why; uns["excluded"]: patient, visit and reason of samples left out by name.
    visits
        patient, arm, visit and clinical variables; header only when there is no visits sheet.
    flow
        stage, n_samples, n_patients, n_pairs, note.
    truth
        gene, class, disease, change of a simulated study; None otherwise.
    seen
        Names of patients and samples that were read, those left out too: see `names_seen`.
    """

    adata: Any
    visits: pd.DataFrame
    flow: pd.DataFrame
    truth: pd.DataFrame | None
    seen: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)


def load(
    intake: Mapping[str, Any], design: Mapping[str, Any], symbols: Sequence[str] = ()
) -> StudyData:
    """Read or simulate a study and check it.

    Parameters
    ----------
    intake, design
        Sections of the study file.
    symbols
        Gene symbols for a simulated study.

    Raises
    ------
    StudyError
        Anything in files or configuration that keeps the study from being analysed.
    """
    if intake["source"] == "simulate":
        return _simulate(intake, design, symbols)
    with hinting(intake, "platform"):
        source = read_source(intake)
    samples, flow = _samples(source, intake, design)
    values = study_values(source, samples, intake)
    symbol, dates = without_damaged(symbols_of(source, values.table.index, intake), source.matrix)
    check_names(samples, symbol, source.name, source.matrix, source.build)
    if source.unlisted:
        flow.add("matrix", samples, f"{source.unlisted} samples of the matrix not in the sheet")
    record = {"matrix": source.matrix, **values.gaps, **_mapped(symbol)}
    if dates:
        record["symbols_damaged"] = ", ".join(dates)
    if intake["repeats"] == "mean":
        record["repeats"] = "mean"
    if source.layout:
        record["layout"] = source.layout
    if source.build:
        record["annotation"] = source.build
    if source.geo is not None and source.geo.used:
        record["sha256"] = dict(sorted(source.geo.used.items()))
    known: dict[str, Any] = {"scale": values.scale, "intake": record}
    if len(flow.excluded):
        known["excluded"] = flow.excluded.astype(str).reset_index(drop=True)
    adata = _assemble(values.table, symbol, samples, known)
    visits = read_visits(
        intake.get("visits"), samples, design["healthy"], intake["visit_names"],
        intake["same_patient"],
    )  # fmt: skip
    check_names_of_visits(visits, intake.get("visits"))
    return StudyData(adata, visits, flow.table(), None, source.seen)


def _simulate(
    intake: Mapping[str, Any], design: Mapping[str, Any], symbols: Sequence[str]
) -> StudyData:
    from revertome import simulate

    options, assay = intake["simulate"], intake["assay"]
    adata, visits, truth = simulate.trial(
        options["seed"],
        options["genes"],
        options["healthy"],
        assay,
        symbols,
        options["truth_seed"],
        options["private"],
        options["enrolments"],
    )
    checks.require_roles(adata.obs, "simulated study", intake, design)
    checks.asked_visits(adata.obs, design, "simulated study")
    flow = Flow(design)
    flow.add("sample sheet", adata.obs, "simulated")
    asked = pd.Series(adata.obs_names.isin(analysed(adata.obs, design).index), adata.obs_names)
    kept = flow.keep("visits", adata.obs, asked, f"neither {' nor '.join(visits_of(design))}")
    adata = adata[np.sort(kept.index), np.argsort(adata.var_names)].copy()
    adata.uns["scale"] = decide_scale(adata.X.T, assay, "auto", "simulated study")
    check_design(adata.obs, design, "simulated study")
    return StudyData(adata, visits, flow.table(), truth)


def _samples(
    source: Source, intake: Mapping[str, Any], design: Mapping[str, Any]
) -> tuple[pd.DataFrame, Flow]:
    """Derive, select and check the samples; index sample, sorted."""
    roles = complete_roles(source.sheet, list(source.extra_columns), intake, design, source.name)
    samples, flow = select(source.sheet, roles, intake, design, source.name)
    check_columns(samples, read_schema("samples"), source.name)
    one_unit(samples, source.name)
    listed, columns = roles["sample"], source.expression.columns
    meant = match_samples(samples.index, listed, columns, source.names, source.name, source.matrix)
    source.seen = names_seen(source.sheet, roles, columns, meant, intake)
    source.expression.columns = columns = columns.map(lambda name: meant.get(name, name))
    checks.in_matrix(samples.index, columns, source.name, source.matrix, source.expression.index)
    if meant:
        flow.add("matrix", samples, f"{len(meant)} samples named as programs wrote them")
    source.unlisted = int((~source.expression.columns.isin(listed)).sum())
    if intake["source"] == "table" and not intake["keep"]:
        checks.in_sheet(source.expression.columns, listed, source.name, source.matrix)
    checks.enough_people(samples, design, source.name)
    check_design(samples, design, source.name)
    return samples, flow


def _mapped(symbol: pd.Series) -> dict[str, Any]:
    found = int(symbol.notna().sum())
    print(f"{found} of {len(symbol)} features have a gene symbol ({found / len(symbol):.1%})")
    return {"features": len(symbol), "features_with_symbol": found}


def _assemble(
    values: pd.DataFrame, symbol: pd.Series, samples: pd.DataFrame, uns: dict[str, Any]
) -> Any:
    import anndata

    obs = samples.dropna(axis=1, how="all").copy()
    for name in obs.select_dtypes(object):
        obs[name] = obs[name].astype("category")
    var = pd.DataFrame({"symbol": symbol.to_numpy(dtype=object)}, index=values.index)
    var.index.name = "feature"
    found = values.to_numpy()
    mean = found.mean(axis=1)
    gaps = np.isnan(mean)
    mean[gaps] = np.nanmean(found[gaps], axis=1)
    order = np.lexsort((*_ties(values), mean, values.index.to_numpy(dtype=str)))
    var = var.iloc[order]
    var.index = _distinct(var.index)
    x = np.empty(found.shape[::-1])
    for start in range(0, len(order), 1024):  # no third matrix on the way
        x[:, start : start + 1024] = found[order[start : start + 1024]].T
    return anndata.AnnData(X=x, obs=obs, var=var, uns=uns)


def _ties(values: pd.DataFrame) -> list[Any]:
    """What tells rows of one id and one mean apart, whatever their order in the file."""
    if values.index.is_unique:
        return []
    return [pd.util.hash_pandas_object(values, index=False).to_numpy()]


def _distinct(features: pd.Index) -> pd.Index:
    """Number repeated ids (`A`, `A#2`), which already stand in an order of their values."""
    count = features.to_series().groupby(features.to_numpy()).cumcount()
    named = [f if n == 0 else f"{f}#{n + 1}" for f, n in zip(features, count, strict=True)]
    return pd.Index(named, name=features.name, dtype=object)
