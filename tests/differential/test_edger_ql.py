"""edger_ql against R's edgeR 3.40.2 (reference/edger_ql/edger_ql.R), and its false calls."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import special

from options import load, normalise, options_of
from revertome.configuration import complete
from revertome.differential.engines import fit
from revertome.differential.model_options import model_options
from revertome.differential.run import run
from revertome.errors import StudyError
from revertome.negative_binomial.absorbed import Absorbed
from revertome.negative_binomial.dense import Dense
from revertome.negative_binomial.design import layout
from revertome.normalise.tmm import tmm_factors
from revertome.quasi_likelihood.dispersion import profiles
from revertome.quasi_likelihood.f_test import f_test, quasi_fit
from revertome.quasi_likelihood.regression import regress
from revertome.trial import Model
from studies import ROOT, gse60424, real

HERE = Path(__file__).parent / "reference" / "edger_ql"
OPTIONS = options_of("edger_ql", {"baseline": "before", "followup": "after"})
STUDIES = ("pairs", "zeros", "three", "batch", "visits", "groups")


def read(study: str, part: str) -> pd.DataFrame:
    return pd.read_csv(HERE / f"{study}_{part}.tsv", sep="\t", float_precision="round_trip")


def library_of(counts: np.ndarray) -> np.ndarray:
    total = counts.sum(axis=0)
    return total * tmm_factors(counts.T, total)


@pytest.mark.parametrize("study", STUDIES)
def test_equal_to_r(study):
    """Every number to 1e-6 of itself, also of the smallest F, from counts to P."""
    counts, design, theirs = (read(study, part) for part in ("counts", "design", "found"))
    y = counts.to_numpy(float)
    ours = quasi_fit(y, design.to_numpy(float), library_of(y))
    found = {
        "common": np.full(len(y), ours.dispersions.common), "trended": ours.dispersions.trended,
        "abundance": ours.dispersions.abundance, "df": ours.df_residual,
        "df_prior": np.full(len(y), ours.df_prior), "prior": ours.var_prior, "post": ours.var_post,
    }  # fmt: skip
    for k, contrast in enumerate(read(study, "contrasts").to_numpy(float).T, start=1):
        found |= dict(zip((f"logFC{k}", f"F{k}", f"P{k}"), f_test(ours, contrast), strict=True))
    assert set(found) == set(theirs)
    for name, values in found.items():
        # Genes without a count have a change of 0 up to rounding in both.
        np.testing.assert_allclose(values, theirs[name], rtol=1e-6, atol=1e-11, err_msg=name)


def study_of(counts: np.ndarray, design: pd.DataFrame) -> tuple[anndata.AnnData, Model]:
    total = counts.sum(axis=0)
    obs = pd.DataFrame({"library_size": total, "norm_factor": tmm_factors(counts.T, total)})
    obs.index = design.index = obs.index.astype(str)
    values = anndata.AnnData(np.log2(counts.T + 0.5), obs=obs)
    values.layers["counts"] = counts.T
    contrast = pd.Series(np.eye(design.shape[1])[-1], index=design.columns)
    return values, Model(values.obs, design, None, {"change_all": contrast})


def test_table_of_the_engine():
    """t is the signed root of F, its limits exclude 0 where P is below 0.05, B is missing."""
    values, model = study_of(read("pairs", "counts").to_numpy(float), read("pairs", "design"))
    result = fit(values, model, OPTIONS)
    table = result.tables["change_all"]
    genes = table["gene"].astype(int)
    theirs = read("pairs", "found").iloc[genes].reset_index(drop=True)
    np.testing.assert_allclose(table["t"] ** 2, theirs["F1"], rtol=1e-6, atol=1e-11)
    np.testing.assert_allclose(table["P.Value"], theirs["P1"], rtol=1e-6)
    assert (np.sign(table["t"]) == np.sign(table["logFC"])).all()
    shut = (table["CI.L"] > 0) | (table["CI.R"] < 0)
    df = np.minimum(theirs["df"] + theirs["df_prior"], len(theirs) * 7)
    plain = special.fdtrc(1, df, theirs["F1"])
    assert (shut == (plain < 0.05)).all() and 0 < shut.sum() < len(shut)
    assert table["B"].isna().all()
    assert result.facts["df_prior"] == pytest.approx(theirs["df_prior"][0], rel=1e-6)


def test_rate_of_false_calls():
    """Eight pairs without a change: P below 0.05 in 5% of 2,000 genes within 3.5 SE."""
    random = np.random.default_rng(3)
    design = read("pairs", "design")
    mean = np.exp(
        random.normal(4, 1.2, (2000, 1)) + np.repeat(random.normal(0, 0.5, (2000, 8)), 2, 1)
    )
    counts = random.negative_binomial(10, 10 / (10 + mean)).astype(float)
    values, model = study_of(counts, design)
    p = fit(values, model, OPTIONS).tables["change_all"]["P.Value"]
    assert abs((p < 0.05).mean() - 0.05) < 3.5 * np.sqrt(0.05 * 0.95 / 2000)


def test_what_cannot_be_tested_stops_in_words():
    values, model = study_of(np.ones((6, 16)), read("pairs", "design"))
    values.layers["counts"] = values.layers["counts"] * 0
    with pytest.raises(StudyError, match="edger_ql: no gene has 5 counts"):
        fit(values, model, OPTIONS)
    counts = read("pairs", "counts").to_numpy(float)
    values, model = study_of(counts, pd.DataFrame({"all": np.ones(counts.shape[1])}))
    with pytest.raises(StudyError, match="edger_ql: a model of one coefficient has no smaller one"):
        fit(values, model, OPTIONS)
    values, model = study_of(np.full((300, 16), 50.0), read("pairs", "design"))
    with pytest.raises(StudyError, match="edger_ql: none of 300 genes varies beyond the model"):
        fit(values, model, OPTIONS)


def test_no_p_below_that_of_poisson_counts():
    """Counts of less than Poisson noise: P of the likelihood ratio of conditional binomials."""
    random = np.random.default_rng(5)
    y = np.repeat(random.integers(50, 500, (400, 8)), 2, axis=1) + random.integers(-2, 3, (400, 16))
    y[:60, 1::2] += 40
    found = quasi_fit(y.astype(float), read("pairs", "design").to_numpy(float), np.full(16, 1e6))
    _, f, p = f_test(found, np.eye(9)[-1])
    before, after = y[:, ::2].sum(axis=1), y[:, 1::2].sum(axis=1)
    total = before + after
    ratio = 2 * (before * np.log(2 * before / total) + after * np.log(2 * after / total))
    plain = special.fdtrc(1, found.df_total, np.maximum(f, 0))
    poisson = special.chdtrc(1, ratio)
    assert (poisson > plain * 1.01).sum() > 100
    # Iterates end within 1e-6 of the largest likelihood, which is all of a ratio near 0.
    some = ratio > 0.01
    np.testing.assert_allclose(p[some], np.maximum(plain, poisson)[some], rtol=1e-5)


def many_visits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Twelve patients at fifteen visits, a fifth of them missing; some patients without counts."""
    random = np.random.default_rng(2)
    patient, visit = np.divmod(np.arange(180), 15)
    x = np.column_stack([patient[:, None] == np.arange(12), visit[:, None] == np.arange(1, 15)])
    x = x[random.random(180) > 0.2].astype(float)
    mean = np.exp(random.normal(3, 1, (60, 1)) + random.normal(0, 0.3, (60, x.shape[1])) @ x.T)
    y = random.negative_binomial(4, 4 / (4 + mean)).astype(float)
    y[:20] *= x[:, 3] == 0
    return y, x, np.log(random.uniform(0.5, 2, len(x)))


def test_steps_are_the_same_with_patients_swept_out():
    y, x, offset = many_visits()
    assert isinstance(layout(x), Absorbed)
    swept, plain = (regress(y, x, 0.2, offset, plan=plan) for plan in (layout(x), Dense(x)))
    np.testing.assert_allclose(swept.deviance, plain.deviance, rtol=1e-10)
    np.testing.assert_allclose(swept.mu, plain.mu, rtol=1e-8, atol=1e-10)


def test_patients_fitted_by_zero_have_no_part():
    """Genes without a count of one patient: as in the study without this patient."""
    y, x, offset = many_visits()
    there = x[:, 3] == 0
    smaller = np.delete(x[there], 3, axis=1)
    curves = profiles(y[:20], x, offset), profiles(y[:20, there], smaller, offset[there])
    a, b = (value - value[:, :1] for value in curves)
    np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-6)


@pytest.mark.real
@pytest.mark.slow
@real
def test_gse60424_equals_r():
    """All genes are fitted, every twentieth compared; nine in ten meet the Poisson bound."""
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
    config = complete(gse60424(), schema)
    design = config["design"]
    raw = load(config["intake"], design)
    aliases = pd.read_csv(ROOT / "resources/aliases.tsv", sep="\t").set_index("old")["current"]
    options = config["normalise"] | {"assay": "rnaseq"}
    expression = normalise(raw.adata, options, aliases.to_dict(), design)
    sick = expression.obs["group"].astype(str) != design["healthy"]
    patients = sorted(expression.obs.loc[sick, "patient"].astype(str).unique())
    labels = pd.DataFrame({"patient": patients, "label": "treated"})
    found = run(expression, labels, model_options(config, "edger_ql"), ["change_all"])
    table = found.tables["change_all"].set_index("gene")
    theirs = read("gse60424", "found").set_index("gene")
    ours = table.loc[theirs.index]
    assert len(table) == 9167 and len(theirs) == 459
    np.testing.assert_allclose(ours["logFC"], theirs["logFC"], rtol=1e-6, atol=2e-7)
    np.testing.assert_allclose(ours["t"] ** 2, theirs["F"], rtol=1e-6)
    np.testing.assert_allclose(ours["P.Value"], theirs["P"], rtol=1e-6)
