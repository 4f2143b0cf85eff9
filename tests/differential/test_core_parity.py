"""Agreement with R's limma 3.54 on simulated trials (reference/core): robust, treat, weights, F.

Tolerance 1e-8 relative, 1e-6 for duplicate correlation. With observation weights or missing
values the designs are re-parametrised so that contrasts are coefficients: limma's
``contrasts.fit`` is approximate there, ours is not.
"""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from revertome.limma.array_weights import array_weights
from revertome.limma.contrasts import contrasts_fit
from revertome.limma.duplicate_correlation import duplicate_correlation
from revertome.limma.ebayes import ebayes
from revertome.limma.fit import lm_fit
from revertome.limma.top_table import top_table
from revertome.limma.voom import voom, voom_with_quality_weights

HERE = Path(__file__).parent / "reference" / "core"
K = ["disease", "change_responders"]


def designs():
    spec = importlib.util.spec_from_file_location("core_designs", HERE / "core_designs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(name):
    return pd.read_csv(HERE / name, sep="\t", index_col=0, float_precision="round_trip")


class Case:
    """Data of a design with R's numbers, and their comparison."""

    def __init__(self, name):
        made = getattr(designs(), name)()
        self.made, self.genes = made, read(f"{name}_genes.tsv")
        self.scalars = read(f"{name}_scalars.tsv")["value"]
        self.y, self.weights = made.y.to_numpy().T, made.weights.to_numpy().T
        self.rows = made.y.index.get_indexer(self.genes.index)
        self.patient = made.samples["patient"]
        self.ill = made.samples.index.get_indexer(made.fixed.index)

    def same(self, ours, quantity, rtol=1e-8):
        """One quantity of every committed gene, or a scalar of the whole matrix."""
        if quantity in self.scalars.index:
            np.testing.assert_allclose(ours, self.scalars[quantity], rtol=rtol)
            return
        ours = np.broadcast_to(ours, self.y.shape[1])[self.rows]
        # B is a difference of logarithms that passes through 0.
        # What is left of a constant gene is rounding.
        part = quantity.split(":")[1]
        atol = {"lods": 1e-8, "t": 1e-11, "sigma": 1e-13, "coefficients": 1e-11}.get(part, 0)
        np.testing.assert_allclose(ours, self.genes[quantity], rtol=rtol, atol=atol)

    def check(self, fit, name, trend=False, robust=False, contrasts=K):
        moderated = ebayes(fit, trend=trend, robust=robust)
        self.same(np.asarray(moderated.df_prior), f"{name}:df.prior")
        optional = {
            "s2.post": moderated.s2_post, "s2.prior": moderated.s2_prior,
            "df.total": moderated.df_total, "sigma": fit.sigma, "df.residual": fit.df_residual,
        }  # fmt: skip
        for quantity, ours in optional.items():
            if f"{name}:{quantity}" in self.genes:
                self.same(ours, f"{name}:{quantity}")
            elif f"{name}:{quantity}" in self.scalars:
                self.same(ours[0], f"{name}:{quantity}")
        for contrast in contrasts:
            table = self.table(moderated, contrast)
            if f"{name}:coefficients:{contrast}" in self.genes:
                self.same(table["logFC"], f"{name}:coefficients:{contrast}")
            self.same(table["t"], f"{name}:t:{contrast}")
            self.same(table["P.Value"], f"{name}:p.value:{contrast}")
            self.same(table["B"], f"{name}:lods:{contrast}")
        return moderated

    def table(self, moderated, contrast, lfc=0.0):
        table = top_table(moderated, contrast, self.made.y.index, lfc)
        return table.set_index("gene").loc[self.made.y.index]


@pytest.fixture(scope="module")
def trial():
    return Case("trial")


@pytest.fixture(scope="module")
def unbalanced():
    return Case("unbalanced")


@pytest.fixture(scope="module")
def random_fit(trial):
    rho = trial.scalars["correlation"]
    fit = lm_fit(trial.y, trial.made.random, trial.patient, rho)
    return contrasts_fit(fit, dict(trial.made.contrasts.items()))


def as_coefficients(fit, names):
    """The fit of a re-parametrised design reduced to the coefficients that are contrasts.

    R reports coefficients of a gene that lacks others whatever they then mean; we do not.
    """
    fit = replace(fit, untold={})
    return contrasts_fit(fit, {name: pd.Series({name: 1.0}) for name in names})


MODERATION = [(False, False), (True, False), (False, True), (True, True)]


def named(name, trend, robust):
    return name + "_trend" * trend + "_robust" * robust


@pytest.mark.parametrize(("trend", "robust"), MODERATION)
def test_random_blocking(trial, random_fit, trend, robust):
    name = named("random", trend, robust)
    trial.check(random_fit, name, trend, robust)
    if not trend:
        assert trial.genes[f"{name}:p.value:change_responders"].min() < 1e-100


@pytest.mark.parametrize(("trend", "robust"), [(False, False), (True, True)])
def test_treat(trial, random_fit, trend, robust):
    moderated = ebayes(random_fit, trend=trend, robust=robust)
    for contrast in K:
        table = trial.table(moderated, contrast, lfc=0.5)
        trial.same(table["t"], f"{named('treat', trend, robust)}:t:{contrast}")
        trial.same(table["P.Value"], f"{named('treat', trend, robust)}:p.value:{contrast}")
        assert table["B"].isna().all()


@pytest.mark.parametrize(("trend", "robust"), [(False, False), (True, True)])
def test_fixed_blocking(trial, trend, robust):
    fit = as_coefficients(lm_fit(trial.y[trial.ill], trial.made.fixed), K[1:])
    trial.check(fit, named("fixed", trend, robust), trend, robust, K[1:])


@pytest.mark.parametrize("weighted", ["", "_array", "_weights"])
def test_duplicate_correlation(trial, weighted):
    weights = {
        "": None,
        "_array": read("trial_samples.tsv")["array"].to_numpy(),
        "_weights": trial.weights,
    }[weighted]
    found = duplicate_correlation(trial.y, trial.made.random, trial.patient, weights)
    trial.same(found, f"correlation{weighted}", rtol=1e-6)


def test_array_weights(trial):
    theirs = read("trial_samples.tsv")
    ours = array_weights(trial.y, trial.made.random)
    np.testing.assert_allclose(ours, theirs["array"], rtol=1e-8)
    ours = array_weights(trial.y, trial.made.random, trial.weights)
    np.testing.assert_allclose(ours, theirs["array_weighted"], rtol=1e-8)


def test_sample_weights(trial):
    weights = read("trial_samples.tsv")["array"].to_numpy()
    rho = trial.scalars["correlation_array"]
    fit = lm_fit(trial.y, trial.made.random, trial.patient, rho, weights)
    fit = contrasts_fit(fit, dict(trial.made.contrasts.items()))
    trial.check(fit, "random_array", trend=True)


def test_observation_weights(trial):
    rho = trial.scalars["correlation_weights"]
    fit = lm_fit(trial.y, trial.made.direct, trial.patient, rho, trial.weights)
    trial.check(as_coefficients(fit, K), "random_weights", robust=True)
    fit = lm_fit(trial.y[trial.ill], trial.made.fixed, weights=trial.weights[trial.ill])
    trial.check(as_coefficients(fit, K[1:]), "fixed_weights", contrasts=K[1:])


def test_voom_with_quality_weights(trial):
    counts = trial.made.counts.to_numpy().T.astype(float)
    library, patient, design = counts.sum(axis=1), trial.patient, trial.made.direct
    y, weights = voom(counts, library, design)
    rho = duplicate_correlation(y, design, patient, weights)
    trial.same(rho, "correlation_voom", rtol=1e-6)
    rho = trial.scalars["correlation_voom"]
    y, weights = voom_with_quality_weights(counts, library, design, patient, rho)
    trial.same(weights[4], "quality:weight")
    fit = lm_fit(y, design, patient, rho, weights)
    trial.check(as_coefficients(fit, K), "quality")


@pytest.mark.parametrize(("trend", "robust"), MODERATION)
def test_missing_values_and_a_patient_seen_three_times(unbalanced, trend, robust):
    assert unbalanced.patient.value_counts().max() == 3
    rho = unbalanced.scalars["correlation"]
    fit = as_coefficients(lm_fit(unbalanced.y, unbalanced.made.direct, unbalanced.patient, rho), K)
    moderated = unbalanced.check(fit, named("random", trend, robust), trend, robust)
    if trend and not robust:
        for contrast in K:
            table = unbalanced.table(moderated, contrast, lfc=0.5)
            table.loc["g0040"] = np.nan  # R's treat stops at genes that lack a coefficient
            unbalanced.same(table["t"], f"treat:t:{contrast}")
            unbalanced.same(table["P.Value"], f"treat:p.value:{contrast}")


def test_missing_values_with_patients_as_columns(unbalanced):
    fit = lm_fit(unbalanced.y[unbalanced.ill], unbalanced.made.fixed)
    assert len(np.unique(fit.df_residual)) > 5
    unbalanced.check(as_coefficients(fit, K[1:]), "fixed_trend", trend=True, contrasts=K[1:])


def test_missing_values_and_weights_of_zero(unbalanced):
    rho = unbalanced.scalars["correlation_weights"]
    fit = lm_fit(unbalanced.y, unbalanced.made.direct, unbalanced.patient, rho, unbalanced.weights)
    unbalanced.check(as_coefficients(fit, K), "random_weights")


@pytest.mark.parametrize("weighted", ["", "_weights"])
def test_duplicate_correlation_with_missing_values(unbalanced, weighted):
    weights = unbalanced.weights if weighted else None
    made = unbalanced.made
    found = duplicate_correlation(unbalanced.y, made.direct, unbalanced.patient, weights)
    unbalanced.same(found, f"correlation{weighted}", rtol=1e-6)
    one = duplicate_correlation(unbalanced.y[:, [30]], made.direct, unbalanced.patient)
    unbalanced.same(one, "correlation_thrice", rtol=1e-6)
