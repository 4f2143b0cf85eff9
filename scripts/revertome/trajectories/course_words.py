"""Courses of genes in words."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Words = npt.NDArray[np.object_]
# The first that is shown names the course.
COURSES = ("reverted", "relapsed", "transient", "ever reverted", "never reverted", "not decided")
SINCE = ("not back", "back", "undecided", "no change shown")


def _chosen(shown: list[Any], names: tuple[str, ...]) -> Words:
    """The first name whose condition holds, else the last name."""
    return np.asarray(np.select([np.asarray(one, bool) for one in shown], names[:-1], names[-1]),
                      object)  # fmt: skip


Sentence = Callable[[dict[str, Any], str], str]


def _each(sentence: Sentence, table: pd.DataFrame, names: Words) -> Words:
    rows = zip(*(table[column].tolist() for column in table), strict=True)
    told = (dict(zip(table, row, strict=True)) for row in rows)  # `to_dict` takes five times longer
    return np.array([sentence(row, name) for row, name in zip(told, names, strict=True)], object)


def against_healthy(table: pd.DataFrame) -> tuple[Words, Words]:
    """Course and sentence of every gene of `trajectories/courses.tsv`."""
    shown = [table[name].fillna(False) for name in
             ("relapsed", "transient", "ever_reverted", "never_reverted")]  # fmt: skip
    course = _chosen([table["reverted_from"].notna(), *shown], COURSES)
    return course, _each(_sentence, table, course)


def _sentence(row: dict[str, Any], course: str) -> str:
    lost = f"reverted at {row['transient_reverted_at']}, not so at {row['transient_lost_at']}"
    also = f"; before that {lost}" if row["transient"] is True else ""
    return {
        "reverted": f"reverted from {row['reverted_from']} on, to the last visit "
                    f"({row['last_visit']}){also}",
        "relapsed": f"reverted at {row['relapsed_reverted_at']}, abnormal again at the last visit "
                    f"({row['last_visit']})",
        "transient": f"{lost}; the last visit ({row['last_visit']}) is not decided",
        "ever reverted": f"reverted at {row['reverted_at']}; whether it stays so is not decided",
        "never reverted": f"less than half way back at every visit to {row['last_visit']}",
        "not decided": "not decided",
    }[course]  # fmt: skip


def since(table: pd.DataFrame, alpha: float) -> tuple[Words, Words]:
    """Course and sentence of every gene of one group of `trajectories/change_courses.tsv`."""
    names = ("adj_p_not_back", "adj_p_back", "adj_p_changed")
    course = _chosen([table[name] <= alpha for name in names], SINCE)
    return course, _each(_since, table, course)


def _since(row: dict[str, Any], course: str) -> str:
    if row["last_visit"] is None:
        return "not measured"
    if course == "no change shown":
        return (
            f"no change shown by {row['last_visit']}; a rise above {row['rise_excluded']:.2f} and "
            f"a fall below {row['fall_excluded']:.2f} log2 are excluded at every visit"
        )
    way = "rises" if row["peak_change"] > 0 else "falls"
    when = [f"{way} at {row['changed_at']}"]
    if row["changed_from"] is not None:
        when = [f"{'risen' if row['last_change'] > 0 else 'fallen'} from {row['changed_from']} on"]
    if row["plateau_from"] not in (None, row["last_visit"]):
        when.append(f"on a plateau from {row['plateau_from']} on")
    end = {"not back": "not back by", "back": "back at", "undecided": "back or not: undecided at"}
    left = (
        f"{row['last_change']:+.2f} log2 ({row['last_low']:+.2f} to {row['last_high']:+.2f}) there"
    )
    if row["share_left_interval"] == "bounded":
        left += (
            f", {row['share_left']:.0%} of the change at {row['peak_visit']} "
            f"({row['share_left_low']:.0%} to {row['share_left_high']:.0%})"
        )
    return f"{', '.join(when)}; {end[course]} {row['last_visit']}: {left}"
