"""Agreement of two studies by simulation: error, coverage and power of every claim of a pair.

python tests/benchmarks/agreement.py --runs 200 --out tests/benchmarks/agreement.tsv

Genes go together along axes of co-expression. Each study has complete pairs, the effect of a gene
is the mean change, its error that of a t test; nothing is moderated. `settings` says what is true.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from revertome.compare.concordance import agreement
from revertome.compare.effects import effects
from revertome.compare.enrichment import _camera
from revertome.compare.rank_overlap import Worth, overlaps
from revertome.compare.study import Residuals
from revertome.compare.transfer import replicate

N_GENES = 1000
GENES = pd.Index([f"G{i:04d}" for i in range(N_GENES)])
# Shares of the variance of genes along the common axes.
SPECTRA = {
    "blood": [0.25, 0.12, 0.07, 0.05, 0.04, 0.03, 0.02, 0.02, 0.015, 0.015, 0.01, 0.01],
    "steep": [0.4, 0.2, 0.1, 0.05, 0.03],
    "flat": [0.03] * 15,
    "none": [],
}
UNRELATED = ("none", "axis1", "axis3", "combo3", "combo10", "root_eigen", "eigen", "genes")
TRUE_R = (0.0, 0.5, 0.9, 1.0)


class World:
    """Genes with their axes; effects that are drawn along them."""

    def __init__(self, rng, spectrum):
        self.rng, self.share = rng, np.array(SPECTRA[spectrum])
        self.axes = np.linalg.qr(rng.normal(size=(N_GENES, len(self.share))))[0]
        self.sd = np.exp(rng.normal(0, 0.35, N_GENES))

    def people(self, n):
        """Changes of n patients, (n, G)."""
        factors = self.rng.normal(size=(n, len(self.share))) * np.sqrt(self.share * N_GENES)
        own = self.rng.normal(size=(n, N_GENES)) * np.sqrt(1 - self.share.sum())
        return (factors @ self.axes.T + own) * self.sd

    def unrelated(self, kind):
        """One study's true effect of unit length per gene, drawn anew for each study."""
        rng, k = self.rng, len(self.share)
        if kind == "none":
            return np.zeros(N_GENES)
        if kind == "genes":
            return self.unit(self.few() * self.sd)
        weight = {
            "axis1": np.eye(1, k)[0],
            "axis3": np.eye(1, k, 2)[0],
            "combo3": np.arange(k) < 3,
            "combo10": np.arange(k) < 10,
            "root_eigen": np.sqrt(self.share),
            "eigen": self.share,
        }[kind]
        return self.unit(self.sd * (self.axes @ (weight * rng.normal(size=k))))

    def few(self):
        return self.rng.normal(size=N_GENES) * (self.rng.random(N_GENES) < 0.1)

    def unit(self, x):
        x = x - x.mean()
        return x * np.sqrt((self.sd @ self.sd) / (x @ x))

    def pair(self, r, along):
        """True effects of two studies whose correlation is r; `along`: over the axes."""
        one, two = (
            self.unrelated("root_eigen") if along else self.unit(self.few() * self.sd) for _ in "ab"
        )
        two = self.unit(two - one * (one @ two) / (one @ one))
        return one, r * one + np.sqrt(1 - r**2) * two


def study(world, truth, n):
    """A contrast of a study of n pairs."""
    change = world.people(n) + truth
    logfc, sd = change.mean(0), change.std(0, ddof=1)
    t = logfc / (sd / np.sqrt(n))
    table = pd.DataFrame({"gene": GENES, "logFC": logfc, "t": t, "AveExpr": 8.0})
    table["P.Value"] = 2 * stats.t.sf(np.abs(t), n - 1)
    scores = ((change - logfc) / sd).astype(np.float32)
    return effects(table, Residuals(GENES, scores, n - 1), GENES)


def told(a, b):
    """What a pair is told: p of concordance, smallest p of rank overlap of the quadrants."""
    row = agreement(a, b)
    worth = Worth(row["genes_effective"], row["axes_effective"], row["axes_df"])
    quadrants = overlaps(a, b, worth).drop_duplicates("quadrant")["P.Value"]
    old = row["genes_effective"] - 2
    t = row["pearson"] * np.sqrt(old / (1 - row["pearson"] ** 2))
    return {
        "concordance": row["P.Value"] <= 0.05,
        "noise_alone": 2 * stats.t.sf(abs(t), old) <= 0.05,
        "rank_overlap": (quadrants <= 0.05).mean(),
        "rank_overlap_any": quadrants.min() * 4 <= 0.05,
        "left": row,
    }


def claims(setting, runs, seed=1):
    """Share of pairs in which each claim is made."""
    spectrum, n_a, n_b, size, kind = setting
    rng, rows = np.random.default_rng(seed), []
    for _ in range(runs):
        world = World(rng, spectrum)
        if kind in UNRELATED:
            one, two = world.unrelated(kind), world.unrelated(kind)
        else:
            one, two = world.pair(1.0 if "half" not in kind else 0.5, "axes" in kind)
        # As many times the error of ten pairs.
        pair = [np.sqrt(size / 10) * x for x in (one, two)]
        rows.append(told(study(world, pair[0], n_a), study(world, pair[1], n_b)))
    table = pd.DataFrame(rows)
    return {name: float(table[name].mean()) for name in table.columns.drop("left")}


def coverage(setting, runs, seed=2):
    """Coverage of the interval of the correlation of true effects, where one is given."""
    spectrum, n_a, n_b, size, r, along = setting
    rng, rows = np.random.default_rng(seed), []
    for _ in range(runs):
        world = World(rng, spectrum)
        pair = [np.sqrt(size / 10) * x for x in world.pair(r, along)]
        row = agreement(study(world, pair[0], n_a), study(world, pair[1], n_b))
        low, high = row["disattenuated_CI.L"], row["disattenuated_CI.R"]
        rows.append(
            {
                "given": np.isfinite(low),
                "covered": low <= r + 1e-9 and high >= r - 1e-9,
                "mean": row["disattenuated"],
                "width": high - low,
                "reliability": row["reliability_a"],
                "pearson_covers": row["CI.L"] <= r <= row["CI.R"],
            }
        )
    table = pd.DataFrame(rows)
    given = table[table["given"]]
    return {
        "given": float(table["given"].mean()),
        "coverage": float(given["covered"].mean()) if len(given) else np.nan,
        "mean": float(given["mean"].mean()),
        "width": float(given["width"].mean()),
        "reliability": float(table["reliability"].median()),
        "pearson_covers": float(table["pearson_covers"].mean()),
    }


def followed(setting, runs, seed=3):
    """Stars of sets and replicated genes of co-expressed sets; nothing is true in the target."""
    spectrum, n, kind = setting
    rng, rows = np.random.default_rng(seed), []
    for _ in range(runs):
        world = World(rng, spectrum)
        source = study(world, np.sqrt(0.5) * world.unrelated(kind), n)
        target = study(world, 0.0, n)
        ends = {
            ("source", f"{at}_{k}"): np.sort(order[:size])
            for k, size in enumerate((25, 60, 150))
            for at, order in (("up", np.argsort(-source.z)), ("down", np.argsort(source.z)))
        }
        p = np.array([row["P.Value"] for row in _camera(target, ends).values()])
        inside = np.zeros(N_GENES, dtype=bool)
        inside[np.argsort(-np.abs(source.z))[:120]] = True
        genes = replicate(source.logfc, inside, target, 120, 0.05)["n_replicated"]
        best = stats.false_discovery_control(p).min()
        rows.append({"star": best <= 0.05, "pointwise": (p <= 0.05).mean(), "gene": genes > 0})
    return {name: float(x) for name, x in pd.DataFrame(rows).mean().items()}


def settings():
    """Every setting of the table, by what is measured."""
    sizes = [(10, 10), (5, 30), (25, 25)]
    kinds = [*UNRELATED, "shared", "shared_half", "shared_axes"]
    first = [
        (spectrum, *n, size, kind)
        for spectrum in ("blood", "steep", "flat", "none")
        for n in sizes[: 3 if spectrum == "blood" else 2]
        for size in (0.5, 5.0)
        for kind in kinds
        if (SPECTRA[spectrum] or kind in ("none", "genes", "shared", "shared_half"))
        and (size > 1) == (kind not in ("none", "genes"))
    ]
    second = [
        (spectrum, *n, size, r, along)
        for spectrum, along in (("blood", False), ("blood", True), ("none", False))
        for n in ((6, 6), (12, 12), (8, 60))
        for size in (2.0, 10.0)
        for r in TRUE_R
    ]
    third = [(s, n, kind) for s in ("blood", "steep", "none") for n in (8, 20)
             for kind in (("root_eigen", "axis1") if SPECTRA[s] else ("genes",))]  # fmt: skip
    return {"claims": (claims, first), "coverage": (coverage, second), "sets": (followed, third)}


NAMES = {
    "claims": ["spectrum", "n_a", "n_b", "size", "kind"],
    "coverage": ["spectrum", "n_a", "n_b", "size", "r", "along"],
    "sets": ["spectrum", "n_a", "kind"],
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--only", default="claims,coverage,sets")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    rows = []
    for what, (measure, cases) in settings().items():
        for case in cases if what in options.only.split(",") else ():
            found = measure(case, options.runs)
            where = dict(zip(NAMES[what], case, strict=True))
            rows += [{"part": what, **where, "figure": k, "value": v} for k, v in found.items()]
            print(what, *case, {k: round(v, 3) for k, v in found.items()}, flush=True)
            pd.DataFrame(rows).to_csv(options.out, sep="\t", index=False, float_format="%.4g")


if __name__ == "__main__":
    main()
