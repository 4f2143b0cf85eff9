"""Clinical response: the share of responders by arm and visit, and the trial's endpoints."""

import numpy as np
import pandas as pd

from revertome.source_data.tidy import absent, p_text, stack

Z95 = 1.959963984540054


def table(patients: pd.DataFrame, trial: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Build the table of clinical response.

    Returns
    -------
    DataFrame
        `proportion` rows: arm, visit, responders, n, share, low, high (Wilson's 95% interval).
        `endpoint` rows (first visit of the trial table): endpoint, visit, arm, responders, n,
        share, p_pearson, p_yates, p_fisher.
    """
    judged = patients[patients["response"].isin(["responder", "nonresponder"])].copy()
    if judged.empty:
        return absent(
            "This study has no clinical response by arm and visit; "
            f"{len(labels)} patients are analysed by their label alone."
        )
    judged["arm"] = judged["arm"].fillna("all patients") if "arm" in judged else "all patients"
    judged["responders"] = (judged["response"] == "responder").astype(int)
    visits = {visit: i for i, visit in enumerate(judged["visit"].drop_duplicates())}
    shares = judged.groupby(["arm", "visit"], as_index=False).agg(
        responders=("responders", "sum"), n=("responders", "size")
    )
    shares = shares.sort_values(
        ["arm", "visit"], key=lambda c: c.map(visits) if c.name == "visit" else c
    )
    shares["share"] = shares["responders"] / shares["n"]
    shares["low"], shares["high"] = wilson(shares["responders"], shares["n"])
    trial = trial[trial["set"] == "itt"] if "set" in trial else trial
    endpoints = trial[trial["visit"] == trial["visit"].iloc[0]] if len(trial) else trial
    endpoints = endpoints.assign(share=endpoints["responders"] / endpoints["n"])
    return stack(*_words(shares, endpoints), proportion=shares, endpoint=endpoints)


def wilson(responders: pd.Series, n: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return Wilson's 95% interval of a proportion (Wilson 1927, J Am Stat Assoc 22:209)."""
    share = responders / n
    centre = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * np.sqrt(share * (1 - share) / n + Z95**2 / (4 * n**2))
    return (centre - half).clip(lower=0), (centre + half).clip(upper=1)


def _words(shares: pd.DataFrame, endpoints: pd.DataFrame) -> tuple[str, str]:
    caption = "Clinical response. Share of responders by arm and visit with Wilson's 95% CI."
    counts = "; ".join(
        f"{row.visit}, {row.arm}: {row.responders} of {row.n}" for row in shares.itertuples()
    )
    if len(endpoints):
        first = endpoints.iloc[0]
        caption += (
            f" Endpoints at {first['visit']} by arm with Fisher's exact test; {first['endpoint']}: "
            f"Pearson {p_text(first['p_pearson'])}, Yates {p_text(first['p_yates'])}, "
            f"Fisher {p_text(first['p_fisher'])}."
        )
    return caption, f"{caption} {counts}."
