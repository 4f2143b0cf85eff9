"""The drug effect of the constrained longitudinal model against R and a closed form."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from options import options_of
from paired_trial import Expression
from randomised_trial import DESIGN, Setting, simulate
from revertome.limma.ebayes import two_sided
from revertome.trajectories.randomised import randomised_fit

HERE = Path(__file__).parent / "reference"
ARM = {"column": "arm", "control": "placebo", "until": None}
VISITS = ["week 4", "week 12"]
PLAIN = {"baseline": "before", "followup": "week 12", "healthy": "healthy", "covariates": ["age"]}
TRIAL = DESIGN | PLAIN | {"followups": VISITS, "arm": ARM}
KEYS = {"disease": "disease"} | {
    f"{arm} {visit}": f"drug_effect_{arm} at {visit}" for arm in ("low", "high") for visit in VISITS
}


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / name, sep="\t", index_col=0, float_precision="round_trip")


@pytest.fixture(scope="module")
def trial():
    """Values and sheet of make_randomised.py."""
    y, samples = read("randomised_y.tsv"), read("randomised_samples.tsv")
    obs = samples.assign(group=np.where(samples["arm"].isna(), "healthy", "patient"))
    return Expression(y.to_numpy().T, obs, y.index)


def fit_of(trial, engine):
    options = replace(options_of(engine, PLAIN, trend=False), design=TRIAL)
    return randomised_fit(trial, options).fitted


def test_limma_with_the_same_design_and_block(trial):
    """reference/randomised.R: eBayes(contrasts.fit(lmFit(y, X, block = patient, correlation)))."""
    fitted, theirs = fit_of(trial, "limma"), read("randomised_limma.tsv")
    assert fitted.correlation == pytest.approx(theirs["correlation"].iloc[0], abs=1e-9)
    for contrast, name in KEYS.items():
        part, expected = fitted.moderated[name], theirs[theirs["contrast"].eq(contrast)]
        k = part.fit.names.index(name)
        np.testing.assert_allclose(part.fit.coefficients[:, k], expected["logFC"], rtol=1e-8)
        np.testing.assert_allclose(part.t[:, k], expected["t"], rtol=1e-8)
        p = two_sided(part.t[:, k], part.df_total)
        np.testing.assert_allclose(p, expected["P.Value"], rtol=1e-8)


def test_generalised_least_squares_of_every_gene(trial):
    """reference/randomised.R: nlme::gls(value ~ 0 + cell + age, corCompSymm(form = ~ 1 | patient)).

    REML of every gene alone.
    """
    fitted, theirs = fit_of(trial, "mixed"), read("randomised_gls.tsv")
    for contrast, name in KEYS.items():
        part, expected = fitted.moderated[name], theirs[theirs["contrast"].eq(contrast)]
        k = part.fit.names.index(name)
        error = part.fit.sigma * np.sqrt(part.fit.covariance[:, k, k])
        for column, ours in (("estimate", part.fit.coefficients[:, k]), ("error", error)):
            np.testing.assert_allclose(ours, expected[column], rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(fitted.correlation, expected["correlation"], atol=1e-6)


@pytest.mark.parametrize("engine", ["limma", "mixed"])
def test_analysis_of_covariance_with_the_correlation_as_slope(engine):
    """With complete pairs the drug effect is the difference at follow-up, less the correlation
    times the difference before treatment, which randomisation made by chance."""
    drawn = simulate(Setting(n_genes=60, activity_genes=20), np.random.default_rng(3))
    options = replace(options_of(engine, PLAIN | {"covariates": []}, trend=False), design=DESIGN)
    fitted = randomised_fit(drawn.expression, options).fitted
    name = "drug_effect_drug at after"
    obs, y = drawn.expression.obs, drawn.expression.X

    def gap(visit):
        mean = [y[(obs["arm"].eq(arm) & obs["visit"].eq(visit)).to_numpy()].mean(axis=0)
                for arm in ("drug", "placebo")]  # fmt: skip
        return mean[0] - mean[1]

    part = fitted.moderated[name].fit
    expected = gap("after") - fitted.correlation * gap("before")
    np.testing.assert_allclose(part.coefficients[:, part.names.index(name)], expected, atol=1e-10)
