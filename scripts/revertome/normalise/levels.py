"""From features on their scale to log2 values of genes, intensities and counts."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array, Mask
from revertome.errors import StudyError
from revertome.normalise.collapse import collapse
from revertome.normalise.cpm import log_cpm
from revertome.normalise.filtering import expressed, filter_by_expression, smallest_cell
from revertome.normalise.scale import floor_share, raise_to_floor, saturated_share, to_log2
from revertome.normalise.tmm import tmm_factors, upper_quartile_factors
from revertome.statistics.quantile import normalize_quantiles

_LOG2 = {"linear": "log2(max(x, 1))", "abundance": "log2(x + 1)"}
FACTORS = {"tmm": tmm_factors, "upper_quartile": upper_quartile_factors}


def from_intensities(
    raw: Any, genes: pd.Series, options: Mapping[str, Any], record: dict[str, Any]
) -> Any:
    """Log2, floor, features that vary and are expressed, quantiles alike, one feature a gene.

    Parameters
    ----------
    raw : AnnData, (samples, features)
        Log2, linear or abundance; `uns["scale"]["normalised"]` says how raw arrays were brought to
        log2. Its values are taken out of it.
    genes : Series
        Gene of every feature.
    options, record : mapping
        Section `normalise` with the method chosen, and what was done, which is added to.
    """
    floor, above = options["floor"], options["expressed_above"]
    made = raw.uns["scale"].get("normalised")
    at_least, rule = smallest_cell(raw.obs), str(options["collapse"])
    logged = to_log2(_taken(raw), record["scale"])
    x = raise_to_floor(logged, floor)
    raised = 0 if floor is None else int((x > logged).sum())
    del logged  # of a large study every copy of the matrix counts
    facts = {
        "median": np.nanmedian(x, axis=1),
        "floor_share": floor_share(x),
        "saturated_share": saturated_share(x),
        "missing_share": np.isnan(x).mean(axis=1),
    }
    # Before quantile normalisation, which makes constant features vary with the others.
    varying = expressed(x, None, 0)
    keep = expressed(x, above, at_least)
    x = _columns(x, varying)
    if record["method"] == "quantile":
        x = normalize_quantiles(x)
    x = _columns(x, keep[varying])
    values, var = collapse(x, raw.var_names[keep], genes[keep], rule)
    del x
    record |= {
        "log2": str(made) if made else _LOG2.get(record["scale"], "log2 as deposited"),
        "floor": "none" if floor is None else float(floor),
        "values_raised_to_floor": raised,
        "features_constant": int((~varying).sum()),
        "expressed_above": "none" if above is None else float(above),
        "expressed_in_at_least": at_least,
        "features_not_expressed": int((varying & ~keep).sum()),
        "collapse": rule,
    }
    return _assemble(values, var, raw.obs, facts)


def _taken(raw: Any) -> Array:
    """The values, which `raw` then no longer holds: of a large study every copy counts."""
    x: Array = np.asarray(raw.X, dtype=np.float64)
    raw.X = None
    return x


def _columns(x: Array, kept: Mask) -> Array:
    return x if kept.all() else x[:, kept]


def from_counts(
    raw: Any, genes: pd.Series, options: Mapping[str, Any], record: dict[str, Any]
) -> Any:
    """Sum by gene, filter by expression, library sizes and factors, log2 counts per million.

    Parameters as of `from_intensities`; `raw` holds counts, which are taken out of it.
    """
    group_size, min_count = smallest_cell(raw.obs), float(options["min_count"])
    features = _taken(raw)
    shares = {
        "floor_share": floor_share(features),
        "saturated_share": saturated_share(features),
    }
    counts, var = collapse(features, raw.var_names, genes, "sum")
    del features
    empty = raw.obs_names[counts.sum(axis=1) == 0]
    if len(empty):
        raise StudyError(f"sample {empty[0]}: every count is 0; exclude it (intake.exclude)")
    keep = filter_by_expression(counts, group_size, min_count)
    counts, var = np.compress(keep, counts, axis=1), var[keep]
    size = counts.sum(axis=1)
    factors = FACTORS.get(record["method"])
    factor = np.ones(len(counts)) if factors is None else factors(counts, size)
    record |= {
        "min_count": min_count,
        "smallest_group": group_size,
        "genes_not_expressed": int((~keep).sum()),
        "collapse": "sum",
    }
    values = log_cpm(counts, size * factor) if keep.any() else counts
    facts = {
        "median": np.median(values, axis=1) if keep.any() else np.nan,
        **shares,
        "library_size": size,
        "norm_factor": factor,
    }
    adata = _assemble(values, var, raw.obs, facts)
    adata.layers["counts"] = counts
    return adata


def _assemble(x: Any, var: pd.DataFrame, obs: pd.DataFrame, facts: Mapping[str, Any]) -> Any:
    import anndata

    if not len(var):
        raise StudyError(
            "no gene is left after filtering; lower normalise.expressed_above or min_count"
        )
    return anndata.AnnData(np.ascontiguousarray(x), obs=obs.assign(**facts), var=var)
