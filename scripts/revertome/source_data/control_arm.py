"""What the control arm changes: the plane without control beside that of the drug effect."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.gene_classes import BEYOND
from revertome.small_cells import size
from revertome.source_data.tidy import absent, count, stack
from revertome.source_data.two_effects import two_changes
from revertome.visits import controlled, followups

SETS = {"reverted": "disease", "induced": "drug_effect"}  # and the effect that each rests on
LABELLED = 4  # genes named in each arm: a class on one side of zero
BOUNDS = ("recovered_at_least", "recovered_at_most", "induced_disease_at_most", "alpha")


def table(
    genes: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
    trajectories: Mapping[str, Any],
    beyond_control: pd.DataFrame | None = None,
    truth: pd.DataFrame | None = None,
    contrasts: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Build the table of the figure of the control arm.

    Without healthy people there is no plane: genes are placed by their changes in the control arm
    and in the treated arms (`two_effects`).

    Shown are the last follow-up that has a control, and of several active arms all together.

    Returns
    -------
    DataFrame
        `gene` rows: panel (A without control, B beyond control), gene, disease, change (log2; in B
        the drug effect), class (of the panel), mark (the set whose colour it has: that of the
        panel, else that of panel A; `passing` for a simulated gene known to fall back without the
        drug), claimed (whether the panel claims that set), label. `set` rows: set, n_without,
        n_beyond, n_both, passing_without, passing_beyond (simulated studies). `panel` rows: panel,
        patients, n_patients, n_control. `study` row: the wedge bounds, alpha, baseline, followup,
        visit, arm, control.
    """
    if design.get("arm") is None:
        return absent(
            "This study names no control arm, so what time alone does cannot be told from what the "
            "drug does."
        )
    if beyond_control is None or beyond_control.empty:
        return absent("No follow-up has a control arm with enough patients to compare.")
    claim = _claim(beyond_control, design)
    if claim["disease"].isna().all() or genes["disease"].isna().all():
        return _without_healthy(contrasts or {}, claim, design, figures, trajectories)
    passing = set() if truth is None else set(truth.loc[truth["class"] == "activity", "gene"])
    without = genes.set_index("gene")[["disease", "change", "class"]]
    beyond = claim.set_index("gene").rename(columns={"drug_effect": "change"})
    beyond["class"] = beyond["class"].replace({words: name for name, words in BEYOND.items()})
    without, beyond = (side[side.index.isin(claim["gene"])] for side in (without, beyond))
    named = _named(beyond, figures["genes"], trajectories["alpha"])
    points = [
        _points("A", without, without, passing, named),
        _points("B", beyond, without, passing, named),
    ]
    sets = pd.DataFrame([_set(name, without, beyond, passing) for name in SETS])
    study = pd.DataFrame([{name: trajectories[name] for name in BOUNDS}])
    first = claim.iloc[0]
    study = study.assign(
        baseline=design["baseline"], followup=design["followup"], visit=first["visit"],
        arm=first["arm"], control=first["control"], group="healthy",
    )  # fmt: skip
    panels = pd.DataFrame(
        {"panel": ["A", "B"], "patients": [trajectories["reverted_in"], "randomised"]}
    )
    panels["group"] = panels["patients"]
    for name in ("n_patients", "n_control"):
        panels[name] = [float("nan"), first[name]]
    return stack(
        *_words(sets, panels, study.iloc[0]),
        gene=pd.concat(points, ignore_index=True),
        set=sets,
        panel=panels,
        study=study,
    )


def _without_healthy(
    contrasts: Mapping[str, pd.DataFrame],
    claim: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
    trajectories: Mapping[str, Any],
) -> pd.DataFrame:
    """Genes by their changes in the control arm and in the treated arms, at the last follow-up."""
    names = ("change_control", "change_treated", "drug_effect")
    tested = all(n in contrasts and contrasts[n]["P.Value"].notna().any() for n in names)
    if not tested or not controlled(design, design["followup"]):
        return absent(
            "Without healthy people the changes of the arms are compared at the last follow-up, "
            "and there the study has no control arm any more."
        )
    elements, words = two_changes(contrasts, names, figures["genes"], trajectories["alpha"])
    first, control = claim.iloc[0], naming.arm(design["arm"]["control"])
    words += (
        f" At {naming.visit(design['followup'])} there are {count(first['n_control'], 'patient')} "
        f"in {control} and {count(first['n_patients'], 'patient')} in the treated arms. Without "
        "healthy people no gene is called reverted or induced."
    )
    return stack(words, f"Scatter plot of genes. {words}", **elements)


def _claim(beyond: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Rows of the last follow-up with a control; of several arms those of all together."""
    order = [visit for visit in followups(design) if beyond["visit"].eq(visit).any()]
    last = beyond[beyond["visit"] == order[-1]]
    arms = list(dict.fromkeys(last["arm"]))
    return last[last["arm"] == arms[-1]]  # all together come last


def _named(beyond: pd.DataFrame, chosen: list[str], alpha: float) -> set[str]:
    """Genes of the largest effects of each set beyond control, and those of the study file.

    For an empty set stand in those that show its effect most surely.
    """
    named = set(chosen)
    size = beyond[["disease", "change"]].abs().max(axis=1).sort_index()
    for name, effect in SETS.items():
        if not (beyond["class"] == name).any():
            shown = beyond[beyond[f"adj_p_{effect}"] <= alpha].sort_values(f"p_{effect}")
            named.update(shown.index[:LABELLED])
        for sign in (1, -1):
            members = size[(beyond["class"] == name) & (beyond["change"] * sign > 0)]
            named.update(members.sort_values(ascending=False, kind="stable").index[:LABELLED])
    return named


def _points(
    panel: str, side: pd.DataFrame, without: pd.DataFrame, passing: set[str], named: set[str]
) -> pd.DataFrame:
    own = side["class"].where(side["class"].isin(SETS))
    other = without["class"].where(without["class"].isin(SETS)).reindex(side.index)
    mark = own.where(own.notna(), other).mask(side.index.isin(passing), "passing")
    points = pd.DataFrame(
        {
            "panel": panel,
            "gene": side.index,
            "disease": side["disease"].to_numpy(),
            "change": side["change"].to_numpy(),
            "class": side["class"].to_numpy(),
            "mark": mark.to_numpy(),
            "claimed": own.notna().to_numpy(),
        }
    )
    points["label"] = points["gene"].where(points["gene"].isin(named))
    return points.dropna(subset=["disease", "change"]).sort_values("gene")


def _set(
    name: str, without: pd.DataFrame, beyond: pd.DataFrame, passing: set[str]
) -> dict[str, Any]:
    """How many genes a set has in both panels, and how many of them fall back by themselves."""
    first, second = (set(side.index[side["class"] == name]) for side in (without, beyond))
    row: dict[str, Any] = {"set": name, "n_without": len(first), "n_beyond": len(second)}
    row["n_both"] = len(first & second)
    if passing:
        row |= {"passing_without": len(first & passing), "passing_beyond": len(second & passing)}
    return row


def _words(sets: pd.DataFrame, panels: pd.DataFrame, study: pd.Series) -> tuple[str, str]:
    facts = {row["set"]: row for row in sets.to_dict("records")}
    n = panels.set_index("panel").loc["B"]
    told = "; ".join(
        f"{count(row['n_without'], 'gene')} {name} without control, "
        f"{count(row['n_beyond'], 'gene')} {name} beyond control ({row['n_both']:,} in both)"
        for name, row in facts.items()
    )
    arms = f"{naming.arm(study['arm'])} minus {naming.arm(study['control'])}"
    before, after, visit = (naming.visit(study[n]) for n in ("baseline", "followup", "visit"))
    caption = (
        f"A, without control: change from {before} to {after} in "
        f"{naming.group(panels['patients'].iloc[0])}; B, beyond "
        f"control: drug effect at {visit}, {arms}, in all who were randomised "
        f"({count(n['n_patients'], 'patient')} against {size(n['n_control'])}). {told}; "
        f"false discovery rate {study['alpha']:g} for each class (intersection-union tests, "
        "adjusted by Benjamini-Hochberg). Filled: claimed in the panel; open: claimed in A alone. "
        "What happens without the drug too, such as the end of a flare in which patients were "
        "enrolled, is in A and not in B. A gene of A alone is not shown to be the work of time: B "
        "may have too few patients to decide."
    )
    reverted = facts["reverted"]
    if "passing_without" in reverted:
        caption += (
            f" Orange: simulated genes known to fall back in both arms, without any drug effect: "
            f"{reverted['passing_without']:,} of those reverted without control, "
            f"{reverted['passing_beyond']:,} of those reverted beyond control."
        )
    return caption, f"Two scatter plots of genes. {caption}"
