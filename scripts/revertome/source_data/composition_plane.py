"""Cells or regulation: the trajectory plane with the share of each change that follows cells."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.gene_classes import BEYOND_COMPOSITION
from revertome.small_cells import size
from revertome.source_data.tidy import absent, count, stack
from revertome.source_data.trajectory_plane import BOUNDS
from revertome.trajectories.composition_summary import DECOMPOSED

SETS = ("reverted", "induced")
SURVIVES, LOST, GAINED, SHOWN = "survives", "lost", "gained", "shown"
LABELLED = {SURVIVES: 3, LOST: 2, SHOWN: 4}  # genes named in each arm: a mark on one side of zero


def table(
    genes: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
    trajectories: Mapping[str, Any],
    beyond_composition: pd.DataFrame | None = None,
    composition_summary: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Build the table of the plane of composition.

    Returns
    -------
    DataFrame
        `gene` rows: panel, gene, disease, change (log2, in the model with composition), class
        (without it), share (of the change that follows composition; of genes whose change is shown
        or that are in a set), mark (of the set of the panel: `survives`, `lost`, `gained` for those
        beyond composition only, `shown` where nothing is claimed), label. `panel` rows: panel,
        patients, claim (the set; missing for both). `set` rows: set, n_genes, n_both, n_gained
        (missing where nothing is claimed). `study` row: the wedge bounds, alpha, rule, baseline,
        followup, cell_types, n_samples.
    """
    split, summary = beyond_composition, composition_summary
    if summary is None or summary.empty:
        return absent(
            "Claims are split into cells and the rest where there are healthy people, a follow-up "
            "and percentages of white cells."
        )
    if split is None or split.empty:
        return absent(f"Claims are not split by cells: {summary['not_claimed'].iloc[0]}.")
    claimed = bool(summary["claimed"].all())
    panels = _panels(split, labels, trajectories)
    points = [_points(split, genes, row, claimed, trajectories["alpha"])
              for row in panels.to_dict("records")]  # fmt: skip
    marked = pd.concat([_named(own, figures["genes"]) for own in points], ignore_index=True)
    sets = summary[["set", "n_genes", "n_both"]].assign(
        n_gained=summary["n_beyond"] - summary["n_both"]
    )
    study = pd.DataFrame([{name: trajectories[name] for name in BOUNDS}]).assign(
        baseline=design["baseline"], followup=design["followup"], group="healthy",
        cell_types=summary["cell_types"].iloc[0], n_samples=summary["n_samples"].iloc[0],
    )  # fmt: skip
    return stack(
        *_words(panels, sets, summary, study.iloc[0], claimed),
        gene=marked,
        panel=panels.drop(columns="prefix").assign(group=panels["patients"]),
        set=sets,
        study=study,
    )


def _panels(
    split: pd.DataFrame, labels: pd.DataFrame, trajectories: Mapping[str, Any]
) -> pd.DataFrame:
    """One panel where both sets are claimed of the same patients, else one each."""
    everyone = not {"responder", "nonresponder"} & set(labels["label"])
    who = ["all" if everyone else trajectories[f"{name}_in"] for name in SETS]
    rows: list[tuple[str, str | None, str]] = [(who[0], None, "")]
    if "induced_change" in split and split["induced_change"].notna().any():
        rows = [(who[0], "reverted", ""), (who[1], "induced", "induced_")]
    panels = pd.DataFrame(rows, columns=["patients", "claim", "prefix"])
    panels.insert(0, "panel", list("AB"[: len(panels)]))
    return panels


def _points(
    split: pd.DataFrame,
    genes: pd.DataFrame,
    panel: Mapping[str, Any],
    claimed: bool,
    alpha: float,
) -> pd.DataFrame:
    prefix, names = panel["prefix"], [panel["claim"]] if panel["claim"] else list(SETS)
    points = split[["gene", "class"]].assign(panel=panel["panel"])
    for name in ("disease", "change"):
        points[name] = split[f"{prefix}{name}"]
    points["mark"] = pd.Series(None, points.index, dtype=object)
    for name in names:
        own, beyond = (split["class"].eq(name),
                       split["class_beyond"].eq(BEYOND_COMPOSITION[name]))  # fmt: skip
        points.loc[own, "mark"] = LOST if claimed else SHOWN
        points.loc[own & beyond, "mark"] = SURVIVES
        points.loc[~own & beyond, "mark"] = GAINED
    p = f"adj_p_change_{panel['patients']}" if prefix else "adj_p_change"
    sure = genes.loc[genes[p if p in genes else "adj_p_change"].le(alpha), "gene"]
    told = points["gene"].isin(sure) | points["mark"].notna() | points["class"].isin(SETS)
    points["share"] = split[f"{prefix}change_share"].where(told)
    return points.dropna(subset=["disease", "change"]).sort_values("gene")


def _named(points: pd.DataFrame, chosen: list[str]) -> pd.DataFrame:
    """Name the genes of the largest effects of each mark, and those of the study file."""
    named = set(chosen)
    points = points.assign(reach=points[["disease", "change"]].abs().max(axis=1))
    ranked = points.sort_values(["reach", "gene"], ascending=[False, True])
    for mark, most in LABELLED.items():
        members = ranked[ranked["mark"].eq(mark)]
        for arm in (members["change"] > 0, members["change"] < 0):
            named.update(members.loc[arm, "gene"].head(most))
    label = points["gene"].where(points["gene"].isin(named))
    return points.drop(columns="reach").assign(label=label)


def _words(
    panels: pd.DataFrame,
    sets: pd.DataFrame,
    summary: pd.DataFrame,
    study: pd.Series,
    claimed: bool,
) -> tuple[str, str]:
    before, after = naming.visit(study["baseline"]), naming.visit(study["followup"])
    types = ", ".join(naming.cell_type(name) for name in study["cell_types"].split(","))
    where = "; ".join(
        (f"{row.panel}, " if len(panels) > 1 else "") + naming.group(row.patients)
        for row in panels.itertuples()
    )
    caption = (
        f"Each gene by disease ({before} minus {naming.group('healthy')}) and change ({after} "
        f"minus {before}), log2, in the model with the percentages of {types} "
        f"({size(study['n_samples'])} samples). {naming.capital(where)}. Colour: share of the "
        "change that follows composition, which is the shift of mean percentages times the slopes "
        "of the gene on them, of genes whose change is shown or that are in a set; pointed ends of "
        "the scale: below 0 and above 1, where both parts have opposite signs; grey: other genes."
    )
    if claimed:
        told = "; ".join(
            f"of {count(row['n_genes'], 'gene')} {row['set']}, {row['n_both']:,.0f} so beyond "
            f"composition too, and {row['n_gained']:,.0f} beyond composition only"
            for row in sets.to_dict("records")
        )
        caption += (
            f" {naming.capital(told)} (false discovery rate {study['alpha']:g}). Large with a dark "
            "ring: the class is claimed beyond composition as well; large without: that is not "
            "shown; diamond: beyond composition only."
        )
    else:
        told = "; ".join(f"{count(row['n_genes'], 'gene')} {row['set']}"
                         for row in sets.to_dict("records"))  # fmt: skip
        caption += (
            f" Large: {told}. What is left of these classes beyond composition is shown, not "
            f"claimed: {summary['not_claimed'].iloc[0]}."
        )
    caption += f" {DECOMPOSED}"
    return caption, f"Scatter plot of genes in two dimensions, coloured. {caption}"
