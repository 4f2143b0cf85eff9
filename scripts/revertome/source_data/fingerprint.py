"""Module fingerprint: the share of each module's genes that rise and fall in each contrast."""

import pandas as pd

from revertome import naming
from revertome.source_data.module_order import leading, not_drawn
from revertome.source_data.sets import ACROSS, not_across, ordered
from revertome.source_data.tidy import absent, count, stack


def table(fingerprint: pd.DataFrame) -> pd.DataFrame:
    """Build the table of the fingerprint grid.

    Returns
    -------
    DataFrame
        `cell` rows: contrast, module, n_genes, n_up, n_down, share_up, share_down, net (share of
        genes up minus share down). `module` rows: module, order, n_genes. `contrast` rows:
        contrast, order.
    """
    cells = fingerprint[fingerprint["n_genes"] > 0] if len(fingerprint) else fingerprint
    if cells.empty:
        return absent("No gene of any module was measured, so there is no fingerprint.")
    every = ordered(cells["contrast"])
    contrasts = every[:ACROSS]
    cells = cells[cells["contrast"].isin(contrasts)]
    cells = cells.assign(net=cells["share_up"] - cells["share_down"])
    largest = cells[["share_up", "share_down"]].max(axis=1)
    size = largest.groupby(cells["module"], sort=False).max()
    kept = leading(-size)
    cells = cells[cells["module"].isin(kept)]
    modules = pd.DataFrame({"module": kept, "order": range(len(kept))})
    modules["n_genes"] = modules["module"].map(cells.groupby("module")["n_genes"].max())
    caption = (
        f"Module fingerprint of {count(len(kept), 'module')} (number of genes) in "
        f"{count(len(contrasts), 'contrast')}: the percentage of a module's genes that rise "
        "(▲, red) or fall (▼, blue) at an adjusted p below the study's false discovery rate "
        "(moderated tests of single genes, Benjamini-Hochberg). Colour: percentage up less "
        "percentage down. Both numbers stand where both reach 10%; empty: below 1%."
    )
    caption += not_drawn(len(size) - len(kept), "with smaller shares", "modules/fingerprint.tsv")
    caption += not_across(len(every), "modules/fingerprint.tsv")
    lead = cells.loc[cells["net"].abs().sort_values(kind="stable", ascending=False).index].head(3)
    words = "; ".join(
        f"{naming.module(r.module)} in {naming.contrast(r.contrast)}: {r.share_up:.0%} up, "
        f"{r.share_down:.0%} down"
        for r in lead.itertuples()
    )
    return stack(
        caption,
        f"Grid of modules and contrasts. {caption} Strongest: {words}.",
        cell=cells,
        module=modules,
        contrast=pd.DataFrame({"contrast": contrasts, "order": range(len(contrasts))}),
    )
