"""Aliased columns against R's lm."""

import pandas as pd
import pytest
import yaml

from options import load
from revertome.errors import StudyError
from revertome.intake.design import check_design
from revertome.trial import aliased, design_columns
from studies import SHARED

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


CASE = SHARED / "cases/e1b_batch_effect"


@pytest.mark.skipif(not CASE.is_dir(), reason="small studies are not in ../shared/cases")
def test_a_run_that_moves_with_the_visit_is_met_at_the_door() -> None:
    study = yaml.safe_load((CASE / "study.yaml").read_text("utf-8"))
    files = {"matrix": str(CASE / "m.tsv"), "samples": str(CASE / "s.tsv")}
    with pytest.raises(StudyError) as raised:
        load(study["intake"] | files, study["design"])
    assert str(raised.value).endswith(
        "s.tsv: covariate batch cannot be told apart from the change from before to after "
        "(change_all): batch goes from run1 to run2 in 8 of 8 patients (P01, P02, P03, P04, P05 "
        "and 3 more). Measure some of these patients again so that batch is the same at both "
        "visits, or take batch out of design.covariates, knowing that the change then holds its "
        "effect as well"
    )
