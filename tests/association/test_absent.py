"""Who is missing at each visit, by hand."""

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.association.absent import absent, severity
from revertome.association.baselines import baselines
from revertome.association.presence import presence, reasons
from revertome.columns import conformed, table_of
from revertome.small_cells import withheld

DESIGN = {"baseline": "day 0", "followup": "-3", "followups": ["month6.", "-3"]}
DESIGN |= {"healthy": "healthy", "covariates": []}
CLINIC = {"baseline_visit": "day1", "visit": "month12"}
SAMPLES = pd.DataFrame(
    [
        *[(f"{p}0", p, "day 0", "patient", True) for p in "abcdef"],
        *[(f"{p}1", p, "month6.", "patient", p != "c") for p in "abc"],
        *[(f"{p}2", p, "-3", "patient", True) for p in "aeg"],
        ("h0", "h", np.nan, "healthy", True),
    ],
    columns=["sample", "patient", "visit", "group", "used"],
)
ARM = {"a": "x", "b": "x", "c": "x", "d": "y", "e": "y", "f": "y", "g": "y", "z": "x"}
VISITS = pd.DataFrame(
    [
        *[(p, "day1", None, 1.0 + i) for i, p in enumerate("abcdefz")],
        ("a", "month6.", "0", np.nan),
        ("b", "month6.", "yes", np.nan),
        ("d", "month6.", "lack of efficacy", np.nan),
        ("e", "month6.", None, np.nan),
        ("a", "month12", "adverse event", np.nan),
        ("f", "month12", "moved away", np.nan),
    ],
    columns=["patient", "visit", "discontinued", "crp"],
)
VISITS["arm"] = VISITS["patient"].map(ARM)
LABELS = pd.DataFrame({"patient": list("abcdefgz")})
LABELS["label"] = ["responder"] * 4 + ["nonresponder"] * 2 + ["unlabelled"] * 2
EXCLUDED = pd.DataFrame([("d", "-3", "clotted")], columns=["patient", "visit", "reason"])


def found(samples=SAMPLES, visits=VISITS, labels=LABELS, design=DESIGN, excluded=EXCLUDED):
    return presence(samples, visits, labels, design, CLINIC, excluded)


def test_counts_by_hand():
    table = absent(found()).set_index(["visit", "arm", "label"])
    counts = ["n_expected", "n_present", "n_absent", "n_failed", "n_recorded", "n_stopped"]
    counts += ["n_added"]
    every = table.xs(("all", "all"), level=["arm", "label"])[counts]
    # at baseline g (seen later only) and z (never) are missing
    assert every.loc["day 0"].tolist() == [8, 6, 2, 0, 0, 0, 0]
    # c failed; d has a reason; e was seen, f was not
    assert every.loc["month6."].tolist() == [6, 2, 4, 1, 1, 1, 0]
    assert every.loc["-3"].tolist() == [6, 2, 4, 0, 3, 1, 1]
    assert table.loc[("month6.", "x", "all"), "n_absent"] == 1
    assert table.loc[("month6.", "y", "all"), "n_expected"] == 3
    assert table.loc[("-3", "all", "responder"), counts[:3]].tolist() == [4, 1, 3]
    assert table.loc[("-3", "y", "nonresponder"), "n_present"] == 1
    for (_, arm, label), rows in table.groupby(level=[0, 1, 2]):
        assert (rows["n_expected"] == rows["n_present"] + rows["n_absent"]).all(), (arm, label)
    parts = table.drop(index="all", level="arm").drop(index="all", level="label")
    whole = parts.groupby(level="visit")[counts].sum()
    assert (whole.loc[every.index] == every).all().all()


def test_reasons_are_told_with_where_they_stand():
    of = found()
    why = {visit: dict(zip(of.people["patient"], reasons(of, visit), strict=True))
           for visit in of.visits}  # fmt: skip
    assert why["day 0"] == dict.fromkeys("abcdef", "") | {
        "g": "not seen at the visit", "z": "seen, no sample"
    }  # fmt: skip
    assert why["month6."] == {
        "a": "", "b": "", "c": "sample failed quality control", "d": "lack of efficacy",
        "e": "seen, no sample", "f": "not seen at the visit", "g": "not seen at the visit",
        "z": "not seen at the visit",
    }  # fmt: skip
    assert why["-3"] == {
        "a": "", "b": "treatment stopped (told at month6.)", "c": "not seen at the visit",
        "d": "sample left out: clotted", "e": "", "f": "moved away", "g": "",
        "z": "not seen at the visit",
    }  # fmt: skip


def test_a_later_visit_explains_nothing_earlier_and_nothing_recorded_says_so():
    late = VISITS.assign(discontinued=VISITS["discontinued"].where(VISITS["visit"].eq("month12")))
    of = found(visits=late)
    at = reasons(of, "month6.")[of.people["patient"].eq("f")].item()
    assert at == "not seen at the visit"  # not "moved away", which is of the later visit
    bare = found(visits=VISITS[:0], excluded=None)
    table = absent(bare)
    assert table["note"].dropna().str.contains("nothing recorded").any()
    assert not table["note"].dropna().str.contains("seen").any()
    own = SAMPLES.assign(reason=np.where(SAMPLES["patient"].eq("f"), "refused blood", None))
    text = reasons(found(own, VISITS[:0], excluded=None), "-3").tolist()
    assert "refused blood (told at day 0)" in text


def test_statements():
    text = absent(found())["statement"].dropna().tolist()
    assert text[0].startswith("day 0: 6 of 8 patients have a sample; 2 are absent (")
    assert text[1] == (
        "month6.: of the 6 patients with a sample at day 0, 2 have one; 4 are absent (1 lack of "
        "efficacy; 1 not seen at the visit; 1 sample failed quality control; 1 seen, no sample). "
        "Absent by group: x 1 of 3, y 3 of 3, nonresponder 2 of 2, responder 2 of 4. 1 had stopped "
        "the treatment and was sampled all the same."
    )
    assert text[2].endswith("1 more has a sample here and none at day 0.")
    whole = SAMPLES[SAMPLES["patient"].isin(["e"])]
    one = DESIGN | {"followups": ["-3"]}
    few = absent(found(whole, VISITS[:0], LABELS[4:5], one))
    assert few["statement"].tolist() == [
        "day 0: 1 of 1 patients has a sample.",
        "-3: of the 1 patients with a sample at day 0, 1 has one.",
    ]


def test_one_visit_and_nobody_left():
    single = DESIGN | {"followup": None, "followups": []}
    table = absent(found(design=single))
    assert set(table["visit"]) == {"day 0"}
    assert severity(found(design=single), pd.DataFrame({"crp": [1.0]}, index=["a"])).empty
    gone = SAMPLES[SAMPLES["visit"].ne("-3")]
    last = absent(found(gone)).query("visit == '-3' and arm == 'all' and label == 'all'").iloc[0]
    assert last[["n_expected", "n_present", "n_absent"]].tolist() == [6, 0, 6]
    rows = severity(found(gone), pd.DataFrame({"crp": np.arange(6.0)}, index=list("abcdef")))
    every = rows.query("visit == '-3' and arm == 'all' and label == 'all'").iloc[0]
    assert every["n_present"] == 0 and np.isnan(every["difference"])
    assert every["mean_absent"] == 2.5


def test_severity_is_welch_by_hand():
    values = pd.DataFrame(
        {"crp": [3.0, 9.0, 20.0, 31.0, 44.0, np.nan], "flat": 1.0}, index=list("abcdef")
    )
    table = severity(found(), values)
    row = table.query("visit == 'month6.' and arm == 'all' and label == 'all'").set_index(
        "variable"
    )
    away, stay = [20.0, 31.0, 44.0], [3.0, 9.0]
    test = stats.ttest_ind(away, stay, equal_var=False)
    limits = test.confidence_interval(0.95)
    crp = row.loc["crp"]
    assert crp[["n_present", "n_absent"]].tolist() == [2, 3]
    assert crp["difference"] == pytest.approx(np.mean(away) - np.mean(stay), rel=1e-12)
    assert [crp["CI.L"], crp["CI.R"]] == pytest.approx([limits.low, limits.high], rel=1e-8)
    assert crp["standardised"] == pytest.approx(
        crp["difference"] / np.std(away + stay, ddof=1), rel=1e-12
    )
    assert row.loc["flat", "difference"] == 0 and np.isnan(row.loc["flat", "standardised"])
    assert "-3" in set(table["visit"]) and "day 0" not in set(table["visit"])


def test_baselines_by_hand():
    """Two reverted genes, one up and one down; healthy mean 5 and 5; a lies 2 and 1 away."""
    obs = SAMPLES.set_index("sample", drop=False)
    x = np.full((len(obs), 3), 5.0)
    x[list(obs.index).index("a0")] = [7.0, 4.0, 99.0]
    data = anndata.AnnData(x, obs=obs.astype({"visit": object}))
    data.var_names = ["up", "down", "other"]
    genes = pd.DataFrame({"gene": ["up", "down", "other"], "disease": [2.0, -1.0, 1.0]})
    genes["class"] = ["reverted", "reverted", "unresolved"]
    distance = pd.DataFrame({"sample": ["a0", "b0", "a1"], "distance": [4.0, 3.0, 1.0]})
    values = baselines(data, VISITS, genes, distance, ["crp"], DESIGN, CLINIC)
    assert values.loc["a"].tolist() == [1.0, 4.0, 1.5]
    assert values.loc["z", "crp"] == 7.0 and values.loc["b", "reverted_genes"] == 0.0
    one = DESIGN | {"followup": None, "followups": []}
    same = baselines(data, VISITS, genes, distance, ["crp"], one, CLINIC)
    pd.testing.assert_frame_equal(values, same)
    none = genes.assign(**{"class": "unchanged"})
    bare = baselines(data, VISITS[:0], none, distance[:0], [], DESIGN, CLINIC)
    assert bare.shape[1] == 0 and severity(found(), bare).empty


def test_counts_of_few_are_withheld_with_the_words_and_means_that_tell_them():
    described = table_of("x/association/absent.tsv")
    table = absent(found())
    hidden = withheld(conformed(table, described), described, 5)
    counts = [name for name in table if name.startswith("n_")]
    # Two are absent at baseline, four at each later visit: nothing is left.
    assert hidden[counts].isna().all().all()
    words = hidden["note"].fillna("") + hidden["statement"].fillna("")
    for visit in table["visit"].unique():  # whose names may be numbers
        words = words.str.replace(visit, "", regex=False)
    assert not words.str.contains(r"\b[1-9]\b").any()
    many = pd.DataFrame({"visit": ["a", "b", "c"], "arm": "all", "label": "all"})
    many[counts] = 0
    many["n_expected"], many["n_present"], many["n_absent"] = [30] * 3, [24, 22, 10], [6, 8, 20]
    shown = withheld(conformed(many, described), described, 5)["n_present"]
    assert shown.isna().tolist() == [True, False, False]  # b and a differ by two patients
    described = table_of("x/association/absent_severity.tsv")
    values = pd.DataFrame({"crp": np.arange(6.0)}, index=list("abcdef"))
    rows = conformed(severity(found(), values), described)
    numbers = ["mean_present", "mean_absent", "difference", "CI.L", "CI.R", "standardised"]
    assert rows["mean_absent"].notna().any()
    assert withheld(rows, described, 5)[numbers].isna().all().all()


def test_an_arm_may_be_called_all():
    visits = VISITS.assign(arm=VISITS["arm"].replace("x", "all"))
    table = absent(found(visits=visits)).query("visit == 'month6.' and label == 'all'")
    counts = table.set_index("arm")["n_absent"].to_dict()
    assert counts == {"all": 4, "all (its name)": 1, "no arm given": 0, "y": 3}


def test_in_a_crossover_a_patient_counts_in_each_arm():
    rows = [
        (f"{p}{arm}{v}", p, v, "patient", arm, i + 10.0 * (arm == "y"), True)
        for i, p in enumerate("abcde")
        for arm in "xy"
        for v in ("day 0", "-3")
        if (p, arm, v) != ("b", "x", "-3")
    ]
    columns = ["sample", "patient", "visit", "group", "period", "crp", "used"]
    samples = pd.DataFrame(rows, columns=columns)
    design = DESIGN | {"followups": ["-3"], "arm": {"column": "period", "control": "y"}}
    labels = pd.DataFrame({"patient": list("abcde"), "label": "treated"})
    of = found(samples, VISITS[:0], labels, design, None)
    table = absent(of).set_index(["visit", "arm", "label"])
    counts = ["n_expected", "n_present", "n_absent"]
    assert table.loc[("-3", "all", "all"), counts].tolist() == [10, 9, 1]
    assert table.loc[("-3", "x", "all"), counts].tolist() == [5, 4, 1]
    assert table.loc[("-3", "y", "all"), counts].tolist() == [5, 5, 0]
    assert "of the 10 courses (a patient in one arm) with" in table["statement"].iloc[3]
    data = anndata.AnnData(np.zeros((len(samples), 1)), obs=samples.set_index("sample"))
    data.var_names = ["g"]
    genes = pd.DataFrame({"gene": ["g"], "class": ["unchanged"], "disease": [0.0]})
    none = pd.DataFrame({"sample": [], "distance": []})
    values = baselines(data, VISITS[:0], genes, none, ["crp"], design, CLINIC)
    assert values["crp"].to_dict() == {p: i + 5.0 for i, p in enumerate("abcde")}
    assert len(severity(of, values)) == 2
