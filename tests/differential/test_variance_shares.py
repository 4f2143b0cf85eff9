"""Shares of variance against lme4, closed forms, and studies of every shape."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from paired_trial import DESIGN, Expression, simulate
from revertome.composition.cells_used import cells_used
from revertome.differential.variance_shares import variance_shares
from revertome.trial import between_people

HERE = Path(__file__).parent / "reference"
THREE = {**DESIGN, "baseline": "week0", "followup": "week12", "followups": ["week4", "week12"]}


def cells_of(obs, **percents):
    parts = [
        pd.DataFrame({"sample": obs.index, "cell_type": name, "percent": np.asarray(values, float)})
        for name, values in percents.items()
    ]
    return pd.concat(parts, ignore_index=True).assign(se=np.nan, source="measured")


def reference_trial():
    """The samples and values of reference/variance_shares.R."""
    visits = ("week0", "week4", "week12")
    rows = [
        (v, p) for p in range(14) for v in visits if (p, v) not in ((3, "week4"), (7, "week12"))
    ]
    names = ["nonresponder", "responder", "responder", "unlabelled"]
    s = pd.DataFrame(rows, columns=["visit", "patient"])
    s["label"] = [names[p % 4] for p in s["patient"]]
    healthy = pd.DataFrame({"visit": None, "patient": range(100, 109), "label": "healthy"})
    s = pd.concat([s, healthy], ignore_index=True).set_index("S" + pd.Series(range(49)).astype(str))
    i, p = np.arange(1, len(s) + 1), s["patient"].to_numpy()
    well = s["label"].eq("healthy").to_numpy()
    neutrophils, monocytes = 40 + (i * 611) % 31, 5 + (i * 271) % 9
    batch, time = (i * 5) % 7 % 3, s["visit"].map(dict(zip(visits, range(3), strict=True)))
    time = time.fillna(0).to_numpy()
    y = []
    for g in range(1, 25):
        own = ((g * 7919 + p * 104729 + g * p * 31) % 1009) / 500
        noise = ((g * 3571 + i * 15485 + g * i * 97) % 1013) / 500
        value = 8 + own * (g % 4 > 0) + noise * (0.5 + g % 5 / 4)
        value += np.where(well, 0, (g % 3) / 2 - time * (g % 7 - 3) / 10)
        value += s["label"].eq("responder").to_numpy() * time * (g % 5) / 8
        y.append(value + neutrophils * (g % 6) / 60 + (batch == 1) * (g % 2))
    obs = s.assign(patient=s["patient"].astype(str), group=np.where(well, "healthy", "patient"))
    obs = obs.assign(batch=[f"b{b}" for b in batch], age=4.0 + (p * 37) % 13)
    labels = obs.loc[~well & obs["label"].ne("unlabelled"), ["patient", "label"]].drop_duplicates()
    genes = pd.Index([f"g{g:02d}" for g in range(1, 25)])
    cells = cells_of(obs, neutrophils=neutrophils, monocytes=monocytes)
    return Expression(np.array(y).T, obs.drop(columns="label"), genes), labels, cells


@pytest.fixture(scope="module")
def trial():
    return reference_trial()


@pytest.fixture(scope="module")
def found(trial):
    expression, labels, cells = trial
    return variance_shares(expression, labels, {**THREE, "covariates": ["batch", "age"]}, cells)


def test_lme4(found):
    """lmer's REML, its fitted parts by R's lm; three visits, three labels, gaps in the visits.

    lmer stops its search near the optimum: the largest deviation is 1.9e-7.
    """
    theirs = pd.read_csv(HERE / "variance_shares.tsv", sep="\t")
    theirs = theirs.pivot_table(index="gene", columns="source", values="share")
    ours = found.genes.set_index("gene")[theirs.columns]
    np.testing.assert_allclose(ours, theirs, atol=5e-7, rtol=0)
    assert (theirs["patient"] < 1e-12).sum() == (ours["patient"] == 0).sum() == 4
    np.testing.assert_allclose(ours.sum(axis=1), 1, atol=1e-12)
    assert found.genes["arm"].isna().all()


def test_any_level_may_be_the_reference(trial, found):
    """Other names change the order of the levels, and nothing else."""
    expression, labels, cells = trial
    obs = expression.obs.assign(
        batch=expression.obs["batch"].map({"b0": "z", "b1": "y", "b2": "x"}),
        visit=expression.obs["visit"].map({"week0": "week9", "week4": "week4", "week12": "week1"}),
    )
    other = {"nonresponder": "responder", "responder": "nonresponder"}
    design = {**THREE, "baseline": "week9", "followup": "week1", "followups": ["week4", "week1"]}
    again = variance_shares(
        Expression(expression.X, obs, expression.var_names),
        labels.assign(label=labels["label"].map(other)),
        {**design, "covariates": ["age", "batch"]},
        cells.sample(frac=1, random_state=1),
    )
    pd.testing.assert_frame_equal(again.genes[found.genes.columns], found.genes, atol=1e-10)


def test_by_chance_is_what_genes_without_effects_have():
    """Mean shares of 4,000 genes of noise and patients; every source within 4% of `by_chance`."""
    rng = np.random.default_rng(5)
    expression, labels = simulate(np.zeros(4000), np.zeros(4000), rng, 9, 6, 8, rho=0.0)
    obs = expression.obs.assign(batch=rng.choice(["a", "b", "c"], len(expression.obs)))
    expression = Expression(expression.X, obs, expression.var_names)
    cells = cells_of(obs, a=rng.normal(60, 5, len(obs)), b=rng.normal(20, 5, len(obs)))
    found = variance_shares(expression, labels, {**DESIGN, "covariates": ["batch"]}, cells)
    rows = found.sources.set_index("source").drop(index="rest")
    names = ["patient", "disease", "response", "visit", "interaction", "composition"]
    assert list(rows.index) == [*names, "covariate_batch"]
    np.testing.assert_allclose(rows["mean"], rows["by_chance"], rtol=0.04, atol=5e-4)
    assert rows["coefficients"].fillna(0).tolist() == [0, 1, 1, 1, 1, 2, 2]


def test_balanced_pairs_in_closed_form():
    """Pairs alone: the mean squares between and within patients, and the mean change."""
    rng = np.random.default_rng(2)
    expression, labels = simulate(np.zeros(50), np.ones(50), rng, 12, 0, 0)
    found = variance_shares(expression, labels, {**DESIGN, "healthy": None}).genes
    before, after = expression.X[:12], expression.X[12:]
    within = (after - before).var(axis=0, ddof=1) / 2
    between = np.maximum((after + before).var(axis=0, ddof=1) / 4 - within / 2, 0)
    free = between > 0
    visit = (after - before).mean(axis=0) ** 2 / 4
    total = within + between + visit
    np.testing.assert_allclose(found["variance"][free], total[free], rtol=1e-8)
    np.testing.assert_allclose(found["visit"][free], (visit / total)[free], rtol=1e-7)
    np.testing.assert_allclose(found["patient"][free], (between / total)[free], atol=1e-8)
    assert free.sum() > 40
    for absent in ("disease", "response", "arm", "interaction", "composition"):
        assert found[absent].isna().all()


def composition_of(expression, labels, cells):
    """Types in the model and its samples; no types where composition is no source."""
    rows = variance_shares(expression, labels, DESIGN, cells).sources.set_index("source")
    types = rows["details"].get("composition", "")
    return types.split(", ") if types else [], rows["n_samples"].iloc[0]


def test_cell_types():
    """Of percents that sum to 100 one is left out, as is one that few samples have."""
    rng = np.random.default_rng(3)
    expression, labels = simulate(np.zeros(5), np.zeros(5), rng)
    n = len(expression.obs)
    whole = rng.dirichlet([60, 25, 8, 1], n).T * 100
    sparse = np.where(np.arange(n) < 0.75 * n, rng.normal(5, 1, n), np.nan)
    cells = cells_of(
        expression.obs, n=whole[0], l=whole[1], m=whole[2], b=whole[3], rare=sparse, z=[7] * n
    )
    asked = expression, labels
    assert composition_of(*asked, cells) == (["n", "l", "m"], n)
    assert composition_of(*asked, cells.sample(frac=1, random_state=1)) == (["n", "l", "m"], n)
    design = between_people(expression.obs, labels, DESIGN).matrix()
    own = cells_used(cells[cells["cell_type"].ne("rare")], design, 0.9).percent
    assert list(own) == ["n", "l", "m"]  # the split of effects is by the same types
    cells.loc[3, "percent"] = np.nan
    assert composition_of(*asked, cells) == (["n", "l", "m"], n - 1)
    assert composition_of(*asked, cells[cells["cell_type"].isin(["rare", "z"])]) == ([], n)
    assert composition_of(*asked, cells.assign(sample="T" + cells["sample"])) == ([], n)


def test_composition_takes_what_follows_it():
    """Genes made of neutrophils: their share is composition, whatever disease does to the cells."""
    rng = np.random.default_rng(4)
    expression, labels = simulate(np.zeros(200), np.zeros(200), rng)
    sick = expression.obs["group"].eq("patient").to_numpy()
    percent = rng.normal(50, 6, len(sick)) + 12 * sick
    values = expression.X + 0.3 * (percent - 50)[:, None] * (np.arange(200) < 100)
    expression = Expression(values, expression.obs, expression.var_names)
    without = variance_shares(expression, labels, DESIGN).genes
    held = variance_shares(expression, labels, DESIGN, cells_of(expression.obs, n=percent)).genes
    assert without["disease"][:100].median() > 0.3
    assert held["disease"][:100].median() < 0.05
    assert held["composition"][:100].median() > 0.75
    assert held["composition"][100:].median() < 0.03


@pytest.mark.parametrize("responders", [3, 5])
def test_few_patients(responders):
    """Shares of so few are mostly chance, and `by_chance` says so."""
    rng = np.random.default_rng(responders)
    expression, labels = simulate(np.zeros(500), np.zeros(500), rng, responders, 0, 4, rho=0)
    found = variance_shares(expression, labels, DESIGN)
    rows = found.sources.set_index("source")
    np.testing.assert_allclose(rows["mean"][:-1], rows["by_chance"][:-1], rtol=0.15)
    assert rows["by_chance"]["patient"] > 0.15
    np.testing.assert_allclose(found.genes.iloc[:, 3:].sum(axis=1), 1, atol=1e-12)


def test_nobody_seen_twice():
    """One visit: patients are part of the rest, which is least squares."""
    rng = np.random.default_rng(8)
    expression, labels = simulate(np.ones(20), np.zeros(20), rng)
    first = expression[expression.obs.index[expression.obs["visit"].ne("after")]]
    found = variance_shares(first, labels, {**DESIGN, "followup": None})
    assert found.genes["patient"].isna().all()
    assert "patient" not in set(found.sources["source"])
    cell = np.repeat([0, 1, 2], [15, 6, 22])
    means = np.array([first.X[cell == k].mean(axis=0) for k in range(3)])[cell]
    rest = ((first.X - means) ** 2).sum(axis=0) / (43 - 3)
    share = rest / (rest + means.var(axis=0))
    np.testing.assert_allclose(found.genes["rest"], share, rtol=1e-10)


def test_missing_values_and_constant_genes():
    """A gene is fitted to the samples that have it; one that does not vary has no shares."""
    rng = np.random.default_rng(9)
    expression, labels = simulate(np.zeros(30), np.zeros(30), rng)
    whole = variance_shares(expression, labels, DESIGN).genes
    values = expression.X.copy()
    values[:, 4] = 7.0
    values[5, 6], values[:, 8] = np.nan, np.nan
    found = variance_shares(
        Expression(values, expression.obs, expression.var_names), labels, DESIGN
    )
    shares = found.genes.drop(columns=["gene", "mean", "variance", "arm", "composition"])
    lost = shares.isna().all(axis=1)
    assert list(np.flatnonzero(lost)) == [4, 8]
    np.testing.assert_allclose(shares[~lost].sum(axis=1), 1, atol=1e-12)
    same = np.delete(np.arange(30), [4, 6, 8])
    pd.testing.assert_frame_equal(found.genes.loc[same], whole.loc[same], rtol=1e-12)
    assert 0 < abs(found.genes["rest"][6] - whole["rest"][6]) < 0.05
    assert (found.sources["n_genes"] == 28).all()


def test_arms_and_labels_that_say_the_same():
    """An arm that is a label has no share beside it; one that crosses it has."""
    rng = np.random.default_rng(10)
    expression, labels = simulate(np.zeros(40), np.zeros(40), rng, 12, 8)
    design = {**DESIGN, "arm": {"column": "arm", "active": "drug", "control": "placebo"}}
    patient = expression.obs["patient"]
    for crossed in (False, True):
        drug = patient.str[1:].astype(int) % 2 == 0 if crossed else patient < "P12"
        arm = np.where(patient.str.startswith("H"), None, np.where(drug, "drug", "placebo"))
        mine = Expression(expression.X, expression.obs.assign(arm=arm), expression.var_names)
        found = variance_shares(mine, labels, design).genes
        assert found["arm"].notna().all() == crossed
        assert found["response"].notna().all()
        shares = found.drop(columns=["gene", "mean", "variance"])
        np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-12)


def test_some_genes_at_a_time_are_as_all_at_once(trial, monkeypatch):
    expression, labels, cells = trial
    whole = variance_shares(expression, labels, THREE, cells)
    monkeypatch.setattr("revertome.differential.variance_shares.HELD", 1)
    found = variance_shares(expression, labels, THREE, cells)
    for name in ("genes", "sources"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(whole, name), rtol=1e-12)
