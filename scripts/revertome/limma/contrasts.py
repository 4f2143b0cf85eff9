"""Linear combinations of the coefficients of a fit."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from revertome.limma.fit import Fit
from revertome.limma.solve_absorbed import Absorbed
from revertome.limma.solve_genewise import untold


def contrasts_fit(fit: Fit, contrasts: Mapping[str, pd.Series]) -> Fit:
    """Re-express a fit in contrasts: estimates C'b, unscaled covariance C'VC.

    With observation weights the covariance of each gene is used as it is; limma's
    ``contrasts.fit`` takes one correlation matrix for all genes there, so standard
    errors of contrasts between weighted coefficients, or between coefficients of a gene with
    missing values, can differ from it. A contrast is NaN for a gene that lacks one of its
    coefficients, and, unlike in limma, for one whose samples tell it only together with a lacking
    coefficient: a batch that moves with the visit in all samples with a value.

    Parameters
    ----------
    fit : Fit
        Fit with p coefficients.
    contrasts : dict of str to Series, (p,)
        Coefficients of each contrast by name.

    Returns
    -------
    Fit
        Fit whose coefficients are the contrasts.

    Raises
    ------
    ValueError
        When a contrast names a coefficient that the fit does not have.
    """
    for name, vector in contrasts.items():
        unknown = set(vector.index) - set(fit.names)
        if unknown:
            raise ValueError(f"contrast {name}: no coefficient {', '.join(sorted(unknown))}")
    c = np.column_stack(
        [v.reindex(fit.names, fill_value=0.0).to_numpy(float) for v in contrasts.values()]
    )
    coefficients, covariance = fit.coefficients, fit.covariance
    lost = np.isnan(coefficients)
    if lost.any():
        coefficients = np.where(lost, 0.0, coefficients)
        covariance = np.nan_to_num(np.asarray(covariance))
    estimate = coefficients @ c
    if isinstance(covariance, Absorbed):
        spread = covariance.of_contrasts(c)
    else:
        spread = c.T @ covariance @ c
    if lost.any():
        undefined = lost.astype(float) @ (c != 0) > 0
        for gene, directions in fit.untold.items():
            undefined[gene] |= untold(directions, c)
        estimate[undefined] = np.nan
        spread[undefined[:, :, None] | undefined[:, None, :]] = np.nan
    return replace(fit, coefficients=estimate, covariance=spread, names=list(contrasts))
