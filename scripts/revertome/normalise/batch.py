"""Batch effects: handled in the models; removed here from a copy that only pictures use."""

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.filled import filled

BLOCK = 1024  # genes copied at a time


def remove_batch_effect(x: Array, batch: pd.Series, design: Array) -> Array:
    """Take the additive effect of batch out of log2 expression.

    Ordinary least squares of each gene on the design and on batch, coded so that the effects of
    its levels sum to zero; the fitted batch part is subtracted:
    ``limma::removeBatchEffect(x, batch, design = design)``. Tests on the result would count
    degrees of freedom that are spent; they take batch as a covariate instead.

    Parameters
    ----------
    x : (samples, genes)
        Log2 expression; missing values (NaN) stay missing.
    batch : Series, (samples,)
        Batch of each sample, as text.
    design : (samples, p)
        What is to be kept, of full rank together with batch.

    Returns
    -------
    (samples, genes)
        Log2 expression.

    References
    ----------
    Ritchie et al. 2015, Nucleic Acids Res 43:e47.
    """
    codes, levels = pd.factorize(batch.astype(str), sort=True)
    contrasts = np.vstack([np.eye(len(levels) - 1), -np.ones(len(levels) - 1)])[codes]
    whole, removed = np.column_stack([design, contrasts]), np.empty(x.shape)
    for start in range(0, x.shape[1], BLOCK):
        own = x[:, start : start + BLOCK]
        fitted, *_ = np.linalg.lstsq(whole, filled(own), rcond=None)
        removed[:, start : start + BLOCK] = own - contrasts @ fitted[design.shape[1] :]
    return removed
