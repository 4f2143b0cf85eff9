"""Shares of variance of genes by source, and the genes with the largest share of each."""

import numpy as np
import pandas as pd

from revertome import naming
from revertome.source_data.tidy import absent, count, stack

BINS = 40
MOST = 11  # sources drawn
TOP = 3  # genes of each source
REST = "rest"
COVARIATE = "covariate_"
WORDS = {
    "patient": "Person",
    "disease": "Disease",
    "response": "Response",
    "arm": "Arm",
    "visit": "Visit",
    "interaction": "Group by visit",
    "composition": "Cell content",
    REST: "Rest",
}
MEANING = {
    "patient": "person: between people, beyond all the rest",
    "disease": "disease: patients against healthy people",
    "interaction": "group by visit: changes that differ between responses or arms",
    REST: "rest: within people, beyond all of these",
}


def table(variance_shares: pd.DataFrame, variance_sources: pd.DataFrame) -> pd.DataFrame:
    """Build the table of the shares of variance.

    Returns
    -------
    DataFrame
        `source` rows: source, order, q05, q25, median, q75, q95, mean, by_chance, n_genes,
        n_samples, n_people, text (its name). `bin` rows: source, low, high, n_genes. `part` rows:
        most_of (source of which the gene has most), rank, gene, source, share. Of more than 11
        sources those with the largest mean share are drawn.
    """
    sources = _drawn(variance_sources)
    if len(sources) < 2:
        return absent("There are no two sources of variance to compare.")
    names = list(sources["source"])
    bins = pd.concat([_bins(name, variance_shares[name]) for name in names], ignore_index=True)
    parts = _largest(variance_shares, names)
    caption = _caption(sources, len(variance_sources) - len(sources))
    words = "; ".join(
        f"{row.text} {100 * row.median:.1f}%" for row in sources.itertuples(index=False)
    )
    alt = f"Distributions of shares, and bars of genes. {caption} Medians: {words}."
    return stack(caption, alt, source=sources, bin=bins, part=parts)


def _drawn(sources: pd.DataFrame) -> pd.DataFrame:
    """The sources that are drawn, in the order of the table, with their names."""
    kept = sources.sort_values("mean", ascending=False, kind="stable").head(MOST)
    found = sources[sources["source"].isin({*kept["source"], REST})].reset_index(drop=True)
    columns = ["source", "q05", "q25", "median", "q75", "q95", "mean", "by_chance", "n_genes"]
    found = found[[*columns, "n_samples", "n_people"]]
    text = [_name(source) for source in found["source"]]
    return found.assign(order=np.arange(len(found)), text=text)


def _name(source: str) -> str:
    if source.startswith(COVARIATE):
        return naming.capital(naming.variable(source.removeprefix(COVARIATE), unit=False))
    return WORDS[source]


def _bins(source: str, shares: pd.Series) -> pd.DataFrame:
    edges = np.linspace(0, 1, BINS + 1)
    n, _ = np.histogram(shares.dropna().clip(0, 1), edges)
    found = {"source": source, "low": edges[:-1], "high": edges[1:], "n_genes": n}
    return pd.DataFrame(found).query("n_genes > 0")


def _largest(shares: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    rows = []
    for name in names:
        if name != REST:
            top = shares.sort_values([name, "gene"], ascending=[False, True]).head(TOP)
            own = top[top[name] > 0].reset_index(drop=True)
            part = own.melt(
                "gene", names, var_name="source", value_name="share", ignore_index=False
            )
            rows.append(part.assign(most_of=name, rank=part.index))
    return pd.concat(rows, ignore_index=True)


def _caption(sources: pd.DataFrame, left_out: int) -> str:
    first = sources.iloc[0]
    held = [MEANING[source] for source in sources["source"] if source in MEANING]
    text = (
        f"A: share of each source in the variance of {count(first['n_genes'], 'gene')} over "
        f"{count(first['n_samples'], 'sample')} of {count(first['n_people'], 'person', 'people')}; "
        "box: middle half of genes, and their median; whiskers: 5% to 95%; dashes: mean share "
        "in genes without any such effect, which chance alone gives. B: the genes in which the "
        "share of a source is largest, with all their shares. "
        f"{naming.capital('; '.join(held))}. These describe the samples at hand and test nothing: "
        "who was sampled is in every share."
    )
    if left_out:
        text += f" {count(left_out, 'covariate')} with smaller shares are not drawn."
    return text
