"""What the plot of the page shows beside numbers of genes: modules, and samples by component."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome import naming

MEMBERS = 40_000  # genes of all modules in a page: about 250 kB of it


def members(
    sets: Mapping[str, Sequence[str]], names: pd.Series, order: Sequence[str] = ()
) -> dict[str, Any]:
    """Give the modules that can be marked, as numbers of genes.

    Parameters
    ----------
    sets
        Genes by module.
    names
        Genes of the study, in the order of the page.
    order
        Modules, those first that a page should hold where not all have room.

    Returns
    -------
    dict
        `sets`, of each module its `name` for people and the numbers of its `genes`, in the order
        of the files; `left`, how many modules have no room.
    """
    index = {gene: i for i, gene in enumerate(names)}
    found = {name: sorted(index[gene] for gene in genes if gene in index)
             for name, genes in sets.items()}  # fmt: skip
    found = {name: genes for name, genes in found.items() if genes}
    room, kept = MEMBERS, set()
    for name in dict.fromkeys([*(name for name in order if name in found), *found]):
        if len(found[name]) <= room:
            room -= len(found[name])
            kept.add(name)
    shown = [{"name": naming.module(name), "genes": found[name]} for name in found if name in kept]
    return {"sets": shown, "left": len(found) - len(shown)}


def placed_samples(pca: pd.DataFrame) -> dict[str, Any] | None:
    """Give the samples by the first two principal components; None where there are none.

    Parameters
    ----------
    pca
        Source data of the figure.

    Returns
    -------
    dict
        `x`, `y`; `axes`, their names with the share of variance; `names`, of whom and when each
        sample is; `roles`, healthy, baseline, followup, between or other.
    """
    rows = pca[pca["element"] == "sample"]
    if rows.empty:
        return None
    axes = pca[pca["element"] == "axis"].set_index("component")["variance_explained"].astype(float)
    return {
        "x": [round(float(value), 3) for value in rows["PC1"]],
        "y": [round(float(value), 3) for value in rows["PC2"]],
        "axes": [f"{name} ({axes[name]:.0%} of the variance)" for name in ("PC1", "PC2")],
        "names": [_sample(row) for row in rows.to_dict("records")],
        "roles": [str(role) for role in rows["role"]],
    }


def _sample(row: Mapping[str, Any]) -> str:
    """Whose sample, and when it was taken."""
    if row["role"] == "healthy":
        return f"{row['sample']}: {naming.group('healthy')}"
    parts = [naming.visit(row["visit"])] if pd.notna(row["visit"]) else []
    parts += [naming.group(row["label"])] if pd.notna(row["label"]) else []
    return f"{row['patient']}: {', '.join(parts)}" if parts else str(row["sample"])
