"""Whose courses are drawn: groups of arm and response, and the values of their patients."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.modules.course_models import ACTIVE, EVERYONE
from revertome.trial import GROUPS, arm_of, cells, is_patient

MOST_ARMS = 4  # lines that can be told apart; of more arms the active ones are one line


def groups_of(courses: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Return the groups with a line of means each, as far as arms and responses can be told apart.

    Parameters
    ----------
    courses
        association/courses.tsv.
    design
        Design of the study.
    """
    arms = [arm for arm in dict.fromkeys(courses["arm"]) if arm not in (EVERYONE, ACTIVE)]
    if len(arms) > MOST_ARMS:
        arms = [ACTIVE, str(design["arm"]["control"])]
    labels = [label for label in GROUPS.values() if label in set(courses["label"])]
    labels = labels if len(labels) > 1 else []
    both = labels if len(arms) < 3 else []
    pairs = [(arm, label) for arm in arms or [EVERYONE] for label in both or [EVERYONE]]
    found = pd.DataFrame(pairs, columns=["arm", "label"])
    there = courses[["arm", "label"]].drop_duplicates()
    found = found.merge(there, on=["arm", "label"]).assign(group=lambda t: range(len(t)))
    words = [
        ", ".join(
            ([] if arm == EVERYONE else ["active arms" if arm == ACTIVE else naming.arm(arm)])
            + ([] if label == EVERYONE else [naming.group(label)])
        )
        for arm, label in zip(found["arm"], found["label"], strict=True)
    ]
    return found.assign(words=[word or "all patients" for word in words])


def points_of(
    values: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    groups: pd.DataFrame,
    panels: pd.DataFrame,
    places: pd.Series,
) -> pd.DataFrame:
    """Return the value of each patient at each visit, with the group whose line it belongs to.

    Parameters
    ----------
    values
        Samples x panels.
    obs, labels, design
        Samples, labels of patients, design.
    groups, panels
        Rows `group` and `panel` of the figure.
    places
        Place of each visit.
    """
    where = pd.DataFrame({"patient": obs["patient"].astype(str), "visit": obs["visit"].astype(str)})
    where = where.assign(label=cells(obs, labels, design)["label"], arm=arm_of(obs, design))
    where["group"] = -1
    for row in groups.to_dict("records"):
        own = pd.Series(True, where.index)
        if row["arm"] == ACTIVE:
            own = where["arm"].notna() & where["arm"].ne(str(design["arm"]["control"]))
        elif row["arm"] != EVERYONE:
            own = where["arm"].eq(row["arm"])
        if row["label"] != EVERYONE:
            own &= where["label"].eq(row["label"])
        where.loc[own, "group"] = row["group"]
    where = where[
        is_patient(obs, design) & where["group"].ge(0) & where["visit"].isin(places.index)
    ]
    long = values.set_axis(panels["panel"], axis=1).reindex(where.index)
    long = where.join(long).melt(
        ["patient", "group", "visit"], list(panels["panel"]), "panel", "value"
    )
    long = long.dropna(subset="value")
    long = long.groupby(["panel", "group", "patient", "visit"], as_index=False)["value"].mean()
    long["x"] = long["visit"].map(places)
    return long.sort_values(["panel", "group", "patient", "x"], ignore_index=True)
