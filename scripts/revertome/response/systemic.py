"""Systemic conditions of the response: fever, systemic signs, CRP and ESR.

The definitions are those of the ANAJIS trial (Quartier 2011, Ann Rheum Dis 70:747-54).
"""

import pandas as pd

from revertome.response.course import known, relative_change

CRP_LOW = 15.0  # mg/l


def no_fever_days(value: pd.Series) -> pd.Series:
    """No day of fever in the period the sheet's `fever_days` covers (more than 7 days)."""
    return known(value == 0, value)


def temperature_normal(value: pd.Series, limit: float) -> pd.Series:
    """Highest temperature (degrees C) below the limit that counts as fever."""
    return known(value < limit, value)


def no_systemic_signs(value: pd.Series) -> pd.Series:
    """No rash, serositis or other systemic sign (`systemic_signs` is 0)."""
    return known(value == 0, value)


def normal_or_halved(baseline: pd.Series, value: pd.Series, limit: float) -> pd.Series:
    """CRP (mg/l) or ESR (mm/h) normal, or down by at least 50% from baseline.

    Normal is value <= limit and needs no baseline. A value above the limit from a baseline of 0
    is not down; with a missing baseline it is not assessable.
    """
    halved = known(relative_change(baseline, value) <= -0.5, baseline, value)
    return known(value <= limit, value) | halved


def crp_below_15(value: pd.Series) -> pd.Series:
    """CRP below 15 mg/l, the added condition of a secondary row of the trial's Table 2."""
    return known(value < CRP_LOW, value)
