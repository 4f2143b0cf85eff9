"""Error rates of the trajectory classes by simulation.

`python tests/benchmarks/calibration.py --out rates.tsv --trials 200` runs the grid and writes one
row a setting and class: share of false genes among those called (mean over trials, with its
standard error), power, and the same for the two naive rules. It goes over the grid in rounds of
50 trials, and one that was stopped goes on from its finished parts (`rates.tsv.parts`).
`tests/trajectories/test_calibration.py` runs a part.
"""

import argparse
import itertools
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]

from paired_trial import DESIGN, OPTIONS  # noqa: E402
from revertome.differential.models import random_model  # noqa: E402
from revertome.gene_classes import CLAIMED  # noqa: E402
from revertome.limma.joint import moderate, normal_fit  # noqa: E402
from revertome.statistics.fdr import adjust  # noqa: E402
from revertome.trajectories.class_rules import CONTRASTS, effects_of, rule_of  # noqa: E402
from revertome.trajectories.classes import outcomes, two_thresholds  # noqa: E402
from revertome.trajectories.plane import Plane  # noqa: E402
from revertome.trajectories.refit import plane_of  # noqa: E402

NONRESPONDERS = 4
ROUND = 50  # trials of every setting before the next round over the grid
# Share of genes by kind; the rest has no effect. `half` lies exactly on the edge of reverted,
# `twice` and `third` on the far edge of reverted and on the edge of induced.
MIXTURES = {
    "null": {},
    "boundary": {"reverted": 0.1, "half": 0.25, "induced": 0.05, "edge": 0.05},
    "persistent": {"reverted": 0.05, "persistent": 0.3, "half": 0.1, "induced": 0.05},
    "mixed": {
        "reverted": 0.08,
        "half": 0.08,
        "partial": 0.06,
        "persistent": 0.08,
        "exacerbated": 0.04,
        "induced": 0.06,
    },
}
# Change as a multiple of disease; induced genes have no disease, those on the edge half of it.
RATIO = {"reverted": -1.0, "half": -0.5, "partial": -0.25, "persistent": 0.0, "exacerbated": 1.0}


@dataclass(frozen=True)
class Setting:
    """One cell of the grid."""

    responders: int = 15
    healthy: int = 22
    rho: float = 0.5
    mixture: str = "boundary"
    errors: str = "normal"  # normal, heavy (t with 5 df), correlated (10 factors), batch
    n_genes: int = 5000


def truth(setting: Setting, rng: np.random.Generator) -> pd.DataFrame:
    """Kind, disease and change of every gene; sizes 1.4 to 3.2 within-group SD, either sign."""
    shares = MIXTURES[setting.mixture]
    counts = {kind: round(share * setting.n_genes) for kind, share in shares.items()}
    kinds = np.repeat([*counts, "null"], [*counts.values(), setting.n_genes - sum(counts.values())])
    size = rng.uniform(1.4, 3.2, setting.n_genes) * rng.choice([-1, 1], setting.n_genes)
    disease = np.where(np.isin(kinds, ["null", "induced"]), 0.0, size)
    disease = np.where(kinds == "edge", size / 2, disease)
    change = np.select([kinds == kind for kind in RATIO], [r * size for r in RATIO.values()], 0.0)
    change = np.where(np.isin(kinds, ["induced", "edge"]), size, change)
    return pd.DataFrame({"kind": kinds, "disease": disease, "change": change})


def noise(setting: Setting, rng: np.random.Generator, people: int) -> np.ndarray:
    """Unit-variance values, people x genes."""
    shape = (people, setting.n_genes)
    if setting.errors == "heavy":
        return rng.standard_t(5, shape) / np.sqrt(5 / 3)
    value = rng.normal(size=shape)
    if setting.errors == "correlated":
        factor = rng.normal(size=(people, 10))
        member = rng.integers(0, 10, setting.n_genes)
        value = np.sqrt(0.7) * value + np.sqrt(0.3) * factor[:, member]
    return value


def planes_of_trial(setting: Setting, rng: np.random.Generator) -> tuple[dict[str, Plane], dict]:
    """Observed planes of one simulated trial, and the true points of both patient groups."""
    true = truth(setting, rng)
    n = setting.responders + NONRESPONDERS
    person = np.sqrt(setting.rho) * noise(setting, rng, n)
    within = [np.sqrt(1 - setting.rho) * noise(setting, rng, n) for _ in range(2)]
    d, t = true["disease"].to_numpy(), true["change"].to_numpy()
    share = np.r_[np.ones(setting.responders), np.zeros(NONRESPONDERS)][:, None]
    drug = np.isin(true["kind"], ["induced", "edge"])
    after = np.where(drug, t, share * t)
    healthy = noise(setting, rng, setting.healthy)
    y = np.vstack([d + person + within[0], d + after + person + within[1], healthy])
    y *= np.sqrt(4 / rng.chisquare(4, setting.n_genes))  # gene-wise variances
    obs, labels = samples(setting)
    design = DESIGN
    if setting.errors == "batch":
        batch = rng.integers(0, 2, len(obs))
        y += np.outer(batch, rng.normal(0, 0.7, setting.n_genes))
        obs["batch"], design = batch.astype(str), DESIGN | {"covariates": ["batch"]}
    model = random_model(obs, labels, design, CONTRASTS)
    moderated = moderate(normal_fit(y, model).fit, model, trend=False)
    effects = effects_of(model, OPTIONS)
    weight = setting.responders / n
    points = {"main": (d, t), "induced": (d, np.where(drug, t, weight * t))}
    return {name: plane_of(moderated, effect) for name, effect in effects.items()}, points


def samples(setting: Setting) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sheet and labels in the order of the rows of `planes_of_trial`."""
    n = setting.responders + NONRESPONDERS
    patients = [f"P{i:02d}" for i in range(n)]
    obs = pd.DataFrame(
        {
            "patient": [*patients, *patients, *(f"H{i:02d}" for i in range(setting.healthy))],
            "visit": ["before"] * n + ["after"] * n + [None] * setting.healthy,
            "group": ["patient"] * (2 * n) + ["healthy"] * setting.healthy,
        }
    )
    labels = pd.DataFrame({"patient": patients})
    labels["label"] = ["responder"] * setting.responders + ["nonresponder"] * NONRESPONDERS
    return obs, labels


def inside(name: str, d: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Whether the true point lies in the open wedge of a class."""
    with np.errstate(divide="ignore", invalid="ignore"):
        f = np.where(d != 0, -t / d, np.nan)
    return {
        "reverted": (f > 0.5) & (f < 2),
        "partial": (f > 0) & (f < 0.5),
        "persistent": np.abs(f) < 0.5,
        "exacerbated": (f < -0.5) & (f > -2),
        "induced": (t != 0) & (np.abs(d) < np.abs(t) / 2),
    }[name]


def no_longer_significant(plane: Plane, alpha: float) -> np.ndarray:
    """Naive rule of reversion: significant at baseline, follow-up no longer different."""
    first = adjust(plane.two_sided(1, 0)) <= alpha
    last = adjust(plane.two_sided(1, 1)) <= alpha
    return np.where(first & ~last, "reverted", "unchanged")


def trials_of(setting: Setting, trials: int, seed: int | list[int]) -> pd.DataFrame:
    """One row a trial, rule and class: share of false genes, power, genes called."""
    rng = np.random.default_rng(seed)
    rule = rule_of(OPTIONS)
    rows = []
    for trial in range(trials):
        planes, points = planes_of_trial(setting, rng)
        called = {
            "tests": outcomes(planes["main"], planes["induced"], rule),
            "thresholds": two_thresholds(planes["main"], planes["induced"], rule.alpha),
            "no_longer": no_longer_significant(planes["main"], rule.alpha),
        }
        for way, name in itertools.product(called, CLAIMED):
            if way == "no_longer" and name != "reverted":
                continue
            hit = called[way] == name
            true = inside(name, *points["induced" if name == "induced" else "main"])
            false = (hit & ~true).sum() / max(hit.sum(), 1)
            power = hit[true].mean() if true.any() else np.nan
            rows.append((trial, way, name, false, power, hit.sum()))
    return pd.DataFrame(rows, columns=["trial", "rule", "class", "false", "power", "called"])


def mean_rates(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Means over trials, the standard error of the share of false genes, number of trials."""
    grouped = table.groupby(by, sort=False)
    out = grouped[["false", "power", "called"]].mean()
    out["false_se"] = grouped["false"].std() / np.sqrt(grouped["false"].size())
    out["trials"] = grouped.size()
    return out.reset_index()


def rates(setting: Setting, trials: int, seed: int) -> pd.DataFrame:
    """Mean share of false genes and power over trials, by rule and class."""
    return mean_rates(trials_of(setting, trials, seed), ["rule", "class"])


def grid() -> list[Setting]:
    """Every setting: sizes x correlation x mixture, then the harder errors at three sizes."""
    cells = itertools.product((6, 8, 12, 20), (12, 22), (0.2, 0.5, 0.8), MIXTURES)
    plain = [Setting(n, h, rho, mixture) for n, h, rho, mixture in cells]
    hard = [
        replace(Setting(n, h), mixture=mixture, errors=errors)
        for n, h in ((6, 12), (12, 22), (20, 22))
        for mixture in MIXTURES
        for errors in ("heavy", "correlated", "batch")
    ]
    return [*plain, *hard, Setting(15, 22, 0.5, "boundary"), Setting(15, 22, 0.5, "mixed")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--trials", type=int, default=200)
    arguments = parser.parse_args()
    out, parts = Path(arguments.out), Path(f"{arguments.out}.parts")
    parts.mkdir(exist_ok=True)
    by = [*Setting.__dataclass_fields__, "rule", "class"]
    for start in range(0, arguments.trials, ROUND):
        for number, setting in enumerate(grid()):
            part = parts / f"{start}_{number}.tsv"
            if not part.exists():
                size = min(ROUND, arguments.trials - start)
                found = trials_of(setting, size, [number, start]).assign(**vars(setting))
                found.to_csv(parts / "unfinished", sep="\t", index=False)
                (parts / "unfinished").rename(part)
        done = [pd.read_csv(path, sep="\t", keep_default_na=False, na_values=[""])
                for path in sorted(parts.glob("*.tsv"))]  # fmt: skip
        table = mean_rates(pd.concat(done), by)
        table.sort_values(by).to_csv(out, sep="\t", index=False, float_format="%.4g")
        worst = table[table["rule"] == "tests"].groupby("class")["false"].max().round(4)
        print(f"{start + ROUND} trials: largest false shares {worst.to_dict()}", flush=True)


if __name__ == "__main__":
    main()
