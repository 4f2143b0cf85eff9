"""Are studies that share people told, and those that do not left in peace?

`python tests/benchmarks/independence.py --study results/gse65391 --out independence.tsv` cuts the
people of a finished study into two, of 5 to 100 patients and 4 to 24 healthy each, `--runs` times:

- disjoint: nobody is in both;
- one patient, half the patients, one healthy, all healthy, inside (the smaller is a part of the
  larger): the same samples; and `renormalised`: those of the second under other names, on another
  scale by gene, with noise and two thirds of the genes;
- other visits: half of the patients are in both, with the first sample in one and the last in the
  other;
- other trial: a part of the study beside a simulated trial.

`flagged` are pairs of studies told to share people, `right` those told with the right verdict.
false_concordance: simulated trials without any effect (1,200 genes along five axes, 20 patients and
20 healthy each), of which the healthy are shared by none, half or all; `flagged` have a P of the
correlation of disease at or below 0.05: `before`, where nobody knows, and `after`.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]

from cut_trial import Expression, anew, part, study, trial  # noqa: E402
from disk import read_expression  # noqa: E402
from received import Received  # noqa: E402
from revertome.compare import compare, people_of  # noqa: E402
from revertome.compare.independence import independence  # noqa: E402
from revertome.compare.occasions import seen  # noqa: E402
from revertome.visits import in_order  # noqa: E402

SIZES = ((5, 5, 4), (10, 10, 8), (10, 100, 15), (20, 20, 10), (40, 40, 20), (75, 75, 24))
SHARED = ("one patient", "half the patients", "one healthy", "all healthy", "inside")
RIGHT = {"disjoint": "none found", "one healthy": "shared healthy", "all healthy": "shared healthy",
         "other trial": "none found"}  # fmt: skip


class Cuts:
    """Two studies made of the people of one."""

    def __init__(self, folder: Path) -> None:
        self.data = read_expression(folder / "normalise/expression.h5ad")
        self.design = in_order(Received(folder.name, folder).config["design"])
        obs = self.data.obs
        self.x, self.who = np.asarray(self.data.X), obs["patient"].astype(str).to_numpy()
        self.visit = obs["visit"].astype(str).to_numpy()
        well = obs["group"].astype(str).eq(str(self.design["healthy"])).to_numpy()
        self.healthy, self.patients = np.unique(self.who[well]), np.unique(self.who[~well])

    def rows(self, rng: np.random.Generator, kind: str, size: tuple[int, int, int]) -> list:
        """Which samples are of each study."""
        n, m, h = size
        p, w = rng.permutation(self.patients), rng.permutation(self.healthy)
        both = {"one patient": 1, "half the patients": n // 2, "other visits": n // 2, "inside": n}
        k = both.get(kind, 0)
        well = {"one healthy": 1, "all healthy": h, "inside": h}.get(kind, 0)
        people = [np.r_[p[:n], w[:h]], np.r_[p[n - k : n - k + m], w[h - well : 2 * h - well]]]
        found = [np.isin(self.who, each) for each in people]
        if kind == "other visits":
            twice = np.isin(self.who, p[n - k : n])
            for rows, visit in zip(found, ("followup", "baseline"), strict=True):
                rows &= ~(twice & (self.visit == self.design[visit]))
        return found

    def people(self, rows, rng=None):
        """People of one study, renormalised with `rng`."""
        obs = self.data.obs[rows][["patient", "visit", "group"]].astype(str)
        obs["sample"] = obs.index
        piece = Expression(self.x[rows], obs, self.data.var_names)
        if rng is not None:
            piece = anew(rng, piece)
        return seen(people_of(piece.obs, self.design, piece))


def verdict(a, b) -> str:
    """Verdict on two studies."""
    return str(independence({"a": a, "b": b}, {})["verdict"].iloc[0])


def cut(folder: Path, runs: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """Setting, whether renormalised, and verdict of every cut."""
    cuts, rng = Cuts(folder), np.random.default_rng(seed)
    kinds = [("disjoint", False)] * runs + [("disjoint", True)] * (runs // 2)
    kinds += list(islice(cycle((kind, False) for kind in SHARED), runs))
    kinds += list(islice(cycle((kind, True) for kind in SHARED), runs))
    kinds += [("other visits", False)] * (runs // 2)
    at = dict.fromkeys(kinds, 0)
    for kind, changed in kinds:
        size = SIZES[at[kind, changed] % len(SIZES)]
        at[kind, changed] += 1
        first, second = cuts.rows(rng, kind, size)
        told = verdict(cuts.people(first), cuts.people(second, rng if changed else None))
        few = "fewer than 25 samples" if min(first.sum(), second.sum()) < 25 else "25 and more"
        how = "renormalised" if changed else "as it is"
        yield kind, f"{how}, {few}", told
    for size in islice(cycle(SIZES), runs // 5):
        whole = trial(rng)
        whole.var_names = cuts.data.var_names[: whole.X.shape[1]]
        other = seen(people_of(whole.obs, {"healthy": "healthy"}, whole))
        yield (
            "other trial",
            "as it is",
            verdict(cuts.people(cuts.rows(rng, "disjoint", size)[1]), other),
        )


def false_concordance(runs: int, seed: int) -> Iterator[tuple[str, str, bool]]:
    """Setting, whether people are known, and whether disease is told to agree."""
    rng = np.random.default_rng(seed)
    for _ in range(runs):
        whole = trial(rng)
        for words, k in (("none", 0), ("half", 10), ("all", 20)):
            pieces = (
                part(whole, range(20), range(20)),
                part(whole, range(20, 40), range(20 - k, 40 - k)),
            )
            studies = dict(zip("ab", map(study, pieces), strict=True))
            for known in (False, True):
                asked = {n: s if known else replace(s, people=None) for n, s in studies.items()}
                found = compare(asked, alpha=0.05).concordance.set_index("contrast")
                p = found.loc["disease", "P.Value"]
                when = "after" if known else "before"
                yield f"healthy shared: {words}", when, bool(p <= 0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=24)
    asked = parser.parse_args()
    found = pd.DataFrame(cut(asked.study, asked.runs, asked.seed), columns=["setting", "how", "v"])
    found["flagged"] = found["v"].str.startswith("shared")
    right = found["setting"].map(lambda setting: RIGHT.get(setting, "shared patients"))
    found["right"] = found["v"] == right
    null = pd.DataFrame(
        false_concordance(asked.runs, asked.seed), columns=["setting", "how", "flagged"]
    )
    whole = pd.concat([found, null]).groupby(["setting", "how"], sort=False)
    table = (
        whole[["flagged", "right"]].sum().astype("Int64").assign(runs=whole.size()).reset_index()
    )
    table.loc[table["setting"].str.startswith("healthy shared"), "right"] = pd.NA
    table.to_csv(asked.out, sep="\t", index=False, na_rep="NA")


if __name__ == "__main__":
    main()
