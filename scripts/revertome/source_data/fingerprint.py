"""Module fingerprint: the share of each module's genes that rise and fall in each contrast."""

import pandas as pd

from revertome.source_data.sets import ordered
from revertome.source_data.tidy import absent, count, stack

MOST = 40  # modules drawn, by their largest share


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
    cells = cells.assign(net=cells["share_up"] - cells["share_down"])
    size = cells[["share_up", "share_down"]].max(axis=1).groupby(cells["module"]).max()
    order = list(dict.fromkeys(cells["module"]))
    leading = size.sort_values(ascending=False, kind="stable").head(MOST).index
    kept = [name for name in order if name in set(leading)]
    cells = cells[cells["module"].isin(kept)]
    modules = pd.DataFrame({"module": kept, "order": range(len(kept))})
    modules["n_genes"] = modules["module"].map(cells.groupby("module")["n_genes"].max())
    contrasts = ordered(cells["contrast"])
    left = len(order) - len(kept)
    caption = (
        f"Module fingerprint of {count(len(kept), 'module')} in "
        f"{count(len(contrasts), 'contrast')}: the percentage of a module's genes that rise (red) "
        "or fall (blue) at an adjusted p below the study's false discovery rate. Both numbers "
        "stand where both reach 10%; empty: below 1%."
    )
    if left:
        caption += f" {count(left, 'module')} with smaller shares not drawn."
    lead = cells.loc[cells["net"].abs().sort_values(kind="stable", ascending=False).index].head(3)
    words = "; ".join(
        f"{r.module} in {r.contrast}: {r.share_up:.0%} up, {r.share_down:.0%} down"
        for r in lead.itertuples()
    )
    return stack(
        caption,
        f"Grid of modules and contrasts. {caption} Strongest: {words}.",
        cell=cells,
        module=modules,
        contrast=pd.DataFrame({"contrast": contrasts, "order": range(len(contrasts))}),
    )
