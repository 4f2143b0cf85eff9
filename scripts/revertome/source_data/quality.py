"""Quality of samples: relative log expression, expressed sex, identity of pairs."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.source_data.tidy import ROLES, absent, count, stack, visit_rows
from revertome.trial import role

SPREAD = ["median", "q25", "q75", "low", "high"]
SEX = ["xist", "y_genes", "recorded_sex", "expressed_sex"]
MATCH = ["match_own", "match_other", "best_match_patient"]


def table(rle: pd.DataFrame, samples: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Build the table of the quality panel.

    Returns
    -------
    DataFrame
        `sample` rows: sample, patient, role, order (from left to right), median, q25, q75, low,
        high (of the relative log expression, log2), flag, reason. `sex` rows: sample, role, xist,
        y_genes (log2), recorded_sex, expressed_sex, agrees. `match` rows: sample, patient, role,
        match_own, match_other (natural log of the odds that the sample is of its own, of the best
        other patient), doubtful. `design` rows: role, visit.
    """
    if rle.empty:
        return absent("No sample was measured.")
    spread = rle[["sample", *SPREAD]].merge(samples.drop(columns=SPREAD, errors="ignore"))
    spread["role"] = role(spread, design).fillna("other")
    rank = {name: i for i, name in enumerate((*ROLES, "other"))}
    spread["_rank"] = spread["role"].map(rank)
    spread = spread.sort_values(["_rank", "patient", "sample"], ignore_index=True)
    spread["order"] = range(len(spread))
    sexed = _sex(spread)
    matched = spread.reindex(columns=["sample", "patient", "role", "reason", *MATCH])
    matched = matched.dropna(subset=["match_own", "match_other"])
    matched["doubtful"] = _has_reason(matched["reason"], "pair_identity")
    return stack(
        *_words(spread, sexed, matched),
        sample=spread[["sample", "patient", "role", "order", *SPREAD, "flag", "reason"]],
        sex=sexed,
        match=matched.drop(columns="reason"),
        design=visit_rows(design),
    )


def _sex(spread: pd.DataFrame) -> pd.DataFrame:
    sexed = spread.reindex(columns=["sample", "patient", "role", "reason", *SEX])
    sexed = sexed.dropna(subset=["xist", "y_genes"])
    sexed["agrees"] = ~_has_reason(sexed["reason"], "sex_mismatch")
    return sexed.drop(columns="reason")


def _has_reason(reasons: pd.Series, word: str) -> pd.Series:
    return reasons.fillna("").astype(str).str.contains(word)


def _words(spread: pd.DataFrame, sexed: pd.DataFrame, matched: pd.DataFrame) -> tuple[str, str]:
    flagged = spread[spread["flag"] == "flag"]
    caption = (
        f"Quality of {count(len(spread), 'sample')}. A, relative log expression: median (dot), "
        "quartiles (thick) and 5% to 95% (thin) of each sample's difference from the median "
        "sample, log2."
    )
    if len(sexed):
        wrong = int((~sexed["agrees"]).sum())
        caption += (
            " B, sex as expressed: XIST against the genes of the Y chromosome; "
            f"{count(wrong, 'sample')} not in agreement with the sheet."
        )
    if len(matched):
        caption += (
            " C, identity of pairs: evidence that a sample comes from its own patient, against the "
            f"best other patient; {count(int(matched['doubtful'].sum()), 'sample')} in doubt."
        )
    caption += f" {count(len(flagged), 'sample')} flagged (triangles)."
    names = "; ".join(f"{row.sample}: {row.reason}" for row in flagged.head(12).itertuples())
    return caption, f"{caption} {names}".strip()
