"""Verdicts and courses in plain words."""

from collections.abc import Mapping

import pandas as pd


def words(verdict: pd.Series) -> pd.Series:
    """Verdicts as text: yes, no, not_assessable."""
    return verdict.astype(object).map({True: "yes", False: "no"}).fillna("not_assessable")


def course_words(baseline: float, value: float) -> str:
    """What happened to a clinical variable."""
    if pd.isna(value):
        return "no value at this visit"
    if pd.isna(baseline):
        return f"{value:g}, no baseline value"
    if baseline == 0:
        return f"0 to {value:g}: no percentage of a baseline of 0"
    change = (value - baseline) / baseline
    moved = f"{'down' if change < 0 else 'up'} {abs(change):.1%}" if change else "unchanged"
    return f"{baseline:g} to {value:g}, {moved}"


def verdicts_text(how: str, parts: Mapping[str, pd.Series]) -> list[str]:
    """Why a combination of criteria is met or not, row by row.

    Parameters
    ----------
    how
        `all` or `any`.
    parts
        Verdicts by criterion.
    """
    verdicts = pd.DataFrame({name: words(met) for name, met in parts.items()}).to_dict("records")
    settling, heading = ("no", "not met") if how == "all" else ("yes", "met by")
    otherwise = "all conditions met" if how == "all" else "no condition met"
    reasons = []
    for row in verdicts:
        settled = [name for name in parts if row[name] == settling]
        unknown = [name for name in parts if row[name] == "not_assessable"]
        said = [f"{heading}: {', '.join(settled)}"] if settled else []
        said += [f"not assessable: {', '.join(unknown)}"] if unknown else []
        reasons.append("; ".join(said) or otherwise)
    return reasons
