"""Is the design of full rank: cells (group or visit) and covariates."""

from collections.abc import Sequence

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few
from revertome.trial import aliased, design_columns


def check_design(samples: pd.DataFrame, covariates: Sequence[str], source: str) -> None:
    """Refuse covariates that are missing, constant or confounded.

    Raises
    ------
    StudyError
        Names the covariate and the samples, or the aliased columns of the design.
    """
    for name in covariates:
        empty = samples[name].isna()
        if empty.any():
            raise StudyError(
                f"{source}: covariate '{name}' is missing in {int(empty.sum())} samples: "
                f"{few(samples.index[empty])}; fill it in, exclude the samples, or drop it from "
                "design.covariates"
            )
        if len(samples[name].unique()) == 1:
            raise StudyError(
                f"{source}: covariate '{name}' is '{samples[name].iloc[0]}' in every sample, so "
                "nothing can be adjusted for; drop it from design.covariates"
            )
    columns = design_columns(samples, covariates)
    confounded = aliased(columns)
    if confounded:
        raise StudyError(
            f"{source}: the design is rank-deficient: {few(confounded)} is confounded with the "
            f"columns before it ({few(columns.columns, 12)}); drop it from design.covariates"
        )
