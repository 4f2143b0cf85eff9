"""The score table: every sample, module and method."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
    scores = {}
    for method, found in scorers.items():
        given = values if found.GAPS else whole
        scored = found.score(given, scorable, chosen, threads) if scorable else pd.DataFrame()
        scores[method] = scored.reindex(index=values.index, columns=list(sets)).astype(float)
    return _arranged(scores, name, chosen, obs, genes, _values_missing(values, sets))


def _values_missing(values: pd.DataFrame, sets: Mapping[str, list[str]]) -> NDArray[np.intp]:
    """Found genes without a value, modules x samples."""
    absent = values.isna().to_numpy()
    counts = np.zeros((len(sets), len(values)), dtype=np.intp)
    if absent.any():
        for own, genes in zip(counts, sets.values(), strict=True):
            at = values.columns.get_indexer(pd.Index(genes))
            own[:] = absent[:, at[at >= 0]].sum(axis=1)
    return counts


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


def _spread(scored: pd.DataFrame, chosen: pd.Series) -> pd.DataFrame:
    """Mean, SD and threshold of the reference, modules x 3."""
    healthy = scored[chosen]
    spread = pd.DataFrame({"healthy_mean": healthy.mean(), "healthy_sd": healthy.std(ddof=1)})
    return spread.assign(threshold=spread["healthy_mean"] + 2 * spread["healthy_sd"])


def _arranged(
    scores: Mapping[str, pd.DataFrame],
    name: str,
    chosen: pd.Series,
    obs: pd.DataFrame,
    genes: pd.DataFrame,
    values_missing: NDArray[np.intp],
) -> pd.DataFrame:
    """One row a module, method and sample, what is the same for many of them repeated."""
    n_samples, n_methods, n_modules = len(obs), len(scores), len(genes)
    score = np.stack([scored.to_numpy().T for scored in scores.values()], axis=1).ravel()
    spreads = [_spread(scored, chosen) for scored in scores.values()]
    table: dict[str, Any] = {"sample": np.tile(obs.index.to_numpy(object), n_modules * n_methods)}
    for column in ("patient", "visit"):
        table[column] = np.tile(obs[column].to_numpy(object), n_modules * n_methods)
    table["module"] = np.repeat(genes.index.to_numpy(object), n_methods * n_samples)
    names = np.array(list(scores), dtype=object)
    table["method"] = np.tile(np.repeat(names, n_samples), n_modules)
    table |= {"score": score, "reference": name}
    for column in spreads[0]:
        each = np.column_stack([spread[column].to_numpy() for spread in spreads])
        table[column] = np.repeat(each, n_samples)
    above = (score > table["threshold"]).astype(object)
    table["above_threshold"] = np.where(np.isnan(score), np.nan, above)
    for column in genes:
        table[column] = genes[column].array.repeat(n_methods * n_samples)
    table["values_missing"] = np.repeat(values_missing, n_methods, axis=0).ravel()
    return pd.DataFrame(table)
