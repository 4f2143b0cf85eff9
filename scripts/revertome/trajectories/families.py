"""Claims at several visits of many genes: which genes first, then which visits of these.

A gene is a family of hypotheses, one a visit. Genes are selected by one p each with Benjamini &
Hochberg at alpha: R of m. Within a selected gene every further p is compared with the level at
which the genes were selected, alpha R / m (Benjamini & Bogomolov 2014, J R Stat Soc B 76:297): so
the error within genes is at most alpha on average over the genes selected.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.trajectories.multiplicity import Adjustment, null_share


@dataclass(frozen=True)
class Selection:
    """Genes selected by Benjamini & Hochberg, ready to judge further p of the same genes.

    Attributes
    ----------
    screen : (G,) bool
        Genes among which anything is claimed.
    ordered : (m,)
        Adjusted p of the genes that were tested, ascending.
    factor : float
        m, times the share that counts as null.
    """

    screen: npt.NDArray[np.bool_]
    ordered: Array
    factor: float

    def adjusted(self, p: Array) -> Array:
        """Adjusted p of further tests (..., G): 1 outside the screen, NaN where p is.

        The smallest alpha at which p is at most alpha R(alpha) / factor, and at least p itself: the
        smallest over k of the larger of factor p / k and the k-th adjusted p. For the p that genes
        were selected by it is their Benjamini-Hochberg adjusted p.
        """
        k = np.arange(1, len(self.ordered) + 1)
        # k q_(k) rises with k. Up to the first k at which it reaches factor p the first of the two
        # is the larger, from there on the second.
        after = np.searchsorted(k * self.ordered, self.factor * p)
        with np.errstate(divide="ignore", invalid="ignore"):
            before = np.where(after > 0, self.factor * p / np.maximum(after, 1), np.inf)
        least = np.minimum(before, np.append(self.ordered, np.inf)[after])
        found = np.where(self.screen, np.clip(least, p, 1.0), 1.0)
        return np.asarray(np.where(np.isnan(p), np.nan, found))


def select(
    p: Array,
    screen: npt.NDArray[np.bool_],
    alpha: float,
    screened: bool = True,
    how: Adjustment = Adjustment.PLAIN,
) -> Selection:
    """Select genes by one p each (G,); parameters as of `multiplicity.adjust_among`.

    Deconvolution gives no level for further tests; it is not to be had here.
    """
    tested = ~np.isnan(p) & (screen | (not screened))
    kept = np.sort(p[tested])
    m, share = len(kept), 1.0
    if screened and how is Adjustment.ADAPTIVE:
        share = null_share(lambda level: int((kept <= level).sum()), m, alpha)
    scaled = share * m * kept / np.arange(1, m + 1)
    least = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return Selection(screen, least, share * m)
