"""Mixed models of scores over all visits against lmerTest and nlme, and what they cannot ask."""

import functools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.modules.course_fits import NUMBERS, course_rows
from revertome.modules.course_models import NOT_RANDOMISED, course_models

REFERENCE = Path(__file__).with_name("reference") / "courses.tsv"
VISITS = ["base", "w1", "w2", "w3"]


def trial() -> pd.DataFrame:
    """The table `d` of reference/courses.R."""
    k, v = np.tile(np.arange(36), 4), np.repeat(np.arange(4), 36)
    table = pd.DataFrame(
        {
            "patient": [f"P{i:02d}" for i in k],
            "visit": np.array(VISITS)[v],
            "arm": np.array(["placebo", "low", "high"])[k % 3],
            "label": np.where(k * 7 % 5 < 3, "responder", "nonresponder"),
            "steroid": (k * 11 % 9 + 1) / 10 * np.where(v > 0, (k * 4 + v * 3) % 5 / 5, 1),
        },
        index=[f"S{i:03d}" for i in range(144)],
    )
    slope = 0.2 + 0.5 * (table["label"] == "responder") + 0.6 * np.array([0, 0.5, 1])[k % 3]
    rest = (k**2 * 13 + v * (31 + 7 * k) + v**2 * 5) % 23 / 12
    table["score"] = k * 29 % 17 / 5 - v * slope + 1.5 * table["steroid"] + rest
    table = table[~(((k * 5 + v * 7) % 13 == 3) & (v > 0))]
    return table[~(table["patient"].isin(["P06", "P17"]) & table["visit"].eq("base"))]


def rows(
    d: pd.DataFrame,
    covariates: list[str] | None = None,
    control: str | None = "placebo",
    until: int = 4,
) -> pd.DataFrame:
    scores = d.filter(like="score")
    x = d[covariates or []].astype(float)
    models = course_models(d, "base", VISITS[1:], control, VISITS[1:until] if control else [])
    table = pd.DataFrame([row for m in models for row in course_rows(scores, d, x, m)])
    return table.reindex(columns=[*table.columns, *set(NUMBERS) - set(table)])


@functools.cache
def known(*covariates: str) -> pd.DataFrame:
    """Rows of the trial as it is, which most tests compare with."""
    return rows(trial(), list(covariates))


@pytest.mark.parametrize("covariate", ["none", "steroid"])
def test_every_contrast_against_lmertest_and_nlme(covariate):
    """Estimate, interval, t, F, df and P of 40 rows, to 1e-6 of each."""
    reference = pd.read_csv(REFERENCE, sep="\t", na_values=["NA"])
    reference = reference[reference["covariates"] == covariate].set_index(["contrast", "visit"])
    d = trial()
    got = known(*([] if covariate == "none" else [covariate])).set_index(["contrast", "visit"])
    assert len(reference) == 40
    for place, row in reference.iterrows():
        found = got.loc[place, NUMBERS].astype(float).to_list()
        assert found == pytest.approx(row[NUMBERS].to_list(), rel=1e-6, nan_ok=True), place
    assert got.loc[("change", "w1"), "n_samples"] == len(d)
    assert got["note"].dropna().unique().tolist() == [NOT_RANDOMISED]


def test_f_over_visits_is_the_analysis_of_variance_where_nothing_is_missing():
    """Closed form: F = MS(visit) / MS(residual) with k - 1 and (n - 1)(k - 1) df."""
    rng = np.random.default_rng(5)
    y = rng.normal(0, 1, (9, 1)) * 2 + rng.normal(0, 1, (9, 4)) + [0, 0.5, 1, 0.3]
    d = long(y)
    got = rows(d, control=None).set_index("visit").loc["all visits"]
    visit, person = y.mean(axis=0), y.mean(axis=1, keepdims=True)
    rest = y - visit - person + y.mean()
    f = (9 * ((visit - y.mean()) ** 2).sum() / 3) / ((rest**2).sum() / 24)
    found = got[["statistic", "df_numerator", "df"]].astype(float).to_list()
    assert found == pytest.approx([f, 3, 24], rel=1e-8)
    assert got[["n_samples", "n_patients", "n_compared"]].to_list() == [36, 9, 9]


def test_own_variances_are_the_paired_t_and_welchs_of_changes():
    """Closed forms, of complete data with an SD of its own at every visit and in every group."""
    rng = np.random.default_rng(6)
    people, sd = np.arange(16), np.array([1, 0.5, 3, 2])
    y = rng.normal(size=(16, 1)) + rng.normal(size=(16, 4)) * sd * (1 + 2 * (people > 9))[:, None]
    d = long(y)
    few = [f"P{i:02d}" for i in people if i > 9]
    d["label"] = np.where(d["patient"].isin(few), "nonresponder", "responder")
    got = rows(d, control=None).set_index(["contrast", "visit"])
    for k, visit in enumerate(VISITS[1:], 1):
        change = y[:, k] - y[:, 0]
        one = stats.ttest_1samp(change, 0)
        row = got.loc[("change", visit)]
        assert row["P.own"] == pytest.approx(one.pvalue, rel=1e-8)
        limits = one.confidence_interval()
        assert [row["own.L"], row["own.R"]] == pytest.approx([limits.low, limits.high], rel=1e-8)
        two = stats.ttest_ind(change[:10], change[10:], equal_var=False)
        row = got.loc[("interaction", visit)]
        assert row["P.own"] == pytest.approx(two.pvalue, rel=1e-8)
        assert row["df.own"] == pytest.approx(two.df, rel=1e-8)
    p = np.sort(got.loc["interaction"].loc[VISITS[1:], "P.own"].astype(float))
    simes = min(p * 3 / np.arange(1, 4))
    assert got.loc[("interaction", "all visits"), "P.own"] == pytest.approx(simes)


def test_in_a_crossover_own_variances_are_those_of_whole_patients():
    """Closed form: each arm's change by its paired t, the patient's other period left alone."""
    rng = np.random.default_rng(9)
    y = rng.normal(size=(10, 1, 1)) + rng.normal(size=(10, 2, 2)) * [1, 2]
    parts = [long(y[:, k]).assign(arm=arm) for k, arm in enumerate(("placebo", "drug"))]
    d = pd.concat(parts, ignore_index=True)
    model = course_models(d, "base", ["w1"], "placebo", ["w1"])[1]
    table = pd.DataFrame(course_rows(d[["score"]], d, d[[]], model)).set_index("contrast")
    for k, name in enumerate(("change_control", "change_treated")):
        one = stats.ttest_1samp(y[:, k, 1] - y[:, k, 0], 0)
        assert table.loc[name, "P.own"] == pytest.approx(one.pvalue, rel=1e-8)
        assert table.loc[name, "n_compared"] == 10


@pytest.mark.parametrize(("sd", "arms"), [([1, 1, 1, 3], (12, 12)), ([1, 1, 1, 1], (18, 6))])
def test_own_variances_hold_their_level_where_patients_vary_unequally(sd, arms):
    """1,000 scores that do not change; SD by visit, twice as much in the drug's arm; 20% missed."""
    rng, n = np.random.default_rng(3), sum(arms)
    drug = np.arange(n) >= arms[0]
    y = rng.normal(size=(n, 1, 1000)) + rng.normal(size=(n, 4, 1000)) * np.array(sd)[:, None] * (
        1 + drug[:, None, None]
    )
    where = long(np.zeros((n, 4))).sort_values(["patient", "visit"], ignore_index=True)
    where["arm"] = np.where(np.repeat(drug, 4), "drug", "placebo")
    kept = (rng.random(4 * n) > 0.2) | where["visit"].eq("base").to_numpy()
    scores, at = pd.DataFrame(y.reshape(4 * n, -1))[kept], where[kept]
    models = course_models(at, "base", VISITS[1:], "placebo", VISITS[1:])
    table = pd.DataFrame([r for m in models for r in course_rows(scores, at, at[[]], m)])
    share = table["P.own"].le(0.05).groupby([table["contrast"], table["visit"]]).mean()
    model = table["P.Value"].le(0.05).groupby([table["contrast"], table["visit"]]).mean()
    # 4% to 6%; up to 9% where three or four patients of an arm have the visit (model: 34%).
    assert share.mean() < 0.06
    assert share.max() < 0.09
    assert model.max() > 0.15


def long(y: np.ndarray) -> pd.DataFrame:
    """Patients x visits as a table of samples; NaN is a visit that was missed."""
    people = [f"P{i:02d}" for i in range(len(y))]
    table = pd.DataFrame(y, people, VISITS[: y.shape[1]]).rename_axis("patient").reset_index()
    table = table.melt("patient", var_name="visit", value_name="score").dropna(subset="score")
    return table.assign(arm=None, label="treated").set_axis([f"S{i}" for i in table.index])


def test_an_arm_may_be_called_treated():
    """Its change is its own, and that of all active arms together stays that of all."""
    d = trial()
    plain, named = known(), rows(d.assign(arm=d["arm"].replace("low", "treated")))

    def numbers(table, contrast, arm):
        own = table["contrast"].eq(contrast) & table["arm"].eq(arm)
        return table.loc[own, NUMBERS].astype(float).to_numpy()

    for name in ("change", "drug_effect"):
        found = numbers(named, f"{name}_treated", "treated")
        np.testing.assert_allclose(found, numbers(plain, f"{name}_low", "low"), rtol=1e-7)
    both = [numbers(table, "change_treated", "active") for table in (named, plain)]
    np.testing.assert_allclose(*both, rtol=1e-7)
    assert len(both[0]) == 4


def test_one_patient_of_an_arm_has_no_variance_and_the_table_says_so():
    d = trial()
    alone = d["arm"].eq("low") & d["patient"].ne("P01")
    found = rows(d[~alone]).set_index(["contrast", "arm", "visit"])
    row = found.loc[("change_treated", "active", "w1")]
    assert np.isfinite(row["P.Value"]) and np.isnan(row["P.own"])
    assert row["note"] == "no P.own: one patient alone has no variance"


def test_a_score_that_is_missing_in_some_samples_is_fitted_on_the_others():
    d = trial()
    d["score2"] = d["score"].where(np.arange(len(d)) % 9 != 4)
    got = rows(d, ["steroid"]).set_index(["score", "contrast", "visit"]).loc["score2"]
    alone = rows(d.dropna().drop(columns="score"), ["steroid"]).set_index(["contrast", "visit"])
    pd.testing.assert_frame_equal(got, alone.drop(columns="score"))


def test_fewer_than_three_patients_are_no_group():
    """A control arm of two, and a visit that two patients reached."""
    d = trial()
    few = d["arm"].ne("placebo") | d["patient"].isin(["P00", "P03"])
    d = d[few & (d["visit"].ne("w3") | d["patient"].isin(["P01", "P02"]))]
    got = rows(d).set_index(["contrast", "visit"])
    lone = "2 patients with baseline and visit; at least 3 needed"
    assert got.loc[("change", "w3"), "note"] == lone
    assert got.loc[("change_control", "w1"), "note"] == lone
    compared = "1 patients with the visit in one of the groups compared; at least 3 needed"
    assert got.loc[("drug_effect", "w2"), "note"] == compared
    silent = got["note"].fillna("").str.contains("needed|fewer than two")
    assert got.loc[silent, NUMBERS].isna().all(axis=None)
    assert got.loc[("change", "all visits"), "note"] == "without w3"
    assert got.loc[("change", "all visits"), "df_numerator"] == 2
    assert pd.isna(got.loc[("change_control", "all visits"), "P.Value"])


def test_the_control_is_one_only_as_long_as_it_is_without_the_drug():
    got = rows(trial(), until=2)
    at = got.groupby("contrast")["visit"].agg(list)
    assert at["change_control"] == at["drug_effect"] == ["w1"]
    assert at["change_treated"] == [*VISITS[1:], "all visits"]
    assert at["drug_effect_interaction"] == ["w1"]


def test_a_covariate_that_is_the_visit_hides_changes_and_leaves_differences():
    d = trial().assign(scanner=lambda t: (t["visit"] == "base").astype(float))
    got = rows(d, ["scanner"]).set_index(["contrast", "visit"])
    plain = known().set_index(["contrast", "visit"])
    assert got.loc[("change", "w1"), "note"] == "scanner cannot be told apart from it"
    assert pd.isna(got.loc[("change", "w1"), "estimate"])
    for name in ("interaction", "drug_effect", "drug_effect_interaction"):
        pd.testing.assert_series_equal(
            got.loc[(name, "w2"), NUMBERS], plain.loc[(name, "w2"), NUMBERS]
        )


def test_a_score_without_variation_and_one_sample_each_say_so():
    d = trial()
    flat = rows(d.assign(score=2.0))
    assert flat["P.Value"].isna().all()
    assert set(flat["note"]) == {"no variation"}
    none = rows(d.assign(score=np.nan))
    assert none["P.Value"].isna().all()
    assert set(none["note"]) == {"no score"}
    once = rows(d.drop_duplicates("patient", keep="last"), control=None)
    assert set(once["note"]) == {"no patient has two samples"}


def test_visits_with_odd_names_are_names():
    """Numbers, signs, dots and blanks in names of visits and arms change no number."""
    d, odd = trial(), {"base": "-3", "w1": "day 112", "w2": "month6.", "w3": "1.5"}
    arms = {"placebo": "no drug", "low": "2", "high": "2.5 mg"}
    renamed = d.assign(visit=d["visit"].map(odd), arm=d["arm"].map(arms))
    models = course_models(renamed, "-3", list(odd.values())[1:], "no drug", ["day 112", "month6."])
    table = [row for m in models for row in course_rows(d[["score"]], renamed, d[[]], m)]
    got = pd.DataFrame(table).set_index(["contrast", "visit"])
    plain = known().set_index(["contrast", "visit"])
    for name, other in (("drug_effect", "drug_effect"), ("drug_effect_2", "drug_effect_low")):
        assert got.loc[(name, "month6."), "estimate"] == pytest.approx(
            plain.loc[(other, "w2"), "estimate"], rel=1e-9
        )


@pytest.mark.parametrize("covariates", [[], ["steroid"]])
def test_many_samples_have_the_numbers_of_few(covariates, monkeypatch):
    """Matrices of people instead of samples: the same fit."""
    few = known(*covariates)
    monkeypatch.setattr("revertome.statistics.reml.LARGE", 0)
    pd.testing.assert_frame_equal(rows(trial(), covariates), few, rtol=1e-7)
