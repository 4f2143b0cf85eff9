"""Colours of visits: those of healthy, baseline and main follow-up, and follow-ups between them.

Follow-ups before the main one are paler the earlier they are, so that the order is seen.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D

from revertome import naming
from revertome.figures.fitted import cut
from revertome.figures.style import ROLE, dot, pt

OTHER = "#AAAAAA"
PALEST = 0.75  # share of white in the first of many follow-ups
NAMED = 5  # follow-ups that a legend names; of more the first, the middle and the last


class Kind(NamedTuple):
    """What a sample is drawn as: colour and words."""

    colour: str
    words: str


def kinds(design: pd.DataFrame) -> dict[str, Kind]:
    """Return what samples are drawn as, by role or, between baseline and main follow-up, visit.

    `design` has the rows role and visit (`tidy.visit_rows`), in order.
    """
    found = {"healthy": Kind(ROLE["healthy"], naming.group("healthy"))}
    between = list(design.loc[design["role"].eq("between"), "visit"].astype(str))
    for role, visit in zip(design["role"], design["visit"].astype(str), strict=True):
        if role == "between":
            share = PALEST * (1 - between.index(visit) / len(between))
            red, green, blue = (c + (1 - c) * share for c in to_rgb(ROLE["followup"]))
            found[visit] = Kind(to_hex((red, green, blue)), naming.visit(visit))
        else:
            found[role] = Kind(ROLE[role], naming.visit(visit))
    return {**found, "other": Kind(OTHER, "other visit")}


def keys(samples: pd.DataFrame, shown: dict[str, Kind]) -> pd.Series:
    """Return the key of `kinds` of each sample with role and visit."""
    own = samples["visit"].astype(str) if "visit" in samples else pd.Series("", samples.index)
    between = samples["role"].eq("other") & own.isin(list(shown))
    return samples["role"].mask(between, own)


def legend_of(
    key: pd.Series, shown: dict[str, Kind], marker: str = "o", room: float = 110
) -> list[Line2D]:
    """Return the entries of a legend with the number of samples of each kind."""
    n = key.value_counts()
    present = [name for name in shown if name in n]
    return [
        dot(shown[name].colour, f"{cut(shown[name].words, pt(room))} ({n[name]})", marker)
        for name in _named(present)
    ]


def _named(present: Sequence[Any]) -> list[str]:
    """Names in a legend; of many follow-ups the first, the middle and the last."""
    ends = ("healthy", "baseline", "followup", "other")
    between = [name for name in present if name not in ends]
    if len(between) > NAMED - 1:
        between = [between[0], between[len(between) // 2]]
    return [name for name in present if name in ends or name in between]
