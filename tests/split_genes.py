"""Made-up split of genes into cells and the rest, in the form of the result folder."""

import numpy as np
import pandas as pd

from revertome.gene_classes import BEYOND_COMPOSITION


def split_genes(genes: pd.DataFrame, claimed: bool = True) -> dict[str, pd.DataFrame]:
    """Every second gene of a set follows cells and is lost, and one persistent gene is gained."""
    follows = np.arange(len(genes)) % 2 == 0
    table = genes[["gene", "disease", "change", "class"]].copy()
    for prefix, end in (("", ""), ("induced_", "_all")):
        for name in ("disease", "change"):
            total = genes[f"{name}{end}"]
            share = np.where(follows, 0.9, 0.1)
            table[f"{prefix}{name}"], table[f"{prefix}{name}_share"] = total, share
            table[f"{prefix}{name}_composition"] = share * total
            table[f"{prefix}{name}_beyond"] = (1 - share) * total
    inside = genes["class"].isin(["reverted", "induced"])
    beyond = genes["class"].mask(follows & inside, "unresolved")
    beyond.loc[genes.index[genes["class"].eq("persistent")][:1]] = "reverted"
    table["class_beyond"] = beyond.replace(BEYOND_COMPOSITION) if claimed else None
    reason = None if claimed else "the reliability of neutrophils is not known"
    lost = inside & (follows | (not claimed))
    table["not_claimed"] = np.where(lost, reason or "not shown", None)
    rows = []
    for name in ("reverted", "induced"):
        n, now = genes["class"].eq(name), beyond.eq(name)
        row = {"set": name, "n_genes": n.sum(), "cell_types": "neutrophils,nk_cells"}
        row |= {"n_samples": 34, "n_without_cells": 1, "claimed": claimed, "not_claimed": reason}
        row["reliability"] = 0.734 if claimed else np.nan
        row |= {f"{k}_{e}": 1.2 for k in ("inflation", "detectable") for e in ("disease", "change")}
        row |= {f"detectable_{e}_beyond": 1.4 for e in ("disease", "change")}
        if claimed:
            row |= {"n_both": (n & now).sum(), "n_beyond": now.sum(), "expected_false": 1.0}
        rows.append(row | {"statement": "A sentence."})
    summary = pd.DataFrame(rows).reindex(columns=[*rows[0], "n_both", "n_beyond", "expected_false"])
    cells = {"cell_type": ["monocytes", "neutrophils"], "class": ["unchanged", "reverted"]}
    cells |= {"disease": [1.0, 12.34], "change": [0.5, -9.87], "source": "measured"}
    cells["split_half_reliability"] = np.nan
    return {
        "cell_trajectories": pd.DataFrame(cells),
        "beyond_composition": table.sort_values("gene", ignore_index=True),
        "composition_summary": summary.loc[:, ~summary.columns.duplicated()],
    }
