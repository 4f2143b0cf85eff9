"""PyDESeq2's data set with the trend, prior and outlier rules of R's DESeq2 1.38."""

from typing import Any

import numpy as np
import pandas as pd
from pydeseq2.dds import DeseqDataSet

from revertome.differential.dispersions.prior import prior_variance, spread
from revertome.differential.dispersions.trend import local_trend, parametric_trend
from revertome.errors import StudyError

ABOVE = 100.0  # times the smallest dispersion, above which a gene says something of the trend


class Dataset(DeseqDataSet):  # type: ignore[misc]
    """A `DeseqDataSet` whose public steps are those of R where PyDESeq2's differ.

    The trend leaves out genes whose dispersion is at most 100 times the smallest, and is a local
    regression where no parametric one can be fitted. The prior variance with few
    residual degrees of freedom is matched to the residuals. A gene is kept in spite of an outlying
    count that three others exceed only in the comparison of two groups.
    """

    def fit_dispersion_trend(self, vst: bool = False) -> None:
        """Trend of the dispersions; see `parametric_trend` and `local_trend`.

        Raises
        ------
        StudyError
            When no gene varies more than counts do by chance, where R stops as well.
        """
        dispersions = self.var["genewise_dispersions"].to_numpy(float)
        means = self.var["_normed_means"].to_numpy(float)
        use = dispersions > ABOVE * self.min_disp  # not where missing
        if not use.any():
            raise StudyError(
                "deseq2: no gene varies more within patients than counts do by chance, so no "
                "dispersion can be estimated; use voom"
            )
        found = parametric_trend(means[use], dispersions[use])
        if found is None:
            self._keep_local(means[use], dispersions[use])
        else:
            self.uns["trend_coeffs"] = pd.Series(found, index=["a0", "a1"])
            self.uns["disp_function_type"] = "parametric"
        fitted = np.full(self.n_vars, np.nan)
        some = means > 0
        fitted[some] = self.disp_function(means[some])
        self.var["fitted_dispersions"] = fitted

    def _keep_local(self, means: Any, dispersions: Any) -> None:
        self.uns["disp_function_type"] = "local"
        self.uns["trend_function"] = local_trend(means, dispersions)
        self.refit_cooks = False  # PyDESeq2 knows no local trend there

    def disp_function(self, x: Any) -> Any:
        """Trend at mean counts `x`."""
        if self.uns["disp_function_type"] == "local":
            return self.uns["trend_function"](np.asarray(x, float))
        return super().disp_function(x)

    def fit_dispersion_prior(self) -> None:
        """Spread of the log dispersions around the trend and its part that is not sampling."""
        dispersions = self.var["genewise_dispersions"].to_numpy(float)
        use = dispersions >= ABOVE * self.min_disp
        ratio = dispersions[use] / self.var["fitted_dispersions"].to_numpy(float)[use]
        df = self.n_obs - self.obsm["design_matrix"].shape[1]
        self.uns["_squared_logres"] = np.float64(spread(np.log(ratio)))
        self.uns["prior_disp_var"] = np.float64(prior_variance(np.log(ratio), df))

    def calculate_cooks(self) -> None:
        """Cook's distances; missing throughout where no rule below looks at them, as in pairs."""
        if self._two_groups() or self._several().any():
            super().calculate_cooks()
        else:
            self.layers["cooks"] = np.full(self.X.shape, np.nan)

    def cooks_outlier(self) -> pd.Series:
        """Genes without a p-value for an outlying count.

        R spares those in which three counts exceed the outlying one in the comparison of two
        groups alone, PyDESeq2 in every design.
        """
        from scipy import stats

        if self._two_groups():
            return super().cooks_outlier()
        columns = self.obsm["design_matrix"].shape[1]
        limit = stats.f.ppf(0.99, columns, self.n_obs - columns)
        name = "replace_cooks" if "replace_cooks" in self.layers else "cooks"
        found = (self.layers[name][self._several()] > limit).any(axis=0)
        self.var["_pvalue_cooks_outlier"] = found
        return self.var["_pvalue_cooks_outlier"]

    def _two_groups(self) -> bool:
        design = self.obsm["design_matrix"]
        return bool(design.shape[1] == 2 and len(design.drop_duplicates()) == 2)

    def _several(self) -> Any:
        """Samples of which there are three or more alike, (n,)."""
        design = self.obsm["design_matrix"]
        rows = design.groupby(list(design.columns), sort=False)
        return (rows[design.columns[0]].transform("size") >= 3).to_numpy()
