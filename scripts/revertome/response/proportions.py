"""The share of responders by arm and visit, among patients who were judged."""

import pandas as pd

from revertome.statistics.proportions import wilson
from revertome.trial import EVERYONE, named_arms

COLUMNS = ["arm", "visit", "responders", "n", "share", "low", "high"]


def proportions(patients: pd.DataFrame) -> pd.DataFrame:
    """Share of responders with Wilson's 95% interval.

    Parameters
    ----------
    patients : DataFrame
        patient, visit, response, and arm where the study has arms.

    Returns
    -------
    DataFrame
        arm (see `trial.named_arms`), visit, responders, n (responders and
        non-responders), share (of 1), low, high (Wilson's 95% interval). Sorted by arm; visits in
        the order in which `patients` has them. No rows where nobody was judged.
    """
    judged = patients[patients["response"].isin(["responder", "nonresponder"])].copy()
    if judged.empty:
        return pd.DataFrame(columns=COLUMNS)
    judged["arm"] = named_arms(judged["arm"]) if "arm" in judged else EVERYONE
    judged["responders"] = (judged["response"] == "responder").astype(int)
    visits = {visit: i for i, visit in enumerate(judged["visit"].drop_duplicates())}
    shares = judged.groupby(["arm", "visit"], as_index=False).agg(
        responders=("responders", "sum"), n=("responders", "size")
    )
    shares = shares.sort_values(
        ["arm", "visit"], key=lambda c: c.map(visits) if c.name == "visit" else c
    )
    shares["share"] = shares["responders"] / shares["n"]
    limits = [
        wilson(int(yes), int(n)) for yes, n in zip(shares["responders"], shares["n"], strict=True)
    ]
    shares[["low", "high"]] = limits
    return shares[COLUMNS].reset_index(drop=True)
