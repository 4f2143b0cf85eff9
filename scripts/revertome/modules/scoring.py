"""The score table: every sample, module and method."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.filled import filled
from revertome.modules.background import below_background, check_scale, warn_of_background
from revertome.modules.reference import constant, reference
from revertome.modules.scores import scorer


def score(
    expression: Any,
    sets: dict[str, list[str]],
    options: Mapping[str, Any],
    design: Mapping[str, Any],
    threads: int = 1,
) -> pd.DataFrame:
    """Score modules in every sample and set them against the healthy.

    Parameters
    ----------
    expression : AnnData
        Log2, samples x genes; obs with sample, patient, visit, group.
    sets : dict
        Module to genes.
    options : mapping
        `methods` (names of files in `scores/`) and `min_genes`.
    design : mapping
        `healthy` and `baseline`.
    threads : int
        Cores; changes no result.

    Returns
    -------
    DataFrame
        sample, patient, visit, module, method, score, reference (healthy, or baseline in a study
        without), healthy_mean, healthy_sd (n - 1; both over the reference samples), threshold
        (mean + 2 SD), above_threshold, genes_found, genes_total, genes_constant (found genes that
        do not vary in the reference), genes_missing (comma-separated). A module with fewer than
        `min_genes` genes found has score NA. Rows by module, method, sample. values_missing: found
        genes without a value in the sample. Last,
        genes_below_background: found genes that are at background in most samples of every group
        (see `background.below_background`; NA where nothing says what background is). A warning
        names the modules most of whose genes are.

    Raises
    ------
    StudyError
        Unknown method, fewer than 2 reference samples, or values on another scale than the
        methods take.
    """
    scorers = {method: scorer(method) for method in options["methods"]}
    check_scale(expression, {method: found.SCALE for method, found in scorers.items()})
    values = pd.DataFrame(
        expression.X, index=expression.obs_names.astype(str), columns=expression.var_names
    )
    # Sums and ties must not depend on the order in which samples and genes came.
    values = values.sort_index(axis=0).sort_index(axis=1).rename_axis(index=None, columns="gene")
    obs = expression.obs.set_axis(expression.obs_names.astype(str)).loc[values.index]
    name, chosen = reference(obs, design)
    genes = gene_table(values, sets, chosen, below_background(expression))
    warn_of_background(genes)
    scorable = {
        module: [gene for gene in sets[module] if gene in values.columns]
        for module in genes.index[genes["genes_found"] >= options["min_genes"]]
    }
    whole = pd.DataFrame(filled(values.to_numpy()), values.index, values.columns)
    tables = []
    for method, found in scorers.items():
        given = values if found.GAPS else whole
        scored = found.score(given, scorable, chosen, threads) if scorable else pd.DataFrame()
        scored = scored.reindex(index=values.index, columns=list(sets)).astype(float)
        tables.append(_tidy(scored, chosen).assign(method=method, reference=name))
    table = _arranged(pd.concat(tables), obs, genes, list(scorers))
    places = pd.MultiIndex.from_frame(table[["module", "sample"]])
    return table.assign(values_missing=_values_missing(values, sets).reindex(places).to_numpy())


def _values_missing(values: pd.DataFrame, sets: Mapping[str, list[str]]) -> pd.Series:
    """Found genes without a value, by module and sample."""
    absent = values.isna()
    counts = {
        module: absent[[gene for gene in genes if gene in values.columns]].sum(axis=1)
        for module, genes in sets.items()
    }
    return pd.concat(counts)


def gene_table(
    values: pd.DataFrame,
    sets: Mapping[str, list[str]],
    chosen: pd.Series,
    hidden: pd.Series | None,
) -> pd.DataFrame:
    """Count each module's genes: found, total, constant in the reference, missing, and hidden."""
    still = constant(values[chosen])
    rows = []
    for genes in sets.values():
        found = [gene for gene in genes if gene in values.columns]
        missing = sorted(gene for gene in genes if gene not in values.columns)
        below = pd.NA if hidden is None else int(hidden[found].sum())
        rows.append((len(found), len(genes), int(still[found].sum()), ",".join(missing), below))
    columns = ["genes_found", "genes_total", "genes_constant", "genes_missing"]
    columns += ["genes_below_background"]
    table = pd.DataFrame(rows, index=list(sets), columns=columns)
    return table.astype({"genes_below_background": "Int64"})


def _tidy(scored: pd.DataFrame, chosen: pd.Series) -> pd.DataFrame:
    """One row a sample and module, with the spread of the reference."""
    healthy = scored[chosen]
    spread = pd.DataFrame({"healthy_mean": healthy.mean(), "healthy_sd": healthy.std(ddof=1)})
    spread["threshold"] = spread["healthy_mean"] + 2 * spread["healthy_sd"]
    long = scored.rename_axis(index="sample").reset_index()
    long = long.melt("sample", var_name="module", value_name="score").join(spread, on="module")
    above = (long["score"] > long["threshold"]).astype(object)
    return long.assign(above_threshold=above.where(long["score"].notna()))


def _arranged(
    long: pd.DataFrame, obs: pd.DataFrame, genes: pd.DataFrame, methods: list[str]
) -> pd.DataFrame:
    people = obs[["patient", "visit"]].astype(object)
    long = long.join(people, on="sample").join(genes, on="module")
    order = {"module": list(genes.index), "method": methods}
    long = long.sort_values(
        ["module", "method", "sample"],
        key=lambda c: c.map(order[c.name].index) if c.name in order else c,
    )
    leading = ["sample", "patient", "visit", "module", "method", "score", "reference"]
    spread = ["healthy_mean", "healthy_sd", "threshold", "above_threshold"]
    return long[[*leading, *spread, *genes.columns]].reset_index(drop=True)
