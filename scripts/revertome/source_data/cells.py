"""Cell content by visit, arm and response, against healthy people."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.association.courses import percents
from revertome.gene_classes import NOTHING_SHOWN, READ, UNCLAIMED
from revertome.modules.course_models import EVERYONE
from revertome.small_cells import size
from revertome.source_data.course_groups import groups_of, points_of
from revertome.source_data.tidy import absent, stack
from revertome.trial import MINIMUM_PAIRS, is_healthy, visits_of

MOST = 9  # types of cells that fit on a page


def table(
    cells: pd.DataFrame,
    courses: pd.DataFrame,
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    cell_trajectories: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Build the table of the figure of cell content.

    Returns
    -------
    DataFrame
        `point` rows: panel, patient, group, visit, x (place of the visit, from 1), value (percent
        of the white cells). `healthy` rows: panel, patient, x (0), value. `mean` rows: panel,
        group, visit, x, mean, CI.L, CI.R, n. `panel` rows: panel, cell_type, source, healthy_mean,
        healthy_sd, class (composition/trajectories.tsv), text (its name). `visit` rows: visit, x,
        text. `group` rows: group, arm, label, words.
    """
    courses = courses[courses["kind"].eq("cell_type")].dropna(subset="mean")
    if cells["percent"].isna().all() or courses.empty:
        return absent(
            "Nothing is known of the cells of these samples: the sheets have no counts of white "
            "cells, and none were estimated."
        )
    values = percents(cells)["cell_type"].reindex(expression.obs_names)
    values = values[values.mean().sort_values(ascending=False, kind="stable").index[:MOST]]
    healthy = values[is_healthy(expression.obs, design).to_numpy()]
    panels = _panels(values, healthy, cells, cell_trajectories)
    places = pd.Series({visit: place for place, visit in enumerate(visits_of(design), 1)})
    groups = groups_of(courses, design)
    asked = values, expression.obs, labels, design, groups, panels, places.astype(float)
    visits = pd.DataFrame({"visit": places.index, "x": places.to_numpy()})
    visits["text"] = [naming.visit(visit) for visit in visits["visit"]]
    means = _means(courses, groups, panels, places)
    return stack(
        *_words(panels, visits, groups, courses),
        point=points_of(*asked),
        healthy=_healthy(healthy, expression.obs, panels),
        mean=means,
        panel=panels,
        visit=visits,
        group=groups,
    )


def _panels(
    values: pd.DataFrame,
    healthy: pd.DataFrame,
    cells: pd.DataFrame,
    tested: pd.DataFrame | None,
) -> pd.DataFrame:
    """One panel for each type of cells, the most frequent first."""
    panels = pd.DataFrame({"panel": range(values.shape[1]), "cell_type": values.columns})
    first = cells.dropna(subset=["percent"]).drop_duplicates("cell_type").set_index("cell_type")
    panels["source"] = panels["cell_type"].map(first["source"])
    panels["healthy_mean"] = healthy.mean().to_numpy()
    panels["healthy_sd"] = healthy.std(ddof=1).to_numpy()
    if tested is not None and len(tested):
        panels["class"] = panels["cell_type"].map(tested.set_index("cell_type")["class"])
    return panels.assign(text=[naming.capital(naming.cell_type(n)) for n in panels["cell_type"]])


def _healthy(healthy: pd.DataFrame, obs: pd.DataFrame, panels: pd.DataFrame) -> pd.DataFrame:
    long = healthy.set_axis(panels["panel"], axis=1)
    long = long.assign(patient=obs.loc[healthy.index, "patient"].astype(str))
    long = long.melt("patient", var_name="panel", value_name="value").dropna(subset="value")
    long = long.groupby(["panel", "patient"], as_index=False)["value"].mean()
    return long.assign(x=0.0)


def _means(
    courses: pd.DataFrame, groups: pd.DataFrame, panels: pd.DataFrame, places: pd.Series
) -> pd.DataFrame:
    means = courses.merge(groups[["arm", "label", "group"]], on=["arm", "label"])
    means["panel"] = means["item"].map(panels.set_index("cell_type")["panel"])
    means = means.dropna(subset="panel").astype({"panel": int})
    means["x"] = means["visit"].map(places)
    few = means["n"].lt(MINIMUM_PAIRS)
    means[["CI.L", "CI.R"]] = means[["CI.L", "CI.R"]].mask(few)
    return means[["panel", "group", "visit", "x", "mean", "CI.L", "CI.R", "n"]]


def _words(
    panels: pd.DataFrame,
    visits: pd.DataFrame,
    groups: pd.DataFrame,
    courses: pd.DataFrame,
) -> tuple[str, str]:
    source = {"measured": "counted", "estimated": "estimated by marker genes"}
    how = " or ".join(source[name] for name in dict.fromkeys(panels["source"]))
    split = [name for name in ("arm", "label") if groups[name].ne(EVERYONE).any()]
    by = {"": "visit", "arm": "visit and arm", "label": "visit and response"}.get(
        ",".join(split), "visit, arm and response"
    )
    named = ", ".join(panels["text"])
    caption = (
        f"{named}: percent of all white cells, {how}, by {by}. Small dots: people; large ones with "
        "bars: mean with its 95% interval, of the patients who have the visit (cut where it leaves "
        "the panel; none of fewer than 3 patients)."
    )
    if panels["healthy_mean"].notna().any():
        caption += " Band: healthy mean and two standard deviations either side."
    everyone = courses[courses["arm"].eq(EVERYONE) & courses["label"].eq(EVERYONE)]
    first = everyone[everyone["item"].eq(panels["cell_type"].iloc[0])].set_index("visit")["n"]
    shown = ", ".join(size(n) for n in first.reindex(visits["visit"]))
    caption += f" Patients at each visit: {shown}."
    caption += _classes(panels)
    if split == ["arm", "label"]:
        caption += " Split by response, arms are not compared as they were randomised."
    return caption, f"Panels of dots. {caption}"


def _classes(panels: pd.DataFrame) -> str:
    """Which types return, by the tests that class genes."""
    if "class" not in panels or panels["class"].isna().all():
        return ""
    names = panels.dropna(subset="class").groupby("class", sort=False)["text"].agg(list)
    order = (*READ, *UNCLAIMED)
    shown = [f"{NOTHING_SHOWN.get(name, name)}: {', '.join(names[name])}"
             for name in order if name in names]  # fmt: skip
    return f" By the tests that class genes, on percentage points, {'; '.join(shown)}."
