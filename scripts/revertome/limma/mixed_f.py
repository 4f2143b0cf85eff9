"""F test of several contrasts of a gene-wise mixed model at once, as lmerTest's `contestMD`."""

from collections.abc import Sequence

import numpy as np
from scipy import special  # scipy.stats takes half a second to import

from revertome.arrays import Array
from revertome.limma.mixed_fit import MixedFit
from revertome.limma.satterthwaite import satterthwaite

RELATIVE = 1e-10  # of the largest eigenvalue: below it a direction says nothing of its own
EQUAL = 1e-8  # degrees of freedom as near as this are one number


def joint_f(fit: MixedFit, names: Sequence[str]) -> tuple[Array, Array, Array, Array]:
    """Test that several contrasts of a fit are 0 together.

    With the estimates b, their covariance V = P diag(e) P' and the q eigenvalues e that are not
    0, F = sum_m (P'b)_m^2 / e_m / q. Each direction has Satterthwaite's degrees of freedom nu_m;
    the denominator is 2 E / (E - q) with E = sum_m nu_m / (nu_m - 2), which gives F its mean, and
    2 where any nu_m is at most 2 (Fai & Cornelius 1996, J Stat Comput Simul 54:363; Kuznetsova et
    al. 2017, J Stat Softw 82:13).

    Parameters
    ----------
    fit : MixedFit
        Of G outcomes; NaN where the residual variance is 0.
    names : sequence of str, (k,)
        Contrasts.

    Returns
    -------
    F, numerator, denominator, p : (G,)
    """
    at = [fit.names.index(name) for name in names]
    covariance, slope = (each[:, at][:, :, at] for each in (fit.covariance, fit.slope))
    variance, rotation = np.linalg.eigh(covariance)
    kept = variance > RELATIVE * variance[:, -1:]
    # Turned to the axes of their covariance, the contrasts are independent; q of them are left.
    turned = np.einsum("gkm,gk->gm", rotation, fit.coefficients[:, at])
    own = np.einsum("gkm,gkl,glm->gm", rotation, slope, rotation)
    unit, sigma = np.where(kept, variance, 1.0), np.where(fit.sigma > 0, fit.sigma, np.nan)
    square = np.where(kept, turned**2 / unit, 0.0).sum(axis=1) / sigma**2
    nu = satterthwaite(unit, np.where(kept, own, 0.0), fit.ratio, fit.inverse)
    q = kept.sum(axis=1)
    f, df = square / q, denominators(np.where(kept, nu, np.nan))
    return f, q, df, np.asarray(special.fdtrc(q, df, f))


def denominators(nu: Array) -> Array:
    """Degrees of freedom (G,) of the denominator of F, of those of its directions, (G, k).

    A direction that is left out is NaN.
    """
    low, high = np.nanmin(nu, axis=1), np.nanmax(nu, axis=1)
    above = np.where(nu > 2, nu, np.nan)
    total = np.nansum(above / (above - 2), axis=1)
    q = np.isfinite(nu).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        matched = np.where(low > 2, 2 * total / (total - q), 2.0)
    return np.asarray(np.where(high - low < EQUAL, np.nanmean(nu, axis=1), matched))
