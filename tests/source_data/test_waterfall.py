"""Source data of the waterfall: patients in order, and their modules."""

import pandas as pd
import pytest

import small_study
from odd_studies import no_healthy
from revertome.source_data import build


@pytest.fixture(scope="module")
def study():
    study = small_study.results()
    arm = study["expression"].obs["patient"].str.len().mod(2).map({0: "drug", 1: "placebo"})
    study["expression"].obs["arm"] = arm.where(study["expression"].obs["group"].ne("healthy"))
    return study


def test_patients_stand_by_their_distance_with_what_they_had_before(study):
    table = build("waterfall", study)
    people = table[table["element"] == "patient"].set_index("patient")
    told = study["distance"].set_index(["patient", "visit"])["distance"]
    z = (told - 8.0) / 1.0  # mean 8, threshold 10
    after = z.xs("week 12", level="visit").sort_values(ascending=False)
    assert people.index.to_list() == after.index.to_list()
    assert people["order"].to_list() == list(range(len(after)))
    assert people["z"].to_numpy() == pytest.approx(after.to_numpy(), abs=1e-12)
    before = z.xs("before", level="visit")[after.index]
    assert people["z_baseline"].to_numpy() == pytest.approx(before.to_numpy(), abs=1e-12)
    assert people.loc["R00", "label"] == "responder"
    assert "arm" not in people.dropna(axis=1, how="all")  # the design names none
    missing = sorted(set(before.index) ^ set(z.xs("before", level="visit").index))
    assert missing == ["R01"]
    caption = table.loc[table["element"] == "caption", "text"].iloc[0]
    assert caption.endswith("Not drawn, for want of a sample at week 12: 1 patient.")
    assert "of healthy people (8) from" in caption


def test_modules_are_those_of_the_scores_at_the_visit(study):
    table = build("waterfall", study)
    cells = table[table["element"] == "cell"].set_index(["patient", "module"])["z"]
    scores = study["scores"]
    mine = scores[scores["visit"].eq("week 12")].set_index(["patient", "module"])["score"]
    pd.testing.assert_series_equal(cells.sort_index(), mine[cells.index].sort_index(),
                                   check_names=False)  # fmt: skip
    assert table.loc[table["element"] == "module", "module"].to_list() == list(
        dict.fromkeys(scores["module"])
    )


@pytest.mark.parametrize("name", ["patient", "visit", "z", "module"])
def test_a_module_may_be_called_as_a_column(study, name):
    renamed = study["scores"].assign(module=study["scores"]["module"].replace("erythroid", name))
    was, now = (
        made.loc[made["element"].eq("cell"), ["patient", "module", "z"]]
        for made in (build("waterfall", study), build("waterfall", study | {"scores": renamed}))
    )
    assert len(now) and now.equals(was.replace({"module": {"erythroid": name}}))


def test_arms_are_marked_and_few_are_not_counted(study):
    design = study["design"] | {"arm": {"column": "arm", "control": "placebo"}}
    table = build("waterfall", study | {"design": design, "suppress_below": 5})
    people = table[table["element"] == "patient"]
    assert set(people["arm"]) <= {"drug", "placebo"} and people["arm"].notna().all()
    caption = table.loc[table["element"] == "caption", "text"].iloc[0]
    assert caption.endswith("patients withheld.")


def test_without_healthy_people_it_says_why_there_is_nothing():
    table = build("waterfall", no_healthy())
    assert table["element"].to_list()[:1] == ["absent"]
    assert "at least 5 healthy people" in table["text"].iloc[0]


def test_of_one_visit_that_visit_is_drawn(study):
    design = study["design"] | {"followup": None, "followups": []}
    table = build("waterfall", study | {"design": design})
    people = table[table["element"] == "patient"]
    assert "z_baseline" not in table and len(people) == 16
