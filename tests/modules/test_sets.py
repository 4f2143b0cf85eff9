"""Tests of modules as sets of genes: limma's numbers, exact flips, and what becomes NA."""

from itertools import product
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from options import options_of
from revertome.differential.models import fixed_model
from revertome.limma.effects import effects_of, last_coefficient
from revertome.limma.fit import lm_fit
from revertome.limma.joint import Joint, moderated_joint
from revertome.modules.own_variance import own_variance_p
from revertome.modules.sets import gene_scale, set_numbers, set_tests
from revertome.statistics.fdr import adjust
from revertome.statistics.set_tests import means, members, normal_score
from revertome.trial import Model

REFERENCE = pd.read_csv(Path(__file__).parent / "reference/set_tests.tsv", sep="\t")
SETS = {"A": range(5), "B": range(2, 60, 4), "C": [6, 8, 79], "D": [10]}
PATIENT = [0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9]


def data():
    """The values, weights and designs of reference/set_tests.R."""
    s, g = np.arange(14)[:, None], np.arange(80)
    y = (g * (37 + 11 * s) + 53 * s + 7 * s**2) % 101 / 25
    weights = 0.5 + (g * 17 + s[:8] * 29) % 31 / 20
    visit = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0.0])
    sick = np.arange(14) < 9
    age = [3, 3, 1, 1, 4, 4, 2, 2, 5, 6, 1, 3, 2, 8.0]
    random = pd.DataFrame(
        {"after": visit, "before": (1 - visit) * sick, "healthy": (~sick).astype(float), "age": age}
    )
    pairs = pd.DataFrame(np.equal.outer(PATIENT[:8], range(4)).astype(float)).rename(columns=str)
    return y, weights, random, pairs.assign(after=visit[:8])


def fitted_of(kind: str, contrast: str):
    y, weights, random, pairs = data()
    if kind == "block":
        asked = {"change": {"after": 1, "before": -1}, "disease": {"before": 1, "healthy": -1}}
        vector = pd.Series(asked.get(contrast, {"age": 1}), dtype=float)
        block = pd.Series(PATIENT).astype(str)
        model = Model(pd.DataFrame(index=range(14)), random, block, {contrast: vector})
        joint = Joint(lm_fit(y, random, block, 0.3), y, None, 0.3)
        return moderated_joint(joint, model, trend=False)
    model = Model(pd.DataFrame(index=range(8)), pairs, None, {contrast: pd.Series({"after": 1.0})})
    own = weights if kind == "pairs_observation" else None
    joint = Joint(lm_fit(y[:8], pairs, weights=own), y[:8], own, np.nan)
    return moderated_joint(joint, model, trend=False)


MODELS = REFERENCE[["model", "contrast"]].drop_duplicates().to_numpy().tolist()


@pytest.mark.parametrize(("kind", "contrast"), MODELS)
def test_rotation_and_camera_against_limma(kind, contrast):
    effects = effects_of(fitted_of(kind, contrast), contrast)
    sets = members([np.array(list(at)) for at in SETS.values()], 80)
    numbers = set_numbers(effects, gene_scale(effects), sets)
    rows = REFERENCE[(REFERENCE["model"] == kind) & (REFERENCE["contrast"] == contrast)]
    assert list(rows["module"]) == list(SETS)
    np.testing.assert_allclose(numbers["P.rotation"], rows["fry"], rtol=1e-8)
    np.testing.assert_allclose(numbers["P.camera"], rows["camera"], rtol=1e-8)
    np.testing.assert_allclose(numbers["correlation"], rows["correlation"], rtol=1e-8)


def test_effects_are_the_fit_in_other_axes():
    """Signal is the estimate over its unscaled SD, noise has the residual variance."""
    for kind, contrast in (("block", "disease"), ("pairs_observation", "change")):
        fitted = fitted_of(kind, contrast)
        effects, fit = effects_of(fitted, contrast), fitted.moderated[contrast].fit
        np.testing.assert_allclose(effects.signal * effects.stdev_unscaled, effects.logfc)
        np.testing.assert_allclose((effects.noise**2).mean(axis=1), fit.sigma**2)


def test_last_coefficient_is_the_contrast():
    rng = np.random.default_rng(1)
    x, b = rng.normal(size=(12, 4)), rng.normal(size=4)
    for contrast in ([1, -1, 0, 0], [0, 0.5, 0.5, -1], [0, 1, 0, 0], [0, 0, -2, 0]):
        turned = x @ last_coefficient(np.array(contrast, dtype=float))
        found = np.linalg.lstsq(turned, x @ b, rcond=None)[0]
        assert found[-1] == pytest.approx(np.dot(contrast, b), abs=1e-12)


@pytest.mark.parametrize("df", [3.0, 7.5, 40.0, np.inf])
def test_normal_score_has_the_tail_of_t(df):
    from scipy import stats

    t = np.array([-9.0, -2.5, -0.3, 0.0, 1.0, 4.0])
    tail = stats.t.logsf(np.abs(t), df) if np.isfinite(df) else stats.norm.logsf(np.abs(t))
    assert stats.norm.logsf(np.abs(normal_score(t, df))) == pytest.approx(tail, rel=1e-3, abs=2e-4)
    assert (np.sign(normal_score(t, df)) == np.sign(t)).all()


DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy", "covariates": []}


def study(pairs: int, seed: int = 3, genes: int = 60, covariate: bool = False):
    """A paired trial with 5 healthy people; genes share a factor; half are responders."""
    rng = np.random.default_rng(seed)
    obs = pd.DataFrame(
        {
            "patient": [f"P{k // 2}" for k in range(2 * pairs)] + [f"H{k}" for k in range(5)],
            "visit": [*["before", "after"] * pairs, *[None] * 5],
            "group": ["patient"] * 2 * pairs + ["healthy"] * 5,
        },
        index=[f"S{k}" for k in range(2 * pairs + 5)],
    )  # fmt: skip
    obs["dose"] = rng.normal(size=len(obs)).round(2)
    y = rng.normal(size=(len(obs), genes)) + rng.normal(size=(len(obs), 1))
    if covariate:
        y += obs[["dose"]].to_numpy()
    labels = pd.DataFrame({"patient": [f"P{k}" for k in range(pairs)]})
    labels["label"] = np.where(np.arange(pairs) % 3, "responder", "nonresponder")
    names = [f"G{k}" for k in range(genes)]
    return anndata.AnnData(y, obs=obs, var=pd.DataFrame(index=names)), labels


MODULES = {
    "M": [f"G{k}" for k in range(8)],
    "few": ["G1", "G2", "ABSENT"],
    "N": ["G9", "G30", "G31"],
}
FILES = {"a.gmt": ["M", "few"], "b.gmt": ["N"]}


def table_of(expression, labels, names, alpha=0.05, **design):
    options = {"min_genes": 3, "seed": 1}
    model = options_of("limma", DESIGN | design, trend=False)
    table = set_tests(expression, labels, names, MODULES, FILES, model, options, alpha)
    return table.set_index(["contrast", "module"])


def test_flips_are_all_signs_of_the_mean_standardised_change():
    """Of 7 pairs all 128 flips, by hand; 5 pairs cannot reach 5%, and no other contrast has one."""
    expression, labels = study(7)
    found = table_of(expression, labels, ["change_all", "interaction", "disease"])
    change = expression.X[1:14:2, :8] - expression.X[0:14:2, :8]
    scores = (change / np.sqrt((change**2).mean(axis=0))).mean(axis=1)
    sums = np.array([abs(np.dot(signs, scores)) for signs in product([-1, 1], repeat=7)])
    expected = (sums >= abs(scores.sum()) - 1e-12).mean()
    assert found.loc[("change_all", "M"), "P.flip"] == pytest.approx(expected, abs=1e-12)
    assert found.loc[["interaction", "disease"], "P.flip"].isna().all()
    few = table_of(*study(5), ["change_all"])
    assert few["P.flip"].isna().all() and few.loc[("change_all", "M"), "P.rotation"] > 0
    assert table_of(*study(5), ["change_all"], alpha=0.1).loc[("change_all", "M"), "P.flip"] > 0


def test_flips_of_one_group_take_its_pairs_alone():
    expression, labels = study(12)
    alone = expression[expression.obs["patient"].isin(
        [*labels.loc[labels["label"] == "responder", "patient"], *[f"H{k}" for k in range(5)]]
    )]  # fmt: skip
    both = table_of(expression, labels, ["change_responders"])
    part = table_of(alone.copy(), labels, ["change_all"])
    assert both.loc[("change_responders", "M"), "P.flip"] == pytest.approx(
        part.loc[("change_all", "M"), "P.flip"]
    )


def test_flips_with_a_covariate_keep_their_level_and_take_it_out():
    """60 trials of 9 pairs in which a covariate moves every gene and nothing else changes."""
    p = np.array([
        [table_of(*trial, ["change_all"], covariates=given)["P.flip"].iloc[0]
         for given in ([], ["dose"])]
        for trial in (study(9, seed, 40, True) for seed in range(60))
    ])  # fmt: skip
    assert (p <= 0.05).mean(axis=0) == pytest.approx([0.05, 0.05], abs=0.06)


def test_interval_is_that_of_the_mean_of_the_genes():
    """Pairs of one label: the paired t interval of the mean over the genes."""
    from scipy import stats

    expression, labels = study(8)
    found = table_of(expression, labels.assign(label="treated"), ["change_all"]).loc[
        ("change_all", "M")
    ]
    change = (expression.X[1:16:2, :8] - expression.X[0:16:2, :8]).mean(axis=1)
    low, high = stats.t.interval(0.95, 7, change.mean(), stats.sem(change))
    assert [found["logFC"], found["CI.L"], found["CI.R"]] == pytest.approx(
        [change.mean(), low, high]
    )


def test_own_variances_are_those_of_welch_and_of_the_paired_t():
    """Without weights or covariates, over genes in units of their standard deviation."""
    from scipy import stats

    expression, labels = study(12)
    obs = expression.obs
    first = (obs["group"].eq("healthy") | obs["visit"].eq("before")).to_numpy()
    x = pd.get_dummies(obs.loc[first, "group"], dtype=float)
    vector = pd.Series({"patient": 1.0, "healthy": -1.0})
    model = Model(obs[first], x, None, {"disease": vector})
    y = expression.X[first] * np.where(x["patient"], 3.0, 1.0)[:, None]
    fitted = moderated_joint(Joint(lm_fit(y, x), y, None, np.nan), model, trend=False)
    sets, scale = members([np.arange(8), np.arange(20, 24)], 60), np.linspace(1, 2, 60)
    p = own_variance_p(fitted, "disease", sets, scale, labels.assign(label="treated"), DESIGN)
    for own, at in zip(p, (slice(0, 8), slice(20, 24)), strict=True):
        series = (y / scale)[:, at].mean(axis=1)
        sick = x["patient"].eq(1).to_numpy()
        found = stats.ttest_ind(series[sick], series[~sick], equal_var=False)
        assert own == pytest.approx(found.pvalue, rel=1e-8)
    rows = {"change_responders": "responder", "change_nonresponders": "nonresponder"}
    model = fixed_model(obs, labels, DESIGN, [*rows, "interaction"])
    y = expression[model.obs.index].X
    fitted = moderated_joint(Joint(lm_fit(y, model.design), y, None, np.nan), model, trend=False)
    series = (y / scale)[:, :8].mean(axis=1)
    change = pd.Series(series[1::2] - series[::2], model.obs["patient"][::2])
    label = labels.set_index("patient")["label"]
    groups = {name: change[label[change.index].eq(own).to_numpy()] for name, own in rows.items()}
    expected = {name: stats.ttest_1samp(values, 0).pvalue for name, values in groups.items()}
    expected["interaction"] = stats.ttest_ind(*groups.values(), equal_var=False).pvalue
    for name, value in expected.items():
        p = own_variance_p(fitted, name, sets, scale, labels, DESIGN)
        assert p[0] == pytest.approx(value, rel=1e-8)


def test_own_variances_hold_where_few_patients_vary_twice_as_much():
    """40 trials of 8 patients (SD 2) and 40 healthy people, four factors behind the genes, nothing
    changes: of 400 modules one variance calls 18% at 5% in the long run, own variances 5%."""
    called = np.zeros(2)
    pd.DataFrame(index=[f"G{k}" for k in range(200)])
    for seed in range(40):
        rng = np.random.default_rng(seed)
        people = [f"P{k // 2}" for k in range(16)] + [f"H{k}" for k in range(40)]
        obs = pd.DataFrame({"patient": people,
                            "visit": [*["before", "after"] * 8, *[None] * 40],
                            "group": ["patient"] * 16 + ["healthy"] * 40})  # fmt: skip
        obs.index = obs.index.astype(str)
        loading = rng.normal(size=(4, 200)) * (rng.random((4, 200)) < 0.3)
        y = rng.normal(size=(56, 200)) + rng.normal(size=(56, 4)) @ loading
        y[:16] = 2 * (y[:16] + 0.7 * np.repeat(rng.normal(size=(8, 200)), 2, axis=0))
        expression = anndata.AnnData(
            y, obs=obs, var=pd.DataFrame(index=[f"G{k}" for k in range(200)])
        )
        sets = {f"F{k}": [f"G{i}" for i in np.flatnonzero(loading[k])[:30]] for k in range(4)}
        sets |= {f"R{k}": [f"G{i}" for i in rng.choice(200, 20, False)] for k in range(6)}
        labels = pd.DataFrame({"patient": [f"P{k}" for k in range(8)], "label": "treated"})
        model, options = options_of("limma", DESIGN, trend=False), {"min_genes": 3, "seed": 1}
        files = {"f": list(sets)}
        found = set_tests(expression, labels, ["disease"], sets, files, model, options, 0.05)
        called += (found[["P.rotation", "P.own"]] < 0.05).mean().to_numpy() / 40
    assert called[0] > 0.12
    assert called[1] == pytest.approx(0.05, abs=0.03)


def test_a_part_of_one_person_has_no_variance():
    expression, labels = study(8)
    labels["label"] = ["nonresponder"] + ["responder"] * 7
    found = table_of(expression, labels, ["change_responders", "interaction"])["P.own"]
    assert found["change_responders"].notna().any() and found["interaction"].isna().all()


def test_families_small_modules_and_contrasts_without_samples():
    expression, labels = study(8)
    found = table_of(expression, labels, ["change_all", "disease"])
    few = found.loc[("change_all", "few")]
    assert (few["n_genes"], few["n_found"]) == (3, 2)
    assert few.drop(["n_genes", "n_found"]).isna().all()
    own = found.loc["change_all"]
    assert own["adj.P.rotation"].dropna().to_numpy() == pytest.approx(
        own["P.rotation"].dropna().to_numpy()
    )  # one tested module a file
    none = table_of(expression, labels.assign(label="treated"), ["change_responders"])
    assert none["P.rotation"].isna().all() and (none["n_found"] == 0).all()


def test_adjusted_over_the_modules_of_a_file():
    expression, labels = study(8)
    sets = {f"S{k}": [f"G{i}" for i in range(k, k + 5)] for k in range(6)}
    files = {"a": ["S0", "S1", "S2", "S3"], "b": ["S4", "S5"]}
    model = options_of("limma", DESIGN, trend=False)
    options = {"min_genes": 3, "seed": 1}
    found = set_tests(expression, labels, ["disease"], sets, files, model, options, 0.05)
    for p in ("P.rotation", "P.camera", "P.own"):
        parts = [adjust(found[p][:4]), adjust(found[p][4:])]
        assert found[f"adj.{p}"].to_numpy() == pytest.approx(np.concatenate(parts))


def test_mean_over_the_genes_of_each_set():
    sets = members([np.array([0, 2]), np.array([], dtype=int)], 3)
    found = means(sets, np.array([[1.0, 2.0], [9.0, 9.0], [3.0, 4.0]]))
    np.testing.assert_array_equal(found, [[2.0, 3.0], [np.nan, np.nan]])
