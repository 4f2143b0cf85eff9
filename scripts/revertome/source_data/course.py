"""Courses of modules and genes over all visits, patient by patient."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome import naming
from revertome.association.courses import items
from revertome.modules.course_models import ALL_VISITS, EVERYONE
from revertome.small_cells import size
from revertome.source_data.course_groups import groups_of, points_of
from revertome.source_data.genes import note
from revertome.source_data.tidy import absent, count, p_text, signed, stack
from revertome.trial import (
    MINIMUM_PAIRS,
    controlled,
    followups,
    is_healthy,
    visits_of,
)
from revertome.visit_times import times_of

KINDS = ("module", "gene")  # types of cells have a figure of their own
MODULES = 3  # panels of modules
ALONE = 6  # where the study has one follow-up, and no gene is drawn here
GENES = 12  # panels of genes that fit on a page with them


def table(
    expression: Any,
    scores: pd.DataFrame,
    labels: pd.DataFrame,
    genes: pd.DataFrame,
    courses: pd.DataFrame,
    module_visits: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
) -> pd.DataFrame:
    """Build the table of the figure of courses.

    Returns
    -------
    DataFrame
        `point` rows: panel, patient, group, visit, x, value. `mean` rows: panel, group, visit, x,
        mean, CI.L, CI.R, n. `panel` rows: panel, kind, item, healthy_mean, healthy_sd, note.
        `visit` rows: visit, x, tick. `group` rows: group, arm, label, words. `study` row: unit,
        method, until (x of the last visit with arms as randomised).
    """
    visits = followups(design)
    if not visits:
        return absent("This study has one visit, and so no course.")
    courses = courses[courses["kind"].isin(KINDS)]
    if len(visits) == 1:  # its genes are drawn patient by patient in the figure of genes
        courses = courses[courses["kind"].eq("module")]
    over = module_visits["visit"].eq(ALL_VISITS if len(visits) > 1 else visits[0])
    panels = _panels(courses, module_visits[over], genes, scores, figures, len(visits))
    if panels.empty:
        return absent("No module has a score and no gene was chosen.")
    visits, unit = _visits(visits_of(design))
    groups = groups_of(courses, design)
    chosen = items(expression, scores, panels.loc[panels["kind"] == "gene", "item"])
    chosen = chosen[[*zip(panels["kind"], panels["item"], strict=True)]]
    healthy = chosen[is_healthy(expression.obs, design).to_numpy()]
    panels = panels.assign(
        healthy_mean=healthy.mean().to_numpy(), healthy_sd=healthy.std(ddof=1).to_numpy()
    )
    places = visits.set_index("visit")["x"]
    keys = panels.set_index(["kind", "item"])["panel"]
    means = courses.merge(groups[["arm", "label", "group"]], on=["arm", "label"])
    means["panel"] = keys.reindex(pd.MultiIndex.from_frame(means[["kind", "item"]])).to_numpy()
    means = means.dropna(subset="panel").astype({"panel": int})
    means["x"] = means["visit"].map(places)
    few = means["n"].lt(MINIMUM_PAIRS)  # their interval says that they are few, and hides the rest
    means[["CI.L", "CI.R"]] = means[["CI.L", "CI.R"]].mask(few)
    shown = ["panel", "group", "visit", "x", "mean", "CI.L", "CI.R", "n"]
    return stack(
        *_words(panels, visits, groups, courses, means, design),
        point=points_of(chosen, expression.obs, labels, design, groups, panels, places),
        mean=means[shown],
        panel=panels,
        visit=visits,
        group=groups,
        study=pd.DataFrame(
            {
                "unit": [unit],
                "method": [scores["method"].iloc[0]],
                "until": [_until(design, places)],
            }
        ),
    )


def _panels(
    courses: pd.DataFrame,
    tests: pd.DataFrame,
    genes: pd.DataFrame,
    scores: pd.DataFrame,
    figures: Mapping[str, Any],
    n: int,
) -> pd.DataFrame:
    """The chosen module and those that change most surely over the `n` follow-ups, then genes."""
    there = courses.drop_duplicates(["kind", "item"])
    known = there.loc[there["kind"] == "module", "item"]
    over = tests[tests["contrast"] == "change"]
    over = over[over["method"].eq(scores["method"].iloc[0])].dropna(subset="P.own")
    ranked = over.sort_values(["P.own", "module"])["module"].astype(str)
    first = [m for m in dict.fromkeys([figures["module"], *ranked, *known]) if m in set(known)]
    modules = [m for m in dict.fromkeys(known) if m in first[: MODULES if n > 1 else ALONE]]
    what = "over visits" if n > 1 else "change"
    told = over.set_index("module")["adj.P.own"]
    rows = [
        ("module", m, f"{what}, adjusted {p_text(told[m])}" if m in told else "not tested")
        for m in modules
    ]
    record = genes.set_index("gene")
    for gene in there.loc[there["kind"] == "gene", "item"].head(GENES):
        rows.append(("gene", gene, note(record.loc[gene] if gene in record.index else {})))
    table = pd.DataFrame(rows, columns=["kind", "item", "note"])
    return table.assign(panel=range(len(table)))


def _until(design: Mapping[str, Any], places: pd.Series) -> float:
    """Place of the last visit at which arms were as randomised, where they did not stay so."""
    arm = design.get("arm") or {}
    last = str(arm.get("until"))
    return float(places[last]) if last in places.index[:-1] else float("nan")


def _visits(names: Sequence[str]) -> tuple[pd.DataFrame, str | None]:
    """Place and words of each visit, and the unit: times where the names say them, else in turn."""
    times = times_of(names)
    if times is None:
        ticks = [naming.visit(name) for name in names]
        return pd.DataFrame({"visit": names, "x": range(len(names)), "tick": ticks}), None
    unit = f"{times[1]}s" if times[1] else "Visit"
    if names[0].isalpha():
        unit += f" (0: {naming.visit(names[0])})"
    ticks = [f"{time:g}".replace("-", "−") for time in times[0]]
    return pd.DataFrame({"visit": names, "x": times[0], "tick": ticks}), unit


def _words(
    panels: pd.DataFrame,
    visits: pd.DataFrame,
    groups: pd.DataFrame,
    courses: pd.DataFrame,
    means: pd.DataFrame,
    design: Mapping[str, Any],
) -> tuple[str, str]:
    numbers = panels["kind"].value_counts()
    named = [naming.visit(name) for name in visits["visit"]]
    more = courses.loc[courses["kind"].eq("gene"), "item"].nunique() - numbers.get("gene", 0)
    what = [count(numbers[kind], kind) for kind in KINDS if kind in numbers]
    split = [name for name in ("arm", "label") if groups[name].ne(EVERYONE).any()]
    by = " and ".join({"arm": "arm", "label": "response"}[name] for name in split)
    caption = (
        f"Course of {' and '.join(what)} over {len(visits)} visits, from {named[0]} "
        f"to {named[-1]}. Thin lines: patients, broken where a visit is missing. "
        f"Thick lines: mean{f' by {by}' if by else ''} with its 95% interval, of the patients who "
        "have the visit (cut where it leaves the panel; none of fewer than 3 patients)."
    )
    if panels["healthy_mean"].notna().any():
        caption += " Bands: healthy mean and two standard deviations either side."
    everyone = courses[courses["arm"].eq(EVERYONE) & courses["label"].eq(EVERYONE)]
    first = everyone[everyone["item"].eq(panels["item"].iloc[0])].drop_duplicates("visit")
    n = first.set_index("visit")["n"].reindex(visits["visit"])
    caption += f" Patients at each visit: {', '.join(size(each) for each in n)}."
    if not controlled(design, design["followup"]) and "arm" in split:
        caption += (
            f" Dotted: {naming.visit(design['arm']['until'])}, until when arms were as randomised; "
            f"after it {naming.arm(design['arm']['control'])} had the drug too."
        )
    if split == ["arm", "label"]:
        caption += " Split by response, arms are not compared as they were randomised."
    if panels["kind"].eq("module").any():
        caption += (
            " Adjusted p: mixed model, cluster-robust (CR2)"
            + (", Simes' test over the visits" if len(visits) > 2 else "")
            + ", Benjamini-Hochberg over modules. Modules: the chosen one and those of the "
            "smallest p, in the order of their files."
        )
    if more:
        caption += f" Not drawn: {count(more, 'further gene')} (in association/courses.tsv)."
    ends = means[means["panel"].eq(0)].sort_values(["group", "x"])
    told = groups.set_index("group")["words"]
    item = panels.iloc[0]
    first_item = naming.module(item["item"]) if item["kind"] == "module" else item["item"]
    lines = "; ".join(
        f"{told[group]} from {signed(own['mean'].iloc[0])} to {signed(own['mean'].iloc[-1])}"
        for group, own in ends.groupby("group")
    )
    return caption, f"Panels of lines. {caption} Mean of {first_item}: {lines}."
