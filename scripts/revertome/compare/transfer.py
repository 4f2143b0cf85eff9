"""Do the reverted and induced genes of one study change the same way in another?"""

from itertools import permutations

import numpy as np
import pandas as pd

from revertome.compare.study import Study

SETS = ("reverted", "induced")
CHANGES = ("change_responders", "change_all")
COLUMNS = [
    "source",
    "target",
    "set",
    "contrast",
    "n_set",
    "n_shared",
    "n_same_sign",
    "share_same_sign",
    "share_same_sign_others",
    "n_replicated",
    "share_replicated",
    "p_cutoff",
    "share_at_cutoff_others",
]


def directed_p(change: pd.Series, logfc: pd.Series, p: pd.Series) -> pd.Series:
    """One-sided p of an effect in the direction of `change`, from its two-sided p."""
    return (p / 2).where(np.sign(change) * np.sign(logfc) > 0, 1 - p / 2)


def replicate(
    change: pd.Series, members: pd.Series, target: pd.DataFrame, alpha: float = 0.05
) -> dict[str, float]:
    """Follow a gene set of one study into a contrast of another.

    Parameters
    ----------
    change
        Change in the source study (log2) of every gene it tested, by gene.
    members
        Whether the gene is in the set, by gene.
    target
        Contrast table of the target study: gene, logFC, P.Value (two-sided).
    alpha
        False discovery rate of the replicated genes.

    Returns
    -------
    n_set, n_shared (measured in the target); n_same_sign and share_same_sign among the shared
    genes; n_replicated and share_replicated, those whose one-sided p in the source's direction
    passes Benjamini-Hochberg at `alpha` within the set; p_cutoff, the largest one-sided p that
    passed. `_others` are the shares among all other shared genes, each in the direction of its
    own change: the same sign, and a one-sided p at or below the cutoff. Missing where undefined.
    """
    from scipy.stats import false_discovery_control

    table = target.set_index("gene").reindex(columns=["logFC", "P.Value"]).dropna()
    shared = change.dropna().index.intersection(table.index)
    known, inside = table.loc[shared], members.loc[shared].to_numpy(dtype=bool)
    same = np.sign(change[shared]) * np.sign(known["logFC"]) > 0
    p = directed_p(change[shared], known["logFC"], known["P.Value"])
    passed = p[inside][false_discovery_control(p[inside]) <= alpha] if inside.any() else p[inside]
    cutoff = float(passed.max()) if len(passed) else np.nan
    at_cutoff = float((p[~inside] <= cutoff).mean()) if len(passed) else np.nan
    return {
        "n_set": int(members.sum()),
        "n_shared": int(inside.sum()),
        "n_same_sign": int(same[inside].sum()),
        "share_same_sign": float(same[inside].mean()),
        "share_same_sign_others": float(same[~inside].mean()),
        "n_replicated": len(passed),
        "share_replicated": len(passed) / inside.sum() if inside.any() else np.nan,
        "p_cutoff": cutoff,
        "share_at_cutoff_others": at_cutoff,
    }


def transfer(studies: dict[str, Study], alpha: float = 0.05) -> pd.DataFrame:
    """Follow the sets of every study into the changes of every other.

    Reverted genes carry their change in the source's responders, induced ones their change in all
    patients where the source tested that.

    Returns
    -------
    DataFrame with the columns of `COLUMNS`; see `replicate`.
    """
    rows = []
    for source, target in permutations(sorted(studies), 2):
        genes = studies[source].genes
        if genes.empty:
            continue
        genes = genes.set_index("gene")
        for name in SETS:
            everyone = name == "induced" and "change_all" in genes
            change = genes["change_all" if everyone else "change"]
            for contrast in CHANGES:
                if contrast in studies[target].contrasts:
                    table = studies[target].contrasts[contrast]
                    told = replicate(change, genes["class"] == name, table, alpha)
                    where = {"source": source, "target": target, "set": name, "contrast": contrast}
                    rows.append({**where, **told})
    return pd.DataFrame(rows, columns=COLUMNS)
