"""Which genes contrasts and classes have in common: patterns of genes called, the largest first."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.differential.called import called, in_reading_order
from revertome.gene_classes import READ
from revertome.source_data.tidy import ADJUSTED, absent, count, stack

MOST = 20  # patterns drawn
CONTRASTS = 12  # rows of contrasts on a page, beside those of the classes
KEYS = ["kind", "name"]


def table(
    contrasts: Mapping[str, pd.DataFrame], genes: pd.DataFrame, trajectories: Mapping[str, Any]
) -> pd.DataFrame:
    """Build the table of the overlap of contrasts and classes.

    The pattern of a gene is the contrasts in which it is called, each with its direction, and its
    class: every gene has one, so that the numbers of all patterns add up to the genes called.

    Returns
    -------
    DataFrame
        `set` rows: order, contrast or class, n_up, n_down, n. `pattern` rows: pattern (place from
        the left), n, n_sets. `member` rows: pattern, order (of the set), direction (up, down;
        called for a class). `gene` rows: pattern, gene; of the patterns drawn.
    """
    alpha = trajectories["alpha"]
    tested = [name for name, each in contrasts.items() if each["P.Value"].notna().any()]
    names = in_reading_order(tested)
    found = pd.concat([*(_called(name, contrasts[name], alpha) for name in names[:CONTRASTS]),
                       _classed(genes)], ignore_index=True)  # fmt: skip
    sets = _sets(found)
    if len(sets) < 2:
        return absent(_nothing(sets, names, alpha))
    found = found.merge(sets[[*KEYS, "order"]], on=KEYS).sort_values(["gene", "order"])
    patterns, members, drawn = _patterns(found)
    silent = [name for name in names[:CONTRASTS] if name not in set(sets["name"])]
    caption = _words(sets, patterns, silent, names[CONTRASTS:], alpha)
    largest = ", ".join(f"{n:,}" for n in patterns["n"].head(3))
    return stack(
        caption,
        f"Bars over a grid of patterns. {caption} Largest patterns: {largest}.",
        set=_told(sets),
        pattern=patterns.head(MOST),
        member=members,
        gene=drawn,
    )


def _called(name: str, tested: pd.DataFrame, alpha: float) -> pd.DataFrame:
    own = tested[["gene"]].assign(direction=called(tested, alpha), kind="contrast", name=name)
    return own[own["direction"] != "none"]


def _classed(genes: pd.DataFrame) -> pd.DataFrame:
    own = genes.loc[genes["class"].isin(READ), ["gene", "class"]]
    return own.rename(columns={"class": "name"}).assign(kind="class", direction="called")


def _sets(found: pd.DataFrame) -> pd.DataFrame:
    """Sizes of what has any gene: contrasts as they are read, then classes."""
    ways = [found["direction"].eq(way).rename(way) for way in ("up", "down")]
    rows = pd.concat([found[KEYS], *ways], axis=1).assign(n=1)
    table = rows.groupby(KEYS, sort=False)[["n", "up", "down"]].sum().reset_index()
    place = {name: i for i, name in enumerate(READ)}
    own = table["name"].map(place).where(table["kind"].eq("class"), -1)
    table = table.iloc[own.argsort(kind="stable")].reset_index(drop=True)
    return table.assign(order=range(len(table)))


def _told(sets: pd.DataFrame) -> pd.DataFrame:
    of_class = sets["kind"].eq("class")
    told = sets[["order", "n"]].assign(
        contrast=sets["name"].mask(of_class), **{"class": sets["name"].where(of_class)}
    )
    sides = sets[["up", "down"]].mask(of_class).add_prefix("n_")
    return told.join(sides)


def _patterns(found: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Patterns with their numbers of genes, and sets and genes of those that are drawn."""
    rows = found.assign(one=found["order"].map("{:02d}".format) + found["direction"])
    pattern = rows.groupby("gene")["one"].agg(" ".join)
    sizes = pattern.value_counts().rename("n").rename_axis("of").reset_index()
    sizes = sizes.sort_values(["n", "of"], ascending=[False, True], ignore_index=True)
    sizes = sizes.assign(pattern=range(len(sizes)), n_sets=sizes["of"].str.split().str.len())
    place = pattern.map(sizes.set_index("of")["pattern"])
    drawn = place[place < MOST].sort_values(kind="stable").rename("pattern").reset_index()
    first = drawn.drop_duplicates("pattern")
    members = first.merge(found, on="gene")[["pattern", "order", "direction"]]
    return sizes[["pattern", "n", "n_sets"]], members, drawn[["pattern", "gene"]]


def _words(
    sets: pd.DataFrame, patterns: pd.DataFrame, silent: list[str], left: list[str], alpha: float
) -> str:
    kinds = sets["kind"].value_counts()
    parts = [count(kinds.get("contrast", 0), "contrast")]
    if "class" in kinds:
        parts.append(count(kinds["class"], "class", "classes") + " of genes")
    every = int(patterns["n"].sum())
    caption = (
        f"Genes that {' and '.join(parts)} have in common. Left: genes of each. Columns: genes of "
        "just this pattern, called where it has a mark and nowhere else in the rows, with their "
        f"number above. ▲ risen or higher, ▼ fallen or lower at an {ADJUSTED} below {alpha:g}"
        f"{'; ■ genes of the class' if 'class' in kinds else ''}. A gene that is not called is not "
        "shown to be unchanged: whether two groups differ is said by the contrast of the two."
    )
    shown = patterns.head(MOST)
    if left_out := len(patterns) - len(shown):
        caption += (
            f" Drawn: the {len(shown)} largest of {len(patterns):,} patterns, with "
            f"{int(shown['n'].sum()):,} of {every:,} genes; none of the other {left_out:,} has "
            f"more than {int(patterns['n'].iloc[MOST]):,}."
        )
    if silent:
        caption += f" No gene is called in: {'; '.join(map(naming.contrast, silent))}."
    if left:
        caption += f" Not drawn: {count(len(left), 'further contrast')}; the tables have them."
    return caption


def _nothing(sets: pd.DataFrame, names: list[str], alpha: float) -> str:
    if not names:
        return "No contrast of genes could be estimated, so that nothing can overlap."
    if sets.empty:
        return f"No gene is called in any contrast at an {ADJUSTED} below {alpha:g}."
    name, kind = sets["name"].iloc[0], sets["kind"].iloc[0]
    told = naming.contrast(name) if kind == "contrast" else f"the class {name}"
    return f"Only {told} has genes, so that there is nothing it could have in common with others."
