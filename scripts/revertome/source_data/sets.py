"""Modules in every contrast, by the tests that count patients."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome import naming
from revertome.differential.names import variable_of
from revertome.source_data.module_order import leading, not_drawn
from revertome.source_data.tidy import absent, count, p_text, signed, stack

ACROSS = 12  # contrasts that fit side by side on a page
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
    every = ordered(tested["contrast"])
    contrasts = every[:ACROSS]
    tested = tested[tested["contrast"].isin(contrasts)]
    best = tested.groupby("module", sort=False)["P.own"].min()
    kept = leading(best)
    dots = tested.loc[tested["module"].isin(kept), SHOWN]
    alpha = trajectories["alpha"]
    caption = _caption(len(kept), contrasts, alpha)
    caption += not_drawn(len(best) - len(kept), "with larger p", "modules/sets.tsv")
    caption += not_across(len(every), "modules/sets.tsv")
    if silent := [naming.contrast(c) for c in ordered(sets["contrast"]) if c not in every]:
        caption += f" Not tested in this way: {'; '.join(silent)}."
    ranked = dots.sort_values(["P.own", "contrast", "module"]).head(3)
    lead = ", ".join(
        f"{naming.module(r['module'])} in {naming.contrast(r['contrast'])} "
        f"({signed(r['logFC'])}, adjusted {p_text(r['adj.P.own'])})"
        for r in ranked.to_dict("records")
    )
    return stack(
        caption,
        f"Dot plot. {caption} Smallest p: {lead}.",
        dot=dots,
        module=pd.DataFrame({"module": kept, "order": range(len(kept))}),
        contrast=pd.DataFrame({"contrast": contrasts, "order": range(len(contrasts))}),
        study=pd.DataFrame({"alpha": [alpha]}),
    )


def _caption(n: int, contrasts: Sequence[str], alpha: float) -> str:
    caption = (
        f"{count(n, 'module')} in {count(len(contrasts), 'contrast')}. Colour: mean log2 fold "
        "change of the genes of a module; area: adjusted p (Benjamini-Hochberg over the modules of "
        "a file) of the t-test of the mean of its genes, in which patients count and groups have "
        f"variances of their own (CR2); ring: adjusted p below {alpha:g}; black centre: they also "
        f"change more than other genes (camera, adjusted p below {alpha:g}); on the right: genes "
        "tested."
    )
    if any(variable_of(name) for name in contrasts):
        caption += " Changes with a clinical variable are per unit of it."
    return caption


def not_across(n: int, file: str) -> str:
    """Word the contrasts for which a page was too narrow; empty where it held all."""
    if n <= ACROSS:
        return ""
    return f" Not drawn: {count(n - ACROSS, 'further contrast')} (in {file})."


def ordered(contrasts: pd.Series) -> list[str]:
    """Return the contrasts in the order in which they are read: disease, change, what remains."""
    names = ["disease", "baseline", "change_all", "change_responders", "change_nonresponders"]
    names += ["interaction", "change_treated", "change_control", "drug_effect"]
    names += ["change_since_switch", "residual_all", "residual_responders"]
    present = set(contrasts)
    return [name for name in names if name in present] + sorted(present - set(names))
