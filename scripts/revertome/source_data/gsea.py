"""Gene set enrichment: contrasts x modules."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.source_data.tidy import absent, count, stack

MOST = 40  # modules drawn, by their smallest adjusted p


def table(gsea: pd.DataFrame, trajectories: Mapping[str, Any]) -> pd.DataFrame:
    """Build the table of the enrichment dot plot.

    Returns
    -------
    DataFrame
        `dot` rows: contrast, module, NES, P.Value, adj.P.Val, size. `module` rows: module, order.
        `contrast` rows: contrast, order. `study` row: alpha.
    """
    tested = gsea.dropna(subset=["NES"]) if len(gsea) else gsea
    if tested.empty:
        return absent("No module has enough measured genes for gene set enrichment.")
    best = tested.groupby("module")["adj.P.Val"].min().reset_index()
    kept = best.sort_values(["adj.P.Val", "module"]).head(MOST)["module"]
    dots = tested[tested["module"].isin(kept)].drop(columns="leading_edge", errors="ignore")
    contrasts = ordered(dots["contrast"])
    wide = dots.pivot_table(index="module", columns="contrast", values="NES")[contrasts]
    order = wide.fillna(0).sort_values([*contrasts], ascending=False, kind="stable").index
    left = len(best) - len(kept)
    alpha = trajectories["alpha"]
    caption = (
        f"Gene set enrichment (gseapy, ranked by moderated t) of {count(len(kept), 'module')} in "
        f"{count(len(contrasts), 'contrast')}. Colour: normalised enrichment score; area: adjusted "
        f"p; ring: adjusted p below {alpha:g}."
    )
    if left:
        caption += f" {count(left, 'module')} with larger adjusted p not drawn."
    ranked = dots.sort_values(["adj.P.Val", "contrast", "module"]).head(3)
    lead = ", ".join(f"{r.module} in {r.contrast} ({r.NES:.1f})" for r in ranked.itertuples())
    return stack(
        caption,
        f"Dot plot. {caption} Strongest: {lead}.",
        dot=dots,
        module=pd.DataFrame({"module": order, "order": range(len(order))}),
        contrast=pd.DataFrame({"contrast": contrasts, "order": range(len(contrasts))}),
        study=pd.DataFrame({"alpha": [alpha]}),
    )


def ordered(contrasts: pd.Series) -> list[str]:
    """Return the contrasts in the order in which they are read: disease, change, what remains."""
    names = ["disease", "change_all", "change_responders", "change_nonresponders"]
    names += ["interaction", "residual_all", "residual_responders"]
    present = set(contrasts)
    return [name for name in names if name in present] + sorted(present - set(names))
