"""One row a sample: measures, sex, identity, duplicates, blood content, and the flag."""

from typing import Any

import numpy as np
import pandas as pd

from revertome.filled import filled
from revertome.quality.duplicates import duplicates
from revertome.quality.identity import likely_patients, match_patients
from revertome.quality.outliers import outliers
from revertome.quality.sex import SEX_GENES, expressed_sex

_MEASURED = ["library_size", "norm_factor", "median", "floor_share", "saturated_share"]
_MEASURED += ["missing_share"]


def sample_table(
    expression: Any, obs: pd.DataFrame, metrics: pd.DataFrame, blood: pd.DataFrame, mads: float
) -> pd.DataFrame:
    """Check every sample by itself and against the others.

    Parameters
    ----------
    expression : AnnData, (samples, genes)
    obs : DataFrame
        Samples with text as text.
    metrics, blood : DataFrame
        Of `sample_metrics` and `blood_content`.
    mads : float
        Median absolute deviations beyond which a sample is an outlier.

    Returns
    -------
    DataFrame
        `quality/samples.tsv`, every sample marked as used.
    """
    x, genes = np.asarray(expression.X, dtype=np.float64), expression.var_names
    judged = metrics.assign(missing_share=np.isnan(x).mean(axis=1))
    if "library_size" in obs:
        judged["log2_library_size"] = np.log2(obs["library_size"])
    reasons = outliers(judged, mads)
    sex_gene = genes.isin(SEX_GENES)
    sex = expressed_sex(pd.DataFrame(x[:, sex_gene], obs.index, genes[sex_gene]))
    recorded = obs["sex"] if "sex" in obs else pd.Series(np.nan, obs.index, dtype=object)
    x = filled(x)
    cell = obs["group"].astype(str) + " " + obs["visit"].astype(str)
    match = match_patients(x, obs["patient"], cell, ~sex_gene)
    match, owners = likely_patients(match, obs["patient"], cell)
    duplicate = duplicates(x, obs.index).rename("duplicate_of")
    known = recorded.isin(["female", "male"]) & sex["expressed_sex"].isin(["female", "male"])
    found = {
        "sex_mismatch": known & (sex["expressed_sex"] != recorded),
        "both_sexes": sex.pop("both"),
        "duplicate": duplicate.notna(),
    }
    for word, where in found.items():
        for i in np.flatnonzero(where):
            reasons[i].append(word)
    # A bad sample is unlike its pair, which is no fault of the other one.
    bad = set(obs["patient"][[bool(words) for words in reasons]])
    for at, words in owners.items():
        if reasons[at] or "unlike" not in words or obs["patient"].iloc[at] not in bad:
            reasons[at].append(words)
    table = obs[["sample", "patient", "visit", "group"]].copy()
    table["flag"] = ["flag" if words else "pass" for words in reasons]
    table["reason"] = [";".join(words) for words in reasons]
    table["used"] = True
    measured = obs[[name for name in _MEASURED if name in obs]]
    parts = [table, measured, metrics, recorded.rename("recorded_sex"), sex, match, duplicate]
    return pd.concat([*parts, blood], axis=1).reset_index(drop=True)
