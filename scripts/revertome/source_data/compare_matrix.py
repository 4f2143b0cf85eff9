"""Correlation of effects of every pair of studies: disease below the diagonal, change above."""

import pandas as pd

from revertome.source_data.pairs import ABOUT, BRIEF, freed_first, main_contrasts, studies_of, told
from revertome.source_data.tidy import absent, count, signed, stack

NUMBERED = 24  # studies between which numbers can be read
SPACIOUS = 6  # studies between which intervals can be read
MARKS = {"agree": "*", "opposite": "*"}
COUNTED = {
    "agree": "agree",
    "opposite": "are opposite",
    "axis": "not to be told from a shared axis of co-expression",
    "open": "not shown to agree",
    "dependent": "share people, so that agreement is not tested",
    "untested": "not tested for want of expression or errors",
}


def table(concordance: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Build the table of the matrix of correlations.

    Parameters
    ----------
    concordance
        compare/concordance.tsv.
    alpha
        Adjusted p up to which agreement is shown.

    Returns
    -------
    DataFrame
        `cell` rows: contrast, study_a, study_b, line, column (from 0), r, CI.L, CI.R, freed (1
        where r is of true effects, 0 of measured ones), pearson, adj.P.Val, verdict, label.
        `study` rows: study, line, in order of the median of their r with the others. `half` rows:
        side (below or above the diagonal), contrast, title.
    """
    pairs = told(concordance)
    contrasts = main_contrasts(pairs["contrast"])
    if not contrasts:
        return absent("No two studies share three genes in a contrast.")
    pairs = pairs[pairs["contrast"].isin(contrasts)]
    names = studies_of(pairs)
    line = {name: place for place, name in enumerate(names)}
    first, second = pairs["study_a"].map(line), pairs["study_b"].map(line)
    ends = pd.DataFrame({"low": [*map(min, first, second)], "high": [*map(max, first, second)]})
    below = pairs["contrast"].eq("disease").to_numpy()
    cells = pairs.rename(columns={"CI.L": "", "CI.R": " "}).rename(
        columns={"low": "CI.L", "high": "CI.R"}
    )
    wanted = ["contrast", "study_a", "study_b", "r", "CI.L", "CI.R", "pearson", "adj.P.Val"]
    cells = cells[[*wanted, "verdict"]].assign(
        freed=pairs["freed"].astype(int),
        line=ends["high"].where(below, ends["low"]).to_numpy(),
        column=ends["low"].where(below, ends["high"]).to_numpy(),
        label=[_label(row, len(names)) for row in pairs.to_dict("records")],
    )
    halves = [(_side(name), name, BRIEF[name]) for name in contrasts]
    studies = pd.DataFrame({"study": names, "line": range(len(names))})
    caption = _caption(pairs, contrasts, alpha, len(names))
    return stack(
        caption,
        caption,
        cell=cells,
        study=studies,
        half=pd.DataFrame(halves, columns=["side", "contrast", "title"]),
    )


def _side(contrast: str) -> str:
    return "below" if contrast == "disease" else "above"


def _label(row: dict[str, object], n: int) -> str:
    """Number and mark of a cell; in brackets where it is not freed of noise."""
    mark = MARKS.get(str(row["verdict"]), "")
    if n > NUMBERED:
        return mark
    text, low, high = (signed(float(str(row[name]))) for name in ("r", "low", "high"))
    text = text if n <= NUMBERED // 2 else text.replace("0.", ".")
    if n <= SPACIOUS and pd.notna(row["low"]):
        return f"{text}{mark}\n{low} to {high}"
    return f"{text}{mark}" if row["freed"] else f"({text}){mark}"


def _caption(pairs: pd.DataFrame, contrasts: list[str], alpha: float, n: int) -> str:
    halves = "; ".join(f"{_side(name)} the diagonal: {_lower(ABOUT[name])}" for name in contrasts)
    words = (
        f"Correlation of the true effects of {n} studies on log2 fold changes, freed of the noise "
        f"of each study; {halves}. Studies in order of the median of their correlations with the "
        f"others, the highest first. *: agreement or opposition shown (adjusted p at most "
        f"{alpha:g})."
    )
    if n <= SPACIOUS and pairs["low"].notna().any():
        words += " Under each: its 95% interval."
    if not pairs["freed"].all():
        words += (
            " In brackets, without colour: of the measured effects, which noise makes smaller, "
            "where noise is not known or too large."
        )
    if (pairs["verdict"] == "dependent").any():
        words += " Hatched: the two studies share people."
    missing = n * (n - 1) // 2 * len(contrasts) - len(pairs)
    if missing:
        words += " –: one of the two has not this contrast."
    return f"{words} {' '.join(_counts(pairs, name) for name in contrasts)}"


def _counts(pairs: pd.DataFrame, contrast: str) -> str:
    part = pairs[pairs["contrast"] == contrast]
    r, counts = freed_first(part)["r"], part["verdict"].value_counts()
    listed = "; ".join(f"{counts[key]} {COUNTED[key]}" for key in COUNTED if key in counts)
    middle = (
        f"r from {signed(r.min())} to {signed(r.max())}, median {signed(r.median())}"
        if len(r) > 1
        else f"r = {signed(r.iloc[0])}"
    )
    return f"{ABOUT[contrast]}, {count(len(part), 'pair')}: {middle}; {listed}."


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]
