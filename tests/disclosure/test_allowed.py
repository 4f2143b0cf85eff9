"""The allow-list: what later stages read by name is on it; ages; what the configuration names."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from disclosure.people import left, study
from options import SCHEMA
from revertome.configuration import complete
from revertome.count_columns import MAIN
from revertome.disclosure.ages import hidden_ages
from revertome.disclosure.allowed import BLOOD, ROLES, SHARES, TREATED, leaving
from revertome.errors import StudyError
from revertome.quality.clinic import COUNTS
from revertome.response.definition import columns_read
from revertome.trajectories import covariates

HOME = Path(__file__).parents[2]
SAMPLES = yaml.safe_load((HOME / "workflow/schemas/samples.schema.yaml").read_text("utf-8"))
ANAJIS = yaml.safe_load((HOME / "config/response/anajis.yaml").read_text("utf-8"))
JADAS = yaml.safe_load((HOME / "config/response/jadas10.yaml").read_text("utf-8"))


def configured(**sections):
    base = {"study": "x", "privacy": "pseudonymise", "design": {"baseline": "a", "followup": "b"}}
    return complete(base | {"intake": {"source": "table", "matrix": "m.tsv"}} | sections, SCHEMA)


def test_what_later_stages_read_by_name_leaves_intake():
    assert BLOOD == COUNTS
    read = {name for names in covariates.COUNTS.values() for name in names}
    assert set(SHARES) == read | {f"{name.removesuffix('s')}_percent" for name in MAIN}
    assert set(ROLES) >= set(SAMPLES["properties"]) - {"sledai"}
    leaves = leaving(configured(), [])
    assert set(leaves["samples"]) >= {*ROLES, *SHARES, *BLOOD}
    assert set(leaves["visits"]) == {"patient", "arm", "visit", *BLOOD, TREATED}


def test_what_the_configuration_names_leaves_intake():
    config = configured(
        design={"baseline": "a", "followup": "b", "covariates": ["site"]},
        response={"source": "activity", "activity": {"column": "sledai"}, "baseline_visit": "day1"},
        differential={"subset": {"tissue": ["blood"]}, "change_with": ["esr"]},
        trajectories={"sensitivity": ["steroid_dose"]},
        association={"variables": ["ferritin"]},
        composition={"measured": {"cd4_count": "cd4_t_cells"}},
        age_bands=5,
    )
    config["intake"]["fields"] = {"stimulated": {"field": "title"}}
    leaves = leaving(config, ["crp"])
    named = {
        "site",
        "sledai",
        "tissue",
        "esr",
        "steroid_dose",
        "ferritin",
        "stimulated",
        "cd4_count",
    }
    assert set(leaves["samples"]) == {*ROLES, *SHARES, *BLOOD, *named}
    assert {"esr", "ferritin", "crp", "cd4_count"} <= set(
        leaves["visits"]
    ) and "site" not in leaves["visits"]
    assert leaves["baseline"] == "a" and leaves["baseline_visit"] == "day1"
    assert leaves["age_bands"] == 5


@pytest.mark.parametrize("name", ["NEUT%", "lymphocytes (10^9/L)", "b_cell_percent", "wbc_count"])
def test_counts_of_cells_leave_by_all_their_usual_names(name):
    made = study()
    made.adata.obs[name] = made.visits[name] = 41.5
    made.adata.obs["colour"] = "red"
    out, _ = left(made)
    assert out.adata.obs[name].eq(41.5).all() and out.visits[name].eq(41.5).all()
    assert "colour" not in out.adata.obs


def test_the_columns_behind_the_definition_of_response_are_asked_for():
    config = configured(response={"source": "visits"})["response"]
    anajis = set(columns_read(config, ANAJIS))
    assert anajis >= {"physician_global", "chaq", "esr", "crp", "temperature", "fever_days"}
    jadas = columns_read(config, JADAS)
    assert {"active_joints", "esr", *JADAS["scores"]} <= set(jadas)
    assert columns_read(configured()["response"], ANAJIS) == []


def test_ages_of_90_and_older_are_one_and_bands_are_midpoints():
    ages = pd.Series([0.4, 7.3, 89.9, 90.0, 104.0, np.nan], name="age")
    assert list(hidden_ages(ages, None)[:5]) == [0.4, 7.3, 89.9, 90, 90]
    assert list(hidden_ages(ages, 5)[:5]) == [2.5, 7.5, 87.5, 90, 90]
    assert np.isnan(hidden_ages(ages, 5).iloc[5])
    months = pd.Series([88.0, 1100.0], name="ageMonths")
    assert list(hidden_ages(months, 5)) == [90, 1080]
    for other in (pd.Series([95.0], name="dosage"), pd.Series(["old"], name="age"),
                  pd.Series([33000.0], name="age")):  # fmt: skip
        assert hidden_ages(other, 5).equals(other)
    made = study()
    made.adata.obs.loc[made.adata.obs_names[0], "age"] = 93.0
    assert left(made)[0].adata.obs["age"].max() == 90


def test_bands_have_a_width():
    with pytest.raises(StudyError, match="age_bands"):
        configured(age_bands=0)
    with pytest.raises(StudyError, match="age_bands: ages leave in bands with privacy"):
        configured(age_bands=5, privacy="none")
