"""Whether samples have, feature by feature, the size of others."""

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array, Mask

# Real logarithms lie 0.02-0.15 of their value from those of other samples (ln beside log2: 0.31),
# unlogged values within 3-fold.
AWAY = 0.2
TIMES = 3.0  # log2
SPREAD = 2.0  # ratio of spreads on the log scale; logarithms of unlogged values have a fifth
FEW = 10  # features
BEYOND = 2.0  # times what samples of one scale differ


def differ_by_feature(samples: Array, alike: Array, logarithms: bool) -> npt.NDArray[np.bool_]:
    """Compare samples with others over the features that are not low.

    Quantiles of a few features, or of some that were picked because they vary, differ between
    samples of one scale; the features themselves do not, or in these others as well.

    Parameters
    ----------
    samples : (features, samples)
        Samples whose quantiles differ.
    alike : (features, others)
        Samples that agree.
    logarithms : bool
        Whether the values are logarithms.

    Returns
    -------
    (samples,)
        False where a sample does not differ, or too few features are there to tell.
    """
    middle = np.nanmedian(alike, axis=1)
    measured = middle > np.nanmin(middle)  # above a floor or 0
    if measured.sum() >= 2 * FEW:
        samples, alike, middle = samples[measured], alike[measured], middle[measured]
    upper = middle >= np.nanmedian(middle)
    samples, alike, middle = samples[upper], alike[upper], middle[upper, None]
    if logarithms:
        own = np.quantile(np.nanmedian(np.abs(alike - middle), axis=0), 0.75)
        far = np.nanmedian(np.abs(samples - middle), axis=0)
        return np.asarray(far > max(AWAY * np.nanmedian(np.abs(middle)), BEYOND * own))
    return np.array([_unlike(sample, middle[:, 0]) for sample in samples.T], dtype=bool)


def _unlike(sample: Array, middle: Array) -> bool:
    if (sample < 0).mean() > (middle < 0).mean() + 0.25:
        return True
    positive: Mask = (sample > 0) & (middle > 0)
    if positive.sum() < FEW:
        return False
    found, expected = np.log2(sample[positive]), np.log2(middle[positive])
    spread = _spread(found) / max(_spread(expected), 1e-300)
    times = abs(float(np.median(found - expected)))
    return bool(times > TIMES or not 1 / SPREAD < spread < SPREAD)


def _spread(logged: Array) -> float:
    return float(np.ptp(np.quantile(logged, [0.1, 0.9])))
