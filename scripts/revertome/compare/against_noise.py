"""P of the correlations of a written table against noise alone."""

import numpy as np
import numpy.typing as npt
import pandas as pd


def against_noise(concordance: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Test each correlation with the effective number of genes, and nothing else.

    t = |r| sqrt((n - 2) / (1 - r^2)) with n - 2 degrees of freedom, n = genes_effective (Dutilleul
    1993, Biometrics 49:305-14). A correlation that passes this and not P.Value, which also allows
    for unrelated effects along common axes of co-expression, cannot be told from such an axis.

    Parameters
    ----------
    concordance
        compare/concordance.tsv: pearson, genes_effective.

    Returns
    -------
    (rows,) two-sided p; NaN where genes_effective is missing or at most 2.
    """
    from scipy import special

    r, spare = concordance["pearson"].abs(), concordance["genes_effective"] - 2
    t = r * np.sqrt(spare.clip(lower=0) / (1 - r**2).clip(lower=1e-15))
    return np.asarray(2 * special.stdtr(spare.where(spare > 0), -t), dtype=float)
