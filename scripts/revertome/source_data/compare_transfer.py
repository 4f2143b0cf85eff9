"""The sets of each study in the contrasts of the others."""

import numpy as np
import pandas as pd

from revertome.source_data.tidy import absent, stack

MOST = 36  # lines or columns of the matrix
NUMBERED = 12  # columns between which numbers of genes can be read
CONTRAST = {
    "disease": "disease",
    "change_responders": "change, responders",
    "change_all": "change, all",
    "change_treated": "change, treated",
    "change_nonresponders": "change, non-responders",
}


def table(transfer_sets: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Build the table of the transfer matrix.

    Parameters
    ----------
    transfer_sets
        compare/transfer_sets.tsv.
    alpha
        False discovery rate at which a cell has a star.

    Returns
    -------
    DataFrame
        `cell` rows: source, set, n_set, line, target, contrast, column, n_shared, t, difference,
        adj.P.Val, label. `line` rows: line, source, set, n_set. `column` rows: column, target,
        contrast, label. Camera with the correlation estimated from the target; t is missing
        where the target has no residual expression. Where the matrix would outgrow
        a page: one set a source and one contrast a target, those that most studies have.
    """
    found = transfer_sets.dropna(subset=["difference"]).copy()
    # The treated stand beside responders and all only where studies differ; then they are enough.
    if (found["contrast"] == "change_treated").any():
        found = found[~found["contrast"].isin(["change_responders", "change_all"])]
    if found.empty:
        return absent("No study has a reverted or induced set of which another measured 3 genes.")
    words = ""
    if found["t"].isna().any():
        words = " Grey: not tested, for want of expression or because the studies share people."
    if _extent(found) > MOST:
        found = _commonest(found)
        words += " Of each study one set and one contrast; the others are in transfer_sets.tsv."
    lines = found[["source", "set", "n_set"]].drop_duplicates().sort_values(["source", "set"])
    lines = lines.head(MOST).assign(line=range(len(lines.head(MOST))))
    order = {name: i for i, name in enumerate(CONTRAST)}
    columns = found[["target", "contrast"]].drop_duplicates()
    columns = columns.sort_values(
        ["target", "contrast"], key=lambda s: s.map(order) if s.name == "contrast" else s
    ).head(MOST)
    columns = columns.assign(column=range(len(columns)), label=columns["contrast"].map(CONTRAST))
    keep = ["source", "set", "target", "contrast", "n_shared", "t", "difference", "adj.P.Val"]
    cells = found[keep].merge(lines, on=["source", "set"])
    cells = cells.merge(columns, on=["target", "contrast"]).drop(columns="label")
    star = np.where(cells["adj.P.Val"] <= alpha, "*", "")
    few = len(columns) <= NUMBERED
    cells["label"] = cells["n_shared"].astype(int).astype(str) + star if few else star
    shown = int((cells["adj.P.Val"] <= alpha).sum())
    caption = (
        "Reverted and induced genes of one study (lines; number of genes) as gene sets in the "
        "contrasts of the others (columns). Colour: competitive test of the mean normal score "
        "(camera; the correlation between the genes of a set is estimated in the other study's "
        "own people), red where the set is higher than other genes, blue lower; "
        f"{'number: genes the other study measured; ' if few else ''}star: false discovery rate "
        f"{alpha:g} ({shown} of {len(cells)}).{words}"
    )
    return stack(caption, caption, cell=cells, line=lines, column=columns)


def _extent(found: pd.DataFrame) -> int:
    """Lines or columns, whichever are more."""
    pairs = (["source", "set"], ["target", "contrast"])
    return max(len(found[names].drop_duplicates()) for names in pairs)


def _commonest(found: pd.DataFrame) -> pd.DataFrame:
    """The set of most sources, and the change of most targets."""
    kinds = found[["source", "set"]].drop_duplicates()["set"].value_counts()
    found = found[found["set"] == kinds.sort_index().idxmax()]
    changes = found[found["contrast"] != "disease"]
    changes = changes if len(changes) else found
    best = changes[["target", "contrast"]].drop_duplicates()["contrast"].value_counts()
    return found[found["contrast"] == best.sort_index().idxmax()]
