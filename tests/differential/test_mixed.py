"""Gene-wise mixed models against lme4 and lmerTest, dense algebra and the paired t-test."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from options import options_of
from revertome.differential.engines import fit
from revertome.limma.mixed_fit import mixed_fit
from revertome.limma.mixed_joint import mixed_fit_seen, moderate_mixed
from revertome.limma.top_table import COLUMNS
from revertome.trial import Model

HERE = Path(__file__).parent / "reference"
DESIGN = {"baseline": "before", "followup": "after"}
OPTIONS = options_of("mixed", DESIGN, trend=False)
CONTRASTS = ["disease", "change_responders", "interaction"]


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / name, sep="\t", index_col=0, float_precision="round_trip")


@pytest.fixture(scope="module")
def trial():
    """120 genes; 12 healthy, 13 pairs, 2 single visits, 2 batches: values, design, contrasts."""
    table = read("contrasts_random.tsv")
    contrasts = {name: table[name] for name in CONTRASTS}
    return read("y.tsv").to_numpy().T, read("design_random.tsv"), read("samples.tsv"), contrasts


@pytest.fixture(scope="module")
def found(trial):
    y, design, samples, contrasts = trial
    return mixed_fit(y, design, samples["patient"], contrasts)


@pytest.mark.parametrize("contrast", CONTRASTS)
def test_lmer_and_lmertest(found, contrast):
    """reference/mixed.R: lmer(value ~ 0 + X + (1 | patient)), contest(fit, contrast).

    lmer stops its search near the optimum: the largest deviations are 5e-7 log2 units of an
    estimate, 1.2e-7 relative of a standard error, 3e-6 of a patient variance; 5e-6 relative of
    degrees of freedom, in a gene whose patient variance is nearly 0. Sixteen genes have none.
    """
    theirs = read("mixed.tsv").query("contrast == @contrast")
    k = found.names.index(contrast)
    error = np.sqrt(found.covariance[:, k, k]) * found.sigma
    np.testing.assert_allclose(found.coefficients[:, k], theirs["logFC"], atol=1e-6)
    np.testing.assert_allclose(error, theirs["error"], rtol=1e-6)
    np.testing.assert_allclose(found.sigma**2, theirs["residual"], rtol=1e-6)
    np.testing.assert_allclose(found.ratio * found.sigma**2, theirs["patient"], atol=1e-5)
    deviation = np.abs(found.df[:, k] / theirs["df"] - 1)
    assert deviation.max() < 1e-5
    assert np.quantile(deviation, 0.95) < 1e-6
    assert (found.ratio == 0).sum() == 16


def criterion(y, x, z, variances):
    """-2 log REML of one gene from dense matrices; variances (residual, patient)."""
    v = variances[0] * np.eye(len(y)) + variances[1] * z @ z.T
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    rest = y - x @ np.linalg.solve(information, x.T @ inverse @ y)
    logdet = np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1]
    return logdet + rest @ inverse @ rest


def variance_of(c, x, z, variances):
    v = variances[0] * np.eye(len(x)) + variances[1] * z @ z.T
    return c @ np.linalg.inv(x.T @ np.linalg.inv(v) @ x) @ c


def numeric(function, at, step=1e-4):
    """Gradient and Hessian by central differences, steps relative to the residual variance."""
    h = np.full(2, step * at[0])
    e = np.diag(h)
    gradient = np.array([(function(at + d) - function(at - d)) / (2 * d.sum()) for d in e])
    hessian = np.array(
        [
            [
                function(at + a + b) - function(at + a - b) - function(at - a + b)
                + function(at - a - b)
                for b in e
            ]
            for a in e
        ]
    ) / (4 * np.outer(h, h))  # fmt: skip
    return gradient, hessian


@pytest.mark.parametrize("gene", [0, 7, 40, 83])
def test_optimum_and_degrees_of_freedom_by_numeric_differences(trial, found, gene):
    y, design, samples, contrasts = trial
    x, z = design.to_numpy(float), pd.get_dummies(samples["patient"], dtype=float).to_numpy()
    at = found.sigma[gene] ** 2 * np.array([1.0, found.ratio[gene]])
    assert at[1] > 0
    slope, hessian = numeric(lambda v: criterion(y[:, gene], x, z, v), at)
    assert np.abs(slope * at).max() < 1e-6  # -2 log likelihood units per relative change
    covariance = 2 * np.linalg.inv(hessian)
    assert found.df_sigma[gene] == pytest.approx(2 * at[0] ** 2 / covariance[0, 0], rel=1e-5)
    for k, vector in enumerate(contrasts.values()):
        c = vector.to_numpy()
        value = variance_of(c, x, z, at)
        gradient, _ = numeric(lambda v, c=c: variance_of(c, x, z, v), at)
        df = 2 * value**2 / (gradient @ covariance @ gradient)
        assert found.covariance[gene, k, k] * at[0] == pytest.approx(value, rel=1e-9)
        assert found.df[gene, k] == pytest.approx(df, rel=1e-5)


def pairs(rng, n=9, genes=300, patient=1.5):
    """Balanced complete pairs: values, design (two cells), patients, contrast."""
    block = pd.Series(np.repeat(np.arange(n), 2).astype(str))
    visit = np.tile([0.0, 1.0], n)
    design = pd.DataFrame({"before": 1 - visit, "after": visit})
    person = patient * rng.normal(size=(n, genes))[np.repeat(np.arange(n), 2)]
    y = 6 + person + rng.normal(size=(2 * n, genes))
    return y, design, block, {"change": pd.Series({"after": 1.0, "before": -1.0})}


def test_balanced_pairs_are_the_paired_t_test():
    y, design, block, contrasts = pairs(np.random.default_rng(3))
    own = mixed_fit(y, design, block, contrasts)
    inner = own.ratio > 0
    assert inner.sum() > 290
    t = own.coefficients[:, 0] / (np.sqrt(own.covariance[:, 0, 0]) * own.sigma)
    theirs = stats.ttest_rel(y[1::2], y[::2])
    np.testing.assert_allclose(t[inner], theirs.statistic[inner], rtol=1e-9)
    np.testing.assert_allclose(own.df[inner, 0], 8, rtol=1e-9)
    np.testing.assert_allclose(own.df_sigma[inner], 8, rtol=1e-9)


def test_negative_patient_variance_is_the_ordinary_fit():
    y, design, block, contrasts = pairs(np.random.default_rng(4), patient=0.0)
    own = mixed_fit(y, design, block, contrasts)
    # Between patients the mean square is less than within: n - p degrees of freedom.
    mean, change = (y[::2] + y[1::2]) / 2, y[1::2] - y[::2]
    negative = 2 * mean.var(axis=0, ddof=1) < change.var(axis=0, ddof=1) / 2
    assert 100 < negative.sum() < 200
    np.testing.assert_array_equal(own.ratio == 0, negative)
    theirs = stats.ttest_ind(y[1::2], y[::2])
    t = own.coefficients[:, 0] / (np.sqrt(own.covariance[:, 0, 0]) * own.sigma)
    np.testing.assert_allclose(t[negative], theirs.statistic[negative], rtol=1e-9)
    np.testing.assert_allclose(own.df[negative, 0], 16, rtol=1e-12)


def test_moderation_is_the_formula_by_hand(found):
    """s2_post = (d0 s0^2 + d s^2) / (d0 + d) with d0, s0 from log variances; df + d0."""
    moderated = moderate_mixed(found, trend=False)
    s2, d = found.sigma**2, found.df_sigma
    e = np.log(s2) - special.digamma(d / 2) + np.log(d / 2)
    target = e.var(ddof=1) - special.polygamma(1, d / 2).mean()
    d0 = moderated["disease"].df_prior
    assert special.polygamma(1, d0 / 2) == pytest.approx(target, rel=1e-9)
    s0 = np.exp(e.mean() + special.digamma(d0 / 2) - np.log(d0 / 2))
    post = (d0 * s0 + d * s2) / (d0 + d)
    for k, name in enumerate(found.names):
        np.testing.assert_allclose(moderated[name].s2_post, post, rtol=1e-9)
        t = found.coefficients[:, k] / np.sqrt(found.covariance[:, k, k] * post)
        np.testing.assert_allclose(moderated[name].t[:, k], t, rtol=1e-9)
        np.testing.assert_allclose(moderated[name].df_total, found.df[:, k] + d0)


def model(trial) -> tuple[anndata.AnnData, Model]:
    y, design, samples, contrasts = trial
    obs = samples.reset_index().set_index(design.index)
    genes = pd.DataFrame(index=[f"g{i}" for i in range(y.shape[1])])
    return anndata.AnnData(y.copy(), obs=obs, var=genes), Model(
        obs, design, obs["patient"], contrasts
    )


def test_engine_gives_top_tables(trial, found, capsys):
    expression, asked = model(trial)
    result = fit(expression, asked, OPTIONS)
    assert list(result.tables) == CONTRASTS
    table = result.tables["disease"].set_index("gene").loc[expression.var_names]
    assert [*result.tables["disease"].columns, "n", "engine"] == COLUMNS
    moderated = moderate_mixed(found, trend=False)["disease"]
    p = 2 * stats.t.sf(np.abs(moderated.t[:, 0]), moderated.df_total)
    np.testing.assert_allclose(table["P.Value"], p, rtol=1e-12)
    width = stats.t.ppf(0.975, moderated.df_total) * table["logFC"] / table["t"]
    np.testing.assert_allclose(table["CI.R"] - table["logFC"], width, rtol=1e-9)
    odds = result.tables["change_responders"].set_index("gene")["B"][expression.var_names]
    assert odds[:20].median() > odds[20:].median() + 3  # the first twenty are changed
    assert result.facts["correlation"] == np.median(found.ratio / (1 + found.ratio))
    assert "16 of 120 genes without patient variance" in capsys.readouterr().out


def test_engine_options_reach_the_moderation(trial, found):
    """Robust priors are one a gene; the threshold test is treat's, by hand."""
    expression, asked = model(trial)
    options = options_of("mixed", DESIGN, trend=True, robust=True, lfc=0.5)
    table = fit(expression, asked, options).tables["disease"].set_index("gene")
    robust = moderate_mixed(found, trend=True, robust=True)["disease"]
    assert np.ndim(robust.df_prior) == 1
    error = np.sqrt(found.covariance[:, 0, 0] * robust.s2_post)
    size, df = np.abs(found.coefficients[:, 0]), found.df[:, 0] + robust.df_prior
    p = stats.t.sf((size - 0.5) / error, df) + stats.t.sf((size + 0.5) / error, df)
    np.testing.assert_allclose(table.loc[expression.var_names, "P.Value"], p, rtol=1e-9)


def test_a_constant_gene_takes_the_prior_variance(trial):
    y, design, samples, contrasts = trial
    y = y.copy()
    y[:, 5] = 7.0
    own = mixed_fit(y, design, samples["patient"], contrasts)
    assert own.ratio[5] == 0 and own.sigma[5] == 0
    moderated = moderate_mixed(own, trend=False)["disease"]
    assert moderated.s2_post[5] > 0
    assert abs(moderated.t[5, 0]) < 1e-9
    other = np.arange(y.shape[1]) != 5
    untouched = mixed_fit(trial[0], design, samples["patient"], contrasts)
    np.testing.assert_array_equal(own.df[other], untouched.df[other])


def test_what_cannot_be_fitted_is_said(trial):
    y, design, _, contrasts = trial
    with pytest.raises(ValueError, match="no patient has two samples"):
        mixed_fit(y, design, pd.Series(np.arange(len(y))), contrasts)
    few, cells, block, change = pairs(np.random.default_rng(1), n=2)
    with pytest.raises(ValueError, match="too few samples"):
        mixed_fit(few, cells, block, change)
    y, cells, block, change = pairs(np.random.default_rng(1))
    fixed = pd.get_dummies(block, dtype=float).assign(after=cells["after"])
    with pytest.raises(
        ValueError, match="no information to separate patient from residual variance"
    ):
        mixed_fit(y, fixed, block, {"change": pd.Series({"after": 1.0})})


def test_a_gene_is_fitted_to_the_samples_in_which_it_has_a_value(trial):
    """As a study of those samples; a gene seen in too few has no result, and the others do."""
    y, design, samples, contrasts = trial
    holed = y.copy()
    holed[[3, 8], 2:5] = np.nan
    holed[0, 7] = np.nan
    holed[4:, 9] = np.nan
    found = mixed_fit_seen(holed, design, samples["patient"], contrasts)
    for gene in (2, 4, 7, 11):
        seen = ~np.isnan(holed[:, gene])
        own = mixed_fit(holed[seen][:, [gene]], design[seen], samples["patient"][seen], contrasts)
        for name in ("coefficients", "covariance", "sigma", "ratio", "df", "df_sigma", "slope"):
            np.testing.assert_allclose(getattr(found, name)[gene], getattr(own, name)[0], rtol=1e-9)
    assert np.isnan(found.coefficients[9]).all() and found.df_sigma[9] == 0
    lacking = design.iloc[:, 0].to_numpy(bool)  # not seen in one cell
    holed[lacking, 11] = np.nan
    some = mixed_fit_seen(holed, design, samples["patient"], contrasts)
    told = [k for k, v in enumerate(contrasts.values()) if v.get(design.columns[0], 0) == 0]
    assert 0 < len(told) < len(contrasts)
    assert np.isfinite(some.coefficients[11]).nonzero()[0].tolist() == told
    own = mixed_fit(
        holed[~lacking][:, [11]], design.loc[~lacking, design.columns[1:]],
        samples["patient"][~lacking], contrasts,
    )  # fmt: skip
    np.testing.assert_allclose(some.df[11, told], own.df[0, told], rtol=1e-9)
    # A contrast of a column that these samples do not have at all has no degrees of freedom.
    single = {name: pd.Series({name: 1.0}) for name in design}
    each = mixed_fit_seen(holed, design, samples["patient"], single)
    assert np.isnan(each.df[11]).nonzero()[0].tolist() == [0]
    moderated = moderate_mixed(found, trend=False)["disease"]
    assert np.isfinite(np.delete(moderated.t, 9, axis=0)).all()
