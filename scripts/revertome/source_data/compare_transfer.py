"""The sets of each study in the contrasts of the others."""

import pandas as pd

from revertome.source_data.tidy import absent, stack

MOST = 36  # lines or columns of the matrix
CONTRAST = {
    "disease": "disease",
    "change_responders": "change, responders",
    "change_all": "change, all",
    "change_treated": "change, treated",
    "change_nonresponders": "change, non-responders",
}


def table(transfer_sets: pd.DataFrame) -> pd.DataFrame:
    """Build the table of the transfer matrix.

    Parameters
    ----------
    transfer_sets
        compare/transfer_sets.tsv.

    Returns
    -------
    DataFrame
        `cell` rows: source, set, n_set, line, target, contrast, column, n_shared, t, difference,
        adj.P.Val. `line` rows: line, source, set, n_set. `column` rows: column, target, contrast,
        label. Camera with the correlation estimated from the target; with limma's preset where the
        target has no residual expression (`preset` true).
    """
    found = transfer_sets.dropna(subset=["t_preset"]).copy()
    # The treated stand beside responders and all only where studies differ; then they are enough.
    if (found["contrast"] == "change_treated").any():
        found = found[~found["contrast"].isin(["change_responders", "change_all"])]
    if found.empty:
        return absent("No study has a reverted or induced set of which another measured 3 genes.")
    found["preset"] = found["t"].isna()
    found["t"] = found["t"].fillna(found["t_preset"])
    found["adj.P.Val"] = found["adj.P.Val"].fillna(found["adj_p_preset"])
    lines = found[["source", "set", "n_set"]].drop_duplicates().sort_values(["source", "set"])
    lines = lines.head(MOST).assign(line=range(len(lines.head(MOST))))
    order = {name: i for i, name in enumerate(CONTRAST)}
    columns = found[["target", "contrast"]].drop_duplicates()
    columns = columns.sort_values(
        ["target", "contrast"], key=lambda s: s.map(order) if s.name == "contrast" else s
    ).head(MOST)
    columns = columns.assign(column=range(len(columns)), label=columns["contrast"].map(CONTRAST))
    keep = ["source", "set", "target", "contrast", "n_shared", "t", "difference", "adj.P.Val"]
    cells = found[[*keep, "preset"]].merge(lines, on=["source", "set"])
    cells = cells.merge(columns, on=["target", "contrast"]).drop(columns="label")
    shown = int((cells["adj.P.Val"] <= 0.05).sum())
    caption = (
        "Reverted and induced genes of one study (lines; number of genes) as gene sets in the "
        "contrasts of the others (columns). Colour: competitive test of the mean normal score "
        "(camera; the correlation between the genes of a set is estimated in the other study's "
        "own people), red where the set is higher than other genes, blue lower; number: genes the "
        "other study measured; bold with a star: false discovery rate 0.05 "
        f"({shown} of {len(cells)})."
    )
    return stack(caption, caption, cell=cells, line=lines, column=columns)
