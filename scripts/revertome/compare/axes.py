"""The axes of co-expression that two studies have in common, as a null of their agreement."""

import numpy as np

from revertome.compare.products import Products

SMALLEST = 1e-6  # eigenvalue over the largest, below which an axis is rounding


def along_axes(found: Products, effective: float) -> tuple[float, float]:
    """Variance of a correlation of effects that keep their axes and have signs at random.

    Whatever moves many genes in blood (a cell type, stress, a drug) moves them along the leading
    axes of co-expression. Two unrelated causes that run along one axis give r near 1 or -1, each in
    half of the cases, and a test that knows only the noise calls both shown.

    With a_k, b_k the shares of two unit effect vectors along axis k of the pooled residuals, and an
    independent random sign on each axis, var = sum(a_k^2 b_k^2). What lies outside the axes (A, B
    its squared lengths) counts as `effective` genes do, A B / effective. It may be the part of the
    same direction that few people do not show, so the standard deviations are added:

        sd = sqrt(sum(a_k^2 b_k^2)) + sqrt(A B / effective)

    The weighted sum of k equal random signs has heavier tails than a normal at few k. It is met
    by t with df = V^2 / sum(V_k^2), V_k the parts of the variance and V their sum: |r| = 1 along
    one axis gives p = 1/2.

    Parameters
    ----------
    found
        Products of two studies.
    effective
        Genes that those outside the axes are worth.

    Returns
    -------
    variance, df
    """
    # ASSUME the residuals of the two studies show the same axes; each counts by its df.
    one, two = found.first, found.second
    scale = np.sqrt(one.df / one.trace), np.sqrt(two.df / two.trace)
    mixed = found.between * (scale[0] * scale[1])
    gram = np.block([[one.gram * scale[0] ** 2, mixed], [mixed.T, two.gram * scale[1] ** 2]])
    size, vectors = np.linalg.eigh(gram)
    kept = size > SMALLEST * size[-1]
    on = np.vstack([one.on * scale[0], two.on * scale[1]])
    along = (vectors[:, kept].T @ on) ** 2 / size[kept, None] / [found.uu, found.vv]
    inside = along.prod(axis=1)
    outside = float(np.maximum(1 - along.sum(axis=0), 0).prod()) / effective
    variance = (np.sqrt(inside.sum()) + np.sqrt(outside)) ** 2
    df = (inside.sum() + outside) ** 2 / ((inside**2).sum() + outside**2 / effective)
    return float(variance), float(max(df, 1.0))
