"""Aliased columns against R's lm."""

import pandas as pd

from revertome.intake.design import check_design
from revertome.trial import aliased, design_columns

DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy"}
SAMPLES = pd.DataFrame(
    {
        "patient": list("AABBCCXYZ"),
        "visit": ["before", "after"] * 3 + [None] * 3,
        "group": ["patient"] * 6 + ["healthy"] * 3,
        "batch": list("112211332"),
        "site": list("aabbaaccb"),
        "age": [3.0, 3, 5, 5, 8, 8, 4, 9, 6],
    }
)


def test_aliased_as_lm() -> None:
    """Columns R leaves out.

    cell <- factor(c(rep(c("before", "after"), 3), rep("healthy", 3)))
    batch <- factor(c(1,1,2,2,1,1,3,3,2)); site <- factor(c("a","a","b","b","a","a","c","c","b"))
    age <- c(3,3,5,5,8,8,4,9,6)
    fit <- lm(rnorm(9) ~ 0 + cell + batch + site + age); names(which(is.na(coef(fit))))
    # [1] "siteb" "sitec"
    """
    columns = design_columns(SAMPLES, ["batch", "site", "age"])
    assert aliased(columns) == ["site=b", "site=c"]
    assert list(columns) == [
        "cell after", "cell before", "cell healthy",
        "batch=2", "batch=3", "site=b", "site=c", "age",
    ]  # fmt: skip


def test_what_can_be_told_apart_passes() -> None:
    """Batch and age are the same at both visits; site says what batch says."""
    for covariates in ([], ["batch", "age"], ["batch", "site"]):
        check_design(SAMPLES, DESIGN | {"covariates": covariates}, "sheet")
