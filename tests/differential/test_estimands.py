"""Estimands in words: every contrast has all attributes, and says what its model assumes."""

import numpy as np
import pandas as pd
import pytest

from revertome.columns import conformed, table_of
from revertome.differential.contrast_words import AFTERWARDS
from revertome.differential.estimands import BEFORE, COLUMNS, estimand, estimands, over_visits
from revertome.differential.names import STANDARD

DESIGN = {"baseline": "day 112", "followup": "month6.", "healthy": "well", "covariates": []}
ARMS = {"arm": {"column": "arm", "control": "placebo", "until": "month1"}}
ARMS |= {"dose": "mg", "time_control": "siblings"}
NEW = ["change_treated", "change_control", "drug_effect", "change_since_switch", "dose_trend"]
NEW += ["change_time_control", "change_beyond_time", "drug_effect_high", "change_high"]


@pytest.mark.parametrize("model", ["fixed", "random", "randomised"])
@pytest.mark.parametrize("name", [*STANDARD, *NEW, "disease_responders", "change_with_crp", "own"])
def test_every_contrast_has_every_attribute(name, model):
    found = estimand(name, model, DESIGN | ARMS, custom={"own": "change_all - 0.5 * disease"})
    assert list(found) == COLUMNS
    assert all(found.values()) and "None" not in " ".join(found.values())
    assert found["sentence"].startswith(f"{name}: ") and found["sentence"].endswith(".")
    assert found["summary"] in found["sentence"] and found["assumption"] in found["sentence"]
    early = name in ("baseline", "disease", "disease_responders")
    assert found["visit"] == ("day 112" if early else "month6.")
    assert (found["intercurrent_events"] == BEFORE) == early


def test_what_is_assumed_of_the_absent_follows_the_model():
    words = {m: estimand("change_all", m, DESIGN)["assumption"] for m in ("fixed", "random")}
    words["randomised"] = estimand("drug_effect", "randomised", DESIGN | ARMS)["assumption"]
    assert words["fixed"].startswith("complete pairs alone")
    assert words["random"].startswith("missing at random") and "group" in words["random"]
    assert "arm and their sample at baseline" in words["randomised"]
    assert AFTERWARDS in estimand("interaction", "fixed", DESIGN)["assumption"]
    assert AFTERWARDS not in words["randomised"]


def test_sentences():
    found = estimand("change_responders", "fixed", DESIGN, "steroid_dose, batch", 9)
    assert found["sentence"] == (
        "change_responders: mean change from day 112 to month6., in log2 expression of each gene. "
        "In whom: responders; patients whose response was not judged are in neither group; 9 "
        "people, at equal steroid_dose, batch, whatever else was given and "
        "whether or not treatment was stopped. Assumed: complete pairs alone are used: patients "
        "without both samples would on average have changed as those with both did."
    )
    assert "taken out" in found["intercurrent_events"]
    switch = estimand("change_since_switch", "random", DESIGN | ARMS)
    assert switch["summary"] == "mean change from month1 to month6."
    assert "withheld people" in estimand("change_all", "random", DESIGN, people=np.nan)["sentence"]
    arm = estimand("drug_effect_high", "randomised", DESIGN | ARMS)
    assert arm["summary"].endswith("of the arm high less that of the arm placebo")
    control = estimand("change_time_control", "random", DESIGN | ARMS)
    assert control["intercurrent_events"] == "none: they are not treated"
    assert "whatever else" not in control["sentence"]


def test_table_of_the_models_of_a_visit():
    """One row a contrast, by the first engine; none where nothing was fitted."""
    models = pd.DataFrame(
        {
            "contrast": ["disease", "change_all", "residual_all", "change_all"],
            "engine": ["limma", "limma", "limma", "mixed"],
            "blocking": ["random", "random", None, "fixed"],
            "formula": ["~ 0 + cell", "~ 0 + arm:visit (one baseline) + (1 | patient)", None, "x"],
            "covariates": ["none", "batch", None, "none"],
            "compared_patients": [30, 12, np.nan, 12],
        }
    )
    table = estimands(models, DESIGN, {})
    assert table["contrast"].tolist() == ["disease", "change_all"]
    assert "at equal batch" in table["sentence"][1] and "; 12 people" in table["sentence"][1]
    assert "that their arm and their sample at baseline" in table["assumption"][1]
    described = table_of("results/differential/estimands.tsv")
    assert described.file == "differential/estimands.tsv"
    assert list(conformed(table, described)) == list(table) == COLUMNS
    assert estimands(models[2:3], DESIGN, {}).empty


def test_all_visits_in_one_table_with_the_baseline_once():
    models = pd.DataFrame({"contrast": ["disease", "change_all"], "blocking": "random"})
    models = models.assign(covariates="none", compared_patients=12, formula="~ 0 + cell")
    design = DESIGN | {"followups": ["week 4", "month6."]}
    table = over_visits([models, models], design, {})
    found = table[["contrast", "visit"]].to_numpy().tolist()
    assert found == [["disease", "day 112"], ["change_all", "week 4"], ["change_all", "month6."]]
    assert "to week 4" in table["summary"][1] and "to month6." in table["summary"][2]
    single = DESIGN | {"followup": None, "followups": []}
    assert over_visits([models[:1]], single, {})["contrast"].tolist() == ["disease"]
    own = estimand("disease_later", "random", DESIGN, custom={"disease_later": "disease"})
    assert own["visit"] == "month6."
