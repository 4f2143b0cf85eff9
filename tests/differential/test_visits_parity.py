"""Contrasts of arms and visits, F over visits and the constrained model against limma and nlme.

`reference/visits.R` makes its own designs from the sheet; R 4.2, limma 3.54, nlme 3.1.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from options import options_of
from paired_trial import Expression
from revertome.differential.models import randomised_model
from revertome.differential.run import run_visits
from revertome.limma.mixed_fit import mixed_fit

HERE = Path(__file__).parent / "reference"
DESIGN = {
    "baseline": "day 0",
    "followup": "day 180",
    "followups": ["day 7", "day 28", "day 180"],
    "healthy": "healthy",
    "time_control": "healthy",
    "covariates": ["batch"],
    "arm": {"column": "arm", "control": "placebo", "until": "day 28"},
}
CUSTOM = {
    "drug_effect_of_high": "drug_effect_high",
    "cells": "`responder.high.day 7` - 0.5 * `nonresponder.placebo.day 28`",
}
NAMES = ["change_all", "change_responders", "change_control", "change_treated", "drug_effect",
         "change_time_control", "change_beyond_time", "change_since_switch", "disease",
         "residual_all", *CUSTOM]  # fmt: skip


def study():
    y = pd.read_csv(HERE / "visits_y.tsv", sep="\t", index_col=0)
    obs = pd.read_csv(HERE / "visits_samples.tsv", sep="\t", index_col="sample")
    labels = obs.dropna(subset="label").drop_duplicates("patient")[["patient", "label"]]
    return Expression(y.T.to_numpy(), obs, y.index), labels


@pytest.fixture(scope="module")
def reference():
    return pd.read_csv(HERE / "visits.tsv", sep="\t").replace(
        {"contrast": {"drug_effect_high": "drug_effect_of_high"}}
    )


@pytest.fixture(scope="module")
def found():
    options = options_of("limma", DESIGN, trend=False, custom=CUSTOM)
    return run_visits(*study(), options, NAMES)


def test_contrasts_at_each_visit(reference, found):
    single = reference[reference["visit"].ne("all") & reference["model"].ne("lme")]
    for (contrast, visit), rows in single.groupby(["contrast", "visit"]):
        table = found[0][visit].tables[contrast].set_index("gene").loc[rows["gene"]]
        for ours, theirs in (("logFC", "estimate"), ("t", "statistic"), ("P.Value", "P.Value")):
            np.testing.assert_allclose(table[ours], rows[theirs], rtol=1e-8, err_msg=contrast)
    assert single.groupby(["contrast", "visit"]).ngroups == 28


def test_f_over_visits(reference, found):
    for contrast, rows in reference[reference["visit"].eq("all")].groupby("contrast"):
        table = found[1][found[1]["contrast"].eq(contrast)].set_index("gene").loc[rows["gene"]]
        for ours, theirs in (("F", "statistic"), ("df1", "df1"), ("df2", "df2"),
                             ("P.Value", "P.Value")):  # fmt: skip
            np.testing.assert_allclose(table[ours], rows[theirs], rtol=1e-8, err_msg=contrast)
    asked = found[1].drop_duplicates("contrast").set_index("contrast")["visits"]
    assert asked["drug_effect"] == "day 7,day 28" and asked["change_all"] == "day 7,day 28,day 180"
    # The same at every visit, or at one of them only: no question over visits.
    assert not {"disease", "cells", "change_since_switch"} & set(asked.index)


def test_no_effect_of_the_drug_where_the_control_was_switched(found):
    tables, report = found[0]["day 180"].tables, found[0]["day 180"].design.set_index("contrast")
    assert tables["drug_effect"]["P.Value"].isna().all()
    assert report.loc["drug_effect", "dropped"] == (
        "no control at day 180: placebo was without the drug until day 28 only"
    )
    assert found[0]["day 7"].tables["change_since_switch"]["P.Value"].isna().all()
    early = found[0]["day 7"].design.set_index("contrast")
    assert early.loc["change_since_switch", "dropped"] == (
        "placebo is still without the drug at day 7"
    )


def test_constrained_model_is_that_of_a_mixed_model(reference):
    expression, _ = study()
    (row,) = reference[reference["model"].eq("lme")].to_dict("records")
    design = {**DESIGN, "followup": row["visit"]}
    model = randomised_model(expression.obs, design, ["drug_effect"])
    y = expression.X[:, expression.var_names == row["gene"]]
    fit = mixed_fit(y, model.design, model.block, model.contrasts)
    error = fit.sigma * np.sqrt(fit.covariance[:, 0, 0])
    np.testing.assert_allclose(fit.coefficients[:, 0], row["estimate"], rtol=1e-6)
    np.testing.assert_allclose(fit.coefficients[:, 0] / error, row["statistic"], rtol=1e-6)
