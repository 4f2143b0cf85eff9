"""Modules in every contrast, by the tests that count patients."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.differential.names import variable_of
from revertome.source_data.tidy import absent, count, p_text, signed, stack

MOST = 40  # modules drawn, by their smallest p
SHOWN = ["contrast", "module", "n_found", "logFC", "CI.L", "CI.R"]
SHOWN += ["P.own", "adj.P.own", "P.camera", "adj.P.camera"]


def table(sets: pd.DataFrame, trajectories: Mapping[str, Any]) -> pd.DataFrame:
    """Build the table of the dot plot of modules and contrasts.

    Returns
    -------
    DataFrame
        `dot` rows: contrast, module, n_found, logFC, CI.L, CI.R, P.own, adj.P.own,
        P.camera, adj.P.camera. `module` rows: module, order. `contrast` rows: contrast, order.
        `study` row: alpha.
    """
    tested = sets.dropna(subset=["P.own"]) if len(sets) else sets
    if tested.empty:
        return absent("No module has enough measured genes to be tested as a set.")
    best = tested.groupby("module")["P.own"].min().reset_index()
    kept = best.sort_values(["P.own", "module"]).head(MOST)["module"]
    dots = tested.loc[tested["module"].isin(kept), SHOWN]
    contrasts = ordered(dots["contrast"])
    wide = dots.pivot_table(index="module", columns="contrast", values="logFC")[contrasts]
    order = wide.fillna(0).sort_values([*contrasts], ascending=False, kind="stable").index
    alpha = trajectories["alpha"]
    caption = (
        f"{count(len(kept), 'module')} in {count(len(contrasts), 'contrast')}. Colour: mean log2 "
        "fold change of the genes of a module; area: adjusted p that they do not change (patients "
        "counted; responders, non-responders and healthy people with variances of their own); "
        f"ring: adjusted p below {alpha:g}; black centre: they also change more than other genes "
        f"(camera, adjusted p below {alpha:g})."
    )
    if any(variable_of(name) for name in contrasts):
        caption += " Changes with a clinical variable are per unit of it."
    left = len(best) - len(kept)
    if left:
        caption += f" {count(left, 'module')} with larger p not drawn."
    ranked = dots.sort_values(["P.own", "contrast", "module"]).head(3)
    lead = ", ".join(
        f"{r['module']} in {r['contrast']} ({signed(r['logFC'])}, adjusted "
        f"{p_text(r['adj.P.own'])})"
        for r in ranked.to_dict("records")
    )
    return stack(
        caption,
        f"Dot plot. {caption} Smallest p: {lead}.",
        dot=dots,
        module=pd.DataFrame({"module": order, "order": range(len(order))}),
        contrast=pd.DataFrame({"contrast": contrasts, "order": range(len(contrasts))}),
        study=pd.DataFrame({"alpha": [alpha]}),
    )


def ordered(contrasts: pd.Series) -> list[str]:
    """Return the contrasts in the order in which they are read: disease, change, what remains."""
    names = ["disease", "baseline", "change_all", "change_responders", "change_nonresponders"]
    names += ["interaction", "residual_all", "residual_responders"]
    present = set(contrasts)
    return [name for name in names if name in present] + sorted(present - set(names))
