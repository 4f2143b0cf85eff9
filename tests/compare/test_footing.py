"""Log fold changes held against the expression behind them: estimates, slopes and signs."""

import anndata
import numpy as np
import pandas as pd
import pytest

from revertome.compare.footing import footing, own_effect, plain_differences
from revertome.errors import StudyError

DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy", "covariates": ["age"]}


def expression(rng, pairs=6, healthy=5, genes=80):
    """Patients seen twice and healthy people, with an age that differs between the visits."""
    people = [f"P{i}" for i in range(pairs)]
    obs = pd.DataFrame({"patient": [*people, *people, *(f"H{i}" for i in range(healthy))]})
    obs["visit"] = ["before"] * pairs + ["after"] * pairs + ["none"] * healthy
    obs["group"] = ["patient"] * 2 * pairs + ["healthy"] * healthy
    obs["age"] = rng.normal(40, 9, len(obs))
    obs.index = [f"S{i}" for i in range(len(obs))]
    x = 8 + rng.normal(size=(len(obs), genes))
    labels = pd.DataFrame(
        {"patient": people, "label": ["responder", "nonresponder"] * (pairs // 2)}
    )
    return anndata.AnnData(x, obs, pd.DataFrame(index=[f"G{i}" for i in range(genes)])), labels


def test_plain_differences_are_those_of_the_normal_equations():
    rng = np.random.default_rng(4)
    data, labels = expression(rng)
    found = plain_differences(data, labels, DESIGN)
    age, x = data.obs["age"].to_numpy(), data.X
    rows = np.r_[0:6, 12:17]
    model = np.column_stack([np.ones(11), np.arange(11) < 6, age[rows]])
    expected = np.linalg.solve(model.T @ model, model.T @ x[rows])[1]
    assert found["disease"].to_numpy() == pytest.approx(expected, abs=1e-10)
    change, older = x[6:12] - x[:6], age[6:12] - age[:6]
    for name, who in (
        ("change_all", np.arange(6)),
        ("change_responders", np.arange(0, 6, 2)),
        ("change_nonresponders", np.arange(1, 6, 2)),
    ):
        model = np.column_stack([np.ones(len(who)), older[who]])
        expected = np.linalg.solve(model.T @ model, model.T @ change[who])[0]
        assert found[name].to_numpy() == pytest.approx(expected, abs=1e-10)


def test_without_healthy_people_or_covariates_they_are_means():
    data, labels = expression(np.random.default_rng(5), healthy=0)
    found = plain_differences(data, labels, {**DESIGN, "covariates": [], "healthy": None})
    assert set(found) == {"change_all", "change_responders", "change_nonresponders"}
    change = (data.X[6:12] - data.X[:6]).mean(axis=0)
    assert found["change_all"].to_numpy() == pytest.approx(change, abs=1e-10)


def effects(rng, n=400):
    truth = pd.Series(rng.normal(size=n), [f"G{i}" for i in range(n)], name="logFC")
    return truth + rng.normal(0, 0.01, n), truth


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (-1, "its logFC goes against it .correlation -1.00.: one of them is turned round"),
        (np.log(2), "its logFC is 0.69 times it, as of natural logarithms; it has to be log2"),
        (np.log10(2), "its logFC is 0.30 times it, as of logarithms to the base 10"),
        (2, "its logFC is 2.00 times it, as of twice their size"),
    ],
)
def test_another_scale_or_direction_is_refused(factor, words):
    effect, truth = effects(np.random.default_rng(6))
    with pytest.raises(StudyError, match=words):
        footing((factor * effect).rename("logFC"), truth, "it")


def test_other_genes_are_refused_and_loose_ones_told():
    rng = np.random.default_rng(7)
    effect, truth = effects(rng)
    held, doubt = footing(effect.rename("logFC"), truth, "it")
    assert (held, doubt) == ("it (slope 1.00, correlation 1.00)", "")
    mixed = pd.Series(rng.permutation(effect), effect.index, name="logFC")
    with pytest.raises(StudyError, match="does not follow it"):
        footing(mixed, truth, "it")
    loose = (effect + rng.normal(0, 0.7, len(effect))).rename("logFC")
    assert "less closely (correlation 0.7" in footing(loose, truth, "it")[1]
    few = effect.rename("logFC").head(49)
    assert footing(-few, truth, "it") == ("", "")


def test_other_patients_may_change_less_but_not_the_other_way():
    effect, truth = effects(np.random.default_rng(8))
    half = (0.5 * effect).rename("change")
    assert footing(half, truth, "it", same=False)[0].startswith("it (slope 0.5")
    with pytest.raises(StudyError, match="its change goes against it"):
        footing(-half, truth, "it", same=False)


def test_the_same_patients_come_first_in_the_trajectories():
    table = pd.DataFrame(
        {"gene": ["A"], "disease": [1.0], "disease_all": [np.nan], "change": [2.0]}
    )
    assert own_effect(table, "disease")[1] is False
    assert own_effect(table.assign(disease_all=3.0), "disease")[0].tolist() == [3.0]
    assert own_effect(table.assign(disease_all=3.0), "disease")[1] is True
    assert own_effect(table, "change_nonresponders") is None
