"""Module effects of several studies pooled by a random-effects model."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.compare.study import FinishedStudy
from revertome.statistics.fdr import adjust
from revertome.statistics.meta import leave_one_out, random_effects, stouffer

NEEDED = ["study", "module", "method", "test", "group", "estimate", "CI.L", "CI.R", "n", "df"]
TESTS = ("paired_change", "disease")
RESULT = ["k", "studies", "estimate", "CI.L", "CI.R", "statistic", "P.Value", "adj.P.Val"]
RESULT += ["PI.L", "PI.R", "tau2", "I2", "Q", "p_Q", "estimate_common", "p_common"]
COLUMNS = ["module", "method", "test", "group", *RESULT]
STUDY_COLUMNS = ["module", "method", "test", "group", "study", "estimate", "CI.L", "CI.R", "error"]
STUDY_COLUMNS += ["weight", "n", "without", "without_CI.L", "without_CI.R", "without_P.Value"]
KEYS = ["method", "test", "group", "module"]


def estimates(studies: dict[str, FinishedStudy]) -> pd.DataFrame:
    """Module estimates of all studies with their standard errors, sorted.

    Paired changes and disease differences. The error is the half width of the 95% interval over
    the t quantile of its degrees of freedom (n - 1 where older folders do not give them).

    Returns
    -------
    DataFrame
        `NEEDED`, with df everywhere, and error; rows without estimate or error are left out.
    """
    from scipy import stats

    named = [table.modules.assign(study=name) for name, table in sorted(studies.items())]
    rows = pd.concat(named, ignore_index=True).reindex(columns=NEEDED)
    rows = rows[rows["test"].isin(TESTS)].dropna(subset=["estimate", "CI.L", "CI.R"])
    df = rows["df"].astype(float).fillna(rows["n"].astype(float) - 1)
    rows["df"] = df
    rows["error"] = (rows["CI.R"] - rows["CI.L"]) / (2 * stats.t.ppf(0.975, df))
    rows = _treated(rows[rows["error"] > 0])
    return rows.sort_values([*KEYS, "study"], ignore_index=True)


def _treated(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the group `treated` where some studies tell response and some do not (see TREATED)."""
    change = rows[rows["test"] == "paired_change"]
    labelled = set(change.loc[change["group"] == "responders", "study"])
    tells = change["study"].isin(labelled)
    own = change["group"].eq("responders") | (~tells & change["group"].eq("all"))
    if not labelled or labelled == set(change["study"]):
        return rows
    return pd.concat([rows, change[own].assign(group="treated")], ignore_index=True)


def pool(studies: dict[str, FinishedStudy]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pool the paired change and the disease difference of every module of two or more studies.

    Studies are pooled within module, score method, test and patient group. A score's unit is that
    of its method: `zscore` is in SD of each study's own healthy samples, `median_fold_change` in
    log2; rank scores depend on the platform's genes and pool less well.

    Returns
    -------
    pooled
        `COLUMNS`: k studies and their names (comma-joined), the result of `meta.random_effects`,
        p_common of no effect in any study (`meta.stouffer`, weights sqrt(n)), and adj.P.Val
        (Benjamini-Hochberg over modules within method, test and group).
    each
        `STUDY_COLUMNS`: one row a module and study, also of modules of one study alone: its
        estimate, weight (share in estimate_common), and the pooled result without it.
    """
    # ASSUME no patient is in two studies, and each study's module effect is a draw from those of
    # studies like these, whatever its size. Modules do not share tau2 as genes do: there are few,
    # they overlap, and those that are read are those that differ most.
    rows = estimates(studies)
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=STUDY_COLUMNS)
    column = rows.groupby(KEYS).ngroup().to_numpy()
    names, line = np.unique(rows["study"].to_numpy(str), return_inverse=True)
    y, v, df, z, n = _grids(rows, (len(names), column.max() + 1), (line, column))
    every = random_effects(y, v, df)
    table = pd.DataFrame({**every, "p_common": stouffer(z, np.sqrt(n))})
    keys = rows.groupby(KEYS)["study"].agg(",".join).rename("studies").reset_index()
    table = pd.concat([keys, table], axis=1)[lambda found: found["k"] >= 2]
    families = table.dropna(subset="P.Value").groupby(["method", "test", "group"])["P.Value"]
    table["adj.P.Val"] = families.transform(adjust)
    each = rows.assign(weight=np.nan)
    several = every["k"][column] >= 2
    share = 1 / v
    each["weight"] = np.where(several, (share / np.nansum(share, 0))[line, column], np.nan)
    for name in ("estimate", "CI.L", "CI.R", "P.Value"):
        without = np.full(y.shape, np.nan)
        for out, at, rest in leave_one_out(y, v):
            without[out, at] = rest[name]
        each["without" if name == "estimate" else f"without_{name}"] = without[line, column]
    return table.reindex(columns=COLUMNS).reset_index(drop=True), each[STUDY_COLUMNS]


def _grids(
    rows: pd.DataFrame,
    shape: tuple[int, int],
    where: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
) -> tuple[Array, ...]:
    """Estimate, variance, df, normal score and size, studies by modules; NaN where none is."""
    from scipy import special

    estimate, error, df = (rows[name].to_numpy(float) for name in ("estimate", "error", "df"))
    p = np.maximum(special.stdtr(df, -np.abs(estimate / error)), 1e-320)
    n = rows["n"].astype(float).fillna(rows["df"] + 1).to_numpy()
    found = []
    for value in (estimate, error**2, df, -np.sign(estimate) * special.ndtri(p), n):
        grid = np.full(shape, np.nan)
        grid[where] = value
        found.append(grid)
    return tuple(found)
