"""Contrasts of clinical variables and of later responders before treatment, against limma."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from options import options_of
from revertome.configuration import complete, names
from revertome.differential.names import check_variables
from revertome.differential.run import run
from revertome.errors import StudyError
from revertome.trial import with_clinic
from tiny_trial import SCHEMA

REFERENCE = Path(__file__).parent / "reference"
DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy", "covariates": ["batch"]}
BOTH = ["change_with_dose", "baseline"]


def study():
    obs = pd.read_csv(REFERENCE / "samples.tsv", sep="\t").set_index("sample", drop=False)
    y = pd.read_csv(REFERENCE / "y.tsv", sep="\t", index_col=0).T
    obs["dose"] = np.arange(1, len(obs) + 1) * 37 % 11 / 4
    labels = obs.loc[obs["group"].eq("patient"), ["patient", "label"]].drop_duplicates()
    obs.loc["P05_after", "dose"] = np.nan
    return anndata.AnnData(
        y.loc[obs.index].to_numpy(), obs=obs, var=pd.DataFrame(index=y.columns)
    ), labels


def found(contrasts, design=DESIGN, change=None, **differential):
    expression, labels = study()
    if change:
        change(expression.obs)
    options = options_of(differential.pop("engine", "limma"), design, trend=False, **differential)
    return run(expression, labels, options, contrasts)


@pytest.mark.parametrize("contrast", BOTH)
def test_table_equals_that_of_limma(contrast):
    table = found(BOTH).tables[contrast].set_index("gene")
    expected = pd.read_csv(REFERENCE / "clinical.tsv", sep="\t").set_index("contrast").loc[contrast]
    rows = table.loc[expected["gene"]]
    for column in ("logFC", "t", "P.Value"):
        np.testing.assert_allclose(rows[column], expected[column], rtol=1e-8)


def test_design_says_who_takes_part():
    design = found(["change_with_dose"]).design.iloc[0]
    assert (design["n_pairs"], design["blocking"], design["covariates"]) == (
        12,
        "fixed",
        "batch",
    )
    assert "P05: dose missing" in design["dropped"]


def test_blocking_random_takes_the_paired_model_as_well():
    one, two = (found(["change_with_dose"], blocking=kind) for kind in ("auto", "random"))
    pd.testing.assert_frame_equal(one.tables["change_with_dose"], two.tables["change_with_dose"])


def moves_with_the_visit(obs):
    obs["dose"] = np.where(obs["visit"].eq("after"), 3.0, 1.0)


def known_in_two_pairs(obs):
    obs.loc[~obs["patient"].isin(["P00", "P01"]), "dose"] = np.nan


@pytest.mark.parametrize(
    ("change", "engine", "reason"),
    [
        (moves_with_the_visit, "limma", "dose"),
        (known_in_two_pairs, "limma", "dose: 2 pairs with both values are too few"),
        (None, "mixed", "mixed has no paired model"),
    ],
)
def test_what_cannot_be_asked_is_missing_with_its_reason(change, engine, reason):
    made = found(["change_with_dose"], change=change, engine=engine)
    assert made.tables["change_with_dose"]["P.Value"].isna().all()
    assert reason in made.design["dropped"].iloc[0]


def test_names_of_variables():
    check_variables(["crp", "steroid_dose"])
    with pytest.raises(StudyError, match="'CRP mg/l' cannot name a table"):
        check_variables(["CRP mg/l"])
    with pytest.raises(StudyError, match="crp is given twice"):
        check_variables(["crp", "crp"])


def test_contrasts_of_a_study():
    config = complete(
        {"differential": {"change_with": ["crp"]}, "design": {"followup": "after"}, "response": {}},
        SCHEMA,
        False,
    )
    config["response"]["source"] = "column"
    config["design"]["healthy"] = None
    assert names(config) == ["baseline", "change_responders", "change_nonresponders", "change_all",
                             "interaction", "change_with_crp"]  # fmt: skip
    config["differential"]["blocking"] = "fixed"
    assert "baseline" not in names(config)


def test_values_come_from_the_visits_sheet_or_the_samples():
    expression, _ = study()
    obs = expression.obs.drop(columns="dose")
    visits = pd.DataFrame({"patient": ["P00", "P00", "P01"], "visit": ["day1", "after", "day1"],
                           "crp": [4.0, 1.0, 7.0]})  # fmt: skip
    clinic = {"baseline_visit": "day1", "visit": "after"}
    with_crp = with_clinic(obs, visits, ["crp"], DESIGN, clinic)["crp"]
    assert with_crp.dropna().to_dict() == {"P00_before": 4.0, "P00_after": 1.0, "P01_before": 7.0}
    own = with_clinic(expression.obs, visits, ["dose"], DESIGN, clinic)["dose"]
    sick = expression.obs["group"].eq("patient")
    assert own[~sick].isna().all() and own[sick].equals(expression.obs.loc[sick, "dose"])
    # A covariate of every sample is not taken from healthy people.
    adjusting = {**DESIGN, "covariates": ["dose"]}
    kept = with_clinic(expression.obs, visits, ["dose"], adjusting, clinic)["dose"]
    assert kept.equals(expression.obs["dose"]) and kept[~sick].notna().all()
    with pytest.raises(StudyError, match="`differential: change_with`: 'esr' is in neither"):
        with_clinic(obs, visits, ["esr"], DESIGN, clinic)


@pytest.mark.parametrize(
    ("judged", "known", "expected"),
    [
        ("day 7", ["day 0", "day 7"], [2.0, np.nan]),  # judged at day 7, which is not day 28
        ("end", ["day 0", "day 7", "end"], [2.0, 3.0]),  # the sheet calls day 28 `end`
        ("end", ["day 0", "day 7", "day 28", "end"], [2.0, 3.0]),
        ("", ["day 0", "day 7"], [2.0, np.nan]),
    ],
)
def test_values_of_one_follow_up_are_not_those_of_another(judged, known, expected):
    design = {"baseline": "day 0", "followup": "day 28", "followups": ["day 7", "day 28"],
              "healthy": None, "covariates": []}  # fmt: skip
    obs = pd.DataFrame({"patient": "P", "visit": ["day 0", "day 7", "day 28"], "group": "ill"})
    value = {"day 0": 1.0, "day 7": 2.0, "day 28": 3.0, "end": 3.0 if len(known) == 3 else 9.0}
    visits = pd.DataFrame({"patient": "P", "visit": known, "crp": [value[v] for v in known]})
    clinic = {"baseline_visit": "", "visit": judged}
    found = with_clinic(obs, visits, ["crp"], design, clinic)["crp"]
    np.testing.assert_array_equal(found, [1.0, *expected])
