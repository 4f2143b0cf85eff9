"""Which genes are shown one by one: those a study names, or the leading genes of each set."""

from collections.abc import Collection, Sequence

import pandas as pd

MOST = 8


def shown(asked: Sequence[str], genes: pd.DataFrame, known: Collection[str]) -> list[str]:
    """Genes asked for that were measured, at most 8; else the leading genes of each set.

    Parameters
    ----------
    asked : sequence of str
        By current symbol.
    genes : DataFrame
        gene, class, disease, change, and adj_p_reverted and adj_p_induced where they are tested.
    known : collection of str
        Genes that were measured.
    """
    return [gene for gene in asked if gene in known][:MOST] or leading(genes)


def leading(genes: pd.DataFrame) -> list[str]:
    """Return up to four genes of each set, by adjusted p and then size of the effect.

    Where no gene has a class they are those with the smallest p of the effect that is known.
    """
    if genes["class"].isna().all():
        effect = next((e for e in ("disease", "change") if genes[f"p_{e}"].notna().any()), None)
        told = genes.dropna(subset=f"p_{effect}") if effect else genes.head(0)
        return list(told.sort_values([f"p_{effect}", "gene"])["gene"].head(MOST)) if effect else []
    lead: list[str] = []
    for name, effect in (("reverted", "disease"), ("induced", "change")):
        members = genes[genes["class"] == name]
        size = -members[effect].abs()
        p = members.get(f"adj_p_{name}", size)
        ranked = members.assign(_p=p, _size=size).sort_values(["_p", "_size", "gene"])
        lead += list(ranked["gene"].head(MOST // 2))
    return lead
