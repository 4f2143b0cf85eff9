"""PyDESeq2's inference methods with blocks absorbed and all genes at once.

``DeseqDataSet(..., inference=AbsorbedInference())`` and ``DeseqStats(..., inference=...)``.
"""

from typing import Any

import numpy as np
from pydeseq2.inference import Inference
from threadpoolctl import threadpool_limits

from revertome.arrays import Array, Mask
from revertome.negative_binomial.dispersion import maximise
from revertome.negative_binomial.fit import RIDGE, fit
from revertome.negative_binomial.least_squares import fitted, moments, rough
from revertome.negative_binomial.shrinkage import shrink
from revertome.negative_binomial.trend import gamma_identity
from revertome.negative_binomial.wald import standard_errors, statistics

CLOSE = 1e-9  # last move of the coefficients of a trend
TREND_ROUNDS = 100


class AbsorbedInference(Inference):  # type: ignore[misc]
    """See `pydeseq2.inference.Inference`, whose methods these are, with its names and shapes.

    Nothing is kept between calls, so that subsets of genes, other designs and other contrasts go
    through one object. One thread; the same digits whatever the number of cores.

    Differences from `pydeseq2.default_inference.DefaultInference`: coefficients are those of the
    optimum, not of the first deviance within 1e-8; dispersions are the largest maximum over the
    whole range, with the prior where one is asked for. Neither depends on where it starts;
    PyDESeq2 leaves dispersions that start at `min_disp` there, where the likelihood is flat.
    """

    n_cpus = 1
    ridge = RIDGE  # of coefficients

    def lin_reg_mu(self, counts: Array, size_factors: Array, design_matrix: Array,
                   min_mu: float) -> Array:  # fmt: skip
        """Least squares of counts over size factors, times these, at least `min_mu`; (n, G)."""
        sizes = np.asarray(size_factors, dtype=float)[:, None]
        with threadpool_limits(limits=1):
            return np.maximum(sizes * fitted(np.asarray(counts) / sizes, design_matrix), min_mu)

    def irls(self, counts: Array, size_factors: Array, design_matrix: Array, disp: Array,
             min_mu: float, beta_tol: float, min_beta: float = -30, max_beta: float = 30,
             optimizer: str = "L-BFGS-B", maxiter: int = 250,
             ) -> tuple[Array, Array, Array, Mask]:  # fmt: skip
        """Coefficients (G, p), means (n, G), hat diagonals (n, G), converged (G,); see `fit`.

        `beta_tol` and `optimizer` are not used: every gene goes on to its optimum.
        """
        bound = min(-min_beta, max_beta)
        with threadpool_limits(limits=1):
            found = fit(counts, design_matrix, np.log(np.asarray(size_factors, dtype=float)), disp,
                        min_mu, self.ridge, bound=bound, maxiter=maxiter)  # fmt: skip
        return found.coefficients, found.mu, found.hat, found.converged

    def alpha_mle(self, counts: Array, design_matrix: Array, mu: Array, alpha_hat: Array,
                  min_disp: float, max_disp: float, prior_disp_var: float | None = None,
                  cr_reg: bool = True, prior_reg: bool = False, optimizer: str = "L-BFGS-B",
                  ) -> tuple[Array, Mask]:  # fmt: skip
        """Dispersions and whether they converged, (G,) each; see `maximise`."""
        if prior_reg and prior_disp_var is None:
            raise ValueError("a prior of dispersions needs prior_disp_var")
        start = np.asarray(alpha_hat, dtype=float)
        variance = prior_disp_var if prior_reg else None
        with threadpool_limits(limits=1):
            return maximise(counts, design_matrix, mu, min_disp, max_disp, start, variance,
                            cr_reg)  # fmt: skip

    def wald_test(self, design_matrix: Array, disp: Array, lfc: Array, mu: Array,
                  ridge_factor: Array, contrast: Array, lfc_null: Any,
                  alt_hypothesis: str | None = None) -> tuple[Array, Array, Array]:  # fmt: skip
        """Wald p-values, statistics and standard errors, (G,) each; NaN where `mu` is."""
        with threadpool_limits(limits=1):
            se = standard_errors(design_matrix, disp, mu, ridge_factor, contrast)
        p, stat = statistics(np.asarray(lfc), se, np.asarray(contrast, dtype=float), lfc_null,
                             alt_hypothesis)  # fmt: skip
        return p, stat, se

    def fit_rough_dispersions(self, normed_counts: Array, design_matrix: Array) -> Array:
        """Dispersions by squared residuals of least squares, (G,)."""
        with threadpool_limits(limits=1):
            return rough(np.asarray(normed_counts), np.asarray(design_matrix, dtype=float))

    def fit_moments_dispersions(self, normed_counts: Array, size_factors: Array) -> Array:
        """Dispersions by moments, (G,)."""
        return moments(np.asarray(normed_counts), np.asarray(size_factors))

    def dispersion_trend_gamma_glm(
        self, covariates: Any, targets: Any
    ) -> tuple[Array, Array, bool]:
        """Trend a0 + a1 x of dispersions by x = 1 / mean: coefficients, values, converged."""
        at, y = np.asarray(covariates, dtype=float), np.asarray(targets, dtype=float)
        x, b = np.column_stack([np.ones_like(at), at]), np.ones(2)
        for _ in range(TREND_ROUNDS):
            found = gamma_identity(x, y, b)
            if found is None:
                break
            still = bool((np.abs(found[0] - b) <= CLOSE * np.abs(b)).all())
            b = found[0]
            if still:
                return b, x @ b, bool((b > 0).all())
        return b, x @ b, False

    def lfc_shrink_nbinom_glm(self, design_matrix: Array, counts: Array, size: Array,
                              offset: Array, prior_no_shrink_scale: float, prior_scale: float,
                              optimizer: str, shrink_index: int,
                              ) -> tuple[Array, Array, Mask]:  # fmt: skip
        """Coefficients under apeglm's prior, inverse Hessians (G, p, p), converged; `shrink`."""
        with threadpool_limits(limits=1):
            return shrink(design_matrix, counts, 1 / np.asarray(size, dtype=float), offset,
                          prior_no_shrink_scale, prior_scale, shrink_index)  # fmt: skip
