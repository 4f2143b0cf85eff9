"""Error rates of the claims over visits.

`python tests/benchmarks/visits.py --out visits.tsv --trials 60` draws trials with four follow-ups
and counts, for each claim of `trajectories/courses.tsv` and `trajectories/change_courses.tsv`, the
share of false genes among those of which it is claimed. `--settings` takes beginnings of names.
"""

import argparse
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import anndata
import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]

from benchmarks.calibration import noise  # noqa: E402
from options import joint_options_of, section  # noqa: E402
from revertome.trajectories.courses import run  # noqa: E402

VISITS = ("month 1", "month 3", "month 6", "month 12")
NONRESPONDERS = 4
# Recovered fraction at the four visits of genes with disease, and their shares.
COURSES = {
    "lasting": ((1, 1, 1, 1), 0.06),
    "late": ((0.2, 0.5, 1, 1), 0.04),
    "relapsing": ((1, 1, 0.2, 0), 0.04),
    "half at the end": ((1, 1, 0.5, 0.5), 0.06),
    "interrupted": ((1, 0, 1, 1), 0.03),
    "half between": ((1, 0.5, 0.5, 1), 0.04),
    "beyond": ((1, 3, 3, 1), 0.03),
    "far edge": ((1, 2, 2, 1), 0.04),
    "half": ((0.5, 0.5, 0.5, 0.5), 0.10),
    "half but one": ((0.5, 0.5, 0.5, 1), 0.04),
    "never": ((0, 0.25, 0.1, 0), 0.06),
    "worse": ((-1, -1, -0.5, -0.5), 0.02),
}
# Those with a visit exactly on an edge of reverted.
EDGES = ("half at the end", "half between", "far edge", "half", "half but one")
# Change of genes without disease, in units of an effect.
INDUCED = {
    "stays": ((1, 1, 1, 1), 0.04),
    "comes and goes": ((1, 1, 0.2, 0), 0.04),
    "half left": ((1, 1, 0.5, 0.5), 0.04),
    "rises late": ((0, 0, 1, 1), 0.03),
}


@dataclass(frozen=True)
class Setting:
    """One kind of trial; standard deviations in units of the gene's scale.

    Attributes
    ----------
    name : str
    responders, healthy : int
    sd : tuple of float
        At baseline, at each follow-up, and of healthy people.
    sd_spread : float
        SD over genes of the logs of these.
    errors : str
        Of `calibration.noise`.
    single : float
        Share of the samples of follow-ups that are missing.
    missing : float
        Share of values that are missing.
    variance, engine : str
    effects : bool
        Whether any gene has an effect.
    edges : float
        Factor of the shares of genes in `EDGES`; the other courses have one over it.
    n_genes : int
    """

    name: str
    responders: int = 15
    healthy: int = 22
    sd: tuple[float, ...] = (1, 1, 1, 1, 1, 1)
    sd_spread: float = 0.0
    errors: str = "normal"
    single: float = 0.0
    missing: float = 0.0
    variance: str = "cells"
    engine: str = "limma"
    effects: bool = True
    edges: float = 1.0
    n_genes: int = 1500


UNEQUAL = (1.5, 1, 1.5, 2, 2, 1)
SETTINGS = (
    Setting("equal"),
    Setting("few", responders=6, healthy=8),
    Setting("three", responders=3, healthy=6),
    Setting("unequal", sd=UNEQUAL, sd_spread=0.28),
    Setting("unequal, few", responders=8, healthy=40, sd=(1, 2, 2, 2, 2, 1), sd_spread=0.28),
    Setting("correlated", errors="correlated"),
    Setting("heavy tails", errors="heavy"),
    Setting("visits missing", single=0.25, sd=UNEQUAL, sd_spread=0.28),
    Setting("values missing", missing=0.1, n_genes=300),
    Setting("on edges", edges=2),
    Setting("no effect", effects=False),
    Setting("mixed models", engine="mixed", n_genes=300),
)


@dataclass(frozen=True)
class Truth:
    """Disease (G,) and change (V, G) of responders, in units of the gene's scale."""

    disease: np.ndarray
    change: np.ndarray

    @property
    def recovered(self) -> np.ndarray:
        """Recovered fraction (V, G); NaN without disease."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.disease != 0, -self.change / self.disease, np.nan)


def truth_of(setting: Setting, rng: np.random.Generator) -> Truth:
    """Effects of 1.4 to 3.2 in either direction."""
    n = setting.n_genes
    size = rng.uniform(1.4, 3.2, n) * rng.choice([-1, 1], n)
    disease, change = np.zeros(n), np.zeros((len(VISITS), n))
    if setting.effects:
        start = 0
        for courses, sick in ((COURSES, True), (INDUCED, False)):
            for name, (fractions, share) in courses.items():
                times = setting.edges if name in EDGES else 1 / setting.edges
                at = slice(start, start + round(share * times * n))
                start = at.stop
                disease[at] = size[at] if sick else 0
                change[:, at] = np.outer(fractions, -size[at])
    return Truth(disease, change)


def draw(setting: Setting, rng: np.random.Generator):
    """Expression, labels and truth of one trial; patients share half of their variance."""
    true = truth_of(setting, rng)
    n, v = setting.responders + NONRESPONDERS, len(VISITS)
    sds = [np.asarray(sd) * np.exp(setting.sd_spread * rng.normal(size=setting.n_genes))
           for sd in setting.sd]  # fmt: skip
    person = noise(setting, rng, n)
    answers = np.r_[np.ones(setting.responders), np.zeros(NONRESPONDERS)][:, None]
    rows = []
    for k in range(v + 1):
        effect = true.disease + (answers * true.change[k - 1] if k else 0)
        own = np.sqrt(0.5) * (person + noise(setting, rng, n))
        rows.append(effect + sds[k] * own)
    rows.append(sds[-1] * noise(setting, rng, setting.healthy))
    y = np.vstack(rows) * np.sqrt(4 / rng.chisquare(4, setting.n_genes))
    patients = [f"P{i:03d}" for i in range(n)]
    obs = pd.DataFrame({
        "patient": [*patients * (v + 1), *(f"H{i:03d}" for i in range(setting.healthy))],
        "visit": [*np.repeat(["baseline", *VISITS], n), *[None] * setting.healthy],
        "group": ["patient"] * n * (v + 1) + ["healthy"] * setting.healthy,
    })  # fmt: skip
    obs.index = [f"S{i:04d}" for i in range(len(obs))]
    label = ["responder"] * setting.responders + ["nonresponder"] * NONRESPONDERS
    kept = rng.random(len(obs)) >= setting.single
    kept |= ~obs["visit"].isin(VISITS).to_numpy()
    y[rng.random(y.shape) < setting.missing] = np.nan
    genes = pd.DataFrame(index=[f"g{i:05d}" for i in range(setting.n_genes)])
    return (
        anndata.AnnData(y, obs=obs, var=genes)[kept].copy(),
        pd.DataFrame({"patient": patients, "label": label}),
        true,
    )


def courses_of(setting: Setting, expression, labels):
    """Tables of the job for one trial."""
    design = {"baseline": "baseline", "followup": list(VISITS), "healthy": "healthy",
              "covariates": []}  # fmt: skip
    options = joint_options_of(setting.engine, design, setting.variance, trend=False)
    asked = section("trajectories", reverted_in="responders", variance=setting.variance)
    return run(expression, labels, options, asked)


def claims(found, true: Truth) -> list[dict[str, object]]:
    """One row a claim: genes of which it is claimed, false among them, and power."""
    f, t = true.recovered, true.change
    reverted = (f > 0.5) & (f < 2)
    onwards = np.logical_and.accumulate(reverted[::-1])[::-1]
    lost = [reverted[i] & ~reverted[j] for i in range(4) for j in range(i + 1, 4)]
    size = np.abs(t)
    beyond = np.stack([
        (t[k] * t[-1] > 0) & np.logical_and.reduce([2 * size[k] > s for s in np.delete(size, k, 0)])
        for k in range(4)
    ])  # fmt: skip
    signed = np.logical_and.accumulate((t * np.sign(t[-1]) > 0)[::-1])[::-1]
    plateau = np.logical_and.accumulate(beyond[::-1])[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        back = [(t[k] != 0) & (t[-1] / t[k] < 0.5) & (t[-1] / t[k] > -1) for k in range(3)]
    table = found.courses
    since = found.change_courses.query("group == 'responders'")
    visits = found.visits["reverted_at"].to_numpy().reshape(-1, 4).T
    rows = [
        _first("reverted from", table["reverted_from"], onwards),
        _gene("ever reverted", table["ever_reverted"], reverted.any(axis=0)),
        _visits("reverted at", visits, reverted),
        _gene("transient", table["transient"], np.logical_or.reduce(lost)),
        _gene("relapsed", table["relapsed"], reverted[:3].any(axis=0) & (f[-1] < 0.5)),
        _gene("never reverted", table["never_reverted"], (f < 0.5).all(axis=0)),
        _gene("changed", since["adj_p_changed"] <= 0.05, (t != 0).any(axis=0)),
        _first("changed from", since["changed_from"], signed),
        _first("plateau from", since["plateau_from"], plateau),
        _gene("back", since["adj_p_back"] <= 0.05, np.logical_or.reduce(back)),
        _gene("not back", since["adj_p_not_back"] <= 0.05, beyond[-1]),
    ]
    return [*rows, *_intervals(since, true)]


def _gene(name: str, claimed, true: np.ndarray) -> dict[str, object]:
    hit = np.asarray(pd.array(claimed).fillna(False), bool)
    false = (hit & ~true).sum() / max(hit.sum(), 1)
    power = hit[true].mean() if true.any() else np.nan
    return {"claim": name, "called": hit.sum(), "false": false, "power": power}


def _first(name: str, visit: pd.Series, true: np.ndarray) -> dict[str, object]:
    """A claim from a visit on: false where it does not hold from there."""
    at = visit.map({v: k for k, v in enumerate(VISITS)}).fillna(-1).to_numpy(int)
    hit = at >= 0
    wrong = hit & ~true[at, np.arange(true.shape[1])]
    power = hit[true[-1]].mean() if true[-1].any() else np.nan
    return {"claim": name, "called": hit.sum(), "false": wrong.sum() / max(hit.sum(), 1),
            "power": power}  # fmt: skip


def _visits(name: str, shown: np.ndarray, true: np.ndarray) -> dict[str, object]:
    """Claims at visits: the mean over genes claimed of the share of their visits that are false."""
    hit = shown == True  # noqa: E712  # missing where nothing was measured
    number = hit.sum(axis=0)
    share = (hit & ~true).sum(axis=0)[number > 0] / number[number > 0]
    return {"claim": name, "called": (number > 0).sum(), "false": share.mean() if len(share) else 0,
            "power": hit[true].mean() if true.any() else np.nan}  # fmt: skip


def _intervals(since: pd.DataFrame, true: Truth) -> list[dict[str, object]]:
    """Share of intervals that miss what is true; `power` is empty."""
    at = since["peak_visit"].map({v: k for k, v in enumerate(VISITS)}).to_numpy()
    genes, t = np.arange(len(since)), true.change
    peak = t[np.nan_to_num(at, nan=-1).astype(int), genes]
    asked = since["share_left_interval"].notna().to_numpy() & (peak != 0)
    # Of t_last / t_peak, where the interval excludes it.
    with np.errstate(divide="ignore", invalid="ignore"):
        share = t[-1] / peak
    low, high = (since[f"share_left_{end}"].to_numpy(float) for end in ("low", "high"))
    outside = since["share_left_interval"].eq("unbounded").to_numpy()
    missed = np.where(outside, (share < low) & (share > high), (share < low) | (share > high))
    return [
        {"claim": "interval of the share left", "called": asked.sum(),
         "false": missed[asked].mean() if asked.any() else np.nan},
    ]  # fmt: skip


def rates(setting: Setting, trials: int) -> pd.DataFrame:
    """Means over trials of a setting, with the standard error of the share of false genes."""
    rows = []
    for number in range(trials):
        rng = np.random.default_rng([zlib.crc32(setting.name.encode()), number])
        expression, labels, true = draw(setting, rng)
        rows += claims(courses_of(setting, expression, labels), true)
    grouped = pd.DataFrame(rows).groupby("claim", sort=False)
    means = grouped[["called", "false", "power"]].mean()
    means.insert(2, "false_se", grouped["false"].std() / np.sqrt(grouped["false"].count()))
    means.insert(0, "trials", trials)
    means.insert(0, "setting", setting.name)
    return means.reset_index()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--settings", default="")
    arguments = parser.parse_args()
    starts = tuple(filter(None, arguments.settings.split(","))) or ("",)
    tables = []
    for setting in SETTINGS:
        if setting.name.startswith(starts):
            tables.append(rates(setting, arguments.trials))
            pd.concat(tables).to_csv(arguments.out, sep="\t", index=False, float_format="%.4g")
            print(tables[-1].to_string(index=False, float_format="%.3f"), flush=True)


if __name__ == "__main__":
    main()
