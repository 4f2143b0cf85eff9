"""How well the effects of studies agree, in sentences: pair by pair where they are few."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.source_data.pairs import TESTED, apart, freed_first, some
from revertome.source_data.tidy import count, p_text, signed

WEAK = 0.3  # r below which agreement, though shown, is of a small part of the effects
SPELT = 3  # pairs that are told one by one
AXIS = "effects move along an axis that both share, where another cause would look alike"
BEYOND = "beyond what shared axes of co-expression give"


def agreement(pairs: pd.DataFrame, answered: bool) -> list[str]:
    """Sentences on the pairs of one contrast, from `source_data.pairs.told`.

    `answered`: the answer has told of this contrast, so that only what it left out follows.
    """
    if len(pairs) <= SPELT:
        told = [] if answered and len(pairs) == 1 else pairs.to_dict("records")
        return [" ".join(_pair(row, "") for row in told)] if told else []
    return [*([] if answered else [overview(pairs)]), *_ends(pairs)]


def overview(pairs: pd.DataFrame) -> str:
    """All pairs of a contrast in a few sentences; a pair alone is told itself."""
    if len(pairs) == 1:
        return _pair(pairs.iloc[0].to_dict())
    n = pairs["verdict"].value_counts()
    tested = int(n.reindex(TESTED).sum())
    if not tested:
        reasons = _reasons(pairs)
        return f"{_range(pairs)}. Whether the studies agree is not tested ({reasons})."
    words = [f"{_range(pairs)}. {_shown(int(n.get('agree', 0)), tested)}"]
    weak = int((pairs["verdict"].eq("agree") & pairs["r"].lt(WEAK)).sum())
    if weak:
        words.append(f"In {count(weak, 'pair')} they agree weakly (r below {WEAK:g}).")
    opposed = pairs[pairs["verdict"] == "opposite"]
    if len(opposed):
        words.append(f"The effects are opposite in {_names(opposed)}.")
    if n.get("axis", 0):
        unsure = count(int(n["axis"]), "pair")
        words.append(f"In {unsure} {AXIS}.")
    words += _alone(pairs)
    rest = pairs[pairs["verdict"].isin(["dependent", "untested"])]
    if len(rest):
        words.append(f"Not tested: {count(len(rest), 'pair')} ({_reasons(rest)}).")
    return " ".join(words)


def _shown(shown: int, tested: int) -> str:
    if not shown:
        return f"In none of the pairs tested ({tested}) is agreement shown {BEYOND}."
    which = f"{shown} of {tested} tested pairs agree" if shown < tested else f"All {tested} agree"
    which = which if tested > 1 else "The one tested pair agrees"
    return f"{which} {BEYOND}."


def _range(pairs: pd.DataFrame) -> str:
    known = freed_first(pairs)
    r, of = known["r"], "of the true effects" if known["freed"].all() else "of the measured effects"
    if len(r) == 1:
        return f"Correlation {of}: {_r(known.iloc[0].to_dict())}"
    middle = signed(r.median())
    return f"Correlation {of}: {signed(r.min())} to {signed(r.max())}, median {middle}"


def _names(pairs: pd.DataFrame) -> str:
    named = [f"{a} with {b}" for a, b in zip(pairs["study_a"], pairs["study_b"], strict=True)]
    return f"{count(len(named), 'pair')} ({some(named, SPELT)})"


def _alone(pairs: pd.DataFrame) -> list[str]:
    """Say which studies stand apart, and how many of the others each agrees with."""
    tested = pairs[pairs["verdict"].isin(TESTED)]
    names = apart(pairs)
    if not names:
        return []
    of = {name: tested["study_a"].eq(name) | tested["study_b"].eq(name) for name in names}
    shown = {name: f"{tested[own]['verdict'].eq('agree').sum()} of {own.sum()} others"
             for name, own in of.items()}  # fmt: skip
    if len(names) == 1:
        return [f"{names[0]} stands apart: it is shown to agree with {shown[names[0]]}."]
    listed = some([f"{name} ({words})" for name, words in shown.items()], SPELT)
    return [f"{listed} stand apart: each is shown to agree with few or none."]


def _reasons(pairs: pd.DataFrame) -> str:
    """Why pairs are not tested, and how many for each reason."""
    reasons = pairs["uncertainty"].fillna("no p-value").value_counts().sort_index()
    if len(reasons) == 1:
        return str(reasons.index[0])
    return "; ".join(f"{reason}: {n}" for reason, n in reasons.items())


def _ends(pairs: pd.DataFrame) -> list[str]:
    """The pairs of highest and lowest r."""
    ranked = freed_first(pairs).sort_values("r", ascending=False, kind="stable")
    if len(ranked) < 2:
        return []
    high, low = (_numbers(ranked.iloc[place].to_dict()) for place in (0, -1))
    return [f"Highest: {high}. Lowest: {low}. Every pair is in the table of concordance."]


def _numbers(row: Mapping[Any, Any]) -> str:
    return f"{row['study_a']} with {row['study_b']}, {_r(row)}"


def _r(row: Mapping[Any, Any]) -> str:
    if not row["freed"]:
        return f"r = {signed(row['r'])} of the measured effects, lowered by noise"
    limits = ""
    if pd.notna(row["low"]):
        limits = f", 95% CI {signed(row['low'])} to {signed(row['high'])}"
    return f"r = {signed(row['r'])} of the true effects{limits}"


def _pair(row: Mapping[Any, Any], beyond: str = f" {BEYOND}") -> str:
    """Correlation first, then what is shown of it."""
    weakly = " weakly" if abs(row["r"]) < WEAK else ""
    words = {
        "agree": f"the effects agree{weakly}{beyond}",
        "opposite": f"the effects are opposite{beyond}",
        "axis": AXIS,
        "open": "neither agreement nor opposition is shown",
        "dependent": f"agreement is not tested, because of {row['uncertainty']}",
        "untested": f"agreement is not tested ({row['uncertainty']})",
    }[row["verdict"]]
    both = f"{row['study_a']} and {row['study_b']}"
    p = "" if pd.isna(row["adj.P.Val"]) else f" ({p_text(row['adj.P.Val'])})"
    return f"{both}: {_r(row)}, {row['n_shared']:,} genes; {words}{p}."
