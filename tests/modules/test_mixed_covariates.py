"""Covariates of the mixed model against nlme and lme4, and what they cannot do in words."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from revertome.errors import StudyError
from stages import modules

DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy"}
REFERENCE = Path(__file__).with_name("reference") / "mixed_covariates.tsv"
NUMBERS = ["estimate", "CI.L", "CI.R", "statistic", "df", "P.Value"]


def trial() -> pd.DataFrame:
    """The table `d` of reference/mixed_covariates.R."""
    k, visit = np.tile(np.arange(18), 2), np.repeat([0, 1], 18)
    steroid = (k * 11 % 9 + 1) / 10 * np.where(visit == 1, k * 4 % 5 / 5, 1)
    table = pd.DataFrame(
        {
            "patient": [f"P{i:02d}" for i in k],
            "visit": np.where(visit == 1, "after", "before"),
            "group": "patient",
            "label": np.where(k % 3 != 0, "responder", "nonresponder"),
            "age": k * 7 % 13 + 2.0,
            "sex": np.where(k * 5 % 7 < 3, "female", "male"),
            "steroid": steroid,
            "batch": [*map("abc".__getitem__, (k * 2 + visit * (k % 4)) % 3)],
        },
        index=[f"S{i:02d}" for i in range(36)],
    )
    score = k * 29 % 17 / 5 - visit * (1 + 0.8 * (k % 3 != 0)) + 0.1 * table["age"]
    table["score"] = score + 1.5 * steroid + (k**2 * 13 + visit * (31 + 7 * k)) % 23 / 12
    once = [("P04", "after"), ("P09", "before"), ("P15", "after")]
    return table[[pair not in once for pair in zip(table["patient"], table["visit"], strict=True)]]


def mixed(obs: pd.DataFrame, covariates: list[str]) -> pd.DataFrame:
    scores = obs.reset_index(names="sample")[["sample", "patient", "visit", "score"]]
    labels = obs[["patient", "label"]].drop_duplicates()
    scores = scores.assign(module="m", method="zscore")
    table = modules.test(scores, obs, labels, DESIGN | {"covariates": covariates})
    against_healthy = table["test"].isin(["disease", "residual"])
    assert table.loc[against_healthy, "covariates"].isna().all()
    return table[table["test"] == "mixed"].set_index("group")


@pytest.mark.parametrize("row", pd.read_csv(REFERENCE, sep="\t").to_dict("records"), ids=str)
def test_covariates_within_and_between_patients_against_nlme_and_lme4(row):
    group = {"visit": "all", "both": "responders_vs_nonresponders"}[row["tested"]]
    got = mixed(trial(), row["covariates"].split(",")).loc[group]
    assert got[NUMBERS].to_list() == pytest.approx([row[n] for n in NUMBERS], rel=2e-6)
    assert got["covariates"] == row["covariates"]
    assert got["n"] == 33


def test_a_covariate_that_is_the_visit_leaves_the_interaction_alone():
    """The change has no estimate; the interaction is that without the covariate."""
    obs = trial().assign(scanner=lambda d: d["visit"].map({"before": "old", "after": "new"}))
    alone, with_scanner = mixed(obs, ["steroid"]), mixed(obs, ["steroid", "scanner"])
    columns, both = [*NUMBERS, "n"], "responders_vs_nonresponders"
    pd.testing.assert_series_equal(with_scanner.loc[both, columns], alone.loc[both, columns])
    expected = "scanner=old left out: given by visit, response and other covariates"
    assert with_scanner.loc[both, ["note", "covariates"]].to_list() == [expected, "steroid"]
    change = with_scanner.loc["all"]
    assert change["note"] == "scanner=old cannot be told apart from it within patients"
    assert change[["estimate", "P.Value", "covariates"]].isna().all()


def test_a_missing_covariate_is_named():
    obs = trial()
    obs.loc["S03", "steroid"] = np.nan
    with pytest.raises(StudyError, match=r"steroid is missing in 1 samples \(S03"):
        mixed(obs, ["steroid"])


def test_too_many_covariates_leave_no_estimate():
    obs = trial().iloc[[0, 1, 2, 18, 19, 20]]
    got = mixed(obs.assign(lot=list("abcdef")), ["lot"]).loc["all"]
    assert np.isnan(got["estimate"])
    assert got["note"] == "too few pairs for the covariates"
