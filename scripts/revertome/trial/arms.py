"""Arms of a trial in words."""

import pandas as pd

EVERYONE = "all patients"
UNKNOWN = "no arm given"


def named_arms(arm: pd.Series) -> pd.Series:
    """Arms in words: `all patients` where nobody has one, `no arm given` where some have none."""
    return arm.fillna(UNKNOWN if arm.notna().any() else EVERYONE)
