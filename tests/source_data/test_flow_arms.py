"""The flow of the patients of each arm: numbers of the analysis, and why patients are absent."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

import hard_studies
from revertome.columns import table_of
from revertome.figures import draw
from revertome.figures.style import rows
from revertome.small_cells import withheld
from revertome.source_data import build
from revertome.trial import complete_pairs

ARMS = ("placebo", "drug")


@pytest.fixture(scope="module")
def study():
    return hard_studies.trial(visits=("before", "week 4", "week 12"), arms=ARMS)


def test_each_arm_counts_the_patients_whose_samples_are_used(study):
    steps = rows(build("flow", study), "step")
    obs = study["expression"].obs
    for arm in ARMS:
        mine, own = steps[steps["arm"] == arm], obs[obs["arm"] == arm]
        sampled = mine[mine["stage"] == "sampled"].set_index("visit")["n_patients"]
        expected = own.groupby("visit", observed=True)["patient"].nunique()
        assert sampled.to_dict() == expected.to_dict()
        both = complete_pairs(own, "before", "week 12")
        (last,) = mine[mine["stage"] == "analysed"].to_dict("records")
        assert last["n_patients"] == len(both)
        n = pd.Series([p[0] for p in both]).value_counts()
        assert last["note"] == f"responders {n['R']}, non-responders {n['N']}"
        gone = expected["before"] - len(both)
        (note,) = mine.loc[mine["visit"] == "week 12", "note"]
        assert note == f"{gone} absent: nothing recorded"
    randomised = steps[steps["stage"] == "allocated"].set_index("arm")["n_patients"]
    flow = study["patient_flow"].query("stage == 'randomised' and arm != 'all'")
    assert randomised.to_dict() == flow.set_index("arm")["n_patients"].to_dict()


def test_reasons_and_those_without_a_first_sample_are_told(study):
    absent = study["absent"].copy()
    at = absent["visit"].eq("week 4") & absent["arm"].eq("drug") & absent["label"].eq("all")
    absent.loc[at, ["n_absent", "note"]] = [3, "2 adverse event; 1 sample failed quality control"]
    absent.loc[at, "n_added"] = 1
    made = build("flow", study | {"absent": absent})
    steps = rows(made, "step")
    (note,) = steps.loc[steps["arm"].eq("drug") & steps["visit"].eq("week 4"), "note"]
    assert note == (
        "3 absent: 2 adverse event; 1 sample failed quality control; "
        "1 more, without a sample at before"
    )
    words = " ".join(t.get_text() for t in draw("flow", made).findobj(Text)).replace("\n", " ")
    assert "2 adverse event; 1 sample failed quality control" in words


def test_without_a_record_of_allocation_the_patients_of_the_samples_are_the_enrolled():
    """Nothing is withheld then: it is not known who was randomised."""
    study = hard_studies.trial(visits=("before", "week 12"))
    flow = study["patient_flow"].copy()
    flow.loc[flow["stage"] == "randomised", "n_patients"] = np.nan
    made = rows(build("flow", study | {"patient_flow": flow}), "step")
    (n,) = study["absent"].query("visit == 'before' and label == 'all'")["n_expected"]
    assert made["text"].iloc[0] == f"n = {n}"
    assert not made["text"].str.contains("withheld").any()


def test_few_are_withheld_where_the_tables_withhold_them(study):
    small = {
        name: withheld(study[name], table_of(f"x/results/a/association/{file}.tsv"), 6)
        for name, file in (("absent", "absent"), ("patient_flow", "flow"))
    }
    made = build("flow", study | small | {"suppress_below": 6})
    steps = made[made["element"] == "step"]
    assert "withheld" in " ".join(steps["text"])
    assert not steps["n_patients"].between(1, 5).any()
    assert not steps["note"].dropna().str.contains(r"\b[1-5]\b").any()


def test_one_arm_and_one_visit_are_one_column_of_patients():
    study = hard_studies.trial(visits=("before",))
    made = build("flow", study)
    steps = rows(made, "step")
    assert steps["stage"].tolist() == ["enrolled", "sampled", "analysed"]
    assert steps["text"].tolist()[1:] == ["14 sampled", "14 patients"]
    assert "in a column for each arm" not in made.set_index("element").loc["caption", "text"]


@pytest.mark.parametrize("n", [2, 15])
def test_many_visits_keep_the_first_and_the_main_one(n):
    study = hard_studies.trial(visits=[f"v{i:02d}" for i in range(n)])
    made = build("flow", study)
    visits = rows(made, "step")["visit"].dropna().tolist()
    assert visits[0] == "v00" and visits[-1] == f"v{n - 1:02d}"
    assert len(visits) == min(n, 4)
    caption = made.set_index("element").loc["caption", "text"]
    assert ("Of many visits" in caption) == (n > 4)
    assert np.isfinite(rows(made, "step")["n_patients"]).all()
