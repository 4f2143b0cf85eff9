"""Quality of samples: relative log expression, expressed sex, identity of pairs."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.naming.cells import of_column
from revertome.quality.identity import ODDS, UNLIKE
from revertome.source_data.tidy import absent, count, stack, visit_rows
from revertome.trial import role

SPREAD = ["median", "q25", "q75", "low", "high"]
SEX = ["xist", "y_genes", "recorded_sex", "expressed_sex"]
NAMES = 56  # samples whose names stand side by side
MATCH = ["match_own", "match_other", "best_match_patient"]


def table(rle: pd.DataFrame, samples: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Build the table of the quality panel.

    Returns
    -------
    DataFrame
        `sample` rows: sample, patient, role, visit, order (from left to right), median, q25, q75,
        low, high (of the relative log expression, log2), flag, reason. `sex` rows: sample, role,
        xist, y_genes (log2), recorded_sex, expressed_sex, agrees. `match` rows: sample, patient,
        role, visit, match_own, match_other (natural log of the odds that the sample is of its own,
        of the best other patient), doubtful. `rule` row: match_own and match_other (a sample is
        doubted below the one and above the other), unlike (or below this, whoever else matches).
        `design` rows: role, visit.
    """
    if rle.empty:
        return absent("No sample was measured.")
    spread = rle[["sample", *SPREAD]].merge(samples.drop(columns=SPREAD, errors="ignore"))
    spread["role"] = role(spread, design).fillna("other")
    visits = visit_rows(design)
    spread["_rank"] = _ranks(spread, visits)
    spread = spread.sort_values(["_rank", "patient", "sample"], ignore_index=True)
    spread["order"] = range(len(spread))
    sexed = _sex(spread)
    matched = spread.reindex(columns=["sample", "patient", "role", "visit", "reason", *MATCH])
    matched = matched.dropna(subset=["match_own", "match_other"])
    matched["doubtful"] = _has_reason(matched["reason"], "pair_identity")
    return stack(
        *_words(spread, sexed, matched),
        sample=spread[["sample", "patient", "role", "visit", "order", *SPREAD, "flag", "reason"]],
        sex=sexed,
        match=matched.drop(columns="reason"),
        rule=pd.DataFrame(
            {"match_own": [0.0], "match_other": [ODDS], "unlike": [-UNLIKE]} if len(matched) else {}
        ),
        design=visits,
    )


def _ranks(spread: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Place of each sample's kind: healthy, the visits in order, other visits."""
    places = {visit: i for i, visit in enumerate(visits["visit"], start=1)}
    own = spread["visit"].astype("string").map(places) if "visit" in spread else spread["order"]
    return own.mask(spread["role"].eq("healthy"), 0).fillna(len(places) + 1)


def _sex(spread: pd.DataFrame) -> pd.DataFrame:
    sexed = spread.reindex(columns=["sample", "patient", "role", "reason", *SEX])
    sexed = sexed.dropna(subset=["xist", "y_genes"])
    sexed["agrees"] = ~_has_reason(sexed["reason"], "sex_mismatch")
    return sexed.drop(columns="reason")


def _has_reason(reasons: pd.Series, word: str) -> pd.Series:
    return reasons.fillna("").astype(str).str.contains(word)


def _words(spread: pd.DataFrame, sexed: pd.DataFrame, matched: pd.DataFrame) -> tuple[str, str]:
    flagged = spread[spread["flag"] == "flag"]
    parts = [
        "relative log expression: median (dot), quartiles (thick) and 5% to 95% (thin) of each "
        "sample's difference from the median of all samples, log2"
    ]
    if len(sexed):
        wrong = int((~sexed["agrees"]).sum())
        parts.append(
            "sex as expressed: XIST against the genes of the Y chromosome; "
            f"{count(wrong, 'sample')} not in agreement with the sheet"
        )
    if len(matched):
        parts.append(
            "identity of pairs: log odds that a sample is of its own patient, against those for "
            "the best other patient. Shaded, where a sample is in doubt: its own patient's samples "
            f"speak against it (below 0) and another's for it (above {ODDS:g}), or its own alone "
            f"do (below −{UNLIKE:g}; not where the patient's other sample is the one in doubt); "
            f"{count(int(matched['doubtful'].sum()), 'sample')} in doubt (rings)"
        )
    letters = "ABC" if len(parts) > 1 else ""
    told = [f"{letter}, {part}." for letter, part in zip(letters, parts, strict=False)]
    told = told or [f"{parts[0].capitalize()}."]
    caption = f"Quality of {count(len(spread), 'sample')}. {' '.join(told)}"
    if matched.empty:
        caption += " Too few patients have two samples to tell people apart."
    if sexed.empty:
        caption += " XIST or the genes of the Y chromosome are not measured."
    caption += f" {count(len(flagged), 'sample')} flagged (triangles)."
    caption += _named(len(spread), len(flagged))
    names = "; ".join(
        f"{row.sample}: {of_column('reason', row.reason)}" for row in flagged.head(12).itertuples()
    )
    return caption, f"{caption} {names}".strip()


def _named(n: int, flagged: int) -> str:
    """Say which samples are named under panel A."""
    if n <= NAMES:
        return ""
    if flagged > NAMES:
        return f" Named: the first {NAMES} of those flagged; all are in quality/samples.tsv."
    return " Named: those flagged." if flagged else ""
