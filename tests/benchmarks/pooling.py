"""False discoveries and power of pooled genes, and coverage of pooled modules.

`python tests/benchmarks/pooling.py --out pooling.tsv --modules pooling_modules.tsv` draws studies
of many genes, each with its own variances (moderated as limma does), and pools them by four rules:

- `hartung_knapp`: every gene alone, tau2 by restricted maximum likelihood.
- `squeezed`: one tau2 for all genes, the Hartung-Knapp scale squeezed over genes.
- `shared`: the workflow's P.Value. `common`: its p_common.

A discovery is false where the gene's mean over studies is 0; of `common`, where its effect is 0 in
every study. Modules: share of intervals that hold the mean by Hartung & Knapp, by the scale of
Rover et al. (at least 1), and as the workflow makes them; `ahead` is the prediction interval.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import special

sys.path[:0] = [str(Path(__file__).parents[2] / "scripts")]

from revertome.arrays import Array  # noqa: E402
from revertome.limma.ebayes import moderate_variance  # noqa: E402
from revertome.statistics.between_studies import between_variance  # noqa: E402
from revertome.statistics.fdr import adjust  # noqa: E402
from revertome.statistics.meta import random_effects, stouffer  # noqa: E402
from revertome.statistics.shared_tau2 import evened, moderated  # noqa: E402

ALPHA = 0.05
GENES, TRUE, EFFECT, SD = 4000, 0.1, 0.6, 0.5
STUDIES = ((10, 10), (4, 90), (3, 4, 5), (8, 12, 20), (10, 30, 90), (5, 8, 10, 20, 40))
Tau = Callable[[np.random.Generator, Array], Array]


def some(share: float, tau: float, where: str = "any") -> Tau:
    """tau in a share of all genes, or of those without effect."""

    def draw(rng: np.random.Generator, effect: Array) -> Array:
        there = rng.random(len(effect)) < share
        return np.where(there & ((effect == 0) | (where == "any")), tau, 0.0)

    return draw


SETTINGS: dict[str, dict] = {
    "no tau": {},
    "tau 0.2 in all": {"tau": some(1, 0.2)},
    "tau 0.5 in 10%": {"tau": some(0.1, 0.5)},
    "tau 0.5 in 50%": {"tau": some(0.5, 0.5)},
    "tau 0.8 in 10% of null genes": {"tau": some(0.1, 0.8, "null")},
    "tau 0.3 in 50% of null genes, 30% true": {"tau": some(0.5, 0.3, "null"), "true": 0.3},
    "tau lognormal": {"tau": lambda rng, effect: 0.1 * np.exp(rng.normal(size=len(effect)))},
    "global null": {"true": 0},
    "global null, tau 0.5 in 10%": {"true": 0, "tau": some(0.1, 0.5)},
    "correlated genes": {"factor": 1.0},
    "global null, correlated genes": {"true": 0, "factor": 1.0},
    "unequal errors": {"unequal": 1.0},
    "a third of studies missing, tau 0.1": {"missing": 0.3, "tau": some(1, 0.1)},
    "logFC x 0.6 in one, tau 0.1": {"scale": 0.6, "tau": some(1, 0.1)},
}


def study(
    effect: Array, n: int, unequal: float, base: Array, noise: Array, rng
) -> tuple[Array, ...]:
    """Estimates of a study of n patients, their moderated variances and degrees of freedom."""
    own = SD**2 * base * np.exp(unequal * rng.normal(size=len(base)))
    estimate = effect + noise * np.sqrt(own / n)
    seen = own * rng.chisquare(n - 1, len(base)) / (n - 1)
    _, _, variance, df = moderate_variance(seen, float(n - 1))
    return estimate, variance / n, np.full(len(base), df)


def draw(
    rng, sizes, true=TRUE, tau=None, factor=0.0, unequal=0.0, missing=0.0, scale=1.0, genes=GENES
):
    """Effects, variances, degrees of freedom (k, G); the means and the true effects behind them."""
    size = EFFECT * rng.uniform(0.6, 1.4, genes) * rng.choice([-1, 1], genes)
    mean = np.where(np.arange(genes) < true * genes, size, 0.0)
    spread = tau(rng, mean) if tau else np.zeros(genes)
    effect = mean + spread * rng.normal(size=(len(sizes), genes))
    effect[0] *= scale
    base = 5 / rng.chisquare(5, genes)
    # Three axes along which the genes of every study move together.
    axes = np.sqrt(factor / 3) * rng.normal(size=(3, genes))
    studies = []
    for n, own in zip(sizes, effect, strict=True):
        noise = rng.normal(size=genes) + rng.normal(size=3) @ axes
        noise /= np.sqrt(1 + (axes**2).sum(0))
        studies.append(study(own, n, unequal, base, noise, rng))
    y, v, df = (np.array(each) for each in zip(*studies, strict=True))
    out = rng.random(y.shape) < missing
    out[:, (~out).sum(0) < 2] = False
    y[out] = v[out] = np.nan
    return (y, v, df), mean, effect


def squeezed(y: Array, v: Array, df: Array) -> Array:
    """One tau2 over genes by their likelihoods together; the scale squeezed as variances are."""
    known = np.isfinite(v)
    k, prior = known.sum(0), moderated(y, v, np.where(known, 1e8, np.nan), v)[1:]
    heights, grid = prior[0].likelihood.sum(1), prior[2].tau2
    w = known / np.where(known, v + grid[heights.argmax()], 1.0)
    mean = (w * np.where(known, y, 0)).sum(0) / w.sum(0)
    q = (w * (np.where(known, y, 0) - mean) ** 2).sum(0) / (k - 1)
    _, _, scale, total = moderate_variance(q, (k - 1).astype(float))
    return 2 * special.stdtr(total, -np.abs(mean) / np.sqrt(scale / w.sum(0)))


def hartung_knapp(y: Array, v: Array, least: float = 0.0) -> tuple[Array, Array, Array]:
    """Mean weighted by 1 / (v + tau2), its error, and df; the scale is at least `least`."""
    known = np.isfinite(v)
    w = known / np.where(known, v + between_variance(y, v), 1.0)
    mean = (w * np.where(known, y, 0)).sum(0) / w.sum(0)
    df = known.sum(0) - 1
    scale = np.maximum((w * (np.where(known, y, 0) - mean) ** 2).sum(0) / df, least)
    return mean, np.sqrt(scale / w.sum(0)), df


def rules(y: Array, v: Array, df: Array) -> dict[str, Array]:
    """P of every gene by every rule."""
    mean, error, few = hartung_knapp(y, v)
    p = special.stdtr(df, -np.abs(y) / np.sqrt(v))
    z = -np.sign(y) * special.ndtri(np.maximum(p, 1e-320))
    return {
        "hartung_knapp": 2 * special.stdtr(few, -np.abs(mean / error)),
        "squeezed": squeezed(y, v, df),
        "shared": moderated(y, v, df, evened(v, df))[0]["P.Value"],
        "common": stouffer(z, 1 / np.sqrt(np.nanmedian(v, 1))[:, None]),
    }


def genes_of(sizes: tuple[int, ...], setting: str, runs: int) -> list[dict]:
    """Rows of one setting: a rule each."""
    found: dict[str, list] = {}
    for seed in range(runs):
        data, mean, effect = draw(np.random.default_rng(seed), sizes, **SETTINGS[setting])
        for rule, p in rules(*data).items():
            called = adjust(p) <= ALPHA
            null = (effect == 0).all(0) if rule == "common" else mean == 0
            true = mean != 0
            row = called.sum(), (called & null).sum() / max(called.sum(), 1), (called & true).sum()
            found.setdefault(rule, []).append((*row, true.sum(), null.sum()))
    rows = []
    for rule, each in found.items():
        called, fdr, hits, true, null = np.array(each, float).T
        row = {"studies": ",".join(map(str, sizes)), "setting": setting, "runs": runs, "rule": rule}
        told = {"fdr": fdr.mean(), "se": fdr.std(ddof=1) / np.sqrt(runs)} if null.any() else {}
        power = {"power": hits.sum() / true.sum()} if true.any() else {}
        rows.append({**row, "called": called.mean(), **told, **power})
    return rows


MODULES = ((10, 10), (5, 60), (60, 60), (5, 5, 5), (5, 10, 90), (4, 90, 90), (30, 30, 30),
           (5, 5, 5, 5, 5), (4, 6, 10, 40, 90), (4, 4, 4, 4, 200), (90, 90, 90, 90, 90),
           (4,) * 9 + (200,), (10,) * 20)  # fmt: skip


def modules_of(sizes: tuple[int, ...], tau: float, runs: int) -> dict:
    """Coverage and median half width of the intervals; errors from n - 1 degrees of freedom."""
    rng = np.random.default_rng(1)
    n = np.array(sizes, float)[:, None]
    y = rng.normal(size=(len(n), runs)) * np.sqrt(1 / n + tau**2)
    v = rng.chisquare(n - 1, (len(n), runs)) / (n - 1) / n
    row = {"studies": ",".join(map(str, sizes)), "tau": tau, "runs": runs}
    for name, least in (("hartung_knapp", 0.0), ("at_least_1", 1.0)):
        mean, error, df = hartung_knapp(y, v, least)
        reach = special.stdtrit(df, 0.975) * error
        row |= {name: (np.abs(mean) <= reach).mean(), f"{name}_half": np.median(reach)}
    ours = random_effects(y, v)
    other = tau * rng.normal(size=runs)
    held = (ours["CI.L"] <= 0) & (ours["CI.R"] >= 0)
    row |= {"ours": held.mean(), "ours_half": np.median(ours["CI.R"] - ours["CI.L"]) / 2}
    return row | {"ahead": ((ours["PI.L"] <= other) & (ours["PI.R"] >= other)).mean()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--modules", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()
    if options.modules:
        rows = [modules_of(sizes, tau, 500 * options.runs) for sizes in MODULES
                for tau in (0, 0.1, 0.3, 1, 5)]  # fmt: skip
        pd.DataFrame(rows).round(4).to_csv(options.modules, sep="\t", index=False)
    if options.out:
        found: list[dict] = []
        for sizes in STUDIES:
            for setting in SETTINGS:
                found += genes_of(sizes, setting, options.runs)
                pd.DataFrame(found).round(4).to_csv(options.out, sep="\t", index=False, na_rep="NA")


if __name__ == "__main__":
    main()
