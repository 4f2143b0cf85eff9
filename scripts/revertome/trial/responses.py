"""Response in several groups, or as a number, beside each sample."""

import pandas as pd

# Columns of the samples, from those of `response/groups.tsv`.
GROUP, RANK, VALUE = "response_group", "response_rank", "response_value"


def with_response(obs: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Samples with the response of their patients; as they are where `groups` has no rows.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples.
    groups : DataFrame
        patient, group, rank, value.

    Returns
    -------
    DataFrame, (n, ...)
        With `response_group`, `response_rank` and `response_value`.
    """
    if groups.empty:
        return obs
    own, patient = groups.set_index("patient"), obs["patient"].astype(str)
    return obs.assign(
        **{
            GROUP: patient.map(own["group"]).astype(object),
            RANK: patient.map(own["rank"]).astype(float),
            VALUE: patient.map(own["value"]).astype(float),
        }
    )
