"""Contrasts by name, subsets of samples and the design report."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from options import options_of
from paired_trial import DESIGN, LIMMA, simulate
from revertome.differential.names import check_custom, terms, within_patient
from revertome.differential.run import REPORT, run
from revertome.differential.subset import in_subset
from revertome.errors import StudyError

CUSTOM = {
    "specific": "change_responders - change_nonresponders",
    "excess": "0.5*disease + 2 * change_all",
    "half": "change_responders-.5*change_all",
}


@pytest.fixture(scope="module")
def trial():
    rng = np.random.default_rng(11)
    disease, change = np.zeros(150), np.zeros(150)
    disease[:30], change[:15] = 2.0, -2.0
    expression, labels = simulate(disease, change, rng, responders=8, nonresponders=5, healthy=9)
    expression.obs["sex"] = np.where(np.arange(len(expression.obs)) % 13 < 7, "female", "male")
    expression.obs["arm"] = np.where(expression.obs["group"].eq("healthy"), None, "drug")
    expression.obs["site"] = 1.0
    return expression, labels


def table(found, name):
    return found.tables[name].set_index("gene").sort_index()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("change_all", {"change_all": 1.0}),
        ("change_responders - change_nonresponders",
         {"change_responders": 1.0, "change_nonresponders": -1.0}),
        (" -2*disease+ .5 * change_all - 1.25*disease", {"disease": -3.25, "change_all": 0.5}),
        ("+ a - a + b", {"a": 0.0, "b": 1.0}),
    ],
)  # fmt: skip
def test_sums_are_read(text, expected):
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be read from 'its end' on"),
        ("disease -", "cannot be read from '-' on"),
        ("disease change_all", "cannot be read from 'change_all' on"),
        ("disease * 2", r"cannot be read from '\* 2' on"),
        ("(disease)", r"cannot be read from '\(disease\)' on"),
        ("__import__('os').system('x')", "cannot be read from"),
        ("disease - disease", "is 0 whatever the data"),
        ("0 * disease", "is 0 whatever the data"),
        ("1e3*disease", "cannot be read from"),
        ("5", "cannot be read from '5' on"),
        ("9" * 400 + " * disease", "has inf times disease; a factor is from 1e-06 to 1e\\+06"),
        ("0." + "0" * 320 + "1 * disease + change_all", "cannot|is from 1e-06"),
        ("10000000 * disease", "has 1e\\+07 times disease"),
        ("disease - 0.00000001 * change_all", "has -1e-08 times change_all"),
        ("0.1*disease + 0.2*disease - 0.3*disease", "has 5.55112e-17 times disease"),
        ("disease" + " + disease" * 1000, "has 10,007 characters, more than 1,000"),
        ("(" * 10_000 + "disease" + ")" * 10_000, "has 20,007 characters"),
        ("change_all**99999", "cannot be read from '\\*\\*99999' on"),
        ("9**9**9*disease", "cannot be read from '9"),
    ],
    ids=lambda value: value[:20],
)
def test_anything_else_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        terms(text)


def test_terms_and_names_are_checked():
    possible = ["disease", "change_all"]
    check_custom({"mine": "disease + change_all"}, possible, {})
    with pytest.raises(StudyError, match="mine: interaction is no standard contrast of this desig"):
        check_custom({"mine": "interaction"}, possible, {})
    for taken in ("disease", "Disease", "interaction", "design"):
        with pytest.raises(StudyError, match=f"{taken}: the name is taken"):
            check_custom({taken: "disease"}, possible, {})
    with pytest.raises(StudyError, match="mine: differs from Mine in case alone"):
        check_custom({"Mine": "disease", "mine": "change_all"}, possible, {})
    with pytest.raises(StudyError, match="mine: ") as raised:
        check_custom({"mine": "disease " * 500}, possible, {})
    assert len(str(raised.value)) < 400
    with pytest.raises(StudyError, match=r"mine: 'disease \+' cannot be read from '\+' on; write"):
        check_custom({"mine": "disease +"}, possible, {})
    assert within_patient("specific", CUSTOM) and not within_patient("excess", CUSTOM)
    assert within_patient("change_all", CUSTOM) and not within_patient("disease", CUSTOM)


@pytest.mark.parametrize("blocking", ["auto", "random"])
def test_custom_contrasts_are_sums_of_the_standard_ones(trial, blocking):
    expression, labels = trial
    options = options_of("limma", DESIGN, trend=False, custom=CUSTOM, blocking=blocking)
    names = ["disease", "change_responders", "change_all", "interaction", *CUSTOM]
    found = run(expression, labels, options, names)
    assert list(found.tables) == list(found.design["contrast"]) == names
    # The difference of changes is the interaction, tests and all.
    same, own = table(found, "interaction"), table(found, "specific")
    for column in ("logFC", "CI.L", "t", "P.Value", "B"):
        np.testing.assert_allclose(own[column], same[column], rtol=1e-9)
    change = table(found, "change_all")["logFC"]
    half = table(found, "change_responders")["logFC"] - 0.5 * change
    np.testing.assert_allclose(table(found, "half")["logFC"], half, atol=1e-12)
    excess = 0.5 * table(found, "disease")["logFC"] + 2 * change
    np.testing.assert_allclose(table(found, "excess")["logFC"], excess, atol=1e-12)
    kinds = found.design.set_index("contrast")["blocking"]
    assert kinds["excess"] == "random"
    assert kinds["half"] == ("fixed" if blocking == "auto" else "random")


def test_a_term_without_samples_gives_missing_values(trial):
    expression, labels = trial
    everybody = labels.assign(label="responder")
    custom = {"specific": CUSTOM["specific"], "nothing": "change_all - change_responders"}
    options = options_of("limma", DESIGN, trend=False, custom=custom)
    names = ["change_all", "specific", "nothing"]
    found = run(expression, everybody, options, names)
    for name in names[1:]:
        assert found.tables[name]["P.Value"].isna().all()
        assert found.design.set_index("contrast").loc[name, "dropped"] == "no such samples"
    assert found.tables["change_all"]["P.Value"].notna().all()


def test_a_subset_is_the_fit_of_those_samples(trial):
    expression, labels = trial
    subset = {"sex": ["female"], "arm": ["drug"], "site": [1]}
    options = options_of("limma", DESIGN, trend=False, subset=subset)
    names = ["disease", "change_all"]
    found = run(expression, labels, options, names)
    female = expression[expression.obs.index[expression.obs["sex"].eq("female")]]
    alone = run(female, labels, LIMMA, names)
    for name in names:
        pd.testing.assert_frame_equal(found.tables[name], alone.tables[name])
    report = found.design.set_index("contrast")
    assert report.loc["change_all", "n_samples"] == 14
    lost = [f"H0{i}" for i in (7, 8)] + [f"P{i:02d}" for i in range(7, 13)]
    expected = f"{', '.join(lost)}: not in differential.subset"
    assert list(report["dropped"]) == [expected, expected]


def test_subset_by_hand_and_its_faults():
    obs = pd.DataFrame({"arm": ["a", "b", None, None], "stage": [1.0, 2.0, 2.0, np.nan]})
    healthy = pd.Series([False, False, False, True])
    assert in_subset(obs, healthy, {}).all()
    assert list(in_subset(obs, healthy, {"arm": ["a"]})) == [True, False, False, True]
    assert list(in_subset(obs, healthy, {"stage": [2]})) == [False, True, True, True]
    both = in_subset(obs, healthy, {"arm": ["a", "b"], "stage": ["2"]})
    assert list(both) == [False, True, False, True]
    with pytest.raises(StudyError, match="no column sex; there are arm, stage"):
        in_subset(obs, healthy, {"sex": ["female"]})
    with pytest.raises(StudyError, match="arm is never c; found a, b"):
        in_subset(obs, healthy, {"arm": ["a", "c"]})


def test_a_subset_without_pairs_is_refused(trial):
    expression, labels = trial
    with pytest.raises(StudyError, match="0 patients have samples at both"):
        options = options_of("limma", DESIGN, subset={"visit": ["before"]})
        run(expression, labels, options, ["change_all"])


def test_design_report(trial):
    """Detectable change: noncentral t at the moderated df and the median posterior error."""
    expression, labels = trial
    single = expression[expression.obs.index[1:]]
    names = ["disease", "change_responders"]
    found = run(single, labels, LIMMA, names)
    assert list(found.design.columns) == REPORT
    report = found.design.set_index("contrast")
    change = report.loc["change_responders"]
    assert change["dropped"] == "P00: one visit only"
    # 12 pairs: 12 patient effects and 2 changes.
    assert (change["n_samples"], change["n_pairs"], change["df_residual"]) == (24, 12, 10)
    # 7 of the 8 responders have pairs; the model holds the 5 pairs of the others as well. Disease
    # is about the first visits of all, 12 of 13, and the 9 healthy.
    assert (change["compared_patients"], change["compared_samples"]) == (7, 14)
    disease = report.loc["disease"]
    assert (disease["compared_patients"], disease["compared_samples"]) == (21, 21)
    rows = table(found, "change_responders")
    df = change["df_residual"] + change["df_prior"]
    df = min(df, change["df_residual"] * len(rows))
    error = (rows["CI.R"] - rows["logFC"]).median() / stats.t.isf(0.025, df)
    power = stats.nct.sf(stats.t.isf(0.025, df), df, change["detectable_logFC"] / error)
    assert power == pytest.approx(0.8, abs=1e-6)
    assert report.loc["disease", "dropped"] == "none"
    assert 0 < report.loc["disease", "correlation"] < 1


def test_an_engine_of_one_blocking_uses_it(trial):
    expression, labels = trial
    names = ["disease", "change_all"]
    for blocking in ("auto", "fixed", "random"):
        options = options_of("mixed", DESIGN, trend=False, blocking=blocking)
        found = run(expression, labels, options, names)
        assert set(found.design["blocking"]) == {"random"}
        assert set(found.design["formula"]) == {"~ 0 + cell + (1 | patient)"}
        assert (found.design["detectable_logFC"] > 0).all()
        assert set(found.tables["disease"]["engine"]) == {"mixed"}
