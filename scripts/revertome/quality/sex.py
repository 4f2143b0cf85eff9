"""Sex as expressed, from XIST and genes of the Y chromosome."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]

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
        Log2 values, columns named by symbol.

    Returns
    -------
    DataFrame, (samples, 2)
        expressed_sex (female, male, unknown); sex_score (log2), NaN where XIST or every Y gene is
        missing.
    """
    y_genes = [gene for gene in Y_GENES if gene in expression]
    if "XIST" not in expression or not y_genes:
        return pd.DataFrame(
            {"expressed_sex": "unknown", "sex_score": np.nan}, index=expression.index
        )
    xist = expression["XIST"].to_numpy()
    y = np.sort(expression[y_genes].to_numpy(), axis=1)[:, -2:].mean(axis=1)
    score = xist - y
    low, high = _centres(score, xist, y)
    sex = np.full(len(score), "unknown", dtype=object)
    sex[score < low] = "male"
    sex[score > high] = "female"
    return pd.DataFrame({"expressed_sex": sex, "sex_score": score}, index=expression.index)


def _centres(score: Array, xist: Array, y: Array) -> tuple[float, float]:
    """Scores below which a sample is male and above which it is female."""
    upper = _upper_group(score)
    if upper.any() and not upper.all():
        male, female = float(np.median(score[~upper])), float(np.median(score[upper]))
        within = np.where(upper, score - score[upper].mean(), score - score[~upper].mean())
        apart = female - male
        if (
            apart >= max(SEPARATION, 4 * float(within.std()))
            and np.median(xist[upper]) > np.median(xist[~upper])
            and np.median(y[upper]) < np.median(y[~upper]) - 1
        ):
            return male + apart / 3, female - apart / 3
    return -SEPARATION, SEPARATION


def _upper_group(score: Array) -> npt.NDArray[np.bool_]:
    """Upper of the two groups with the least sum of squares within."""
    ranked = np.sort(score)
    if ranked[0] == ranked[-1]:
        return np.ones(len(score), dtype=bool)
    n = np.arange(1, len(ranked))
    total = np.cumsum(ranked)
    between = (total[-1] * n / len(ranked) - total[:-1]) ** 2 / (n * (len(ranked) - n))
    cut = int(np.argmax(between))
    upper: npt.NDArray[np.bool_] = score > ranked[cut]
    return upper
