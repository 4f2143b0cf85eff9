"""PyDESeq2's inference with the floors and starting values of R's DESeq2 1.38."""

from typing import Any

import numpy as np
from pydeseq2.default_inference import DefaultInference

from revertome.arrays import Array
from revertome.differential.dispersions.profile import adjusted_profile, most_likely

LEAST_MEAN = 0.5
NO_GAIN = 1e-6  # share of the log likelihood
AT_FLOOR = 10.0  # times the smallest dispersion


class Inference(DefaultInference):  # type: ignore[misc]
    """Inference object for `DeseqDataSet` and `DeseqStats`; its methods are PyDESeq2's."""

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
    ) -> tuple[Array, Array]:
        """Dispersions, of means of at least 0.5; all converge.

        Without prior a gene keeps the moment estimate `alpha_hat` it started from, as in R, where
        that is at the floor and where the maximum has a log likelihood higher by less than a
        millionth.

        Returns
        -------
        dispersion, converged : (G,)
        """
        y, start = np.asarray(counts, float), np.asarray(alpha_hat, float)
        mean = np.maximum(mu, LEAST_MEAN)
        prior = None
        if prior_reg and prior_disp_var is not None:
            prior = np.log(start), float(prior_disp_var)
        limits = float(min_disp), float(max_disp)
        found = most_likely(y, design_matrix, mean, limits, prior)
        if prior is None:
            before = adjusted_profile(y, design_matrix, mean, start)
            gained = adjusted_profile(y, design_matrix, mean, found) - before
            keep = (start <= AT_FLOOR * min_disp) | (gained < NO_GAIN * np.abs(before))
            found = np.where(keep, start, found)
        return found, np.ones(len(found), bool)

    def wald_test(
        self, *, mu: Array, ridge_factor: Array, **options: Any
    ) -> tuple[Array, Array, Array]:
        """Wald tests by the weights of means of at least 0.5, with the ridge that R has.

        R's ridge is 1e-6 on the log2 scale.
        """
        floored = np.maximum(mu, LEAST_MEAN)
        ridge = ridge_factor / np.log(2) ** 2
        return super().wald_test(mu=floored, ridge_factor=ridge, **options)  # type: ignore[no-any-return]
