"""Residuals of a study against means taken by hand."""

import numpy as np
import pandas as pd
import pytest

from paired_trial import DESIGN, Expression
from revertome.compare.residuals import residuals
from revertome.errors import StudyError

# Four responders and two non-responders at both visits, one who came once, three healthy.
PATIENTS = [*"ABCDEF"]
OBS = pd.DataFrame(
    {
        "patient": [*PATIENTS, "G", *reversed(PATIENTS), "H1", "H2", "H3"],
        "visit": ["before"] * 7 + ["after"] * 6 + [None] * 3,
        "group": ["patient"] * 13 + ["healthy"] * 3,
    },
    index=[f"s{i}" for i in range(16)],
)
LABELS = pd.DataFrame({"patient": [*PATIENTS, "G"]})
LABELS["label"] = ["responder"] * 4 + ["nonresponder"] * 3
VALUES = np.random.default_rng(8).normal(size=(16, 5))


def found(design, **covariates):
    expression = Expression(VALUES, OBS.assign(**covariates), pd.Index(list("vwxyz")))
    return residuals(expression, LABELS, {**DESIGN, **design})


def scaled(left, df):
    return left / np.sqrt((left**2).sum(axis=0) / df)


def centred(values, groups):
    return values - pd.DataFrame(values).groupby(groups).transform("mean").to_numpy()


def test_residuals_are_values_less_the_mean_of_their_label():
    parts = found({})
    groups = ["r"] * 4 + ["n"] * 3 + ["h"] * 3
    disease = centred(VALUES[[*range(7), 13, 14, 15]], groups)
    np.testing.assert_allclose(parts["disease"].scores, scaled(disease, 7), rtol=1e-6)
    change = centred(VALUES[[12, 11, 10, 9, 8, 7]] - VALUES[:6], groups[:4] + groups[4:6])
    np.testing.assert_allclose(parts["change"].scores, scaled(change, 4), rtol=1e-6)
    assert (parts["disease"].df, parts["change"].df) == (7, 4)


def test_a_covariate_of_the_patient_costs_the_change_no_degree_of_freedom():
    sex = np.where(OBS["patient"].isin(["A", "C", "E", "H1"]), "male", "female")
    parts, plain = found({"covariates": ["sex"]}, sex=sex), found({})
    assert (parts["disease"].df, parts["change"].df) == (6, 4)
    np.testing.assert_allclose(parts["change"].scores, plain["change"].scores, rtol=1e-6)


def test_a_covariate_of_the_change_is_taken_out():
    """One number more: what is left is at right angles to its change, within labels."""
    age = np.random.default_rng(2).normal(size=16)
    part = found({"covariates": ["age"]}, age=age)["change"]
    own = centred((age[[12, 11, 10, 9, 8, 7]] - age[:6])[:, None], ["r"] * 4 + ["n"] * 2)
    assert part.df == 3
    np.testing.assert_allclose(own.T @ part.scores, 0, atol=1e-6)


def test_an_incomplete_covariate_is_refused_not_dropped():
    age = np.arange(16.0)
    age[3] = np.nan
    with pytest.raises(StudyError, match=r"age is missing in 1 samples \(s3 "):
        found({"covariates": ["age"]}, age=age)
