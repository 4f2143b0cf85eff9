"""Columns that say nothing of their own: which, by R's tolerance, and why."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from options import options_of
from paired_trial import DESIGN, simulate
from revertome.differential.models import fixed_model
from revertome.differential.run import run
from revertome.errors import StudyError
from revertome.trial import Aliased, aliased, constant_within, dependent, explain

NAMES = ("change_responders", "change_nonresponders", "change_all")
BOTH = ("change.nonresponder", "change.responder")
# Three responders, two non-responders at both visits; E and F came once.
OBS = pd.DataFrame(
    {
        "patient": [*"AABBCCDDGG", "E", "F"],
        "visit": ["before", "after"] * 5 + ["before", "after"],
        "group": "patient",
    },
    index=[f"s{i}" for i in range(12)],
)
LABELS = pd.DataFrame(
    {"patient": list("ABCDEFG"), "label": ["responder"] * 3 + ["nonresponder"] * 4}
)
AFTER = OBS["visit"].eq("after").to_numpy(float)
RESPONDER = OBS["patient"].isin(list("ABC")).to_numpy(float)


def fitted(**covariates):
    obs = OBS.assign(**covariates)
    design = {**DESIGN, "healthy": None, "covariates": list(covariates)}
    return fixed_model(obs, LABELS, design, [])


def of(**covariates):
    return list(fitted(**covariates).aliased)


def levels(second):
    """A batch that is 2 where `second` is true."""
    return np.where(np.asarray(second, bool), "2", "1")


def test_constant_within_every_patient_is_absorbed():
    """A covariate of the patient: the patient effects hold it, whatever its values."""
    age = OBS["patient"].map(dict(zip("ABCDEFG", [3.1, 4.7, 9.3, 2.2, 8.0, 7.7, 5.9], strict=True)))
    assert of(age=age) == [Aliased("age", "absorbed")]
    assert of(site=levels(RESPONDER)) == [Aliased("site=2", "absorbed")]


def test_a_batch_of_the_visit_is_confounded_with_every_change():
    assert of(batch=levels(AFTER)) == [Aliased("batch=2", "confounded", BOTH)]


def test_a_batch_of_one_labels_second_visit_is_confounded_with_that_change_only():
    found = of(batch=levels(AFTER * RESPONDER))
    assert found == [Aliased("batch=2", "confounded", ("change.responder",))]
    # Non-responders who differ from each other, but not between visits, change nothing of it.
    found = of(batch=levels(AFTER * RESPONDER + OBS["patient"].eq("D")))
    assert found == [Aliased("batch=2", "confounded", ("change.responder",))]


def test_a_covariate_that_varies_within_some_patients_is_estimated():
    """One responder of three changes batch: patients + 2 changes + batch have full rank."""
    model = fitted(batch=levels(OBS["patient"].eq("A") * AFTER))
    assert (model.aliased, model.design.shape) == ((), (10, 5 + 2 + 1))
    # It is the only change of batch, so that its column is what tells A from B and C.
    assert np.linalg.matrix_rank(model.design) == 8


def test_the_only_patient_of_a_label_cannot_tell_batch_from_change():
    labels = LABELS.assign(label=LABELS["label"].where(LABELS["patient"] != "A", "unlabelled"))
    obs = OBS.assign(batch=levels(OBS["patient"].eq("A") * AFTER))
    design = {**DESIGN, "healthy": None, "covariates": ["batch"]}
    found = fixed_model(obs, labels, design, [])
    assert found.aliased == (Aliased("batch=2", "confounded", ("change.unlabelled",)),)


def test_a_number_that_is_a_sum_of_patient_visit_and_label_is_confounded():
    """Age at the visit: an own age plus half a year for all, plus a month for responders."""
    own = OBS["patient"].map(dict(zip("ABCDEFG", [3.0, 14, 9, 2, 8, 7, 5], strict=True)))
    assert of(age=own + 0.5 * AFTER) == [Aliased("age", "confounded", BOTH)]
    assert of(age=own + 0.5 * AFTER + RESPONDER * AFTER / 12) == [
        Aliased("age", "confounded", BOTH)
    ]
    # Half a year later in responders; in the others at the same age.
    found = of(age=own + 0.5 * AFTER * RESPONDER)
    assert found == [Aliased("age", "confounded", ("change.responder",))]
    # Visits that are not equally far apart can be told from the change.
    assert of(age=own + AFTER * np.linspace(0.4, 0.6, len(OBS))) == []


def test_other_covariates_are_named_where_they_take_part():
    batch = levels(OBS["patient"].eq("A") * AFTER)
    again = Aliased("plate=2", "confounded", ("batch=2",))
    assert of(batch=batch, plate=batch) == [again]
    dose = 2.0 * (batch == "2") - 3.0 * AFTER
    found = of(batch=batch, dose=dose)
    assert found == [Aliased("dose", "confounded", (*BOTH, "batch=2"))]
    # An absorbed covariate takes no part in a combination of others.
    site = levels(RESPONDER)
    assert of(site=site, batch=batch, plate=batch) == [Aliased("site=2", "absorbed"), again]


def test_patients_with_one_visit_say_nothing_of_a_batch():
    """Batch 3 is of E and F only, who have no pair: the model has no column of it."""
    batch = np.where(OBS["patient"].isin(["E", "F"]), "3", levels(RESPONDER))
    model = fitted(batch=batch)
    assert model.aliased == (Aliased("batch=2", "absorbed"),)
    assert model.dropped == [
        "E: one visit only", "F: one visit only", "batch=2: does not vary within patients",
    ]  # fmt: skip


@pytest.mark.parametrize("missing", ["s0", "s9"])
def test_an_incomplete_covariate_is_refused(missing):
    age = pd.Series(np.arange(12.0), OBS.index)
    age[missing] = np.nan
    with pytest.raises(StudyError, match=rf"age is missing in 1 samples \({missing} "):
        fitted(age=age)


def test_patients_hold_a_covariate_that_is_constant_within_them():
    """The table of the design says so; the numbers are those without the covariate."""
    expression, labels = simulate(np.zeros(40), np.zeros(40), np.random.default_rng(5))
    obs, names = expression.obs, ["change_all", "interaction"]
    obs["sex"] = np.where(obs["patient"].isin(["P01", "P04", "P20"]), "male", "female")
    plain = run(expression, labels, options_of("limma", DESIGN), names)
    found = run(expression, labels, options_of("limma", {**DESIGN, "covariates": ["sex"]}), names)
    assert set(found.design["dropped"]) == {"sex=male: does not vary within patients"}
    columns = ["covariates", "absorbed", "confounded", "carried_by"]
    assert found.design[columns].to_numpy().tolist() == [["none", "sex", "none", "none"]] * 2
    for name in names:
        pd.testing.assert_frame_equal(found.tables[name], plain.tables[name])


def test_a_constant_is_a_combination_of_nothing():
    matrix = pd.DataFrame({"a": [1.0, 0, 0], "b": [0.0, 1, 1], "none": 0.0})
    (found,) = explain(matrix)
    assert found == Aliased("none", "confounded", ())
    assert found.words == "none: the same in every sample"


@pytest.mark.parametrize(("share", "lost"), [(0.9e-7, ["b"]), (1.1e-7, [])])
def test_the_tolerance_is_that_of_lm(share, lost):
    """b = a + share * e: what is left of it is `share` of its length.

    x <- cbind(a = c(1, 0, 0), b = c(1, share, 0)); qr(x)$rank  # 1 below 1e-07, else 2
    """
    x = pd.DataFrame({"a": [1.0, 0, 0], "b": [1.0, share, 0]})
    assert aliased(x) == lost
    # Lengths of columns do not count.
    assert aliased(x * [1e6, 1e-6]) == lost


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 9), st.integers(1, 7), st.integers(0, 2**32 - 1))
def test_dependent_columns_are_those_that_add_no_rank(n, p, seed):
    """Against the rank of the first columns, by singular values."""
    rng = np.random.default_rng(seed)
    x = rng.integers(-1, 2, size=(n, p)).astype(float)
    rank = [0, *(np.linalg.matrix_rank(x[:, : k + 1]) for k in range(p))]
    assert dependent(x) == [k for k in range(p) if rank[k + 1] == rank[k]]


def test_a_design_with_a_missing_value_is_refused():
    with pytest.raises(ValueError, match="missing or infinite"):
        dependent(np.array([[1.0, np.nan], [1.0, 0.0]]))


def test_constant_within_patients():
    x = np.array([[1.0, 1, 5], [1, 2, 5], [1, 3, 6]])
    assert constant_within(x, pd.Series(["A", "A", "B"])).tolist() == [True, False, True]
