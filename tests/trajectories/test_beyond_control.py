"""Claims beyond control: what randomisation protects, beside the uncontrolled rule."""

from dataclasses import replace

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import special

from benchmarks.beyond_control import (
    CLASSES,
    SETTINGS,
    controlled,
    options,
    truth,
    uncontrolled,
)
from benchmarks.calibration_draw import counted
from paired_trial import Expression
from randomised_trial import DESIGN, DRUG, OPTIONS, PLACEBO, Setting, flare_mean, simulate
from revertome.columns.beyond_control import BEYOND_CONTROL, BEYOND_SUMMARY
from revertome.gene_classes import BEYOND
from revertome.small_cells import withheld
from revertome.trajectories.beyond_control import beyond_control, beyond_sets
from revertome.trajectories.by_response import NOT_RANDOMISED, by_response
from revertome.trajectories.randomised import ALL_ACTIVE, randomised_fit
from revertome.trajectories.resamples import ALONE, Spread, one_by_one

# Strong effects, so that a small trial shows them.
CLEAR = Setting(
    drug=14, placebo=14, flare=2.0, reliability=0.8, n_genes=300, activity_genes=100,
    kinds={"reverted": 40, "half": 20, "induced": 30, "edge": 10},
)  # fmt: skip


def drawn(setting, seed=0):
    return simulate(setting, np.random.default_rng(seed))


def claims(trial, design=DESIGN, engine="limma", spread=ALONE, **changes):
    model = replace(options(engine), design=design)
    return beyond_control(trial.expression, model, OPTIONS | changes, spread)


def test_regression_to_the_mean_is_no_drug_effect():
    """Enrolled in flare, no drug effect in either arm, a responder's activity halved: of 300 genes
    of activity most come out reverted in responders, and none beyond control."""
    before, beyond = [], []
    for seed in range(3):
        trial = drawn(SETTINGS["null_24v24"], seed)
        before.append(uncontrolled(trial)["reverted"].hit[:300].sum())
        beyond.append([controlled(trial)[name].hit.sum() for name in CLASSES])
    assert np.mean(before) > 250
    assert np.sum(beyond) == 0


def test_true_effects_are_found_and_few_false():
    false, power = {n: [] for n in CLASSES}, {n: [] for n in CLASSES}
    for seed in range(8):
        for name, found in controlled(drawn(CLEAR, seed)).items():
            false[name].append(found.false)
            power[name].append(found.hit[found.true].mean())
    for name in CLASSES:
        error = np.std(false[name], ddof=1) / np.sqrt(8)
        assert np.mean(false[name]) <= 0.05 + 2 * error
        assert np.mean(power[name]) > 0.4


def test_interval_and_p_are_those_of_the_drug_effect():
    genes = claims(drawn(CLEAR)).genes
    reach = (genes["drug_effect_high"] - genes["drug_effect_low"]) / 2
    middle = (genes["drug_effect_high"] + genes["drug_effect_low"]) / 2
    np.testing.assert_allclose(middle, genes["drug_effect"], atol=1e-12)
    excluded = genes["drug_effect"].abs() > reach
    assert (excluded == (genes["p_drug_effect"] < 0.05)).all()
    np.testing.assert_allclose(genes["recovered"], -genes["drug_effect"] / genes["disease"])
    reverted = genes[genes["class"].eq(BEYOND["reverted"])]
    assert len(reverted)
    assert (reverted["adj_p_reverted"] <= 0.05).all() and (reverted["recovered"] > 0.5).all()
    assert (genes["n_patients"].eq(14) & genes["n_control"].eq(14)).all()


def test_welch_where_patients_do_not_correlate():
    """With one visit's worth of information the drug effect is a two-sample comparison: with
    own variances of the arms its p is near Welch's, whatever the other arm's variance."""
    setting = Setting(drug=8, placebo=24, sd=(2.5, 1.0), rho=0.0, activity_genes=0, n_genes=2000)
    genes = claims(drawn(setting)).genes
    below = [float((genes["p_drug_effect"] < level).mean()) for level in (0.05, 0.01)]
    assert below[0] == pytest.approx(0.05, abs=0.012)
    assert below[1] == pytest.approx(0.01, abs=0.006)
    common = claims(drawn(setting), variance="common").genes
    assert (common["p_drug_effect"] < 0.05).mean() > 0.12


def test_arms_exchanged_turn_the_drug_effect_around():
    trial = drawn(CLEAR)
    swapped = DESIGN | {"arm": DESIGN["arm"] | {"control": DRUG}}
    one, other = claims(trial).genes, claims(trial, swapped).genes
    np.testing.assert_allclose(one["drug_effect"], -other["drug_effect"], atol=1e-10)
    np.testing.assert_allclose(one["p_drug_effect"], other["p_drug_effect"], rtol=1e-8)
    np.testing.assert_allclose(one["p_induced"], other["p_induced"], rtol=1e-8)
    np.testing.assert_allclose(one["disease"], other["disease"], atol=1e-10)


def three_arms(seed=0, visits=("after",)):
    """Two active arms of 8, low without effect; with further visits like the first."""
    trial = drawn(replace(CLEAR, drug=16, placebo=8), seed)
    obs, y = trial.expression.obs.copy(), trial.expression.X.copy()
    low = obs["patient"].isin([f"P{k:03d}" for k in range(8)])
    on = (low & obs["visit"].eq("after")).to_numpy()
    y[on] -= trial.drug_effect
    obs["arm"] = obs["arm"].mask(low, "low dose").replace(DRUG, "high dose")
    sheets, values = [obs], [y]
    for visit in visits[1:]:
        at = obs["visit"].eq("after").to_numpy()
        more = obs[at].assign(visit=visit)
        more.index = [f"{name}.{visit}" for name in more.index]
        sheets.append(more)
        values.append(y[at] + np.random.default_rng(9).normal(0, 0.3, y[at].shape))
    expression = Expression(np.vstack(values), pd.concat(sheets), trial.expression.var_names)
    design = DESIGN | {"followups": list(visits), "followup": visits[-1]}
    return replace(trial, expression=expression), design


def test_every_active_arm_and_all_of_them_have_claims():
    trial, design = three_arms()
    found = claims(trial, design)
    assert list(found.summary["arm"]) == ["high dose", "low dose", ALL_ACTIVE]
    assert list(found.summary["n_patients"]) == [8, 8, 16]
    by_arm = found.genes.pivot_table("drug_effect", "gene", "arm")
    # All active arms are the mean of both, which have as many patients.
    mean = (by_arm["high dose"] + by_arm["low dose"]) / 2
    np.testing.assert_allclose(by_arm[ALL_ACTIVE], mean, atol=1e-10)
    called = found.summary.set_index("arm")["drug_effects"]
    assert called["high dose"] > 20 and called["low dose"] <= 2
    assert "reverted_beyond_control_up, high dose" in found.sets
    assert len(found.genes) == 3 * 300


def test_odd_visits_and_a_control_that_ends():
    trial, design = three_arms(visits=("after", "day 112", "-3"))
    design["arm"] = design["arm"] | {"until": "day 112"}
    found = claims(trial, design)
    assert list(found.summary["visit"]) == ["after"] * 3 + ["day 112"] * 3 + ["-3"]
    last = found.summary.iloc[-1]
    assert pd.isna(last["arm"]) and pd.isna(last["reverted_up"])
    assert "up to day 112 only" in last["statement"]
    assert set(found.genes["visit"]) == {"after", "day 112"}
    assert "reverted_beyond_control_up, high dose, day 112" in found.sets


def test_without_healthy_people_there_is_a_drug_effect_and_no_class():
    trial = drawn(CLEAR)
    sick = trial.expression[trial.expression.obs.index[trial.expression.obs["group"].ne("healthy")]]
    found = claims(replace(trial, expression=sick), DESIGN | {"healthy": None})
    whole = claims(trial).genes
    assert found.genes["class"].isna().all() and found.genes["disease"].isna().all()
    assert (found.genes["adj_p_drug_effect"] <= 0.05).sum() > 20
    assert found.sets == {}
    assert found.summary["reverted_up"].isna().all()
    assert "no gene can be called" in found.summary["statement"][0]
    # Healthy people tell nothing of a drug effect, but for the scale of the genes.
    np.testing.assert_allclose(found.genes["drug_effect"], whole["drug_effect"], atol=0.05)


@pytest.mark.parametrize("drug", [1, 2])
def test_an_arm_of_one_or_two_patients_is_not_tested(drug):
    found = claims(drawn(replace(CLEAR, drug=drug)))
    assert found.genes.empty and found.sets == {}
    assert "fewer than 3 patients" in found.summary["statement"][0]


def test_the_older_rule_of_thresholds_claims_nothing_beyond_control():
    trial = drawn(CLEAR)
    pd.testing.assert_frame_equal(claims(trial, rule="thresholds").genes, claims(trial).genes)


def test_counts_of_few_people_are_withheld_in_all_arms_of_a_visit():
    """With those of one arm go the others, from which they could be worked out."""
    trial, design = three_arms()
    found = claims(trial, design)
    below = 1 + int(found.summary["n_patients"].min())
    shown = withheld(found.summary, BEYOND_SUMMARY, below)
    assert shown["n_patients"].isna().all() and shown["n_control"].isna().all()
    assert "8 patients" not in " ".join(shown["statement"])
    assert withheld(found.genes, BEYOND_CONTROL, below)["n_patients"].isna().all()


def test_an_arm_of_three_with_gaps_is_tested():
    trial = drawn(replace(CLEAR, drug=3, placebo=3, missing=0.08))
    genes = claims(trial).genes
    known = genes["drug_effect"].notna()
    assert known.mean() > 0.9
    assert genes.loc[known, "p_drug_effect"].between(0, 1).all()


@pytest.mark.parametrize("variance", ["cells", "common"])
def test_stability_is_high_for_a_clear_gene_and_drawn_by_number(variance):
    trial = drawn(CLEAR)
    one = claims(trial, variance=variance, bootstrap=60).genes
    parts = Spread(one_by_one, 3)  # of four batches, the last one smaller
    again = claims(trial, variance=variance, bootstrap=60, spread=parts).genes
    pd.testing.assert_frame_equal(one, again)
    clear = one["adj_p_reverted"] < 1e-3
    assert clear.any() and one.loc[clear, "stability"].mean() > 0.8
    assert one["stability"].between(0, 1).all()


def test_a_patient_of_both_periods_of_a_crossover_is_one_cluster():
    trial = drawn(CLEAR)
    obs = trial.expression.obs.copy()
    half = obs["arm"].notna().to_numpy().nonzero()[0]
    obs["patient"] = obs["patient"].replace({f"P{14 + k:03d}": f"P{k:03d}" for k in range(14)})
    expression = Expression(trial.expression.X, obs, trial.expression.var_names)
    fit = randomised_fit(expression, replace(options(), design=DESIGN))
    assert set(fit.where["label"]) == {"drug + placebo", "healthy"}
    assert fit.where.iloc[half]["patient"].nunique() == 14
    assert claims(replace(trial, expression=expression)).genes["p_drug_effect"].notna().all()


@pytest.mark.parametrize("engine", ["mixed", "voom"])
def test_intervals_of_other_engines_hold_the_truth(engine):
    setting = replace(CLEAR, flare=1.0, n_genes=400, sd=(0.5, 0.5))
    trial = drawn(setting)
    expression = anndata.AnnData(trial.expression.X, obs=trial.expression.obs)
    if engine == "voom":
        expression = counted(expression.X, expression.obs, np.random.default_rng(5))
    expression.var_names = list(trial.expression.var_names)
    genes = claims(replace(trial, expression=expression), engine=engine).genes
    quiet = slice(setting.activity_genes, None)  # others share the patients' activity
    held = genes["drug_effect_low"] <= trial.drug_effect
    held &= trial.drug_effect <= genes["drug_effect_high"]
    assert held[quiet].mean() == pytest.approx(0.95, abs=0.035)
    assert (genes["class"][trial.drug_effect == 0].isin(list(BEYOND.values())[:2])).sum() <= 2
    assert np.corrcoef(genes["drug_effect"], trial.drug_effect)[0, 1] > 0.8


def test_by_response_is_a_description_and_says_so():
    trial = drawn(CLEAR)
    genes = claims(trial).genes
    table = by_response(trial.expression, trial.labels, DESIGN, genes)
    assert set(table["comparison"]) == {NOT_RANDOMISED}
    assert set(table["arm"]) == {DRUG, PLACEBO}
    row = table[table["set"].eq(BEYOND["induced"]) & table["arm"].eq(DRUG)].iloc[0]
    # By hand: mean over the pairs, gene by gene, then the median in the direction of the drug.
    obs, y = trial.expression.obs, pd.DataFrame(trial.expression.X, trial.expression.obs.index)
    who = trial.labels.loc[trial.labels["label"].eq(row["label"]), "patient"]
    own = obs[obs["arm"].eq(DRUG) & obs["patient"].isin(who)]
    before, after = (y.loc[own.index[own["visit"].eq(v)]].to_numpy() for v in ("before", "after"))
    members = genes["class"].eq(BEYOND["induced"]).to_numpy()
    change = (after - before).mean(axis=0)[members]
    sign = np.sign(genes["drug_effect"].to_numpy()[members])
    assert row["median_change"] == pytest.approx(np.median(change * sign))
    assert row["n_pairs"] == len(after) and row["n_genes"] == members.sum()
    one = trial.labels.assign(label="treated")
    assert by_response(trial.expression, one, DESIGN, genes).empty


def test_no_sets_of_no_genes():
    assert beyond_sets(claims(drawn(CLEAR)).genes.iloc[:0]) == {}


def test_truth_of_the_simulation():
    """Mean activity above a threshold is phi / (1 - Phi), and the edge genes are on the edge."""
    rng = np.random.default_rng(1)
    above = rng.normal(size=400_000)
    assert flare_mean(1.0) == pytest.approx(above[above > 1].mean(), abs=0.01)
    assert special.ndtr(-1.0) * flare_mean(1.0) == pytest.approx(np.exp(-0.5) / np.sqrt(2 * np.pi))
    trial = drawn(CLEAR)
    half = slice(40, 60)
    np.testing.assert_allclose(trial.drug_effect[half], -trial.disease[half] / 2)
    assert truth(trial, "reverted").sum() == 40 and truth(trial, "induced").sum() == 30
