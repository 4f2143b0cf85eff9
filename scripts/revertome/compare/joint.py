"""Joint classes of two or more studies: shown in all, in at least some, or contradicted.

That a class is true in at least r of n studies is a partial conjunction, tested by AdaFilter
(`statistics.partial_conjunction`) on the p of the class in each study. It asks for one direction
of the defining effect, tests both, and needs no screen: a gene that no study shows at the height of
the cut is not counted among the tests. Not to be shown in a study is never taken for absence.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from revertome.compare.calls import Flags, JointCalls, Names, Places, calls_of, classed
from revertome.compare.claims import Claims, claims_of, in_others
from revertome.compare.contradictions import Against, Pair, contradicted, pairs_against
from revertome.compare.study import FinishedStudy
from revertome.gene_classes import CLAIMED

COLUMNS = ["studies", "gene", "verdict", "class", "at_least", "shown", "P.Value", "adj.P.Val",
           "classes"]  # fmt: skip
VERDICTS = ("all", "some", "one_only")
MOST = 6  # studies up to which every pair lists the genes that it shows
SUMMARY = ["studies", "n_studies", "n_shared", "class", "verdict", "n_genes", "n_in_others"]


def joint(
    calls: Mapping[str, JointCalls],
    genes: pd.Index,
    alpha: float,
    against: Mapping[Pair, Against] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Classify the genes that two or more of the named studies measured.

    - all: the class, in one direction, is shown in every study (`adafilter`, r = n).
    - contradicted: a pair of studies shows the gene in different classes (or directions), and in
      directions of the plane that differ by more than `directions.MARGIN`, the angle between no
      and half recovery. p = max(p of either class, `directions.apart`), smallest of all pairs
      times their number; adjusted by `adafilter`, the filter being the smallest p of any class in
      any study times the number of pairs.
    - some: shown in at least r of n studies, or classed in the tables of several.
    - one_only: classed in the table of one study, and none of the above.

    Parameters
    ----------
    calls
        Calls of two or more studies by name, see `calls_of`.
    genes
        Every gene, see `effects.all_genes`.
    alpha
        False discovery rate of each class and r, and of contradictions.
    against
        `contradictions` of pairs of the studies, where they are known.

    Returns
    -------
    joint
        `COLUMNS`, sorted by gene: studies (comma-joined), verdict, class, at_least (largest r at
        which it is shown in r studies; missing where no test shows it), shown (comma-joined studies
        whose own table shows a class), P.Value and adj.P.Val of the verdict (missing where it is
        not tested), classes (of each). Genes without a class anywhere are left out.
    summary
        `SUMMARY`, see `joint_tables`.
    """
    names = sorted(calls)
    parts = [calls[name] for name in names]
    # ASSUME the studies are independent: no patient is in two of them.
    held = np.sum([part.measured for part in parts], axis=0)
    at = np.flatnonzero(held >= 2)
    claims = claims_of(parts, at, alpha)
    if against is None:
        against = pairs_against({name: calls[name] for name in names}, alpha)
    pairs = [pair for pair in combinations(names, 2) if pair in against]
    own = np.array([part.own[at] for part in parts]) >= 0
    several = (claims.at_least > 0) | (own.sum(0) > 1)
    verdict = np.select([claims.at_least == len(parts), several, own.any(0)], VERDICTS, "").astype(
        object
    )
    if pairs:
        p, adjusted = contradicted([against[pair] for pair in pairs], calls, pairs, at)
        hit = (adjusted <= alpha) & (verdict != "all")
        verdict[hit] = "contradicted"
        claims.p[hit], claims.adjusted[hit] = p[hit], adjusted[hit]
    found = _table(parts, at, claims, verdict, own)
    found["shown"] = _listed(own[:, verdict != ""], names)
    found["studies"], found["gene"] = ",".join(names), genes[at[verdict != ""]]
    words = [part.words[at[verdict != ""]] for part in parts]
    found["classes"] = [
        "; ".join(f"{n}: {w}" for n, w in zip(names, row, strict=True))
        for row in zip(*words, strict=True)
    ]
    others = in_others(parts, at, verdict) if len(parts) == 2 else {}
    summary = _summary(len(parts), found, claims, others, bool(pairs))
    summary.insert(0, "studies", ",".join(names))
    summary.insert(2, "n_shared", int((held == len(names)).sum()))
    return found[COLUMNS], summary[SUMMARY]


def _table(
    parts: Sequence[JointCalls], at: Places, claims: Claims, verdict: Names, own: Flags
) -> pd.DataFrame:
    """Verdict, class and its tests of the genes that have a verdict."""
    first = np.array([part.own[at] for part in parts])[own.argmax(0), np.arange(len(at))]
    label = np.where(claims.at_least > 0, claims.label, np.array([*CLAIMED, None])[first])
    label[verdict == "contradicted"] = None
    kept = verdict != ""
    known = pd.Series(claims.at_least[kept], dtype="Int64")
    return pd.DataFrame(
        {
            "verdict": verdict[kept],
            "class": label[kept],
            "at_least": known.where(known > 0),
            "P.Value": claims.p[kept],
            "adj.P.Val": claims.adjusted[kept],
        }
    )


def _listed(flags: Flags, names: Sequence[str]) -> Names:
    """Comma-joined names of the studies whose flag is set, gene by gene."""
    kinds, which = np.unique(flags, axis=1, return_inverse=True)
    words = [",".join(np.array(names)[kind]) for kind in kinds.T]
    return np.array(words, dtype=object)[which.ravel()]


def _summary(
    n: int, found: pd.DataFrame, claims: Claims, others: Mapping[str, float], tested: bool
) -> pd.DataFrame:
    counts = found.groupby(["class", "verdict"]).size()
    rows: list[list[object]] = []
    for name in CLAIMED:
        for verdict in VERDICTS:
            also = others.get(name, np.nan) if verdict == "one_only" else np.nan
            rows.append([name, verdict, counts.get((name, verdict), 0), also])
        rows += [[name, f"at_least_{r}", claims.lists[name, r], np.nan] for r in range(2, n)]
    against = int((found["verdict"] == "contradicted").sum()) if tested else pd.NA
    rows.append(["any", "contradicted", against, np.nan])
    table = pd.DataFrame(rows, columns=["class", "verdict", "n_genes", "n_in_others"])
    table.insert(0, "n_studies", n)
    return table.astype({"n_genes": "Int64", "n_in_others": "Int64"})


def joint_tables(
    studies: dict[str, FinishedStudy], genes: pd.Index, alpha: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Joint classes of every pair of studies, and of all together when there are three or more.

    Studies without trajectory classes (no healthy samples) stand aside.

    Returns
    -------
    joint
        See `joint`. With three or more studies the pairs list what is tested, `all` (up to `MOST`
        studies, for there are 190 pairs of 20) and `contradicted`; what one study or some show
        stands under all together. The summary counts everything.
    summary
        studies, n_studies, n_shared (genes measured in all of them), class, verdict (those of
        `joint`, and `at_least_r`: shown in at least r of the studies), n_genes (missing where
        contradictions could not be tested), n_in_others (of pairs: how many of the genes of
        `one_only` are estimated to be of the class in the other study as well).
    """
    able = {n: calls_of(s.genes, genes) for n, s in sorted(studies.items()) if classed(s.genes)}
    groups: list[tuple[str, ...]] = [*combinations(able, 2)]
    groups += [tuple(able)] if len(able) > 2 else []
    against = pairs_against(able, alpha)
    parts, rows = [], []
    for group in groups:
        part, summary = joint({name: able[name] for name in group}, genes, alpha, against)
        if len(group) < len(able):
            part = part[part["verdict"].isin(["all"] * (len(able) <= MOST) + ["contradicted"])]
        parts.append(part)
        rows.append(summary)
    if not parts:
        return pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=SUMMARY)
    return pd.concat(parts, ignore_index=True), pd.concat(rows, ignore_index=True)
