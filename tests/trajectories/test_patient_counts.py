"""Residual with interval, patients who carry a class, and the sentence on responders."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import TTestPower

from options import options_of
from paired_trial import BOUNDS, DESIGN, LIMMA, OPTIONS, simulate
from revertome.differential.models import random_model
from revertome.limma.contrasts import contrasts_fit
from revertome.limma.ebayes import ebayes
from revertome.limma.joint import normal_fit
from revertome.limma.power import detectable, power
from revertome.limma.top_table import top_table
from revertome.trajectories import run
from revertome.trajectories.patient_counts import patients_in_wedge
from revertome.trajectories.plane import Plane

COMMON = OPTIONS | {"variance": "common"}  # limma's model


def test_patients_in_the_wedge_by_hand():
    """Healthy mean 0, three responders, one non-responder, one responder without a pair.

    Reverted above healthy (first gene): f = 1, f = 1/4, and f = 1 below healthy: one of three.
    Induced in all (second gene): (0, 2), (0.5, 2), (1.5, 2), and (0, -2) the other way: two of
    four. The third gene has no class.
    """
    where = pd.DataFrame(
        {
            "patient": ["a", "b", "c", "n", "x", "a", "b", "c", "n", "h"],
            "visit": ["before"] * 5 + ["after"] * 4 + [None],
            "label": ["responder"] * 3 + ["nonresponder", "responder"]
            + ["responder"] * 3 + ["nonresponder", "healthy"],
        }
    )  # fmt: skip
    before = np.array([[2, 0, 0], [4, 0.5, 0], [-2, 1.5, 0], [2, 0, 0], [9, 9, 9]])
    change = np.array([[-2, 2, 0], [-1, 2, 0], [2, 2, 0], [-2, -2, 0]])
    y = np.vstack([before, before[:4] + change, np.zeros(3)])
    one = np.ones(3)
    plane = Plane(np.array([1.0, 0.1, 0]), np.array([-1.0, 2.0, 0]), one, one, 0 * one, 9.0)
    outcome = np.array(["reverted", "induced", "unresolved"], dtype=object)
    n, whole = patients_in_wedge(
        lambda genes: y[:, genes], np.zeros(3), where, {"main": "responders", "induced": "all"},
        {"main": plane, "induced": plane}, outcome, BOUNDS, ("before", "after"),
    )  # fmt: skip
    np.testing.assert_array_equal(n, [1, 2, np.nan])
    np.testing.assert_array_equal(whole, [3, 4, np.nan])


@pytest.fixture(scope="module")
def trial():
    rng = np.random.default_rng(3)
    disease = np.repeat([3.0, 0.0], [60, 400])
    return simulate(disease, -disease, rng, responders=15, nonresponders=2)


def test_covariates_are_taken_out_before_patients_are_counted(trial):
    """A batch effect twice the disease leaves the count of patients_in_wedge as it was."""
    expression, labels = trial
    plain = run(expression, labels, LIMMA, OPTIONS).genes
    batch = np.random.default_rng(2).integers(0, 2, len(expression.obs))
    moved = expression[expression.obs.index]
    moved.obs = expression.obs.assign(batch=batch.astype(str))
    moved.X = expression.X + 6.0 * batch[:, None]
    design = DESIGN | {"covariates": ["batch"]}
    genes = run(moved, labels, options_of("limma", design, trend=False), OPTIONS).genes
    both = plain["class"].eq("reverted") & genes["class"].eq("reverted")
    assert both.sum() > 40
    difference = (genes["patients_carrying"] - plain["patients_carrying"])[both]
    assert difference.abs().mean() < 1
    assert set(genes.loc[both, "n_patients"]) == {15}


def test_residual_interval_is_that_of_the_contrast(trial):
    expression, labels = trial
    model = random_model(expression.obs, labels, DESIGN, ["residual_responders"])
    fit = contrasts_fit(normal_fit(expression.X, model).fit, model.contrasts)
    theirs = top_table(ebayes(fit), "residual_responders", expression.var_names)
    theirs = theirs.set_index("gene").sort_index()
    ours = run(expression, labels, LIMMA, COMMON).genes.set_index("gene")
    for mine, other in (("residual", "logFC"), ("residual_low", "CI.L"), ("residual_high", "CI.R")):
        np.testing.assert_allclose(ours[mine], theirs[other], rtol=1e-8, atol=1e-10)


def test_power_against_statsmodels_and_detectable():
    for df in (5, 20, 60):
        theirs = TTestPower().power(1.1 / np.sqrt(df + 1), df + 1, 0.05)
        wrong = stats.nct.cdf(-stats.t.isf(0.025, df), df, 1.1)
        assert power(1.1, 1.0, df) == pytest.approx(theirs - wrong, abs=1e-6)
        assert power(detectable(0.7, df), 0.7, df) == pytest.approx(0.8, abs=1e-6)
    assert power(-2.8, 1.0, np.inf) == pytest.approx(stats.norm.sf(1.96 - 2.8), abs=1e-4)


def test_few_nonresponders_are_said_to_be_few():
    rng = np.random.default_rng(3)
    disease = np.repeat([2.0, 0.0], [80, 400])
    few = simulate(disease, -disease, rng, responders=15, nonresponders=1)
    row = run(*few, LIMMA, OPTIONS).statements.iloc[0]
    assert (row["n_responders"], row["n_nonresponders"], row["enough"]) == (15, 1, False)
    # One residual variance of 2 (1 - 0.5) = 1 for a change, so the error is sqrt(1/15 + 1).
    error = np.sqrt(1 / 15 + 1)
    assert row["detectable"] == pytest.approx(2.83 * error, rel=0.05)
    assert row["power"] == pytest.approx(
        stats.norm.sf(1.96 - row["median_change"] / error), abs=0.06
    )
    fold, change = 2 ** row["detectable"], 2 ** row["median_change"]
    assert row["statement"] == (
        "With 15 responders and 1 non-responder (complete pairs), the study has 80% power to "
        f"detect a {fold:.2g}-fold difference in change between them in a typical gene (two-sided "
        f"test at 5%, before adjustment over genes). The median reverted gene changes {change:.2g}"
        "-fold. If it did not change at all in non-responders, the power to show this would be "
        f"{row['power']:.0%}. These are too few non-responders to say that a change is, or is not, "
        "specific to responders. No gene is called specific with fewer than 3 of them."
    )
    many = simulate(disease, -disease, rng, responders=15, nonresponders=12)
    row = run(*many, LIMMA, OPTIONS).statements.iloc[0]
    assert row["enough"] and row["power"] > 0.99
    assert "too few" not in row["statement"]
    assert row["statement"].endswith("to show this would be more than 99%.")


def test_no_nonresponders_and_no_labels():
    none = simulate(np.zeros(50), np.zeros(50), np.random.default_rng(1), nonresponders=0)
    row = run(*none, LIMMA, OPTIONS).statements.iloc[0]
    assert "it cannot be tested whether any change is specific" in row["statement"]
    everyone = none[1].assign(label="treated")
    options = OPTIONS | {"reverted_in": "all"}
    assert run(none[0], everyone, LIMMA, options).statements.empty
