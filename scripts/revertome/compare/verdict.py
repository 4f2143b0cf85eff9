"""What is claimed of each pair of studies in a contrast: one word a row of the concordance."""

import numpy as np
import numpy.typing as npt
import pandas as pd


def with_verdict(concordance: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Add the column `verdict`; missing where there is no correlation.

    - agree, opposite: adj.P.Val at most `alpha`.
    - axis: P.Value is above it, though noise alone would not give the correlation (see
      `against_noise`): unrelated effects along common axes of co-expression might.
    - open: neither agreement nor opposition is shown.
    - dependent: the studies share people, so that nothing is tested.
    - untested: no p can be had, for want of expression or errors.

    Parameters
    ----------
    concordance
        See `concordance`, P withheld where studies share people.
    alpha
        Level of P.Value and adj.P.Val.
    """
    shown = np.where(concordance["pearson"] > 0, "agree", "opposite")
    beyond_noise = against_noise(concordance) <= alpha
    shared = concordance["uncertainty"].astype(str).str.startswith("shared")
    conditions = [
        concordance["pearson"].isna(),
        shared,
        concordance["adj.P.Val"].isna(),
        concordance["adj.P.Val"] <= alpha,
        beyond_noise & (concordance["P.Value"] > alpha),
    ]
    words = [np.full(len(concordance), None), "dependent", "untested", shown, "axis"]
    verdict = np.full(len(concordance), "open", dtype=object)
    for where, word in reversed(list(zip(conditions, words, strict=True))):
        verdict = np.where(where, word, verdict)
    return concordance.assign(verdict=verdict)


def against_noise(concordance: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Test each correlation with the effective number of genes, and nothing else.

    t = |r| sqrt((n - 2) / (1 - r^2)) with n - 2 degrees of freedom, n = genes_effective (Dutilleul
    1993, Biometrics 49:305-14).

    Returns
    -------
    (rows,) two-sided p; NaN where genes_effective is missing or at most 2.
    """
    from scipy import special

    r, spare = concordance["pearson"].abs(), concordance["genes_effective"] - 2
    t = r * np.sqrt(spare.clip(lower=0) / (1 - r**2).clip(lower=1e-15))
    return np.asarray(2 * special.stdtr(spare.where(spare > 0), -t), dtype=float)
