"""Joint classes of genes in sentences: in all studies, in some, in one only, contradicted."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from revertome.source_data.pairs import some
from revertome.source_data.tidy import count

SPELT = 3  # groups of studies that are told one by one, studies named
SHOWN = ("reverted", "induced")
OPPOSED = "two studies show different classes, and their difference is shown as well"
UNTESTED = "Whether genes are contradicted is not tested, because the tables lack standard errors"


def together(summary: pd.DataFrame, names: Collection[str]) -> str:
    """What the studies with classes show together.

    Parameters
    ----------
    summary
        compare/joint_summary.tsv. The largest group of studies is told.
    names
        Studies of the comparison; those that stand aside are named.
    """
    if summary.empty:
        return "Not compared, as fewer than two studies class genes and share nobody."
    studies = max(summary["studies"].unique(), key=_members)
    n, k = _counts(summary[summary["studies"] == studies]), _members(studies)
    where = "both studies" if k == 2 else f"all {k} studies"
    aside = [name for name in names if name not in studies.split(",")]
    without = f" (without {some(aside, SPELT)})" if aside else ""
    words = [f"{_both(n, 'all')} in {where}{without}"]
    half = max(2, (k + 1) // 2)
    if ("reverted", f"at_least_{half}") in n:
        words.append(f"{_both(n, f'at_least_{half}')} in at least {half}")
    return f"{'; '.join(words)}. {_contradicted(n.get(('any', 'contradicted')))}."


def classes(summary: pd.DataFrame) -> list[str]:
    """Each group of studies; of many pairs the range."""
    if summary.empty:
        return []
    size = summary["studies"].map(_members)
    pairs = summary[size == 2]
    words = [_group(part) for _, part in summary[size > 2].groupby("studies", sort=False)]
    if pairs["studies"].nunique() <= SPELT:
        return words + [_group(part) for _, part in pairs.groupby("studies", sort=False)]
    return [*words, _over_pairs(pairs)]


def span(numbers: pd.Series) -> str:
    """Smallest and largest of counts: `3 to 1,200`, or one number where they are the same."""
    low, high = f"{numbers.min():,.0f}", f"{numbers.max():,.0f}"
    return low if low == high else f"{low} to {high}"


def _members(studies: str) -> int:
    return studies.count(",") + 1


def _counts(part: pd.DataFrame) -> dict[Any, Any]:
    return dict(part.set_index(["class", "verdict"])["n_genes"])


def _both(n: Mapping[Any, Any], verdict: str) -> str:
    first, second = (n[name, verdict] for name in SHOWN)
    return f"{count(first, 'gene')} {SHOWN[0]} and {second:,} {SHOWN[1]}"


def _contradicted(n: Any) -> str:
    if n is None or pd.isna(n):
        return UNTESTED
    if n == 0:
        return "No gene is shown to be contradicted, which does not mean that none is"
    return f"{count(n, 'gene')} {'is' if n == 1 else 'are'} contradicted ({OPPOSED})"


def _group(part: pd.DataFrame) -> str:
    n, names = _counts(part), str(part["studies"].iloc[0]).split(",")
    several = len(names) > 2
    texts = []
    for name in SHOWN:
        steps = [
            f"{n[name, f'at_least_{r}']:,} in at least {r}"
            for r in range(2, len(names))
            if (name, f"at_least_{r}") in n
        ][-SPELT:]
        more = [f"{n[name, 'some']:,} in some"] if several or n[name, "some"] else []
        only = f"{n[name, 'one_only']:,} in one only{_others(part, name)}"
        parts = [f"{n[name, 'all']:,} in {'all' if several else 'both'}", *steps, *more, only]
        texts.append(f"{name}: {', '.join(parts)}")
    return (
        f"{some(names, SPELT)} ({count(part['n_shared'].iloc[0], 'gene')} measured in "
        f"{'all' if several else 'both'}). Genes {'; '.join(texts)}. "
        f"{_contradicted(n.get(('any', 'contradicted')))}."
    )


def _others(part: pd.DataFrame, name: str) -> str:
    """How many of those of one study are estimated to be so in the other."""
    rows = part[part["class"].eq(name) & part["verdict"].eq("one_only")]
    n = rows.reindex(columns=["n_in_others"])["n_in_others"].dropna()
    return f" (about {int(n.iloc[0]):,} of them probably in the other too)" if len(n) else ""


def _over_pairs(pairs: pd.DataFrame) -> str:
    """The range over all pairs of studies."""
    texts = []
    for name, verdict, words in (
        ("reverted", "all", "reverted in both"),
        ("induced", "all", "induced in both"),
        ("any", "contradicted", "contradicted"),
    ):
        own = pairs[pairs["class"].eq(name) & pairs["verdict"].eq(verdict)]["n_genes"].dropna()
        if len(own):
            texts.append(f"{span(own)} genes {words}")
    n = pairs["studies"].nunique()
    return f"In {n} pairs of studies: {'; '.join(texts)}. Each pair is in the table of classes."
