"""One simulated trial: values or counts, the sheet of samples, labels of patients and the truth."""

from dataclasses import dataclass

import anndata
import numpy as np
import pandas as pd
from scipy import special

from benchmarks.calibration import noise
from benchmarks.calibration_truth import Effects, Truth, effects, person_effects, truth_of
from benchmarks.cell_setting import CellSetting
from revertome.limma.prior import trigamma_inverse
from revertome.normalise.tmm import tmm_factors

SPREAD_OF_COUNTS = 0.35  # typical log2 SD of a gene of counts
DEPTH = 8e6  # reads of a sample of counts


@dataclass(frozen=True)
class Trial:
    """A trial before the fit.

    Attributes
    ----------
    expression : AnnData, samples x genes
    labels : DataFrame
        patient, label.
    truth : Truth
    covariates : tuple of str
        Columns of the sheet that the model has.
    """

    expression: anndata.AnnData
    labels: pd.DataFrame
    truth: Truth
    covariates: tuple[str, ...] = ()


def sheet(setting: CellSetting) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Samples (patients before, patients after, healthy) and labels, responders first."""
    n = setting.responders + setting.nonresponders
    patients = [f"P{i:03d}" for i in range(n)]
    obs = pd.DataFrame(
        {
            "patient": [*patients, *patients, *(f"H{i:03d}" for i in range(setting.healthy))],
            "visit": ["before"] * n + ["after"] * n + [None] * setting.healthy,
            "group": ["patient"] * (2 * n) + ["healthy"] * setting.healthy,
        }
    )
    obs.index = [f"S{i:03d}" for i in range(len(obs))]
    label = ["responder"] * setting.responders + ["nonresponder"] * setting.nonresponders
    return obs, pd.DataFrame({"patient": patients, "label": label})


def cell_sds(
    setting: CellSetting, effect: Effects, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Standard deviations before and after, (patients, G), and of healthy (G,)."""
    before, after, healthy = (np.full(len(effect.kind), sd) for sd in setting.sd)
    if setting.sd_spread:
        before = before * np.exp(setting.sd_spread * rng.normal(size=before.shape))
        after = after * np.exp(setting.sd_spread * rng.normal(size=after.shape))
    moved = np.where(effect.kind == "null", 1.0, setting.movers_sd)
    factor = np.repeat([1.0, setting.nonresponder_sd], [setting.responders, setting.nonresponders])
    return factor[:, None] * before * moved, factor[:, None] * after * moved, healthy


def drawn_noise(
    setting: CellSetting, effect: Effects, scale: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Deviations of all samples, (n, G), in units of the gene's scale.

    Each is its cell's SD times sqrt(rho) u + sqrt(1 - rho) e, with u the person's and e the
    sample's. Of counts e is the log of a gamma variable, which makes them negative binomial given
    the person.
    """
    n = setting.responders + setting.nonresponders
    before, after, healthy = cell_sds(setting, effect, rng)
    person = noise(setting, rng, n)  # type: ignore[arg-type]  # it reads errors and n_genes alone
    own = noise(setting, rng, setting.healthy)  # type: ignore[arg-type]
    sd = np.vstack([before, after, np.broadcast_to(healthy, own.shape)])
    if setting.engine == "voom":
        within = log_gamma(np.sqrt(1 - setting.rho) * sd * scale * np.log(2), rng)
        within /= np.sqrt(1 - setting.rho) * sd * scale * np.log(2)
    else:
        within = np.vstack([noise(setting, rng, k) for k in (n, n, setting.healthy)])  # type: ignore[arg-type]
    shared = np.sqrt(setting.rho) * np.vstack([person, person, own])
    return sd * (shared + np.sqrt(1 - setting.rho) * within)


def log_gamma(sd: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Logs of gamma variables, with mean 0 and the standard deviations `sd`."""
    # var log G(k) = trigamma(k), E log G(k) = digamma(k). The shape is interpolated on a grid, for
    # the inverse of the trigamma function is slow for every value.
    grid = np.geomspace(max(sd.min(), 1e-3), sd.max() * 1.001, 400)
    shapes = np.array([trigamma_inverse(value**2) for value in grid])
    k = np.exp(np.interp(np.log(sd), np.log(grid), np.log(shapes)))
    return np.log(rng.standard_gamma(k)) - special.digamma(k)


def trial(setting: CellSetting, rng: np.random.Generator) -> Trial:
    """Draw a trial of a setting; see `plasmode.trial` for those of real residuals."""
    obs, labels = sheet(setting)
    effect = effects(setting, rng)
    # Variances of genes as the prior of limma has them: 4 df.
    scale = np.sqrt(4 / rng.chisquare(4, setting.n_genes))
    if setting.engine == "voom":
        scale = np.clip(SPREAD_OF_COUNTS * scale, 0.1, 1.2)
    y = with_effects(setting, effect, scale, drawn_noise(setting, effect, scale, rng), rng)
    y += covariate_effects(setting, obs, scale, rng)
    if setting.hidden:
        y += hidden_effects(setting, scale, rng)
    expression = anndata.AnnData(y, obs=obs)
    if setting.engine == "voom":
        expression = counted(y, obs, rng)
    kept = np.ones(len(obs), bool)
    if setting.single:
        kept = ~lost_visits(setting, rng)
    expression = expression[kept].copy()
    if setting.missing:
        expression.X[rng.random(expression.shape) < setting.missing] = np.nan
    return Trial(expression, labels, truth_of(setting, effect, scale), setting.covariates)


def with_effects(
    setting: CellSetting,
    effect: Effects,
    scale: np.ndarray,
    deviation: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Log2 values (n, G): deviations and every patient's effects, times the scale of genes."""
    disease, change = person_effects(setting, effect, rng)
    n = len(disease)
    y = deviation.copy()
    y[:n] += disease
    y[n : 2 * n] += disease + change
    return y * scale


def covariate_effects(
    setting: CellSetting, obs: pd.DataFrame, scale: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Adds the covariates to `obs`, and gives their part of the values, (n, G).

    `batch`: half of the patients' samples, a quarter of the healthy. `age`: one a person, healthy
    a standard deviation higher.
    """
    part = np.zeros((len(obs), setting.n_genes))
    healthy = obs["group"].eq("healthy").to_numpy()
    if "batch" in setting.covariates:
        second = rng.random(len(obs)) < np.where(healthy, 0.25, 0.5)
        # Both batches occur in both groups, or the covariate would be confounded with them.
        second[[0, len(obs) - 1]], second[[1, len(obs) - 2]] = True, False
        obs["batch"] = np.where(second, "second", "first")
        part += np.outer(second, rng.normal(0, 0.7, setting.n_genes) * scale)
    if "age" in setting.covariates:
        people = obs["patient"].unique()
        age = pd.Series(rng.normal(size=len(people)), people)
        obs["age"] = obs["patient"].map(age).to_numpy() + healthy
        part += np.outer(obs["age"], rng.normal(0, 0.3, setting.n_genes) * scale)
    return part


def hidden_effects(setting: CellSetting, scale: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What no model of genes can tell from an effect, (n, G), in 30% of the genes.

    `batch`: all samples of patients were processed apart. `cells`: the content of a kind of cell is
    higher in patients, and falls back in responders.
    """
    n = setting.responders + setting.nonresponders
    loading = rng.choice([-1, 1], setting.n_genes) * rng.uniform(0.7, 1.5, setting.n_genes)
    loading *= scale * (rng.random(setting.n_genes) < 0.3)
    ill = np.r_[np.ones(2 * n), np.zeros(setting.healthy)]
    if setting.hidden == "cells":
        ill[n : n + setting.responders] = 0
        ill = 1.5 * ill + rng.normal(0, 0.5, len(ill))
    return np.outer(ill, loading)


def counted(y: np.ndarray, obs: pd.DataFrame, rng: np.random.Generator) -> anndata.AnnData:
    """Counts with log2 expectation y but for the level of a gene and the depth of a sample."""
    level = rng.normal(0, 1.3, y.shape[1])
    expected = 2 ** (y + level)
    depth = DEPTH * np.exp(rng.normal(0, 0.3, len(y))) / (2**level).sum()
    counts = rng.poisson(depth[:, None] * expected).astype(float)
    size = counts.sum(axis=1)
    obs = obs.assign(library_size=size, norm_factor=tmm_factors(counts, size))
    # Log2 counts per million are what a sheet of values would hold; voom makes its own.
    values = np.log2((counts + 0.5) / (size[:, None] + 1) * 1e6)
    return anndata.AnnData(values, obs=obs, layers={"counts": counts})


def lost_visits(setting: CellSetting, rng: np.random.Generator) -> np.ndarray:
    """Samples that are not there: one visit of a share of the patients of each label."""
    n = setting.responders + setting.nonresponders
    lost = np.zeros(2 * n + setting.healthy, bool)
    for first, size in ((0, setting.responders), (setting.responders, setting.nonresponders)):
        number = min(round(setting.single * size), max(size - 2, 0))
        who = first + rng.choice(size, number, replace=False)
        lost[who + n * rng.integers(0, 2, number)] = True
    return lost
