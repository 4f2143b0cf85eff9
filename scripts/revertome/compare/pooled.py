"""Module changes of several studies pooled by a random-effects model."""

import numpy as np
import pandas as pd

from revertome.compare.study import Study

NEEDED = ["study", "module", "method", "test", "group", "estimate", "CI.L", "CI.R", "n"]
COLUMNS = [
    "module",
    "method",
    "group",
    "k",
    "studies",
    "estimate",
    "CI.L",
    "CI.R",
    "statistic",
    "P.Value",
    "adj.P.Val",
    "tau2",
    "I2",
    "Q",
    "p_Q",
]


def between_variance(effect: np.ndarray, variance: np.ndarray) -> float:
    """Between-study variance tau2 by restricted maximum likelihood.

    Fisher scoring from the DerSimonian-Laird value, truncated at 0 (Viechtbauer 2005, J Educ
    Behav Stat 30:261-93). With equal variances v it is max(0, sample variance - v).
    """
    weight = 1 / variance
    mean = np.average(effect, weights=weight)
    spare = (weight * (effect - mean) ** 2).sum() - (len(effect) - 1)
    tau2 = max(0.0, spare / (weight.sum() - (weight**2).sum() / weight.sum()))
    for _ in range(1000):
        w = 1 / (variance + tau2)
        w1, w2, w3 = w.sum(), (w**2).sum(), (w**3).sum()
        residual = effect - np.average(effect, weights=w)
        score = (w**2 * residual**2).sum() - (w1 - w2 / w1)
        step = score / (w2 - 2 * w3 / w1 + (w2 / w1) ** 2)
        before, tau2 = tau2, max(0.0, tau2 + step)
        if abs(tau2 - before) <= 1e-12 * (1 + tau2):
            break
    else:
        raise ValueError("the between-study variance did not converge")
    return float(tau2)


def random_effects(effect: np.ndarray, variance: np.ndarray) -> dict[str, float]:
    """Pool k >= 2 studies: REML tau2, Hartung-Knapp interval.

    estimate = sum(w y) / sum(w), w = 1 / (v + tau2);
    its variance is sum(w (y - estimate)^2) / ((k - 1) sum(w)), on a t distribution with k - 1
    degrees of freedom (Hartung & Knapp 2001, Stat Med 20:3875-89). With two or three studies the
    interval is wide, and by chance can be too short when they happen to agree closely.

    Parameters
    ----------
    effect, variance
        Estimates of the k studies and their squared standard errors.

    Returns
    -------
    estimate, CI.L, CI.R (95%), statistic (t), P.Value, tau2, Q with its p_Q (homogeneity,
    chi-square with k - 1 degrees of freedom), and I2 = tau2 / (tau2 + typical variance), a
    fraction (Higgins & Thompson 2002).
    """
    from scipy import stats

    k = len(effect)
    if k < 2 or not (variance > 0).all():
        raise ValueError(f"pooling needs 2 or more studies with positive variances, found {k}")
    tau2 = between_variance(effect, variance)
    w = 1 / (variance + tau2)
    estimate = np.average(effect, weights=w)
    error = np.sqrt((w * (effect - estimate) ** 2).sum() / ((k - 1) * w.sum()))
    fixed = 1 / variance
    q = (fixed * (effect - np.average(effect, weights=fixed)) ** 2).sum()
    typical = (k - 1) / (fixed.sum() - (fixed**2).sum() / fixed.sum())
    reach = stats.t.ppf(0.975, k - 1) * error
    statistic = estimate / error if error > 0 else np.nan
    return {
        "estimate": estimate,
        "CI.L": estimate - reach,
        "CI.R": estimate + reach,
        "statistic": statistic,
        "P.Value": 2 * stats.t.sf(abs(statistic), k - 1),
        "tau2": tau2,
        "I2": tau2 / (tau2 + typical),
        "Q": q,
        "p_Q": stats.chi2.sf(q, k - 1),
    }


def pool(studies: dict[str, Study]) -> pd.DataFrame:
    """Pool the paired change of every module that two or more studies report.

    Studies are pooled within module, score method and patient group. A score's unit is that of
    its method: `zscore` is in SD of each study's own healthy samples, `median_fold_change` in
    log2; rank scores depend on the platform's genes and pool less well.

    Returns
    -------
    DataFrame with the columns of `COLUMNS`: k studies and their names (comma-joined), the result
    of `random_effects`, and adj.P.Val (Benjamini-Hochberg over modules within method and group).
    """
    from scipy import stats

    # ASSUME the studies' standard errors are known; each is the half width of the 95% interval
    # of the paired t over its quantile.
    named = [table.modules.assign(study=name) for name, table in sorted(studies.items())]
    rows = pd.concat(named, ignore_index=True).reindex(columns=NEEDED)
    rows = rows[rows["test"] == "paired_change"].dropna(subset=["estimate", "CI.L", "CI.R"])
    reach = stats.t.ppf(0.975, rows["n"].astype(float) - 1)
    rows["error"] = (rows["CI.R"] - rows["CI.L"]) / (2 * reach)
    rows = rows[rows["error"] > 0]
    pooled = []
    for (method, group, module), part in rows.groupby(["method", "group", "module"]):
        if len(part) < 2:
            continue
        told = random_effects(part["estimate"].to_numpy(float), part["error"].to_numpy(float) ** 2)
        where = {"module": module, "method": method, "group": group, "k": len(part)}
        pooled.append({**where, "studies": ",".join(part["study"]), **told})
    table = pd.DataFrame(pooled, columns=COLUMNS)
    families = table.dropna(subset="P.Value").groupby(["method", "group"])["P.Value"]
    table["adj.P.Val"] = families.transform(stats.false_discovery_control)
    return table
