"""Aliased columns against R's lm."""

import pandas as pd
import pytest

from revertome.errors import StudyError
from revertome.intake.design import check_design
from revertome.trial import aliased, design_columns

SAMPLES = pd.DataFrame(
    {
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


def test_full_rank_passes() -> None:
    check_design(SAMPLES, ["batch", "age"], "sheet")
    with pytest.raises(StudyError, match="'site=b', 'site=c' is confounded"):
        check_design(SAMPLES, ["batch", "site"], "sheet")
