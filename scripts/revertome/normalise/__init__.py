"""Normalise: from raw features to log2 genes, and every decision on the way on record."""

import gc
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.normalise.batch import remove_batch_effect
from revertome.normalise.levels import FACTORS, from_counts, from_intensities
from revertome.normalise.repeats import merge_repeats
from revertome.normalise.symbols import Genes, current_symbols
from revertome.trial import aliased, covariate_columns, design_columns

__all__ = ["normalise"]

# Of resources/aliases.tsv.
SYMBOLS_AS_OF = "NCBI Gene, 12 September 2022 (org.Hs.eg.db 3.16)"


def normalise(
    raw: Any,
    options: Mapping[str, Any],
    aliases: Mapping[str, str],
    design: Mapping[str, Any],
) -> Any:
    """Normalise a study.

    Microarrays: log2, background floor, features that vary (and are expressed), quantile
    normalisation, one feature a gene, mean of repeated samples (`uns["intake"]["repeats"]`).
    Counts: sum of repeated samples, sum by gene, edgeR's filter by expression, TMM or
    upper-quartile factors, log2 counts per million.

    Parameters
    ----------
    raw : AnnData, (samples, features)
        `uns["scale"]["scale"]` is log2, linear or counts; var column `symbol`; obs columns group
        and visit.
    options : mapping
        Section `normalise` of the study file.
    aliases : mapping
        Old gene symbol to current symbol.
    design : mapping
        Section `design`; where its covariates hold `batch`, the layer `batch_removed` is the
        expression without batch effects, for pictures only; no layer where batch cannot be told
        apart from visit, group and other covariates.

    Returns
    -------
    AnnData, (samples, genes)
        Log2 values, samples sorted by id, genes by symbol; float64. var: gene, probes, n_probes.
        obs gains `median` (log2, before samples were made alike), `floor_share` and
        `saturated_share` (share of features at the sample's most frequent and at its highest
        value), and for counts `library_size` (total count of the genes kept) and `norm_factor`;
        counts then are in `layers["counts"]`. `uns["normalise"]` says what was done.

    Raises
    ------
    StudyError
        No feature has a symbol, no gene is left, or the method does not fit the scale.
    """
    scale = str(raw.uns["scale"]["scale"])
    method = _method(str(options["method"]), scale, "normalised" in raw.uns["scale"])
    raw = _in_order(raw)
    gc.collect()  # an AnnData refers to itself, and would hold the matrix as it was
    genes = current_symbols(raw.var["symbol"], aliases)
    if not genes.gene.notna().any():
        raise StudyError(
            f"none of {raw.n_vars} features ({', '.join(map(str, raw.var_names[:3]))}, ...) has a "
            "gene symbol; give a table of features and symbols as intake.annotation"
        )
    _warn_of_dates(genes.dates)
    record = {"method": method, "scale": scale, **_symbols_record(raw.n_vars, genes)}
    build = from_counts if scale == "counts" else from_intensities
    repeats = raw.uns.get("intake", {}).get("repeats") == "mean"
    if repeats and scale == "counts":
        raw = merge_repeats(raw, summed=True)
    adata = build(raw, genes.gene, {**options, "method": method}, record)
    if repeats and scale != "counts":
        adata = merge_repeats(adata, summed=False)
    record["genes"] = adata.n_vars
    record["batch_removed"] = _without_batch(adata, design["covariates"])
    adata.uns = {**raw.uns, "normalise": record}
    return adata


def _in_order(raw: Any) -> Any:
    """Samples and features sorted, in an AnnData of its own."""
    import anndata

    names = raw.obs_names, raw.var_names
    if all(each.is_monotonic_increasing for each in names):
        return anndata.AnnData(raw.X, raw.obs, raw.var, raw.uns)
    return raw[np.argsort(names[0]), np.argsort(names[1])].copy()


def _without_batch(adata: Any, covariates: list[str]) -> str:
    """Add the copy for pictures; returns its record."""
    if "batch" not in covariates:
        return "none"
    kept = design_columns(adata.obs, [name for name in covariates if name != "batch"])
    own = covariate_columns(adata.obs, ["batch"])
    if set(aliased(pd.concat([kept, own], axis=1))) & set(own):
        return "none: batch cannot be told apart from visit, group and other covariates"
    adata.layers["batch_removed"] = remove_batch_effect(
        adata.X, adata.obs["batch"], kept.to_numpy()
    )
    return "layer batch_removed, for pictures only; models take batch as a covariate"


def _method(method: str, scale: str, normalised: bool) -> str:
    if method == "auto" and normalised:  # RMA and neqc by quantiles, TPM and FPKM by their total
        return "none"
    if method == "auto":
        return {"counts": "tmm", "abundance": "none"}.get(scale, "quantile")
    if method != "none" and (method in FACTORS) != (scale == "counts"):
        raise StudyError(
            f"normalise.method: {method} does not fit values on the {scale} scale; tmm and "
            "upper_quartile take counts, quantile takes log2 or linear values; set it to auto"
        )
    return method


def _symbols_record(n_features: int, genes: Genes) -> dict[str, Any]:
    return {
        "features": n_features,
        "symbols_as_of": SYMBOLS_AS_OF,
        "features_with_gene": int(genes.gene.notna().sum()),
        "symbols_renamed": len(genes.renamed),
        "symbols_of_several_genes": len(genes.several),
        "symbols_turned_to_dates": ", ".join(genes.dates),
    }


def _warn_of_dates(dates: list[str]) -> None:
    if dates:
        warnings.warn(
            f"{len(dates)} gene symbols were turned to dates by a spreadsheet and are left out "
            f"({', '.join(dates[:5])}); give the table as it was before",
            stacklevel=3,
        )
