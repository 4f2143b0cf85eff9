"""Heat map of the reverted and the induced set, patients aligned between visits."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.filled import filled
from revertome.small_cells import size
from revertome.source_data.tidy import (
    LABELS,
    NO_CLASS,
    absent,
    cohort,
    count,
    stack,
    told_labels,
    unclassed,
)

SETS = ("reverted", "induced")


def table(
    expression: Any,
    genes: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
    suppress_below: int = 0,
) -> pd.DataFrame:
    """Build the table of the heat map.

    Returns
    -------
    DataFrame
        `cell` rows: set, gene, column, z. `gene` rows: set, gene, row (order of the clustered
        set, 0 on top). `column` rows: column, block, role, visit, label, patient, position (order
        within the block; the same for the visits of one patient), sample (missing: the patient
        has no such sample). `set` rows: set, n_genes, n_shown. `study` row: reference (the
        samples whose mean and SD make z), limit (SD at full colour: 95% of cells lie within it,
        at least 3, at most 12).
    """
    if unclassed(genes):
        return absent(NO_CLASS)
    people = cohort(expression, labels, design)
    reference = "healthy" if (people["role"] == "healthy").sum() > 1 else "baseline"
    members = genes[genes["class"].isin(SETS)]
    z = _z(expression, people, reference, list(dict.fromkeys(members["gene"])))
    shown, sets = _members(members, figures["heatmap_genes"], z.columns)
    if not sets["n_shown"].sum():
        return absent("No gene is in the reverted or the induced set, so there is no heat map.")
    columns = _columns(people)
    rows = pd.concat(
        [_cluster(name, z[list(part["gene"])]) for name, part in shown.groupby("set", sort=False)],
        ignore_index=True,
    )
    sampled = columns.dropna(subset=["sample"])
    cells = rows[["set", "gene"]].merge(sampled[["column", "sample"]], how="cross")
    cells["z"] = z.loc[sampled["sample"], rows["gene"]].to_numpy().T.ravel()
    study = pd.DataFrame({"reference": [reference], "visit": [design[reference]]})
    strong = np.nanquantile(cells["z"].abs(), 0.95)
    study["limit"] = float(np.clip(np.ceil(strong), 3, 12))
    return stack(
        *_words(sets, columns, study.iloc[0], people, suppress_below),
        cell=cells.drop(columns="sample"),
        gene=rows,
        column=columns,
        set=sets,
        study=study,
    )


def _members(
    genes: pd.DataFrame, most: int, drawable: pd.Index
) -> tuple[pd.DataFrame, pd.DataFrame]:
    shown, sets = [], []
    for name in SETS:
        members = genes[genes["class"] == name]
        effect = "disease" if name == "reverted" else "change"
        order = members[effect].abs().sort_values(ascending=False, kind="stable").index
        lead = members.loc[order]
        lead = lead[lead["gene"].isin(drawable)].head(most)
        shown.append(lead[["gene"]].assign(set=name))
        sets.append({"set": name, "n_genes": len(members), "n_shown": len(lead)})
    return pd.concat(shown, ignore_index=True), pd.DataFrame(sets)


def _columns(people: pd.DataFrame) -> pd.DataFrame:
    """One column a healthy sample, and for each label both visits of every patient in one order."""
    blocks = [people[people["role"] == "healthy"].assign(block="healthy")]
    for label in LABELS:
        members = people[people["label"] == label]
        if members.empty:
            continue
        patients = pd.DataFrame({"patient": sorted(members["patient"].unique())})
        for role in ("baseline", "followup"):
            visit = members[members["role"] == role].drop_duplicates("patient")
            names = {"role": role, "label": label, "block": f"{label} {role}"}
            names["visit"] = next(iter(people.loc[people["role"] == role, "visit"]), role)
            if len(visit):
                sampled = patients.merge(visit[["patient", "sample"]], how="left")
                blocks.append(sampled.assign(**names))
    columns = pd.concat(blocks, ignore_index=True)
    columns["position"] = columns.groupby("block").cumcount()
    columns["column"] = np.arange(len(columns))
    return columns[["column", "block", "role", "visit", "label", "patient", "position", "sample"]]


def _z(expression: Any, people: pd.DataFrame, reference: str, genes: list[str]) -> pd.DataFrame:
    """(x - mean) / SD of the reference samples, samples x genes; NaN where a value is missing.

    Genes that do not vary in the reference are left out.
    """
    x = expression[people["sample"].tolist(), genes].to_df()
    rest = x.loc[people.loc[people["role"] == reference, "sample"]]
    spread = rest.std(ddof=1).replace(0, np.nan)
    z: pd.DataFrame = (x - rest.mean()) / spread
    return z.dropna(axis="columns", how="all")


def _cluster(name: str, z: pd.DataFrame) -> pd.DataFrame:
    """Order genes by average linkage of the correlation between their profiles."""
    from scipy.cluster.hierarchy import leaves_list, linkage

    z = z.sort_index(axis="columns")
    order = np.arange(z.shape[1])
    if z.shape[1] > 2:
        profile = filled(z.to_numpy()).T
        profile = profile - profile.mean(axis=1, keepdims=True)
        profile = profile / np.linalg.norm(profile, axis=1, keepdims=True)
        tree = linkage(profile, method="average", optimal_ordering=True)
        order = leaves_list(tree)
    return pd.DataFrame({"set": name, "gene": z.columns[order], "row": np.arange(len(order))})


def _words(
    sets: pd.DataFrame, columns: pd.DataFrame, study: pd.Series, people: pd.DataFrame, below: int
) -> tuple[str, str]:
    parts = " and ".join(
        f"{count(row.n_genes, 'gene')} {row.set}"
        + (f" ({row.n_shown} with the largest effect shown)" if row.n_shown < row.n_genes else "")
        for row in sets.itertuples()
    )
    against = "healthy" if study["reference"] == "healthy" else study["visit"]
    blocks = columns.dropna(subset=["sample"]).groupby("block", sort=False).size()
    caption = (
        f"Heat map of {parts}. Colour: expression in standard deviations of the {against} samples "
        f"from their mean. Patients are in the same order at both visits; grey: no sample at "
        f"that visit, or no value. Rows clustered by correlation (average linkage)."
    )
    told = told_labels(blocks, below, people)
    sizes = "; ".join(f"{name}: {size(told[str(name)])} samples" for name in blocks.index)
    return caption, f"{caption} {sizes}."
