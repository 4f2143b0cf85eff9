"""First checks of a model: mean and variance of genes, p-values of every contrast."""

from collections.abc import Mapping
from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd

from revertome import naming
from revertome.filled import filled
from revertome.source_data.tidy import ADJUSTED, absent, cohort, moderated, stack

BINS = 40
ACROSS, UP = 48, 36  # cells of the cloud of means and standard deviations
STEPS = 20  # points of its trend
BLOCK = 1024  # genes that are looked at at a time


def table(
    contrasts: Mapping[str, pd.DataFrame],
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    trajectories: Mapping[str, Any],
) -> pd.DataFrame:
    """Build the table of the mean-variance cloud and the p-value histograms.

    Returns
    -------
    DataFrame
        `bin` rows: contrast, low, high, n_genes. `contrast` rows: contrast, order, n_genes,
        n_below (adjusted p below alpha), engine, uniform (genes a bin would hold under the null).
        `cloud` rows: mean, sd (middle of a cell, log2), mean_width, sd_width, n_genes. `trend`
        rows: mean, sd, q25, q75 (of genes of similar mean, equally many at each point).
        `study` row: alpha.
    """
    # A contrast that the visit does not have, such as a drug effect without control, has no bars.
    contrasts = {name: t for name, t in contrasts.items() if t["P.Value"].notna().any()}
    if not contrasts:
        return absent("No contrast was tested.")
    alpha = trajectories["alpha"]
    edges = np.linspace(0, 1, BINS + 1)
    bins, facts = [], []
    for order, (name, tested) in enumerate(contrasts.items()):
        p = tested["P.Value"].dropna()
        heights, _ = np.histogram(p, edges)
        bins.append(
            pd.DataFrame(
                {"contrast": name, "low": edges[:-1], "high": edges[1:], "n_genes": heights}
            )
        )
        fact = {"contrast": name, "order": order, "n_genes": len(p)}
        fact["n_below"] = int((tested["adj.P.Val"] < alpha).sum())
        fact["engine"], fact["uniform"] = tested["engine"].iloc[0], len(p) / BINS
        facts.append(fact)
    records = pd.DataFrame(facts)
    bars = pd.concat(bins, ignore_index=True)
    cloud, trend = _spread(expression, cohort(expression, labels, design))
    caption = _words(records, not cloud.empty, alpha)
    alt = f"Mean-variance plot and histograms. {caption}"
    study = pd.DataFrame({"alpha": [alpha]})
    return stack(caption, alt, bin=bars, contrast=records, cloud=cloud, trend=trend, study=study)


def _words(records: pd.DataFrame, spread: bool, alpha: float) -> str:
    letters = list(ascii_uppercase)[spread:] + [""] * len(records)
    counts = "; ".join(
        f"{letter}, {naming.contrast(row.contrast)}: {row.n_below:,} of {row.n_genes:,}"
        if len(records) + spread > 1
        else f"{naming.contrast(row.contrast)}: {row.n_below:,} of {row.n_genes:,}"
        for letter, row in zip(letters, records.itertuples(), strict=False)
    )
    cloud = (
        "A, standard deviation of genes within groups (visit and response) against their mean, "
        "log2; dark: many genes, line: median, band: quartiles. " * spread
    )
    tests = ", ".join(dict.fromkeys(map(moderated, records["engine"])))
    return (
        f"{cloud}{'Others' if spread else 'Histograms'}: p-values of every contrast, "
        f"{tests}; dashed: the height if no gene differed. Genes at an {ADJUSTED} below "
        f"{alpha:g}: {counts}."
    )


def _spread(expression: Any, people: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Mean and within-group standard deviation of genes, as a cloud of counts and a trend."""
    rows = expression.obs_names.get_indexer(people["sample"])
    codes, names = pd.factorize(people["role"] + " " + people["label"])
    df, n_genes = len(rows) - len(names), expression.X.shape[1]
    if df < 1 or n_genes < STEPS:
        return pd.DataFrame(), pd.DataFrame()
    mean, sd = np.empty(n_genes), np.empty(n_genes)
    for start in range(0, n_genes, BLOCK):
        part = slice(start, start + BLOCK)
        x = filled(np.asarray(expression.X[:, part], dtype=float)[rows])
        means = np.stack([x[codes == k].mean(axis=0) for k in range(len(names))])
        sd[part] = np.sqrt(((x - means[codes]) ** 2).sum(axis=0) / df)
        mean[part] = x.mean(axis=0)
    known = np.isfinite(mean) & np.isfinite(sd)
    mean, sd = mean[known], sd[known]
    top = float(np.quantile(sd, 0.995)) or 1.0
    counts, left, low = np.histogram2d(
        mean, np.minimum(sd, top), [ACROSS, UP], [[mean.min(), mean.max()], [0, top]]
    )
    i, j = np.nonzero(counts)
    cloud = pd.DataFrame({"mean": (left[i] + left[i + 1]) / 2, "sd": (low[j] + low[j + 1]) / 2})
    cloud["mean_width"], cloud["sd_width"] = left[1] - left[0], low[1] - low[0]
    cloud["n_genes"] = counts[i, j].astype(int)
    order = np.argsort(mean, kind="stable")
    rows = [
        {"mean": mean[part].mean(), "sd": np.median(sd[part])}
        | dict(zip(("q25", "q75"), np.quantile(sd[part], (0.25, 0.75)), strict=True))
        for part in np.array_split(order, STEPS)
    ]
    return cloud, pd.DataFrame(rows)
