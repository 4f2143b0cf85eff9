"""Which genes are shown one by one: those a study names, or the leading genes of each set.

A set that is empty gives its place to the genes that show its effect most surely: those that differ
from healthy people for `reverted`, those that change for `induced`.
"""

from collections.abc import Collection, Sequence

import pandas as pd

MOST = 8
# The sets, and the effect that a gene of each shows whatever else is claimed of it.
RESTS_ON = {"reverted": "disease", "induced": "change"}


def shown(
    asked: Sequence[str], genes: pd.DataFrame, known: Collection[str], alpha: float
) -> list[str]:
    """Genes asked for that were measured, at most 8; else the leading genes.

    Parameters
    ----------
    asked : sequence of str
        By current symbol.
    genes : DataFrame
        gene, class, disease, change, their p and adj_p, and adj_p_reverted and adj_p_induced where
        they are tested.
    known : collection of str
        Genes that were measured.
    alpha : float
        False discovery rate at which a gene may stand in for an empty set.
    """
    return [gene for gene in asked if gene in known][:MOST] or leading(genes, alpha)


def leading(genes: pd.DataFrame, alpha: float) -> list[str]:
    """Return up to eight genes, four of each set, by adjusted p and then size of the effect.

    In place of an empty set stand the genes that show its effect at the rate `alpha`, surest first.
    What one of the two leaves free the other fills. If no gene shows anything, they are those with
    the smallest p.
    """
    first, second = (_ranked(genes, name, alpha) for name in RESTS_ON)
    half = MOST // 2
    second = [gene for gene in second if gene not in first[:half]]
    lead = [*first[: max(half, MOST - len(second))], *second[: max(half, MOST - len(first))]]
    if not lead:
        every = pd.concat([surest(genes, effect) for effect in RESTS_ON.values()])
        lead = list(every.sort_values(["p", "gene"])["gene"].drop_duplicates().head(MOST))
    return lead


def _ranked(genes: pd.DataFrame, name: str, alpha: float) -> list[str]:
    """Genes of a set, the leading first; of an empty one those that show its effect."""
    members = genes[genes["class"] == name]
    if members.empty:
        tested = surest(genes, RESTS_ON[name])
        other = genes.loc[genes["class"].isin(RESTS_ON), "gene"]
        kept = (tested["adjusted"] <= alpha) & ~tested["gene"].isin(other)
        return list(tested.loc[kept, "gene"])
    size = -members[RESTS_ON[name]].abs()
    p = members.get(f"adj_p_{name}", size)
    return list(members.assign(_p=p, _size=size).sort_values(["_p", "_size", "gene"])["gene"])


def surest(genes: pd.DataFrame, effect: str) -> pd.DataFrame:
    """Genes by how surely they show an effect, in the patients in whom its set is claimed.

    Parameters
    ----------
    genes : DataFrame
        `trajectories/genes.tsv`.
    effect : str
        `disease` or `change`; the change is that of the patients in whom `induced` is claimed.

    Returns
    -------
    DataFrame
        gene, effect (log2), p, adjusted (Benjamini-Hochberg); smallest p first, without genes that
        were not tested, and empty where the effect is not known.
    """
    end = change_end(genes) if effect == "change" else ""
    columns = ["gene", f"{effect}{end}", f"p_{effect}{end}", f"adj_p_{effect}{end}"]
    found = genes.reindex(columns=columns).set_axis(["gene", "effect", "p", "adjusted"], axis=1)
    return found.dropna(subset=["effect", "p"]).sort_values(["p", "gene"], ignore_index=True)


def change_end(genes: pd.DataFrame) -> str:
    """How the columns end that hold the change in the patients in whom `induced` is claimed.

    They are filled only where these are others than those in whom `reverted` is claimed.
    """
    ends = ("_all", "_responders")
    return next((e for e in ends if genes.get(f"change{e}", pd.Series()).notna().any()), "")
