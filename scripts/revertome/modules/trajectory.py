"""Modules on the trajectory plane: is a whole signature reverted, partly reverted or induced?

A module is one test where its genes are many: with few modules there is power to show what no
single gene can show after adjustment over thousands.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.class_groups import classed
from revertome.modules.tests import by_sample
from revertome.trajectories.unmoderated import unmoderated


def trajectory(
    scores: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
) -> pd.DataFrame:
    """Class of every scored module, by the tests that class genes.

    Each module has its own patient correlation (REML) and residual variance, without moderation:
    scores of different modules are not on one scale of noise.

    Parameters
    ----------
    scores : DataFrame
        The table of `score`; only its first method is used.
    obs : DataFrame
        Samples by index, with patient, visit, group and covariates.
    labels : DataFrame
        patient, label.
    design, options : mapping
        Configuration sections `design` and `trajectories`.

    Returns
    -------
    DataFrame
        Columns of `trajectories.table.gene_table` with `module` and `method` in place of `gene`;
        disease, change and residual in units of the score (log2 of a ratio); no rows without
        healthy samples or follow-up.
    """
    wide = first_scores(scores)
    if not classed(design) or wide.shape[1] == 0:
        return pd.DataFrame(columns=["module", "method", "class"])
    table = unmoderated(wide, obs, labels, design, options)
    table = table.rename(columns={"gene": "module"})
    table.insert(1, "method", scores["method"].iloc[0])
    order = {module: place for place, module in enumerate(wide.columns)}
    return table.sort_values("module", key=lambda m: m.map(order), ignore_index=True)


def first_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores of the first method, ratios as their log2, samples x modules that every sample has."""
    first = scores[scores["method"].eq(scores["method"].iloc[0])]
    wide = by_sample(first).droplevel("method", axis=1)
    return wide[[m for m in first["module"].unique() if wide[m].notna().all()]]
