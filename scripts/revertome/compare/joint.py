"""Joint classes of two or more studies: shown in all, in one only, or contradicted.

A class is shown in all when it is shown in each: an intersection-union test over studies, whose
p-value is the largest of theirs (Berger 1982, Technometrics 24:295), with the screen of the
one-study rule in every study. Not to be shown in a study is never taken for absence.

The adjustment is Benjamini & Hochberg's as it stands, without the null share by which one study
adjusts reverted and induced (`trajectories.multiplicity`). That share counts p between 0.05 and
0.5. In one study a gene on an edge falls there in 45 of 100 cases; the larger of two such p falls
there in 25, so the share would come out too small. A gene may thus be reverted in both tables and
only be `some` here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.class_groups import induced_end
from revertome.compare.study import FinishedStudy
from revertome.gene_classes import CLAIMED
from revertome.statistics.fdr import adjust
from revertome.trajectories.deconvolved import FEWEST
from revertome.trajectories.multiplicity import Adjustment, adjust_among

COLUMNS = ["studies", "gene", "verdict", "class", "shown", "P.Value", "adj.P.Val", "classes"]
VERDICTS = ("all", "some", "one_only", "contradicted")
SUMMARY = ["studies", "n_shared", "class", "verdict", "n_genes"]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class JointCalls:
    """Trajectory table of one study as arrays, genes by their place in the list of all genes.

    Attributes
    ----------
    at : (G,)
        Places, ascending.
    p : (classes, G)
        p-value of each class of `CLAIMED`.
    effect : (2, G)
        Defining effects: disease, and the change on which induction is claimed.
    screen : (2, G)
        Their p-values.
    own : (G,)
        Class in the study's own table.
    shown : (G,)
        Whether that is one of `CLAIMED`.
    words : (G,)
        That class, with the direction of its defining effect.
    cells : bool
        Whether the p-values are by variances of the cells.
    """

    at: npt.NDArray[np.intp]
    p: Array
    effect: Array
    screen: Array
    own: npt.NDArray[np.object_]
    shown: Flags
    words: npt.NDArray[np.object_]
    cells: bool

    def take(self, where: npt.NDArray[np.intp]) -> "JointCalls":
        """Genes at the given places."""
        return JointCalls(
            self.at[where],
            self.p[:, where],
            self.effect[:, where],
            self.screen[:, where],
            self.own[where],
            self.shown[where],
            self.words[where],
            self.cells,
        )


def calls_of(table: pd.DataFrame, genes: pd.Index) -> JointCalls:
    """Calls of a trajectory table; induction is claimed where `induced_end` says."""
    at = genes.get_indexer(table["gene"])
    order = np.argsort(at)
    change = induced_end(table)
    p = [table.get(f"p_{name}", pd.Series(1.0, table.index)) for name in CLAIMED]
    columns = {name: table[name].to_numpy(float)[order] for name in ("disease", "p_disease")}
    columns |= {k: table[k + change].to_numpy(float)[order] for k in ("change", "p_change")}
    own = table["class"].to_numpy(object)[order]
    shown = table["class"].isin(CLAIMED).to_numpy()
    induced = own == "induced"
    up = np.where(induced, columns["change"], columns["disease"]) > 0
    way = np.where(induced, np.where(up, " up", " down"), np.where(up, " high", " low"))
    return JointCalls(
        at[order],
        np.array([np.nan_to_num(each.to_numpy(float)[order], nan=1.0) for each in p]),
        np.array([columns["disease"], columns["change"]]),
        np.array([columns["p_disease"], columns["p_change"]]),
        own,
        shown[order],
        own + np.where(shown[order], way, "").astype(object),
        "class_common" in table and bool(table["class_common"].notna().any()),
    )


def joint(calls: Mapping[str, JointCalls], genes: pd.Index, alpha: float) -> pd.DataFrame:
    """Classify the genes that all named studies measured.

    - all: for class C, p = max over studies of the study's p of C, and all studies move the gene
      the same way (the defining effect has one sign; 1 otherwise). Adjusted among the genes whose
      defining effect (disease; change for `induced`) passes Benjamini-Hochberg in every study:
      by Benjamini-Hochberg, and `induced` of studies with variances of the cells as within one
      study.
    - contradicted (two studies): each study's point lies in a wedge of its own, p = max over
      studies of the p of that wedge, 1 where class and direction agree; Benjamini-Hochberg among
      the genes that pass a screen in both.
    - one_only: classed in the table of one study, and neither of the above; some: classed in the
      tables of several studies, none of which the joint tests bear out for all.

    Parameters
    ----------
    calls
        Calls of two or more studies by name, see `calls_of`.
    genes
        Every gene, see `effects.all_genes`.
    alpha
        False discovery rate of each class.

    Returns
    -------
    DataFrame
        `COLUMNS`, sorted by gene: studies (comma-joined), verdict, class (of `all`, or of the study
        that shows it), shown (comma-joined studies whose own table shows a class), P.Value and
        adj.P.Val of the verdict (missing where it is not tested), classes (of each).
        Genes without a class anywhere are left out; attrs["n_shared"] counts all.
    """
    names = sorted(calls)
    held = np.bincount(np.concatenate([calls[n].at for n in names]), minlength=len(genes))
    shared = np.flatnonzero(held == len(names))
    parts = [calls[n].take(np.flatnonzero(held[calls[n].at] == len(names))) for n in names]
    # ASSUME the studies are independent: no patient is in two of them.
    passed = np.array([[adjust(p) <= alpha for p in part.screen] for part in parts])
    verdict, label, p, adjusted = _shown_in_all(parts, passed, alpha)
    if len(parts) == 2:
        p2, adjusted2 = _contradicted(parts, passed)
        against = (adjusted2 <= alpha) & (verdict == "")
        verdict[against] = "contradicted"
        p[against] = p2[against]
        adjusted[against] = adjusted2[against]
    own = np.array([part.shown for part in parts])
    n_own, open_ = own.sum(0), verdict == ""
    verdict[(n_own == 1) & open_] = "one_only"
    verdict[(n_own > 1) & open_] = "some"
    kept = np.flatnonzero(verdict != "")
    words = [part.words[kept] for part in parts]
    first = own[:, kept].argmax(0)
    of_first = np.array([part.own[kept] for part in parts], dtype=object)[
        first, np.arange(len(kept))
    ]
    single = np.isin(verdict[kept].astype(str), ["one_only", "some"])
    found = pd.DataFrame({"studies": ",".join(names), "gene": genes[shared[kept]]})
    found["verdict"] = verdict[kept]
    found["class"] = np.where(single, of_first, label[kept])
    kinds, which = np.unique(own[:, kept], axis=1, return_inverse=True)
    shown = [",".join(np.array(names)[kind]) for kind in kinds.T]
    found["shown"] = np.array(shown, dtype=object)[which.ravel()]
    found["P.Value"], found["adj.P.Val"] = p[kept], adjusted[kept]
    found["classes"] = [
        "; ".join(f"{n}: {w}" for n, w in zip(names, row, strict=True))
        for row in zip(*words, strict=True)
    ]
    found.attrs["n_shared"] = len(shared)
    return found[COLUMNS]


def _within(p: Array, screen: Flags, alpha: float, deconvolved: bool = False) -> Array:
    how = Adjustment.DECONVOLVED if deconvolved and screen.sum() >= FEWEST else Adjustment.PLAIN
    return adjust_among(p, screen, alpha, True, how)


def _shown_in_all(
    parts: list[JointCalls], passed: Flags, alpha: float
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_], Array, Array]:
    """Verdict `all` or empty, class, p and adjusted p of every gene."""
    n = len(parts[0].at)
    verdict = np.full(n, "", dtype=object)
    label = np.full(n, None, dtype=object)
    p, adjusted = np.full(n, np.nan), np.full(n, np.nan)
    # Weaker claims first, as within one study.
    for name in reversed(CLAIMED):
        k, defining = CLAIMED.index(name), int(name == "induced")
        signs = np.sign([part.effect[defining] for part in parts])
        one_way = (signs == signs[0]).all(0) & (signs[0] != 0)
        largest = np.where(one_way, np.maximum.reduce([part.p[k] for part in parts]), 1.0)
        deconvolved = name == "induced" and all(part.cells for part in parts)
        own = _within(largest, np.asarray(passed[:, defining].all(0)), alpha, deconvolved)
        hit = own <= alpha
        verdict[hit] = "all"
        label[hit] = name
        p[hit] = largest[hit]
        adjusted[hit] = own[hit]
    return verdict, label, p, adjusted


def _contradicted(parts: list[JointCalls], passed: Flags) -> tuple[Array, Array]:
    best = [part.p.argmin(0) for part in parts]
    rows = np.arange(len(best[0]))
    p = [part.p[c, rows] for part, c in zip(parts, best, strict=True)]
    induced = CLAIMED.index("induced")
    sign = [
        np.sign(part.effect[(c == induced).astype(int), rows])
        for part, c in zip(parts, best, strict=True)
    ]
    differ = (best[0] != best[1]) | (sign[0] != sign[1])
    largest = np.where(differ, np.maximum(*p), 1.0)
    return largest, _within(largest, np.asarray(passed.any(1).all(0)), 1.0)


def joint_tables(
    studies: dict[str, FinishedStudy], genes: pd.Index, alpha: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Joint classes of every pair of studies, and of all together when there are three or more.

    Studies without trajectory classes (no healthy samples) stand aside.

    Returns
    -------
    joint
        See `joint`.
    summary
        studies, n_shared (genes measured in all of them), class, verdict, n_genes.
    """
    able = {n: calls_of(s.genes, genes) for n, s in sorted(studies.items()) if classed(s.genes)}
    groups: list[tuple[str, ...]] = [*combinations(able, 2)]
    groups += [tuple(able)] if len(able) > 2 else []
    parts, rows = [], []
    for group in groups:
        part = joint({name: able[name] for name in group}, genes, alpha)
        parts.append(part)
        counts = part.groupby(["class", "verdict"]).size()
        rows += [
            [",".join(group), part.attrs["n_shared"], name, verdict, counts.get((name, verdict), 0)]
            for name in CLAIMED
            for verdict in VERDICTS
            if verdict != "contradicted"
        ]
        n = int((part["verdict"] == "contradicted").sum())
        rows.append([",".join(group), part.attrs["n_shared"], "any", "contradicted", n])
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    return table, pd.DataFrame(rows, columns=SUMMARY)


def classed(genes: pd.DataFrame) -> bool:
    """Whether a trajectory table holds tests of classes."""
    return "p_reverted" in genes and bool(genes["p_reverted"].notna().any())
