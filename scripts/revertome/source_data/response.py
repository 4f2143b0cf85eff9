"""Clinical response: the share of responders by arm and visit, and the trial's endpoints."""

import re

import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.tidy import absent, p_text, stack
from revertome.trial import named_arms


def table(proportions: pd.DataFrame, trial: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Build the table of clinical response.

    Returns
    -------
    DataFrame
        `proportion` rows: arm, visit, responders, n, share, low, high (Wilson's 95% interval) of
        response/proportions.tsv.
        `endpoint` rows (first visit of the trial table): endpoint, visit, arm, responders, n,
        share, p_pearson, p_yates, p_fisher, text (the endpoint in words).
    """
    if proportions.empty:
        return absent(
            "This study has no clinical response by arm and visit; "
            f"{len(labels)} patients are analysed by their label alone."
        )
    every, proportions = len(proportions), proportions.dropna(subset="responders")
    if proportions.empty:
        return absent("The counts of responders by arm and visit are of few people: withheld.")
    trial = trial[trial["set"] == "itt"] if "set" in trial else trial
    endpoints = trial[trial["visit"] == trial["visit"].iloc[0]] if len(trial) else trial
    share = endpoints["responders"] / endpoints["n"]
    endpoints = endpoints.assign(share=share, arm=named_arms(endpoints["arm"]))
    endpoints["text"] = [worded(name) for name in endpoints["endpoint"]]
    every, endpoints = every + len(endpoints), endpoints.dropna(subset="responders")
    caption, alt = _words(proportions, endpoints)
    more = " Not shown: counts of few people." * (len(proportions) + len(endpoints) < every)
    return stack(caption + more, alt + more, proportion=proportions, endpoint=endpoints)


def _words(shares: pd.DataFrame, endpoints: pd.DataFrame) -> tuple[str, str]:
    letters = ("A, share", "B, endpoints") if len(endpoints) else ("Share", "")
    by = "arm and visit" if len(set(shares["arm"])) > 1 else "visit"
    caption = f"Clinical response. {letters[0]} of responders by {by} with Wilson's 95% CI."
    counts = "; ".join(
        f"{naming.visit(row.visit)}, {naming.arm(row.arm)}: {size(row.responders)} of {size(row.n)}"
        for row in shares.itertuples()
    )
    if len(endpoints):
        first = endpoints.iloc[0]
        caption += (
            f" {letters[1]} at {naming.visit(first['visit'])} by arm with Fisher's exact test, not "
            f"adjusted for their number; {worded(first['endpoint'])}: "
            f"Pearson {p_text(first['p_pearson'])}, Yates {p_text(first['p_yates'])}, "
            f"Fisher {p_text(first['p_fisher'])}."
        )
    return caption, f"{caption} {counts}."


def worded(endpoint: object) -> str:
    """Name an endpoint: `modified_70` is `modified ACR Pedi 70`."""
    name = {"primary": "primary response"}.get(str(endpoint), str(endpoint))
    name = re.sub(r"^modified_(\d+)$", r"modified ACR Pedi \1", name)
    return name.replace("acr_pedi", "ACR Pedi").replace("crp", "CRP < ").replace("_", " ")
