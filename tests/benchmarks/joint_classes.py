"""Error rates and power of the joint classes and contradictions of several studies.

`python tests/benchmarks/joint_classes.py --out joint_classes.tsv --points 150 --people 30` draws
the settings of `joint_draw.py` and writes one row a setting, list and rule: mean share of false
genes among those listed (0 where none is) with its standard error, genes found and true ones.
Rules: `joint` (as the comparison does it), `largest` (the largest p, adjusted among the genes whose
defining effect passes in every study, the rule of 0.1.0), `tables` (the class stands in the table
of every study). Trials have seeds of their own, so that every rule sees the same ones. `--settings`
takes beginnings of names. Where no gene is true in all studies (`joint_draw.EDGES_ONLY`) `--edges`
trials (2000) ask how often any is called, by `joint` alone. Rows of `in_others`: genes shown in one
of two studies that are true in both, and their number by the comparison's estimate (`found`).
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]

from benchmarks.calibration import inside  # noqa: E402
from benchmarks.joint_draw import ALPHA, EDGES_ONLY, SETTINGS, bare, drawn  # noqa: E402
from revertome.compare.calls import calls_of  # noqa: E402
from revertome.compare.claims import claims_of  # noqa: E402
from revertome.compare.directions import MARGIN  # noqa: E402
from revertome.compare.joint import joint  # noqa: E402
from revertome.statistics.fdr import adjust  # noqa: E402
from revertome.trajectories.multiplicity import Adjustment, adjust_among  # noqa: E402

CLASSES = ("reverted", "induced", "persistent")
Row = tuple[str, str, np.ndarray, np.ndarray]  # list, rule, listed and true genes


def directed(name: str, d: np.ndarray, t: np.ndarray) -> np.ndarray:
    """+1 or -1 where the true point lies in the open wedge of a class, else 0; (studies, genes)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        there = inside(name, d, t)
    return there * np.sign(t if name == "induced" else d)


def in_studies(name: str, d: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Number of studies in which a gene is of a class in one direction, (genes,)."""
    way = directed(name, d, t)
    return np.maximum((way > 0).sum(0), (way < 0).sum(0))


def opposed(d: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Whether the true directions of any two studies differ by more than the margin."""
    angle, there = np.arctan2(t, d), (d != 0) | (t != 0)
    found = np.zeros(d.shape[1], bool)
    for a in range(len(d)):
        for b in range(a):
            off = np.abs((angle[a] - angle[b] + np.pi) % (2 * np.pi) - np.pi)
            found |= (off > MARGIN + 1e-9) & there[a] & there[b]
    return found


def largest(tables: list[pd.DataFrame], name: str, by_cells: bool) -> np.ndarray:
    """The largest p of a class in one direction, adjusted among the genes of all screens."""
    how = Adjustment.PLAIN
    if by_cells and name == "induced":
        how = Adjustment.DECONVOLVED
    effect = "change" if name == "induced" else "disease"
    passed = np.all([adjust(part[f"p_{effect}"]) <= ALPHA for part in tables], axis=0)
    way = np.sign([part[effect] for part in tables])
    p = np.max([part[f"p_{name}"] for part in tables], axis=0)
    p = np.where((way == way[0]).all(0), p, 1.0)
    return np.asarray(adjust_among(p, passed, ALPHA, True, how) <= ALPHA)


def lists(name: str, number: int) -> Iterator[Row]:
    """Every list of one trial, and the estimates of those shown in one only."""
    d, t, tables = drawn(name, number)
    each = list(tables.values())
    genes = pd.Index(each[0]["gene"])
    calls = {study: calls_of(table, genes) for study, table in tables.items()}
    found, summary = joint(calls, genes, ALPHA)
    found = found.set_index("gene").reindex(genes)
    numbers = summary.set_index(["class", "verdict"])
    half = (len(each) + 1) // 2
    for which in CLASSES:
        true = in_studies(which, d, t)
        mine = (found["class"] == which).to_numpy()
        yield which, "joint", mine & (found["verdict"] == "all").to_numpy(), true == len(each)
        yield which, "largest", largest(each, which, SETTINGS[name].people), true == len(each)
        own = np.all([part["class"] == which for part in each], axis=0)
        yield which, "tables", own, true == len(each)
        if len(each) > 2:
            least = found["at_least"].fillna(0).to_numpy(int) >= half
            yield f"{which}_in_half", "joint", mine & least, true >= half
        elif pd.notna(numbers.loc[(which, "one_only"), "n_in_others"]):
            only = mine & (found["verdict"] == "one_only").to_numpy()
            estimate = np.arange(len(genes)) < numbers.loc[(which, "one_only"), "n_in_others"]
            yield f"{which}_in_others", "joint", estimate, only & (true == 2)
    against = (found["verdict"] == "contradicted").to_numpy()
    yield "contradicted", "joint", against, opposed(d, t)


def on_edges(name: str, number: int) -> Iterator[Row]:
    """Lists of one trial in which no gene is true."""
    parts = bare(name, number)
    genes = np.arange(len(parts[0].measured))
    claims = claims_of(parts, genes, ALPHA)
    for which in CLASSES[:2]:
        listed = (claims.label == which) & (claims.at_least == len(parts))
        yield which, "joint", listed, np.zeros(len(genes), bool)
        if len(parts) > 2:
            half = (claims.label == which) & (claims.at_least >= (len(parts) + 1) // 2)
            yield f"{which}_in_half", "joint", half, np.zeros(len(genes), bool)


def rates(name: str, trials: int) -> pd.DataFrame:
    """One row a list and rule of a setting."""
    rows: list[Mapping[str, object]] = []
    make = on_edges if name in EDGES_ONLY else lists
    for number in range(trials):
        for which, rule, listed, true in make(name, number):
            counted = not which.endswith("in_others")
            false = (listed & ~true).sum() / max(listed.sum(), 1) if counted else np.nan
            hits = (listed & true).sum() if counted else listed.sum()
            rows.append({"list": which, "rule": rule, "false": false, "found": hits,
                         "true": true.sum()})  # fmt: skip
    grouped = pd.DataFrame(rows).groupby(["list", "rule"], sort=False)
    out = grouped[["false", "found", "true"]].mean()
    count = grouped["false"].size()
    out.insert(1, "false_se", grouped["false"].std() / np.sqrt(count))
    out.insert(0, "trials", count)
    seen = (out[["found", "true", "false"]] > 0).any(axis=1)
    out = out[seen | (name in EDGES_ONLY)].reset_index()
    out.insert(0, "setting", name)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--points", type=int, default=150)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--edges", type=int, default=2000)
    parser.add_argument("--settings", default="")
    arguments = parser.parse_args()
    starts = tuple(arguments.settings.split(","))
    found: list[pd.DataFrame] = []
    for name, setting in SETTINGS.items():
        if name.startswith(starts):
            number = arguments.people if setting.people else arguments.points
            number = arguments.edges if name in EDGES_ONLY else number
            found.append(rates(name, number))
            table = pd.concat(found, ignore_index=True)
            table.to_csv(arguments.out, sep="\t", index=False, float_format="%.4g", na_rep="NA")


if __name__ == "__main__":
    main()
