"""How errors of the types of a sample go together."""

import numpy as np
from scipy.optimize import nnls

from revertome.arrays import Array


def error_covariance(percent: Array, se: Array) -> Array:
    """Covariance of the errors of estimated percent, which sum to 100.

    Where a type is taken for too many, the others come out too few, so errors of the types are not
    independent. ASSUME those of ln c_t are, c_t being the cells of a type, with variance v_t. Then
    q_t = 100 c_t / sum c has d q_t / d ln c_s = q_t ([t = s] - q_s / 100), so that
    se_t^2 = q_t^2 (sum_s v_s q_s^2 / 100^2 + v_t (1 - q_t / 50)), from which v, at least 0, and
    from v the covariance follows.

    Parameters
    ----------
    percent, se : array, (n, k)
        Of all types of a sample, percentage points; percent sum to about 100.

    Returns
    -------
    array, (n, k, k)
        Its rows sum to 0 where percent sum to 100; variances are se^2 where some v gives them.
    """
    share = np.asarray(percent, dtype=float) / 100
    types = share.shape[1]
    slope = 100 * share[:, :, None] * (np.eye(types) - share[:, None, :])
    # se^2 = slope^2 v, in units of each se: all types are met alike.
    scale = np.maximum(np.asarray(se, dtype=float) ** 2, 1e-8)
    ready = slope**2 / scale[:, :, None]
    variance = np.array([nnls(one, np.ones(types))[0] for one in ready])
    covariance: Array = (slope * variance[:, None, :]) @ np.swapaxes(slope, 1, 2)
    return covariance
