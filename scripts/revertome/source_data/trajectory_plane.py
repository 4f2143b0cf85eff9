"""The trajectory plane: every gene by what disease did and what changed under treatment."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome import naming
from revertome.gene_classes import UNCLAIMED
from revertome.source_data.tidy import (
    absent,
    cohort,
    count,
    expected_false,
    pairs,
    stack,
    told_labels,
)
from revertome.source_data.two_effects import level_and_effect, two_changes
from revertome.source_data.volcano import first_of
from revertome.trajectories.leading import RESTS_ON, surest

RESPONSE = {"change_nonresponders", "change_responders", "interaction"}
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
    suppress_below: int = 0,
    contrasts: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Build the table of the trajectory plane.

    Without healthy people or a follow-up there is none: genes are placed by their changes in
    responders and non-responders, else by their level and the effect that is known
    (`two_effects`), under a `title` row.

    Returns
    -------
    DataFrame
        `gene` rows: panel, gene, disease, change (log2), class, label. `panel` rows: panel,
        patients, claim (the class that is tested in these patients; empty for both), n_pairs.
        `ellipse` rows: panel, gene, disease, change (centre), width, height (full axes), angle
        (degrees): joint 95% confidence region of every gene in a class or named.
        `class` rows: class, n_genes, note (how many of them are expected to be false). `study` row:
        the wedge bounds, alpha, rule, baseline, followup.
    """
    if genes.empty or genes[["disease", "change"]].isna().all().any():
        return _without_plane(contrasts or {}, design, figures, trajectories)
    n = pairs(cohort(expression, labels, design))
    panels = _panels(genes, trajectories, n, told_labels(n, suppress_below))
    chosen, alpha = figures["genes"], float(trajectories["alpha"])
    points = pd.concat(
        [_points(genes, row, chosen, alpha) for row in panels.to_dict("records")],
        ignore_index=True,
    )
    regions = [_ellipses(genes, row, points) for row in panels.to_dict("records")]
    study = pd.DataFrame([{name: trajectories[name] for name in BOUNDS}])
    study["baseline"] = design["baseline"]
    study["followup"], study["group"] = design["followup"], "healthy"
    return stack(
        *_words(panels, summary, study.iloc[0]),
        gene=points,
        ellipse=pd.concat(regions, ignore_index=True),
        panel=panels.drop(columns=["x", "y", "suffix"]).assign(group=panels["patients"]),
        **{"class": _classes(summary)},
        study=study,
    )


def _without_plane(
    contrasts: Mapping[str, pd.DataFrame],
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
    trajectories: Mapping[str, Any],
) -> pd.DataFrame:
    """Genes by the effects that a study without healthy people or a follow-up can tell."""
    drawn, alpha, chosen = first_of(contrasts), trajectories["alpha"], figures["genes"]
    if drawn is None:
        return absent("No contrast of genes was tested, so that there is nothing to place them by.")
    lacks = "a follow-up" if design["followup"] is None else "healthy people"
    tested = {name for name, found in contrasts.items() if first_of({name: found})}
    if tested >= RESPONSE:
        names = ("change_nonresponders", "change_responders", "interaction")
        title = "Change in responders and in non-responders"
        elements, words = two_changes(contrasts, names, chosen, alpha)
    else:
        effect = naming.contrast(drawn)
        title = f"{naming.capital(effect)}, by mean expression"
        elements, words = level_and_effect(contrasts[drawn], effect, chosen, alpha)
    words += f" Without {lacks}, or complete pairs, no gene is called reverted or induced."
    return stack(
        f"{words}", f"Scatter plot. {words}", **elements, title=pd.DataFrame({"text": [title]})
    )


def _panels(
    genes: pd.DataFrame,
    trajectories: Mapping[str, Any],
    n: pd.Series,
    known: Mapping[str, float],
) -> pd.DataFrame:
    """One panel where both classes are tested in the same patients, else one each."""
    everyone = not {"responder", "nonresponder"} & set(n.index)
    first = "all" if everyone else trajectories["reverted_in"]
    second = "all" if everyone else trajectories["induced_in"]
    end = f"_{second}"
    if first == second or f"change{end}" not in genes or genes[f"change{end}"].isna().all():
        rows = [(first, "", "disease", "change", "")]
    else:
        rows = [(first, "reverted", "disease", "change", "")]
        rows += [(second, "induced", f"disease{end}", f"change{end}", end)]
    panels = pd.DataFrame(rows, columns=["patients", "claim", "x", "y", "suffix"])
    panels.insert(0, "panel", list("AB"[: len(panels)]))
    size = {"all": known["all"], "responders": known.get("responder", 0)}
    panels["n_pairs"] = panels["patients"].map(size)
    return panels


def _points(
    genes: pd.DataFrame, panel: Mapping[str, Any], chosen: list[str], alpha: float
) -> pd.DataFrame:
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
        if members.empty:  # what shows its effect most surely stands in
            lead = surest(genes, RESTS_ON[claim]).query("adjusted <= @alpha")["gene"]
            members = ranked[ranked["gene"].isin(lead.head(LABELLED))]
        for arm in (members["change"] > 0, members["change"] < 0):
            named += list(members.loc[arm, "gene"].head(LABELLED))
    points["label"] = points["gene"].where(points["gene"].isin(named))
    return points.dropna(subset=["disease", "change"]).sort_values("gene")


def _ellipses(genes: pd.DataFrame, panel: Mapping[str, Any], points: pd.DataFrame) -> pd.DataFrame:
    """Outline of (x - v)' V^-1 (x - v) <= joint_limit, the joint 95% region of trajectories."""
    end = panel["suffix"]
    columns = [f"se_disease{end}", f"se_change{end}", f"correlation{end}", f"joint_limit{end}"]
    if not {*columns} <= {*genes.columns}:
        return pd.DataFrame()
    named = points.loc[points["panel"] == panel["panel"]].dropna(subset=["label"])["gene"]
    shown = genes["gene"].isin(named) | ~genes["class"].isin(UNCLAIMED)
    members = genes[shown].dropna(subset=[panel["x"], panel["y"], *columns])
    sx, sy, r, limit = (members[name].to_numpy(dtype=float) for name in columns)
    cov = np.empty((len(members), 2, 2))
    cov[:, 0, 0], cov[:, 1, 1] = sx**2, sy**2
    cov[:, 0, 1] = cov[:, 1, 0] = r * sx * sy
    sizes, axes = np.linalg.eigh(cov)
    full = 2 * np.sqrt(sizes * limit[:, None])
    found = pd.DataFrame({"panel": panel["panel"], "gene": members["gene"]})
    found["disease"] = members[panel["x"]]
    found["change"] = members[panel["y"]]
    found["width"], found["height"] = full[:, 1], full[:, 0]
    slope = axes[:, 1, 1] / np.where(axes[:, 0, 1] == 0, 1e-300, axes[:, 0, 1])
    return found.assign(angle=np.degrees(np.arctan(slope))).sort_values("gene")


def _classes(summary: pd.DataFrame) -> pd.DataFrame:
    note = [
        expected_false(number) if name in ("reverted", "induced") and n else ""
        for name, n, number in summary[["class", "n_genes", "expected_false"]].itertuples(
            index=False
        )
    ]
    return summary[["class", "n_genes"]].assign(note=note)


def _words(panels: pd.DataFrame, summary: pd.DataFrame, study: pd.Series) -> tuple[str, str]:
    n = summary.set_index("class")["n_genes"]
    notes = _classes(summary).set_index("class")["note"]
    sets = " and ".join(
        f"{count(n.get(name, 0), 'gene')} {name}" + (f" ({notes[name]})" if notes.get(name) else "")
        for name in ("reverted", "induced")
    )
    where = "; ".join(
        (f"{row.panel}, " if len(panels) > 1 else "")
        + f"{naming.group(row.patients)} ({count(row.n_pairs, 'pair')})"
        for row in panels.itertuples()
    )
    before, after = naming.visit(study["baseline"]), naming.visit(study["followup"])
    descriptive = study["rule"] == "thresholds"
    tests = "" if descriptive else " (intersection-union tests, adjusted by Benjamini-Hochberg)"
    caption = (
        f"Each gene by disease ({before} minus {naming.group('healthy')}) and change ({after} "
        f"minus {before}), log2. {naming.capital(where)}. {sets}, false discovery "
        f"rate {study['alpha']:g} for each class{tests}. Dashed: complete return to "
        f"{naming.group('healthy')}. Wedges: reverted, recovered fraction "
        f"{study['recovered_at_least']:.3g} to {study['recovered_at_most']:.3g}; induced, "
        "disease effect below "
        f"{study['induced_disease_at_most']:.3g} of the change. A gene inside a wedge is coloured "
        "only when the test of its class is significant. Ellipses: joint 95% confidence region of "
        f"named genes.{_stand_ins(n)}"
    )
    if descriptive:
        caption += (
            " Classes follow the conventional two-threshold rule, which does not control the false "
            "discovery rate; they are descriptive."
        )
    return caption, f"Scatter plot of genes in two dimensions. {caption}"


def _stand_ins(n: pd.Series) -> str:
    """Which genes are named where a set has none."""
    showing = {"reverted": f"differ from {naming.group('healthy')}", "induced": "change"}
    empty = [name for name in showing if not n.get(name, 0)]
    if not empty:
        return ""
    return (
        f" No gene is {' or '.join(empty)}; where genes {' or '.join(showing[e] for e in empty)}, "
        "those that do so most surely are named in their place, without a class."
    )
