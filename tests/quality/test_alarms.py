"""Studies that cannot be trusted as a whole say so; studies that can say nothing."""

import warnings

import anndata
import numpy as np
import pandas as pd
import pytest

from options import section
from revertome.quality.assess import assess
from revertome.quality.confounding import confounded, handled, warn_of_codes
from revertome.quality.outliers import REASONS
from revertome.quality.pairing import wrong_pairing

DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy", "covariates": []}
FLOW = pd.DataFrame(columns=["stage", "n_samples", "n_patients", "n_pairs", "note"])
VISITS = pd.DataFrame(columns=["patient", "visit"])
GENES = 900


def trial(pairs: int = 12, healthy: int = 10, seed: int = 5) -> anndata.AnnData:
    """People with 200 genes of their own; disease moves 60 genes, treatment 30."""
    rng = np.random.default_rng(seed)
    rows = [(f"P{i:02d}", v, "patient") for i in range(pairs) for v in ("before", "after")]
    rows += [(f"H{i:02d}", np.nan, "healthy") for i in range(healthy)]
    obs = pd.DataFrame(rows, columns=["patient", "visit", "group"])
    obs.index = pd.Index([f"{p}{v if isinstance(v, str) else ''}" for p, v, _ in rows])
    own = rng.normal(0, 0.9, (pairs + healthy, GENES)) * (np.arange(GENES) < 200)
    x = rng.uniform(5, 12, GENES) + own[pd.factorize(obs["patient"])[0]]
    x = x + rng.normal(0, 0.25, x.shape)
    x[obs["group"].eq("patient").to_numpy(), 300:360] += 1.0
    x[obs["visit"].eq("after").to_numpy(), 400:430] += 0.8
    return anndata.AnnData(x, obs, pd.DataFrame(index=[f"G{i}" for i in range(GENES)]),
                           {"normalise": {"method": "none"}})  # fmt: skip


def told(adata: anndata.AnnData, **design: object) -> list[str]:
    sections = section("quality"), {**DESIGN, **design}, VISITS, section("response")
    return assess(adata, FLOW, *sections).alarms


@pytest.mark.parametrize("pairs", [3, 4, 5, 12, 20])
def test_a_sound_study_raises_no_alarm(pairs: int) -> None:
    assert told(trial(pairs)) == []
    assert told(trial(pairs, seed=6)) == []


def test_healthy_samples_that_stand_apart_as_a_group() -> None:
    adata = trial(14, 8)
    well = adata.obs["group"].eq("healthy").to_numpy()
    adata.X[well] += np.random.default_rng(1).normal(0, 1.2, (well.sum(), GENES))
    [alarm] = told(adata)
    assert alarm.startswith("all 8 healthy samples stand apart (low_correlation 8, noisy 8")
    assert "a strong disease or drug may do so, but so does another batch or centre" in alarm


def test_patients_that_are_all_shifted_by_their_platform() -> None:
    adata = trial(6, 20)
    adata.X[adata.obs["group"].eq("patient").to_numpy()] += 1.0
    first, second = told(adata)
    assert "all 12 samples of patients stand apart, of 6 of 6 patients (shifted 12)" in first
    assert first.endswith("so that no difference from the rest can be trusted")
    assert "lie 1.0 log2 units apart in the typical gene and do not overlap" in second


def test_one_visit_shifted_while_half_of_the_samples_hide_it() -> None:
    adata = trial(12, 0)
    adata.X[adata.obs["visit"].eq("after").to_numpy()] += 0.8
    [alarm] = told(adata, healthy=None)
    assert "patients at before and the samples of patients at after lie 0.8 log2" in alarm


def test_most_healthy_samples_left_out() -> None:
    adata = trial(14, 4)
    well = adata.obs["group"].eq("healthy").to_numpy()
    adata.X[well] += np.random.default_rng(1).normal(0, 1.2, (well.sum(), GENES))
    sections = section("quality", exclude="flagged"), DESIGN, VISITS, section("response")
    assert (
        "4 of 4 healthy samples are left out as flagged (quality.exclude)"
        in assess(adata, FLOW, *sections).alarms
    )


@pytest.mark.parametrize("pairs", [3, 4, 5, 8, 20])
def test_follow_up_samples_labelled_as_the_next_patient(pairs: int) -> None:
    adata = trial(pairs)
    late = adata.obs["visit"].eq("after")
    adata.obs.loc[late, "patient"] = np.roll(adata.obs.loc[late, "patient"], 1)
    [alarm] = told(adata)
    assert f"most of the {pairs} pairs do not match themselves" in alarm
    assert "P01before with P01after" in alarm
    assert "check patient ids and visits" in alarm


def test_pairs_of_two_sexes() -> None:
    adata = trial(6)
    adata.var_names = ["XIST", "RPS4Y1", "DDX3Y", *adata.var_names[3:]]
    woman = (pd.factorize(adata.obs["patient"])[0] % 2).astype(bool)
    adata.X[:, :3] = np.where(woman[:, None], [12, 5, 5], [5, 12, 12])
    adata.obs["patient"] = adata.obs["patient"].astype(str)
    late = adata.obs["visit"].eq("after")
    adata.obs.loc[late, "patient"] = np.roll(adata.obs.loc[late, "patient"], 1)
    [alarm] = told(adata)
    assert alarm.startswith("6 of 6 pairs are of a male and a female sample (P00, P01, P02, ...)")


def test_a_pair_that_matches_nobody_is_in_doubt() -> None:
    adata = trial(12)
    at = adata.obs_names == "P03after"
    adata.X[at, :200] += np.random.default_rng(9).normal(0, 1.2, 200)
    sections = section("quality", outlier_mads=50), DESIGN, VISITS, section("response")
    found = assess(adata, FLOW, *sections).samples.set_index("sample")
    assert found.loc["P03after", "match_own"] < -20
    doubt = found.index[found["reason"].eq("pair_identity (unlike its pair)")]
    assert sorted(doubt) == ["P03after", "P03before"]
    assert (found["reason"] != "").sum() == 2


def test_a_bad_sample_is_no_fault_of_the_other_one_of_its_pair() -> None:
    adata = trial(12)
    adata.X[adata.obs_names == "P03after"] += np.random.default_rng(9).normal(0, 2, GENES)
    sections = section("quality"), DESIGN, VISITS, section("response")
    found = assess(adata, FLOW, *sections).samples.set_index("sample")
    assert "noisy" in found.loc["P03after", "reason"]
    assert "pair_identity (unlike its pair)" in found.loc["P03after", "reason"]
    assert found.loc["P03before", "reason"] == ""


@pytest.mark.parametrize(
    "column", ["batch", "scanDate", "RNA_extraction.date", "Centre", "chip_id"]
)
def test_a_technical_column_that_goes_with_the_visit(column: str) -> None:
    adata = trial()
    adata.obs[column] = np.where(adata.obs["visit"].eq("after"), "run2", "run1")
    [alarm] = told(adata)
    assert alarm == (
        f"'{column}' goes with before and after without exception (run1: 12 before; run2: 12 "
        f"after): the change under treatment cannot be told from '{column}', no model can adjust "
        "for it, and nothing should be reported of it from these samples"
    )


def test_healthy_samples_of_another_centre_and_arms_on_their_own_plates() -> None:
    adata = trial()
    adata.obs["hospital"] = np.where(adata.obs["group"].eq("healthy"), "Lyon", "Paris")
    assert "(Lyon: 10 healthy; Paris: 12 before): the disease cannot be told" in told(adata)[0]
    adata = trial()
    even = pd.Series(pd.factorize(adata.obs["patient"])[0] % 2, adata.obs.index)
    adata.obs["arm"] = even.map({0: "drug", 1: "placebo"}).where(adata.obs["visit"].notna())
    adata.obs["plate"] = even.map({0: "A", 1: "B"})
    assert ": a difference between the arms cannot be told from 'plate'" in told(adata)[0]


def test_a_batch_that_goes_with_the_group_for_the_most_part_and_moves_everything() -> None:
    adata = trial(14, 14)
    well = adata.obs["group"].eq("healthy").to_numpy()
    other = well.copy()
    other[[0, 1, -1, -2]] = ~other[[0, 1, -1, -2]]
    adata.obs["batch"] = np.where(other, "A", "B")
    assert told(adata) == []  # of no consequence
    adata.X[other] += np.random.default_rng(2).normal(0, 0.7, GENES)
    [alarm] = [each for each in told(adata) if "'batch'" in each]
    assert "'batch' goes with healthy and before for the most part (A: 12 healthy" in alarm
    assert alarm.endswith("may be an effect of 'batch'; name it in design.covariates")
    assert not [each for each in told(adata, covariates=["batch"]) if "'batch'" in each]


def test_responders_on_a_plate_of_their_own() -> None:
    obs = trial().obs
    code = pd.factorize(obs["patient"])[0]
    obs["plate_no"] = np.where(code < 6, "1", "2")
    labels = {f"P{i:02d}": "responder" if i < 6 else "nonresponder" for i in range(12)}
    [alarm] = confounded(obs, DESIGN, labels=labels)
    assert alarm.startswith(
        "'plate_no' goes with non-responders and responders without exception (1: 12 responders; "
        "2: 12 non-responders): a difference between responders and non-responders cannot be told"
    )
    obs.loc[obs["group"].eq("healthy"), "plate_no"] = ["1", "2"] * 5
    [alarm] = confounded(obs, DESIGN, labels=labels)
    assert alarm.endswith("tell a difference between responders and non-responders from "
                          "'plate_no'; name it in design.covariates")  # fmt: skip
    assert confounded(obs, DESIGN | {"covariates": ["plate_no"]}, labels=labels) == []
    labels["P00"] = "nonresponder"
    assert confounded(obs, DESIGN, labels=labels) == []


@pytest.mark.parametrize(
    ("name", "codes", "told_of"),
    [("site", [1.0, 2, 3], "'site' is 1, 2, 3 and enters"), ("kitLot", [101.0, 102, 205, 310],
     "values: {101: kitLot101, 102: kitLot102, 205: kitLot205, ...}"), ("site", [1.0, 2], ""),
     ("age", [4.0, 5, 6], ""), ("site", ["a", "b", "c"], ""), ("run", [1.5, 2.5, 3.5], "")],
)  # fmt: skip
def test_codes_that_enter_as_numbers(name: str, codes: list[object], told_of: str) -> None:
    obs = pd.DataFrame({name: codes * 6})
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        warn_of_codes(obs, {"covariates": [name]})
    assert [told_of in str(each.message) for each in said] == [True] * bool(told_of)


def test_only_columns_of_handling_count() -> None:
    names = ["batch", "Batch 2", "chip.id", "array_date", "platelets", "running", "diagnosis",
             "arm", "visit", "time", "lotion", "site", "RunID", "Sentrix_ID"]  # fmt: skip
    obs = pd.DataFrame({name: ["a", "a", "b", "b"] for name in names})
    obs["lane"] = list("abcd")  # one sample each: nothing can be said
    obs["kit"] = "a"
    assert handled(obs) == [
        "batch", "Batch 2", "chip.id", "array_date", "site", "RunID", "Sentrix_ID"
    ]  # fmt: skip
    assert "shifted" in REASONS


def test_few_healthy_people_beside_a_strong_disease() -> None:
    adata = trial(12, 4)
    adata.X[adata.obs["group"].eq("patient").to_numpy(), 300:400] += 2.5
    adata.X[adata.obs["group"].eq("patient").to_numpy(), 500:600] -= 2.5
    told_of = [each for each in told(adata) if "stand apart" in each]
    assert told_of
    assert all("a strong disease or drug may do so" in each for each in told_of)


def test_too_few_genes_or_missing_values_say_nothing_of_pairs() -> None:
    adata = trial(6)
    late = adata.obs["visit"].eq("after")
    adata.obs.loc[late, "patient"] = np.roll(adata.obs.loc[late, "patient"], 1)
    sexes = pd.Series("unknown", adata.obs_names)
    assert "6 pairs do not match" in (wrong_pairing(adata.X, adata.obs, sexes, DESIGN) or "")
    assert wrong_pairing(adata.X[:, :80], adata.obs, sexes, DESIGN) is None
    holes = adata.X.copy()
    holes[0, 100:150] = np.nan
    assert "6 pairs do not match" in (wrong_pairing(holes, adata.obs, sexes, DESIGN) or "")
    holes[1, 5:] = np.nan
    assert wrong_pairing(holes, adata.obs, sexes, DESIGN) is None
