"""Changes of several studies pooled by a random-effects model: modules, and every gene."""

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.compare.effects import ContrastEffects
from revertome.compare.study import FinishedStudy
from revertome.statistics.fdr import adjust
from revertome.statistics.meta import leave_one_out, random_effects

NEEDED = ["study", "module", "method", "test", "group", "estimate", "CI.L", "CI.R", "n", "df"]
TESTS = ("paired_change", "disease")
RESULT = ["k", "studies", "estimate", "CI.L", "CI.R", "statistic", "P.Value", "adj.P.Val"]
RESULT += ["PI.L", "PI.R", "tau2", "I2", "Q", "p_Q", "estimate_common", "p_common"]
COLUMNS = ["module", "method", "test", "group", *RESULT]
STUDY_COLUMNS = ["module", "method", "test", "group", "study", "estimate", "CI.L", "CI.R", "error"]
STUDY_COLUMNS += ["weight", "n", "without", "without_CI.L", "without_CI.R", "without_P.Value"]
GENE_COLUMNS = ["gene", "contrast", *RESULT, "without_low", "without_high", "without_largest_p"]
KEYS = ["method", "test", "group", "module"]


def estimates(studies: dict[str, FinishedStudy]) -> pd.DataFrame:
    """Module estimates of all studies with their standard errors, sorted.

    Paired changes and disease differences. The error is the half width of the 95% interval over
    the t quantile of its degrees of freedom (n - 1 where older folders do not give them).

    Returns
    -------
    DataFrame
        `NEEDED` and error; rows without estimate or error are left out.
    """
    from scipy import stats

    named = [table.modules.assign(study=name) for name, table in sorted(studies.items())]
    rows = pd.concat(named, ignore_index=True).reindex(columns=NEEDED)
    rows = rows[rows["test"].isin(TESTS)].dropna(subset=["estimate", "CI.L", "CI.R"])
    df = rows["df"].astype(float).fillna(rows["n"].astype(float) - 1)
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
        and adj.P.Val (Benjamini-Hochberg over modules within method, test and group).
    each
        `STUDY_COLUMNS`: one row a module and study, also of modules of one study alone: its
        estimate, weight (share), and the pooled result without it.
    """
    # ASSUME the studies' standard errors are known, and no patient is in two studies.
    rows = estimates(studies)
    pooled, each = [], []
    for (method, test, group, module), part in rows.groupby(KEYS):
        where = {"module": module, "method": method, "test": test, "group": group}
        y, v = part["estimate"].to_numpy(float), part["error"].to_numpy(float) ** 2
        own = part[["study", "estimate", "CI.L", "CI.R", "error", "n"]].assign(**where)
        if len(part) >= 2:
            summary = {name: value.item() for name, value in random_effects(y, v).items()}
            pooled.append({**where, "studies": ",".join(part["study"]), **summary})
            weight = 1 / (v + summary["tau2"])
            own["weight"] = weight / weight.sum()
            for out, _, rest in leave_one_out(y, v):
                for name in ("estimate", "CI.L", "CI.R", "P.Value"):
                    column = "without" if name == "estimate" else f"without_{name}"
                    own.loc[own.index[out], column] = rest[name].item()
        each.append(own)
    table = pd.DataFrame(pooled, columns=COLUMNS)
    families = table.dropna(subset="P.Value").groupby(["method", "test", "group"])["P.Value"]
    table["adj.P.Val"] = families.transform(adjust)
    studies_table = pd.concat(each, ignore_index=True) if each else pd.DataFrame()
    return table, studies_table.reindex(columns=STUDY_COLUMNS)


def pool_genes(
    tables: dict[str, dict[str, ContrastEffects]], genes: pd.Index, alpha: float
) -> pd.DataFrame:
    """Pool the log fold change of every gene that two or more studies tested.

    Returns
    -------
    DataFrame
        `GENE_COLUMNS`; adj.P.Val is Benjamini-Hochberg over the genes of a contrast. without_low
        and without_high are the smallest and largest estimate when one study is left out,
        without_largest_p the largest p; for genes with adj.P.Val or p_common (adjusted) at or
        below `alpha` in 3 or more studies. Sorted by contrast and gene.
    """
    parts = []
    for contrast, found in tables.items():
        names = sorted(found)
        if len(names) < 2:
            continue
        effect, variance = (np.full((len(names), len(genes)), np.nan) for _ in "yv")
        for i, name in enumerate(names):
            effect[i, found[name].at] = found[name].logfc
            variance[i, found[name].at] = found[name].error ** 2
        variance[variance <= 0] = np.nan
        at = np.flatnonzero((np.isfinite(effect) & np.isfinite(variance)).sum(0) >= 2)
        if len(at):
            tested = _genes(effect[:, at], variance[:, at], names, alpha)
            parts.append(tested.assign(gene=genes[at], contrast=contrast))
    if not parts:
        return pd.DataFrame(columns=GENE_COLUMNS)
    return pd.concat(parts, ignore_index=True)[GENE_COLUMNS]


def _genes(effect: Array, variance: Array, names: list[str], alpha: float) -> pd.DataFrame:
    table = pd.DataFrame(random_effects(effect, variance))
    table["adj.P.Val"] = adjust(table["P.Value"])
    patterns = np.isfinite(effect + variance).T
    kinds, which = np.unique(patterns, axis=0, return_inverse=True)
    joined = [",".join(np.array(names)[kind]) for kind in kinds]
    table["studies"] = np.array(joined, dtype=object)[which.ravel()]
    passed = np.flatnonzero((table["adj.P.Val"] <= alpha) | (adjust(table["p_common"]) <= alpha))
    low, high, p = (np.full(len(table), start) for start in (np.inf, -np.inf, -np.inf))
    for _, at, rest in leave_one_out(effect[:, passed], variance[:, passed]):
        place = passed[at]
        low[place] = np.minimum(low[place], rest["estimate"])
        high[place] = np.maximum(high[place], rest["estimate"])
        p[place] = np.fmax(p[place], rest["P.Value"])
    found = {"without_low": low, "without_high": high, "without_largest_p": p}
    return table.assign(**{k: np.where(np.isfinite(x), x, np.nan) for k, x in found.items()})
