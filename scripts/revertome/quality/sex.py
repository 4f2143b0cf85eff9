"""Sex as expressed, from XIST and genes of the Y chromosome."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.filled import filled

Bools = npt.NDArray[np.bool_]

Y_GENES = ["RPS4Y1", "DDX3Y", "KDM5D", "UTY", "EIF1AY"]
SEX_GENES = ["XIST", *Y_GENES, "USP9Y", "ZFY", "TXLNGY", "TSIX", "TTTY15", "PRKY"]

# ASSUME the two sexes lie at least 2 log2 units apart in XIST minus Y genes, as does either from
# 0 where all samples are of one sex.
SEPARATION = 2.0


def expressed_sex(expression: pd.DataFrame) -> pd.DataFrame:
    """Tell sex from expression.

    The score is XIST minus the mean of the two highest Y genes. Scores are cut where the two
    groups fit best (least squares). If the groups are at least 2 log2 units and 4 standard
    deviations apart, with XIST lower and Y genes higher in the lower one, the outer thirds between
    their medians are male and female and the middle third is unknown. Otherwise the samples are
    taken as one group: female above 2, male below -2, unknown between.

    Parameters
    ----------
    expression : (samples, genes)
        Log2 values, columns named by symbol; NaN where missing: a sample without XIST, or without
        any Y gene, is unknown.

    Returns
    -------
    DataFrame, (samples, 5)
        expressed_sex (female, male, unknown); sex_score, xist and y_genes (log2; y_genes is the
        mean of the two highest Y genes), NaN where not measured; both (bool): unknown, with XIST
        and Y genes both above the middle of the two groups, as where samples of two people mixed.
    """
    y_genes = [gene for gene in Y_GENES if gene in expression]
    missing = expression.isna()
    lost = missing[y_genes].all(axis=1) | missing.get("XIST", False)
    expression = pd.DataFrame(filled(expression.to_numpy()), missing.index, missing.columns)
    table = pd.DataFrame({"expressed_sex": "unknown"}, index=expression.index)
    table["sex_score"] = np.nan
    table["xist"] = expression.get("XIST", np.nan)
    table["y_genes"] = np.nan
    if y_genes:
        table["y_genes"] = np.sort(expression[y_genes].to_numpy(), axis=1)[:, -2:].mean(axis=1)
    if "XIST" not in expression or not y_genes:
        return table.assign(both=False)
    xist, y = table["xist"].to_numpy(), table["y_genes"].to_numpy()
    score = xist - y
    upper = _two_groups(score, xist, y)
    low, high = -SEPARATION, SEPARATION
    both = np.zeros(len(score), dtype=bool)
    if upper is not None:
        male = float(np.median(score[~upper]))
        female = float(np.median(score[upper]))
        low, high = male + (female - male) / 3, female - (female - male) / 3
        middle = (score >= low) & (score <= high)
        both = middle & (xist > _middle(xist, upper)) & (y > _middle(y, upper))
    sex = np.full(len(score), "unknown", dtype=object)
    sex[score < low] = "male"
    sex[score > high] = "female"
    sex[lost] = "unknown"
    return table.assign(expressed_sex=sex, sex_score=score, both=both)


def _middle(values: Array, upper: Bools) -> float:
    return float(np.median(values[upper]) + np.median(values[~upper])) / 2


def _two_groups(score: Array, xist: Array, y: Array) -> Bools | None:
    """Samples of the upper group, None where the samples are not of two sexes."""
    upper = _upper_group(score)
    if upper.all():
        return None
    within = np.where(upper, score - score[upper].mean(), score - score[~upper].mean())
    apart = float(np.median(score[upper]) - np.median(score[~upper]))
    two = (
        apart >= max(SEPARATION, 4 * float(within.std()))
        and np.median(xist[upper]) > np.median(xist[~upper])
        and np.median(y[upper]) < np.median(y[~upper]) - 1
    )
    return upper if two else None


def _upper_group(score: Array) -> Bools:
    """Upper of the two groups with the least sum of squares within."""
    ranked = np.sort(score)
    if ranked[0] == ranked[-1]:
        return np.ones(len(score), dtype=bool)
    n = np.arange(1, len(ranked))
    total = np.cumsum(ranked)
    between = (total[-1] * n / len(ranked) - total[:-1]) ** 2 / (n * (len(ranked) - n))
    cut = int(np.argmax(between))
    upper: Bools = score > ranked[cut]
    return upper
