"""How many genes each set keeps if the patients without a sample changed less than the others."""

import pandas as pd

from revertome.source_data.tidy import absent, stack

NOTHING = (
    "There is no reverted or induced set with a gene in it, so nothing that absent patients could "
    "turn."
)
EVERYBODY = (
    "Every patient with a sample at baseline was sampled again: nobody is absent who could turn "
    "the sets."
)
# Why a set may fall at one step: see `trajectories.tipping`.
TOGETHER = (
    "How far the absent are taken to be from the present adds to the uncertainty of every gene in "
    "proportion to its change, so that from some point on no gene can be shown, however strong: a "
    "set may fall to nothing at one step."
)


def table(tipping: pd.DataFrame, tipping_points: pd.DataFrame) -> pd.DataFrame:
    """Build the table of the tipping points.

    Returns
    -------
    DataFrame
        `kept` rows: visit, set, group, percent (change of the absent, of that of the present),
        n_kept, n_genes. `set` rows: visit, set, group, arm, order, n_genes, n_present, n_absent,
        percent
        (the smallest at which at least half is kept; missing where it always is). Only visits and
        sets with absent patients and genes.
    """
    if tipping_points.empty:
        return absent(NOTHING)
    if tipping.empty:
        held = tipping_points["n_genes"].fillna(0).gt(0).any()
        return absent(EVERYBODY if held else NOTHING)
    keys = ["visit", "set", "group"]
    drawn = tipping[keys].drop_duplicates()
    kept = tipping.assign(percent=_percent(tipping["shortfall"])).drop(columns="shortfall")
    sets = drawn.merge(tipping_points, on=keys)
    held = tipping[2 * tipping["n_kept"] < tipping["n_genes"]].groupby(keys)
    lost = held["shortfall"].min().rename("lost").reset_index()
    sets = sets.merge(lost, "left", on=keys)
    step = tipping["shortfall"].drop_duplicates().sort_values().diff().min()
    sets["percent"] = _percent(sets["lost"] - step)
    sets["order"] = sets.groupby("set").cumcount()
    sets["arm"] = sets["group"].where(sets["set"].str.endswith("beyond_control"))
    columns = [*keys, "arm", "order", "n_genes", "n_present", "n_absent", "percent"]
    caption = (
        "Genes that each set would keep, by the same tests, if the "
        "patients without a sample at the visit had changed by this part of the mean change of "
        "those with one: 100% as they did, which the claims assume; 0% not at all; below 0% the "
        f"other way. Dot: the last at which at least half is kept. {TOGETHER} In words for each "
        "set: who is missing."
    )
    said = " ".join(sets["statement"].dropna())
    return stack(caption, f"Line plot. {caption} {said}", kept=kept, set=sets[columns])


def _percent(shortfall: pd.Series) -> pd.Series:
    return (100 * (1 - shortfall)).round(6)
