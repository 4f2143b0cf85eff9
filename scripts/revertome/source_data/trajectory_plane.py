"""The trajectory plane: every gene by what disease did and what changed under treatment."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.source_data.tidy import absent, cohort, count, group_name, pairs, stack

LABELLED = 5  # genes named in each arm: a class on one side of zero
BOUNDS = ("recovered_at_least", "recovered_at_most", "induced_disease_at_most", "alpha", "rule")


def table(
    genes: pd.DataFrame,
    summary: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
    trajectories: Mapping[str, Any],
    labels: pd.DataFrame,
    expression: Any,
) -> pd.DataFrame:
    """Build the table of the trajectory plane.

    Returns
    -------
    DataFrame
        `gene` rows: panel, gene, disease, change (log2), class, label. `panel` rows: panel,
        patients, claim (the class that is tested in these patients; empty for both), n_pairs.
        `class` rows: class, n_genes, expected_by_chance. `study` row: the wedge bounds, alpha,
        rule, baseline, followup.
    """
    if genes.empty or genes["disease"].isna().all():
        return absent(
            "The plane of disease and change needs healthy samples and complete pairs; "
            "this study lacks one of them."
        )
    panels = _panels(genes, trajectories, pairs(cohort(expression, labels, design)))
    points = pd.concat(
        [_points(genes, row, figures["genes"]) for row in panels.to_dict("records")],
        ignore_index=True,
    )
    study = pd.DataFrame([{name: trajectories[name] for name in BOUNDS}])
    study["baseline"], study["followup"] = design["baseline"], design["followup"]
    return stack(
        *_words(panels, summary, study.iloc[0]),
        gene=points,
        panel=panels.drop(columns=["x", "y"]),
        **{"class": summary},
        study=study,
    )


def _panels(genes: pd.DataFrame, trajectories: Mapping[str, Any], n: pd.Series) -> pd.DataFrame:
    """One panel where both classes are tested in the same patients, else one each."""
    everyone = not {"responder", "nonresponder"} & set(n.index)
    first = "all" if everyone else trajectories["reverted_in"]
    second = "all" if everyone else trajectories["induced_in"]
    if first == second or "change_all" not in genes or genes["change_all"].isna().all():
        rows = [(first, "", "disease", "change")]
    else:
        columns = {"all": ("disease_all", "change_all"), first: ("disease", "change")}
        rows = [(first, "reverted", "disease", "change"), (second, "induced", *columns[second])]
    panels = pd.DataFrame(rows, columns=["patients", "claim", "x", "y"])
    panels.insert(0, "panel", list("AB"[: len(panels)]))
    size = {"all": int(n.sum()), "responders": int(n.get("responder", 0))}
    panels["n_pairs"] = panels["patients"].map(size)
    return panels


def _points(genes: pd.DataFrame, panel: Mapping[str, Any], chosen: list[str]) -> pd.DataFrame:
    points = pd.DataFrame(
        {
            "panel": panel["panel"],
            "gene": genes["gene"],
            "disease": genes[panel["x"]],
            "change": genes[panel["y"]],
            "class": genes["class"],
        }
    )
    claims = [panel["claim"]] if panel["claim"] else ["reverted", "induced"]
    named = list(chosen)
    size = points[["disease", "change"]].abs().max(axis=1)
    ranked = points.assign(size=size).sort_values(["size", "gene"], ascending=[False, True])
    for claim in claims:
        members = ranked[ranked["class"] == claim]
        for arm in (members["change"] > 0, members["change"] < 0):
            named += list(members.loc[arm, "gene"].head(LABELLED))
    points["label"] = points["gene"].where(points["gene"].isin(named))
    return points.dropna(subset=["disease", "change"]).sort_values("gene")


def _words(panels: pd.DataFrame, summary: pd.DataFrame, study: pd.Series) -> tuple[str, str]:
    n = summary.set_index("class")["n_genes"]
    chance = summary.set_index("class")["expected_by_chance"]
    sets = " and ".join(
        f"{count(n.get(name, 0), 'gene')} {name}"
        + (f" ({chance[name]:.2g} expected by chance)" if pd.notna(chance.get(name)) else "")
        for name in ("reverted", "induced")
    )
    where = "; ".join(
        f"{row.panel}, {group_name(row.patients)} ({count(row.n_pairs, 'pair')})"
        for row in panels.itertuples()
    )
    caption = (
        f"Trajectory plane. Each gene by disease ({study['baseline']} minus healthy) and change "
        f"({study['followup']} minus {study['baseline']}), log2. {where}. {sets}, false discovery "
        f"rate {study['alpha']:g} for each class. Dashed: complete return to healthy. Wedges: "
        f"reverted, recovered fraction {study['recovered_at_least']:g} to "
        f"{study['recovered_at_most']:g}; induced, disease effect below "
        f"{study['induced_disease_at_most']:g} of the change. A gene inside a wedge is coloured "
        "only when the test shows it there."
    )
    if study["rule"] == "thresholds":
        caption += " Classes follow the two-threshold rule and are descriptive."
    return caption, f"Scatter plot of genes in two dimensions. {caption}"
