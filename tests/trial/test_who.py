"""Who is healthy, what a pair is, which cell a sample is in, covariates as columns."""

import numpy as np
import pandas as pd
import pytest

from revertome.errors import StudyError
from revertome.trial import (
    analysed,
    at_both,
    cells,
    complete_pairs,
    covariate_columns,
    design_columns,
    first_and_second,
    is_healthy,
    paired_rows,
    patients_at,
    role,
    seen_twice,
)

DESIGN = {"baseline": "before", "followup": "after", "healthy": "0"}
# B's samples stand in the wrong order, C came once, D at a third visit too; H1 and H2 are healthy.
OBS = pd.DataFrame(
    {
        "patient": ["D", "B", "B", "H1", "A", "A", "C", "D", "D", "H2"],
        "visit": ["later", "after", "before", None, "before", "after", "after", "before", "after",
                  None],
        "group": [1, 1, 1, 0, 1, 1, 1, 1, 1, 0],
    },
    index=[f"s{i}" for i in range(10)],
)  # fmt: skip
LABELS = pd.DataFrame(
    {"patient": ["A", "B", "D"], "label": ["responder", "nonresponder", "responder"]}
)


@pytest.mark.parametrize("form", ["int", "str", "category"])
def test_groups_are_compared_as_text(form):
    """A sheet that writes 0 and 1 says the same as one that writes "0" and "1"."""
    obs = OBS.astype({"group": form})
    for value in ("0", 0):
        found = is_healthy(obs, {"healthy": value})
        assert list(obs["patient"][found]) == ["H1", "H2"]
        assert found.dtype == bool


def test_a_study_without_healthy_has_none():
    for design in ({"healthy": None}, {}):
        assert not is_healthy(OBS, design).any()
        assert not is_healthy(OBS.drop(columns="group"), design).any()


def test_patients_at_a_visit_leave_healthy_out():
    obs = OBS.assign(visit=OBS["visit"].fillna("before").astype("category"))
    assert list(obs["patient"][patients_at(obs, DESIGN, "baseline")]) == ["B", "A", "D"]
    assert list(obs["patient"][patients_at(obs, DESIGN, "followup")]) == ["B", "A", "C", "D"]
    assert list(analysed(obs, DESIGN).index) == [f"s{i}" for i in range(1, 10)]


def test_pairs_are_patients_with_both_visits_by_name():
    assert complete_pairs(OBS, "before", "after") == ["A", "B", "D"]
    assert complete_pairs(OBS, "after", "before") == ["A", "B", "D"]
    assert complete_pairs(OBS, "before", "later") == ["D"]
    assert complete_pairs(OBS.iloc[:0], "before", "after") == []
    assert complete_pairs(OBS.astype("category"), "before", "after") == ["A", "B", "D"]


def test_ids_are_text():
    """Numbers as ids name the same patients, in the order of text."""
    where = pd.DataFrame({"patient": [10, 9, 10, 9], "visit": ["before"] * 2 + ["after"] * 2})
    assert complete_pairs(where, "before", "after") == ["10", "9"]
    assert at_both([8, "9", 10], ["10", "8"]) == ["10", "8"]


def test_rows_of_pairs_are_in_order_of_patient_and_visit():
    before, after = paired_rows(OBS, "before", "after")
    assert (before.tolist(), after.tolist()) == ([4, 2, 7], [5, 1, 8])
    twice = pd.concat([OBS, OBS.iloc[[1]]])  # the first of two samples at one visit is taken
    assert paired_rows(twice, "before", "after")[1].tolist() == [5, 1, 8]


def test_before_visits_have_names_a_pair_is_any_two():
    where = pd.DataFrame({"patient": list("AABBC"), "visit": ["1", "7", "3", "3", "2"]})
    assert seen_twice(where) == 1


def test_everybody_has_a_first_sample():
    where = OBS.iloc[1:7].reset_index(drop=True)  # B after, B before, H1, A before, A after, C
    first, second = first_and_second(where)
    assert first.tolist() == [4, 0, 5, 2]  # A, B (after comes before `before`), C, H1
    assert second.tolist() == [3, 1, -1, -1]


def test_cells_are_healthy_or_label_by_visit():
    obs = OBS.assign(visit=OBS["visit"].fillna("before"))
    found = cells(obs, LABELS, DESIGN)
    assert found["label"].tolist() == [
        "responder", "nonresponder", "nonresponder", "healthy", "responder", "responder",
        "unlabelled", "responder", "responder", "healthy",
    ]  # fmt: skip
    assert found["cell"].tolist() == [
        "responder.later", "nonresponder.after", "nonresponder.before", "healthy",
        "responder.before", "responder.after", "unlabelled.after", "responder.before",
        "responder.after", "healthy",
    ]  # fmt: skip
    assert found["visit"].isna().tolist() == [False] * 3 + [True] + [False] * 5 + [True]


def test_roles():
    assert role(OBS, DESIGN).fillna("none").tolist() == [
        "none", "followup", "baseline", "healthy", "baseline", "followup", "followup", "baseline",
        "followup", "healthy",
    ]  # fmt: skip


def test_covariates_are_centred_numbers_and_contrasts_with_the_first_level():
    obs = pd.DataFrame({"age": [2, 4, 9], "batch": pd.Categorical(["b", "a", "c"])})
    found = covariate_columns(obs, ["age", "batch"])
    assert list(found) == ["age", "batch=b", "batch=c"]
    np.testing.assert_array_equal(found, [[-3.0, 1, 0], [-1, 0, 0], [4, 0, 1]])
    assert covariate_columns(obs, []).shape == (3, 0)
    with pytest.raises(StudyError, match="covariate site is no"):
        covariate_columns(obs, ["site"])


def test_cells_before_labels():
    obs = pd.DataFrame(
        {
            "visit": ["before", "after", None],
            "group": ["patient", "patient", "well"],
            "age": [1, 2, 3],
        }
    )
    found = design_columns(obs, ["age"])
    assert list(found) == ["cell after", "cell before", "cell well", "age"]
    np.testing.assert_array_equal(found, [[0, 1, 0, -1], [1, 0, 0, 0], [0, 0, 1, 1]])
