"""Several samples of a patient at one visit, and of one healthy person."""

import numpy as np
import pandas as pd
import pytest

from options import normalise
from revertome.errors import StudyError


def add(case, sample, patient, visit, group="patient", batch="1"):
    """A further sample, with values of its own."""
    sex = "F" if group == "patient" else "male"
    case.sheet.loc[len(case.sheet)] = [sample, patient, visit, group, batch, sex, "9.5"]
    like = patient if group == "healthy" else f"{patient}_{visit or 'before'}"
    rng = np.random.default_rng(len(case.sheet))
    noise = rng.normal(0, 0.5, len(case.matrix))
    case.matrix[sample] = (case.matrix[like].astype(float) + noise).clip(2, 15).round(3)


def row(study, stage):
    return study.flow.set_index("stage").loc[stage]


def levels(study):
    """Log2 values of genes without quantile normalisation."""
    adata = normalise(
        study.adata, {"method": "none"}, {}, {"baseline": "before", "followup": "after"}
    )
    return adata, pd.DataFrame(adata.X, adata.obs_names, adata.var_names)


def test_by_default_a_patient_stops_and_a_healthy_person_counts_once(case):
    add(case, "H0_again", "H0", "", "healthy")
    found = case.load()
    said = row(found, "healthy people")
    assert (said["n_samples"], said["n_patients"]) == (15, 9)
    assert said["note"] == (
        "5 samples of 4 people; all of 'H0' are used, each person counts once in tests"
    )
    add(case, "P1_again", "P1", "before")
    with pytest.raises(StudyError, match=r"'P1' has 2 samples at visit 'before' .* mean or first"):
        case.load()


def test_the_mean_is_of_log2_values(case):
    add(case, "P1_again", "P1", "before")
    add(case, "H0_a", "H0", "before", "healthy")
    add(case, "H0_b", "H0", "after", "healthy")
    case.intake["repeats"] = "mean"
    study = case.load()
    assert row(study, "repeats")["note"] == "5 samples averaged to 2, one a person and visit"
    assert (row(study, "repeats")["n_samples"], len(study.adata)) == (14, 17)
    adata, values = levels(study)
    assert len(values) == 14 and list(values.index) == sorted(values.index)
    matrix = case.matrix.astype(float)
    for kept, merged in (("P1_again", ["P1_again", "P1_before"]), ("H0", ["H0", "H0_a", "H0_b"])):
        expected = matrix[merged].mean(axis=1)
        assert values.loc[kept].to_numpy() == pytest.approx(expected[values.columns].to_numpy())
        assert adata.obs.loc[kept, "samples_merged"] == len(merged)
    assert values.loc["P2_after"].to_numpy() == pytest.approx(matrix["P2_after"].to_numpy())
    assert adata.obs["samples_merged"].sum() == 17


def test_a_repeat_of_somebody_else_is_told(case):
    add(case, "P1_again", "P1", "before")
    add(case, "P2_again", "P2", "before")
    case.matrix["P2_again"] = case.matrix["P3_before"]
    case.intake["repeats"] = "mean"
    match = "samples P2_again, P2_before are less like the repeats they are merged with"
    with pytest.warns(UserWarning, match=match):
        levels(case.load())


def test_values_that_a_sample_lacks_are_the_mean_of_the_others():
    from revertome.normalise.repeats import _mean

    assert _mean(np.array([[1.0, np.nan], [3.0, np.nan]])).tolist()[0] == 2
    assert np.isnan(_mean(np.array([[1.0, np.nan], [3.0, np.nan]]))[1])
    assert _mean(np.array([[1.0], [np.nan]])).tolist() == [1.0]


def test_counts_are_summed(case):
    add(case, "P1_again", "P1", "before")
    rng = np.random.default_rng(3)
    case.matrix[:] = rng.negative_binomial(5, 0.01, case.matrix.shape)
    case.matrix["P1_again"] = rng.poisson(case.matrix["P1_before"].astype(float))
    case.intake |= {"repeats": "mean", "assay": "rnaseq"}
    study = case.load()
    assert row(study, "repeats")["note"] == "2 samples summed to 1, one a person and visit"
    adata = normalise(study.adata, {}, {}, {"baseline": "before", "followup": "after"})
    counts = pd.DataFrame(adata.layers["counts"], adata.obs_names, adata.var_names)
    expected = case.matrix[["P1_again", "P1_before"]].astype(float).sum(axis=1)
    assert counts.loc["P1_again"].tolist() == expected[counts.columns].tolist()
    assert adata.obs.loc["P1_again", "library_size"] == expected.sum()
    assert len(adata) == 14


def test_of_a_healthy_person_the_baseline_is_used_first(case):
    case.sheet.loc[10, "visit"] = "after"  # H0
    add(case, "Z", "H0", "before", "healthy")
    case.intake["repeats"] = "first"
    found = case.load()
    assert "Z" in found.adata.obs_names and "H0" not in found.adata.obs_names
    assert row(found, "repeats")["n_samples"] == 14


def test_the_smallest_number_where_visits_are_numbers(case):
    case.sheet["visit"] = [k % 2 * 168 for k in range(10)] + [7, 7, 7, 7]
    add(case, "A", "H0", 30, "healthy")
    add(case, "Z", "H1", 0, "healthy")
    add(case, "P1_again", "P1", 0)
    case.intake["fields"] = {"visit": {"field": "visit", "first": "before", "last": "after"}}
    with pytest.raises(StudyError, match="patient 'P1' has visit 0 twice .* mean or first"):
        case.load()
    case.intake["repeats"] = "first"
    names = set(case.load().adata.obs_names)
    assert {"H0", "Z"} <= names and not {"A", "H1", "P1_before"} & names
    assert "P1_again" in names


def test_a_mean_over_batches_is_refused(case):
    case.sheet.loc[:, "batch"] = ["a", "b"] * 7
    add(case, "H0_again", "H0", "", "healthy", "b")
    case.intake["repeats"] = "mean"
    assert levels(case.load())[0].obs.loc["H0", "batch"] is np.nan
    case.design["covariates"] = ["batch"]
    with pytest.raises(StudyError, match=r"'H0', 'H0_again' of 'H0' differ in covariate 'batch'"):
        case.load()


def test_nothing_repeated_is_as_it_was(case):
    case.intake["repeats"] = "mean"
    _, mean = levels(case.load())
    case.intake["repeats"] = "error"
    _, plain = levels(case.load())
    assert mean.equals(plain)
