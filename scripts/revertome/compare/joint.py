"""Joint classes of two or more studies: shown in all, in one only, or contradicted.

A class is shown in all when it is shown in each: an intersection-union test over studies, whose
p-value is the largest of theirs (Berger 1982, Technometrics 24:295), with the screen of the
one-study rule in every study. Not to be shown in a study is never taken for absence.
"""

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.compare.study import Array, Study
from revertome.differential.top_table import adjust

CLASSES = ("reverted", "induced", "partial", "exacerbated", "persistent")
COLUMNS = ["studies", "gene", "verdict", "class", "shown", "P.Value", "adj.P.Val", "classes"]
VERDICTS = ("all", "some", "one_only", "contradicted")
SUMMARY = ["studies", "n_shared", "class", "verdict", "n_genes"]
Flags = npt.NDArray[np.bool_]


def joint(studies: dict[str, Study], names: Iterable[str], alpha: float = 0.05) -> pd.DataFrame:
    """Classify the genes that all named studies measured.

    - all: for class C, p = max over studies of the study's p of C, and all studies move the gene
      the same way (the defining effect has one sign; 1 otherwise). Benjamini-Hochberg at `alpha`
      among the genes whose defining effect (disease; change for `induced`) passes
      Benjamini-Hochberg in every study.
    - contradicted (two studies): each study's point lies in a wedge of its own, p = max over
      studies of the p of that wedge, 1 where class and direction agree; Benjamini-Hochberg among
      the genes that pass a screen in both.
    - one_only: classed in the table of one study, and neither of the above; some: classed in the
      tables of several studies, none of which the joint tests bear out for all.

    Parameters
    ----------
    studies
        Studies by name.
    names
        Two or more of them with trajectory tables.
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
    names = sorted(names)
    tables = [studies[name].genes.set_index("gene") for name in names]
    shared = sorted(set.intersection(*(set(table.index) for table in tables)))
    tables = [table.loc[shared] for table in tables]
    found = _shown_in_all(tables, alpha)
    if len(tables) == 2:
        p, adjusted = _contradicted(tables[0], tables[1], alpha)
        against = (adjusted <= alpha) & (found["verdict"] == "").to_numpy()
        found.loc[against, "verdict"] = "contradicted"
        found.loc[against, "P.Value"], found.loc[against, "adj.P.Val"] = (
            p[against],
            adjusted[against],
        )
    own = np.array([table["class"].isin(CLASSES).to_numpy() for table in tables])
    open_ = (found["verdict"] == "").to_numpy()
    found.loc[(own.sum(0) == 1) & open_, "verdict"] = "one_only"
    found.loc[(own.sum(0) > 1) & open_, "verdict"] = "some"
    found["gene"], found["studies"] = shared, ",".join(names)
    kept = np.flatnonzero(found["verdict"] != "")
    words = [_words(table) for table in tables]
    shown = [",".join(n for n, has in zip(names, own[:, i], strict=True) if has) for i in kept]
    classes = ["; ".join(f"{n}: {w[i]}" for n, w in zip(names, words, strict=True)) for i in kept]
    found = found.iloc[kept].assign(shown=shown, classes=classes)
    first = [next((t["class"].iloc[i] for t, has in zip(tables, own[:, i], strict=True) if has), "")
             for i in kept]  # fmt: skip
    single = found["verdict"].isin(["one_only", "some"]).to_numpy()
    found.loc[single, "class"] = np.array(first, dtype=object)[single]
    found = found[COLUMNS].reset_index(drop=True)
    found.attrs["n_shared"] = len(shared)
    return found


def effect_of(table: pd.DataFrame, name: str) -> Array:
    """Defining effect of a class: disease, or for `induced` the change it is claimed on."""
    column = "disease"
    if name == "induced":
        column = "change_all" if "change_all" in table else "change"
    return np.asarray(table[column].to_numpy(float))


def _screen_p(table: pd.DataFrame, name: str) -> Array:
    column = "p_disease"
    if name == "induced":
        column = "p_change_all" if "p_change_all" in table else "p_change"
    return np.asarray(table[column].to_numpy(float))


def _passes(p: Array, alpha: float) -> Flags:
    return np.asarray(adjust(p) <= alpha)


def _within(p: Array, screen: Flags) -> Array:
    adjusted = np.ones(len(p))
    adjusted[screen] = adjust(p[screen])
    return adjusted


def _class_p(table: pd.DataFrame, name: str) -> Array:
    p = table.get(f"p_{name}")
    return np.ones(len(table)) if p is None else np.asarray(p.astype(float).fillna(1.0))


def _shown_in_all(tables: list[pd.DataFrame], alpha: float) -> pd.DataFrame:
    n = len(tables[0])
    found = pd.DataFrame({"verdict": np.full(n, "", dtype=object), "class": None})
    found = found.assign(**{"P.Value": np.nan, "adj.P.Val": np.nan})
    # Weaker claims first, as within one study.
    for name in ("persistent", "exacerbated", "partial", "induced", "reverted"):
        signs = np.sign([effect_of(table, name) for table in tables])
        one_way = (signs == signs[0]).all(0) & (signs[0] != 0)
        screen = np.logical_and.reduce([_passes(_screen_p(t, name), alpha) for t in tables])
        p = np.maximum.reduce([_class_p(table, name) for table in tables])
        p = np.where(one_way, p, 1.0)
        adjusted = _within(p, screen)
        hit = adjusted <= alpha
        found.loc[hit, "verdict"], found.loc[hit, "class"] = "all", name
        found.loc[hit, "P.Value"], found.loc[hit, "adj.P.Val"] = p[hit], adjusted[hit]
    return found


def _contradicted(one: pd.DataFrame, two: pd.DataFrame, alpha: float) -> tuple[Array, Array]:
    own, screens = [], []
    for table in (one, two):
        p = np.array([_class_p(table, name) for name in CLASSES])
        best = p.argmin(0)
        sign = np.sign([effect_of(table, name) for name in CLASSES])
        rows = np.arange(len(table))
        own.append((p[best, rows], best, sign[best, rows]))
        screens.append(_passes(_screen_p(table, "reverted"), alpha)
                       | _passes(_screen_p(table, "induced"), alpha))  # fmt: skip
    (p1, c1, s1), (p2, c2, s2) = own
    p = np.where((c1 != c2) | (s1 != s2), np.maximum(p1, p2), 1.0)
    return p, _within(p, screens[0] & screens[1])


def _words(table: pd.DataFrame) -> list[str]:
    induced = table["class"].eq("induced").to_numpy()
    sign = np.where(induced, effect_of(table, "induced"), effect_of(table, "reverted")) > 0
    way = np.where(induced, np.where(sign, " up", " down"), np.where(sign, " high", " low"))
    known = table["class"].isin(CLASSES).to_numpy()
    return [f"{c}{w}" if k else str(c)
            for c, w, k in zip(table["class"], way, known, strict=True)]  # fmt: skip


def joint_tables(
    studies: dict[str, Study], alpha: float = 0.05
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Joint classes of every pair of studies, and of all together when there are three or more.

    Studies without trajectory classes (no healthy samples) stand aside.

    Returns
    -------
    genes
        See `joint`.
    summary
        studies, n_shared (genes measured in all of them), class, verdict, n_genes.
    """
    able = [name for name in sorted(studies) if classed(studies[name].genes)]
    groups = [pair for pair in combinations(able, 2)]
    if len(able) > 2:
        groups.append(tuple(able))  # type: ignore[arg-type]
    parts, rows = [], []
    for group in groups:
        part = joint(studies, group, alpha)
        parts.append(part)
        for name in CLASSES:
            for verdict in VERDICTS:
                n = int(((part["verdict"] == verdict) & (part["class"] == name)).sum())
                if verdict != "contradicted":
                    rows.append([",".join(group), part.attrs["n_shared"], name, verdict, n])
        n = int((part["verdict"] == "contradicted").sum())
        rows.append([",".join(group), part.attrs["n_shared"], "any", "contradicted", n])
    genes = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    return genes, pd.DataFrame(rows, columns=SUMMARY)


def classed(genes: pd.DataFrame) -> bool:
    """Whether a trajectory table holds tests of classes."""
    return "p_reverted" in genes and bool(genes["p_reverted"].notna().any())
