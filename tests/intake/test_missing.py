"""Missing values at the door: what stays, what is left out, what stops the run by which name."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from options import load
from revertome.errors import StudyError
from revertome.intake.missing import tell
from studies import SHARED

CASES = SHARED / "cases"
GAPS = ["", "NA", "nan", "null", "N/A", "#N/A"]


def _gaps(case: Any, share: float, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    gaps = rng.random(case.matrix.shape) < share
    words = rng.choice(GAPS, case.matrix.shape).astype(object)
    case.matrix = case.matrix.mask(gaps, pd.DataFrame(words, *case.matrix.axes))
    return gaps


def test_scattered_gaps_stay_and_all_other_values_are_kept(case: Any) -> None:
    whole = case.load().adata.to_df()
    names = pd.DataFrame(_gaps(case, 0.08), *case.matrix.axes)
    with pytest.warns(UserWarning, match=r"values are missing; \d+ of \d+ features are fit"):
        found = case.load().adata
    values = found.to_df()
    expected = whole.mask(names.T.loc[values.index, whole.columns])
    np.testing.assert_array_equal(values, expected[values.columns])
    assert found.uns["intake"]["values_missing"] == pytest.approx(values.isna().to_numpy().mean())


def test_a_feature_that_a_cell_lacks_is_left_out(case: Any) -> None:
    """In 3 of the 5 samples before treatment: fewer than half are left."""
    case.matrix.loc["GENE07", [f"P{i}_before" for i in (1, 3, 4)]] = ""
    case.matrix.loc["GENE08", [f"P{i}_before" for i in (1, 3)]] = ""
    with pytest.warns(UserWarning, match=r"1 of 40 features are seen in too few .*\('GENE07'\)"):
        found = case.load().adata
    assert "GENE07" not in found.var_names
    assert np.isnan(found[:, "GENE08"].X).sum() == 2
    assert found.uns["intake"]["features_left_out"] == 1


def test_one_poor_array_is_named_and_costs_the_others_nothing(case: Any) -> None:
    case.matrix.iloc[:16, 4] = "NA"
    with pytest.warns(UserWarning, match=r"most is missing in P3_before \(40%\)"):
        found = case.load().adata
    assert found.n_vars == 40
    others = found.obs_names != "P3_before"
    assert not np.isnan(found.X[others]).any()


@pytest.mark.parametrize("rows", [40, 21])
def test_a_sample_without_half_of_its_values_stops_the_run(case: Any, rows: int) -> None:
    case.matrix.iloc[:rows, 4] = ""
    share = "none at all" if rows == 40 else "52% missing"
    with pytest.raises(StudyError) as stop:
        case.load()
    assert f"no value in P3_before ({share})" in str(stop.value)
    assert "intake.exclude: {P3_before: values missing}" in str(stop.value)
    case.intake["exclude"] = {"P3_before": "values missing"}
    assert not np.isnan(case.load().adata.X).any()


def test_several_empty_samples_are_all_named(case: Any) -> None:
    case.matrix[["P3_before", "H2"]] = "null"
    with pytest.raises(StudyError, match=r"no value in H2 .*, P3_before \(none at all\)"):
        case.load()


def test_too_many_gaps_stop_the_run(case: Any) -> None:
    """No sample lacks half, but 26 of 40 features are lost in one cell or the other."""
    for rows, visit in ((slice(0, 13), "before"), (slice(13, 26), "after")):
        case.matrix.loc[case.matrix.index[rows], [f"P{i}_{visit}" for i in (1, 2, 3)]] = "NA"
    with pytest.raises(StudyError, match=r"26 of 40 features have values in fewer .*exclude"):
        case.load()


def _counts(case: Any) -> None:
    case.intake["assay"] = "rnaseq"
    counts = np.random.default_rng(2).negative_binomial(2, 0.02, case.matrix.shape)
    case.matrix = pd.DataFrame(counts, *case.matrix.axes).astype(object)


def test_a_missing_count_leaves_the_feature_out(case: Any) -> None:
    _counts(case)
    case.matrix.iloc[3, 5] = "NA"
    with pytest.warns(
        UserWarning, match=r"1 of 40 features lack the count .* 'GENE03', missing in 'P3_after'"
    ):
        found = case.load().adata
    assert found.n_vars == 39 and not np.isnan(found.X).any()


def test_counts_that_a_whole_group_lacks_are_told_too(case: Any) -> None:
    _counts(case)
    case.matrix.loc[["GENE03", "GENE04"], [c for c in case.matrix if c.startswith("H")]] = "NA"
    with pytest.warns(UserWarning, match=r"2 of 40 features .* 'GENE03', 'GENE04', missing in 'H"):
        assert case.load().adata.n_vars == 38
    case.matrix.iloc[10:20, -1] = ""
    with pytest.raises(StudyError, match=r"12 of 40 features lack the count of a sample"):
        case.load()


@pytest.mark.parametrize("low", [True, False])
def test_values_missing_from_low_features_are_told(low: bool) -> None:
    rng = np.random.default_rng(3)
    level = np.linspace(4, 12, 200)
    x = level[:, None] + rng.normal(0, 0.5, (200, 12))
    gaps = x < 6 if low else rng.random(x.shape) < 0.2
    before = pd.DataFrame(np.where(gaps, np.nan, x)).rename(columns="S{}".format)
    with pytest.warns(UserWarning) as said:
        tell(before[before.notna().sum(axis=1) > 5], before, "m.tsv")
    assert any("limit of detection" in str(one.message) for one in said) is low


def test_a_sample_that_lacks_many_counts_stops_the_run(case: Any) -> None:
    _counts(case)
    case.matrix.iloc[:15, 5] = ""
    with pytest.raises(StudyError, match=r"lack the count .* P3_after \(38% missing\).*write 0"):
        case.load()


def _study(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    matrix = next((CASES / name).glob("*series_matrix*"))
    fields = {role: {"field": role} for role in ("patient", "visit", "group", "response")}
    return {"source": "geo", "matrix": str(matrix), "fields": fields}, {
        "baseline": "before", "followup": "after", "healthy": "healthy", "covariates": [],
    }  # fmt: skip


@pytest.mark.skipif(not CASES.is_dir(), reason="small studies are not in ../shared/cases")
def test_a_series_whose_sample_is_empty_or_whose_cells_are() -> None:
    with pytest.raises(StudyError, match=r"no value in GSM\d+ \(none at all\)"):
        load(*_study("d1_one_sample_empty"))
    with pytest.warns(UserWarning, match=re.escape("14.8% of the values are missing")):
        found = load(*_study("d2_scattered_missing")).adata
    assert found.n_vars > 470
