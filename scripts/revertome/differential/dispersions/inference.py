"""The inference of all genes at once with the floors, ridge and kept values of R's DESeq2 1.38."""

from typing import Any

import numpy as np
from scipy.special import xlogy

from revertome.arrays import Array, Mask
from revertome.negative_binomial.dispersion import profile_likelihood
from revertome.negative_binomial.inference import AbsorbedInference

LEAST_MEAN = 0.5
NO_GAIN = 1e-6  # share of the log likelihood
AT_FLOOR = 10.0  # times the smallest dispersion
LOG2 = float(np.log(2)) ** 2  # R penalises log2 fold changes


class Inference(AbsorbedInference):
    """Inference object for `DeseqDataSet` and `DeseqStats`; its methods are PyDESeq2's."""

    ridge = AbsorbedInference.ridge / LOG2

    def alpha_mle(
        self,
        counts: Array,
        design_matrix: Array,
        mu: Array,
        alpha_hat: Array,
        min_disp: float,
        max_disp: float,
        prior_disp_var: float | None = None,
        cr_reg: bool = True,
        prior_reg: bool = False,
        optimizer: str = "L-BFGS-B",
    ) -> tuple[Array, Mask]:
        """Dispersions, of means of at least 0.5.

        Without prior a gene keeps the moment estimate `alpha_hat` it started from, as in R, where
        that is at the floor and where the maximum has a log likelihood higher by less than a
        millionth.

        Returns
        -------
        dispersion, converged : (G,)
        """
        mean = np.maximum(mu, LEAST_MEAN)
        found, good = super().alpha_mle(counts, design_matrix, mean, alpha_hat, min_disp, max_disp,
                                        prior_disp_var, cr_reg, prior_reg)  # fmt: skip
        if prior_reg:
            return found, good
        start = np.asarray(alpha_hat, dtype=float)
        before, after = (
            profile_likelihood(counts, design_matrix, mean, each) for each in (start, found)
        )
        # R's millionth is of the likelihood without sum(k log mu), which no dispersion changes.
        whole = np.abs(before - xlogy(counts, mean).sum(axis=0))
        keep = (start <= AT_FLOOR * min_disp) | (after - before < NO_GAIN * whole)
        return np.where(keep, start, found), good | keep

    def wald_test(
        self,
        design_matrix: Array,
        disp: Array,
        lfc: Array,
        mu: Array,
        ridge_factor: Array,
        contrast: Array,
        lfc_null: Any,
        alt_hypothesis: str | None = None,
    ) -> tuple[Array, Array, Array]:
        """Wald tests by the weights of means of at least 0.5, with the ridge that R has."""
        return super().wald_test(design_matrix, disp, lfc, np.maximum(mu, LEAST_MEAN),
                                 ridge_factor / LOG2, contrast, lfc_null,
                                 alt_hypothesis)  # fmt: skip
