"""The influenza challenge: interferon genes rise, stay up and are not back by 108 hours."""

import numpy as np
import pandas as pd
import pytest

from options import joint_options_of, section
from paired_trial import Expression
from revertome.trajectories.courses import run
from studies import SHARED, flu, real

pytestmark = [pytest.mark.slow, real]
INTERFERON = ["IFI44L", "IFI44", "RSAD2", "IFIT1", "ISG15", "MX1", "SIGLEC1", "IFI27"]


@pytest.fixture(scope="module")
def found():
    study = flu(SHARED)
    sheet = pd.read_csv(study["intake"]["samples"], sep="\t", dtype=str).set_index("SampleID")
    values = pd.read_csv(study["intake"]["matrix"], sep="\t", index_col=0)[sheet.index]
    obs = pd.DataFrame({"patient": sheet["Subject"], "visit": sheet["Hours"]}).assign(group="all")
    label = sheet["Condition"].map(study["intake"]["fields"]["response"]["values"])
    labels = pd.DataFrame({"patient": sheet["Subject"], "label": label}).drop_duplicates()
    design = {**study["design"], "covariates": []}
    model = joint_options_of("limma", design, "cells")
    options = section("trajectories", reverted_in="responders")
    return run(Expression(values.T.to_numpy(), obs, values.index), labels, model, options)


def test_interferon_genes_of_the_ill_are_not_back(found):
    """IFI44L has a mean of 7.5 at 0, 11.4 at 69 and 11.3 at 108 hours in the nine who fell ill."""
    rows = found.change_courses.query("group == 'responders'").set_index("gene").loc[INTERFERON]
    assert rows["course"].eq("not back").all()
    assert rows["in_words"].str.contains("not back by 108: +", regex=False).all()
    assert (rows["last_low"] > 1.4).all()
    begin = rows["changed_from"].astype(int)
    assert begin.median() == 36 and begin.min() == 29 and begin.max() == 53
    plateau = rows["plateau_from"].astype(int)
    assert plateau.median() == 69 and plateau.between(60, 84).all()
    one = rows.loc["IFI44L"]
    np.testing.assert_allclose(one["last_change"], 3.85, atol=0.005)
    assert 0.7 < one["share_left_low"] < one["share_left"] < 1 < one["share_left_high"] < 1.2


def test_interferon_genes_of_the_well_do_not_rise(found):
    rows = found.change_courses.query("group == 'nonresponders'").set_index("gene").loc[INTERFERON]
    assert rows["course"].eq("no change shown").all()
    assert rows["rise_excluded"].between(0.5, 1.9).all()
    assert rows["in_words"].str.startswith("no change shown by 108; a rise above").all()
