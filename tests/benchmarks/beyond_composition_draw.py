"""Simulated trials of whole blood: genes that are cells, regulated, both or neither."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks.beyond_composition_setting import FOLLOWS, TYPES, Setting
from benchmarks.calibration import noise
from paired_trial import Expression


@dataclass(frozen=True)
class Blood:
    """A trial before the fit, and its truth.

    Attributes
    ----------
    expression : Expression, samples x genes
        obs has the `covariates`.
    labels : DataFrame
    cells : DataFrame
        `composition/cells.tsv`: sample, cell_type, percent, se, apart, source.
    reliability : dict of str to float
        Of each type, as it is stated.
    kind : (G,)
    disease, change : (G,)
        Of responders beyond composition, log2.
    disease_cells, change_cells : (G,)
        What follows the composition of the samples of responders, measured without error.
    follows : (n, G)
        What follows composition in the values.
    """

    expression: Expression
    labels: pd.DataFrame
    cells: pd.DataFrame
    reliability: dict[str, float]
    kind: np.ndarray
    disease: np.ndarray
    change: np.ndarray
    disease_cells: np.ndarray
    change_cells: np.ndarray
    follows: np.ndarray


def sheet(setting: Setting) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Samples (patients before, patients after, healthy) and labels, responders first."""
    n = setting.responders + setting.nonresponders
    patients = [f"P{k:03d}" for k in range(n)]
    obs = pd.DataFrame(
        {
            "patient": [*patients, *patients, *(f"H{k:03d}" for k in range(setting.healthy))],
            "visit": ["before"] * n + ["after"] * n + [None] * setting.healthy,
            "group": ["patient"] * (2 * n) + ["healthy"] * setting.healthy,
        }
    )
    obs.index = [f"S{k:03d}" for k in range(len(obs))]
    label = ["responder"] * setting.responders + ["nonresponder"] * setting.nonresponders
    return obs, pd.DataFrame({"patient": patients, "label": label})


def correlated(setting: Setting, width: int, rng: np.random.Generator) -> np.ndarray:
    """Standard normals of all samples, correlated by `rho` within patients, (n, width)."""
    n = setting.responders + setting.nonresponders
    person, own = rng.normal(size=(n, width)), rng.normal(size=(2 * n + setting.healthy, width))
    shared = np.sqrt(setting.rho) * np.vstack([person, person])
    shared = shared + np.sqrt(1 - setting.rho) * own[: 2 * n]
    return np.vstack([shared, own[2 * n :]])


def true_cells(setting: Setting, rng: np.random.Generator) -> np.ndarray:
    """Percent of every type in every sample, (n, 4)."""
    n = setting.responders + setting.nonresponders
    after = np.where(np.arange(n) < setting.responders, setting.shift[1], setting.shift[0])
    shift = np.r_[np.full(n, setting.shift[0]), after, np.zeros(setting.healthy)]
    sd = np.repeat(setting.sd, [2 * n, setting.healthy])
    drawn = correlated(setting, 4, rng)
    neutrophil = np.clip(55 + shift + sd * drawn[:, 0], 5, 95)
    rest = 100 - neutrophil
    # Others divide what neutrophils leave.
    parts = np.exp(np.log([0.78, 0.16, 0.06]) + drawn[:, 1:] * [0.08, 0.25, 0.4])
    return np.column_stack([neutrophil, rest[:, None] * parts / parts.sum(1, keepdims=True)])


def counted(setting: Setting, true: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Percent as it is measured; errors go with the SD of the type, (n, types)."""
    share = np.array([1.0, 0.9, 0.25, 0.12])
    error = setting.error * share * rng.normal(size=true.shape)
    n = setting.responders + setting.nonresponders
    error[:, 0] += np.repeat(setting.bias, [n, n, setting.healthy])
    return (true + error)[:, : setting.types]


def reliability(setting: Setting, true: np.ndarray, cell: np.ndarray) -> dict[str, float]:
    """Share of the variance within cells that is true, of many people, as stated."""
    frame = pd.DataFrame(true)
    within = (frame - frame.groupby(cell).transform("mean")).to_numpy()
    spread = (within**2).sum(0) / (len(true) - len(set(cell)))
    noisy = (setting.error * np.array([1.0, 0.9, 0.25, 0.12])) ** 2
    share = np.clip(spread / (spread + noisy) + setting.stated, 0.02, 1.0)
    if setting.error == 0 and setting.stated == 0:
        share = np.ones(4)
    return dict(zip(TYPES[: setting.types], share[: setting.types].tolist(), strict=True))


def counted_twice(
    setting: Setting, true: dict[str, float], rng: np.random.Generator
) -> dict[str, float]:
    """Reliability as it comes from some samples counted twice: their correlation, or less."""
    found = {}
    for name, share in true.items():
        both = rng.multivariate_normal([0, 0], [[1, share], [share, 1]], setting.twice)
        z = np.arctanh(np.corrcoef(both.T)[0, 1]) - setting.below / np.sqrt(setting.twice - 3)
        found[name] = float(np.clip(np.tanh(z), 0.02, 1))
    return found


def draw(setting: Setting, rng: np.random.Generator) -> Blood:
    """Draw a trial."""
    obs, labels = sheet(setting)
    n, g = setting.responders + setting.nonresponders, setting.n_genes
    true = true_cells(setting, rng)
    cell = np.array(
        ["r1"] * setting.responders + ["n1"] * setting.nonresponders
        + ["r2"] * setting.responders + ["n2"] * setting.nonresponders + ["h"] * setting.healthy
    )  # fmt: skip
    # The truth about reliability is that of a large study of the same kind.
    large = replace(setting, responders=4000, nonresponders=2000, healthy=3000)
    own = np.random.default_rng(1)
    wide = np.repeat(["r1", "n1", "r2", "n2", "h"], [4000, 2000, 4000, 2000, 3000])
    stated = reliability(setting, true_cells(large, own), wide)
    kind, disease, change, slope = effects(setting, rng)
    scale = np.sqrt(4 / rng.chisquare(4, g))
    y = own_noise(setting, rng) * scale
    y[: 2 * n] += disease * scale
    drug = np.isin(kind, ["induced", "edge"])
    y[n : 2 * n] += (
        np.where(drug, 1.0, (np.arange(n) < setting.responders)[:, None]) * change * scale
    )
    with_covariates(setting, obs, y, true, scale, rng)
    part, own_part = cell_part(setting, true, slope * scale, rng)
    y += part + 8
    measured = counted(setting, true, rng)
    kept = np.ones(len(obs), bool)
    if setting.single:
        lost = rng.choice(n, round(setting.single * n), replace=False)
        kept[lost + n * rng.integers(0, 2, len(lost))] = False
    long = [
        {
            "sample": s,
            "cell_type": t,
            "percent": p,
            "se": np.nan,
            "apart": np.nan,
            "source": "measured",
        }
        for s, row in zip(obs.index[kept], measured[kept], strict=True)
        for t, p in zip(TYPES, row, strict=False)
    ]
    cells = pd.DataFrame(long)
    if setting.unknown:
        gone = rng.choice(obs.index[kept], round(setting.unknown * kept.sum()), replace=False)
        cells = cells[~cells["sample"].isin(gone)]
    if setting.twice:
        stated = counted_twice(setting, stated, rng)
    mean = pd.DataFrame(own_part[kept]).groupby(cell[kept]).mean()
    genes = pd.Index([f"g{k:05d}" for k in range(g)])
    return Blood(
        Expression(y[kept], obs[kept], genes), labels, cells, stated, kind,
        disease * scale, change * scale,
        (mean.loc["r1"] - mean.loc["h"]).to_numpy(), (mean.loc["r2"] - mean.loc["r1"]).to_numpy(),
        part[kept],
    )  # fmt: skip


def effects(
    setting: Setting, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Kind, disease, change and slope per 10 points of every gene, in units of its scale."""
    g = setting.n_genes
    counts = {kind: round(share * g) for kind, share in setting.kinds.items()}
    kind = np.repeat([*counts, "null"], [*counts.values(), g - sum(counts.values())])
    sign = rng.choice([-1.0, 1.0], g)
    size = rng.uniform(1.4, 3.2, g) * sign
    intrinsic = np.isin(kind, ["reverted", "both", "masked", "half", "persistent"])
    disease = np.where(intrinsic, size, 0.0)
    disease = np.where(kind == "edge", size / 2, disease)
    back = {"reverted": -1.0, "both": -1.0, "masked": -1.0, "half": -0.5}
    change = np.select([kind == k for k in back], [f * size for f in back.values()], 0.0)
    change = np.where(np.isin(kind, ["induced", "edge"]), size, change)
    slope = rng.uniform(*setting.slope, g) * np.where(kind == "masked", -sign, sign)
    return kind, disease, change, np.where(np.isin(kind, FOLLOWS), slope, 0.0)


def own_noise(setting: Setting, rng: np.random.Generator) -> np.ndarray:
    """Deviations of genes in units of their scale, (n, G)."""
    n = setting.responders + setting.nonresponders
    person = noise(setting, rng, n)  # type: ignore[arg-type]  # it reads errors and n_genes alone
    own = noise(setting, rng, 2 * n + setting.healthy)  # type: ignore[arg-type]
    value = np.sqrt(setting.rho) * np.vstack([person, person])
    value = value + np.sqrt(1 - setting.rho) * own[: 2 * n]
    sd = np.repeat(setting.cell_sd, [n, n, setting.healthy])[:, None]
    return np.vstack([value, own[2 * n :]]) * sd


def with_covariates(
    setting: Setting,
    obs: pd.DataFrame,
    y: np.ndarray,
    true: np.ndarray,
    scale: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Add covariates to `obs`, and their effects to genes and cells."""
    healthy = obs["group"].eq("healthy").to_numpy()
    if "batch" in setting.covariates:
        second = rng.random(len(obs)) < np.where(healthy, 0.25, 0.5)
        second[[0, len(obs) - 1]], second[[1, len(obs) - 2]] = True, False
        obs["batch"] = np.where(second, "second", "first")
        y += np.outer(second, rng.normal(0, 0.7, len(scale)) * scale)
        true[:, 0] += 5 * second
    if "age" in setting.covariates:
        people = obs["patient"].unique()
        age = pd.Series(rng.normal(size=len(people)), people)
        obs["age"] = obs["patient"].map(age).to_numpy() + healthy
        y += np.outer(obs["age"], rng.normal(0, 0.3, len(scale)) * scale)
        true[:, 0] += 2 * obs["age"].to_numpy()


def cell_part(
    setting: Setting,
    true: np.ndarray,
    slope: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """What genes follow of cells, (n, G): in the values, and as the slope of patients has it.

    `linear`: RNA of four types adds up, in which a gene that follows cells has levels that differ
    by up to 16 times; its noise is a third of a log2 unit at a scale of 1.
    """
    n = setting.responders + setting.nonresponders
    at = (true[:, 0] - 55) / 10
    if setting.mixing == "linear":
        level = 2.0 ** rng.uniform(0, 4, (4, len(slope)))
        level[:, slope == 0] = 1.0
        # One whole unit of noise is a third of a log2 unit.
        value = 3 * np.log2(true @ level / 100)
        return value, value
    part = np.outer(at, slope)
    if setting.types > 1:
        # Half of the genes follow lymphocytes or monocytes rather than neutrophils.
        other = np.column_stack([at, -(true[:, 1] - 35) / 10, (true[:, 2] - 7) / 2.5])
        of = rng.choice(3, len(slope), p=[0.5, 0.3, 0.2])
        part = other[:, of] * slope
    value = part.copy()
    value[2 * n :] *= setting.slope_healthy
    return value, part
