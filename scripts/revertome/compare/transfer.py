"""Do the reverted and induced genes of one study change the same way in another?"""

from dataclasses import replace
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.class_groups import induced_end
from revertome.compare.effects import ContrastEffects
from revertome.compare.study import FinishedStudy
from revertome.statistics.fdr import adjust

SETS = ("reverted", "induced")
CHANGES = ("change_responders", "change_all", "change_treated")
STRATA = 10  # of average expression, within which genes are matched
COLUMNS = [
    "source",
    "target",
    "set",
    "contrast",
    "n_set",
    "n_shared",
    "n_same_sign",
    "share_same_sign",
    "share_same_sign_others",
    "share_same_sign_matched",
    "n_replicated",
    "share_replicated",
    "p_cutoff",
    "share_at_cutoff_others",
    "share_at_cutoff_matched",
]


def directed_p(direction: Array, target: ContrastEffects) -> Array:
    """One-sided p of effects in the direction of `direction`; 1/2 where it has none."""
    above, below = target.one_sided
    return np.where(direction > 0, above, np.where(direction < 0, below, 0.5))


def replicate(
    change: Array,
    members: npt.NDArray[np.bool_],
    target: ContrastEffects,
    n_set: int,
    alpha: float,
) -> dict[str, float]:
    """Follow a gene set of one study into a contrast of another.

    Parameters
    ----------
    change : (G,)
        Change in the source study (log2) of the genes of `target`.
    members : (G,)
        Whether the gene is in the set.
    target
        Contrast of the target study on the shared genes.
    n_set
        Genes of the set, measured in the target or not.
    alpha
        False discovery rate of the replicated genes.

    Returns
    -------
    n_set, n_shared (measured in the target); n_same_sign and share_same_sign among the shared
    genes; n_replicated and share_replicated, those whose one-sided p in the source's direction
    passes Benjamini-Hochberg at `alpha` within the set (the studies being independent: in the
    target, of no change or one the other way, whatever the target tested); p_cutoff, the largest
    one-sided p that passed. `_others` are the shares among all other shared genes, each in the
    direction of its own change: the same sign, and a one-sided p at or below the cutoff. `_matched`
    are what the set is expected to reach by chance: for each of its genes the share of other genes
    of the same tenth of the target's average expression that go in that gene's direction, or do so
    with a p at or below the cutoff. Missing where undefined.
    """
    same = np.sign(change) * np.sign(target.logfc) > 0
    p = directed_p(change, target)
    any_inside = members.any()
    passed = p[members][adjust(p[members]) <= alpha]
    cutoff = float(passed.max()) if len(passed) else np.nan
    matched = _matched(np.sign(change), members, target, cutoff)
    return {
        "n_set": n_set,
        "n_shared": int(members.sum()),
        "n_same_sign": int(same[members].sum()),
        "share_same_sign": _mean(same[members]),
        "share_same_sign_others": _mean(same[~members]),
        "share_same_sign_matched": matched[0],
        "n_replicated": len(passed),
        "share_replicated": len(passed) / members.sum() if any_inside else np.nan,
        "p_cutoff": cutoff,
        "share_at_cutoff_others": _mean(p[~members] <= cutoff) if len(passed) else np.nan,
        "share_at_cutoff_matched": matched[1],
    }


def _mean(x: npt.NDArray[np.bool_]) -> float:
    return float(x.mean()) if len(x) else np.nan


def _matched(
    direction: Array, members: npt.NDArray[np.bool_], target: ContrastEffects, cutoff: float
) -> tuple[float, float]:
    """Chance shares of same sign and of p at or below the cutoff, from matched other genes."""
    average = np.nan_to_num(target.average)
    if not members.any():
        return np.nan, np.nan
    edges = np.quantile(average, np.linspace(0, 1, STRATA + 1)[1:-1])
    stratum = np.searchsorted(edges, average, side="right")
    others = np.bincount(stratum[~members], minlength=STRATA)
    size: list[npt.NDArray[np.intp]] = []
    same: list[npt.NDArray[np.intp]] = []
    reached: list[npt.NDArray[np.intp]] = []
    for side, p in ((-1, target.one_sided[1]), (1, target.one_sided[0])):
        size.append(np.bincount(stratum[members & (direction == side)], minlength=STRATA))
        for counts, hit in ((same, side * target.z > 0), (reached, p <= cutoff)):
            counts.append(np.bincount(stratum[~members & hit], minlength=STRATA))
    weight = np.array(size) * (others > 0)
    if not weight.any():
        return np.nan, np.nan
    share = [
        (weight * np.array(counts) / np.maximum(others, 1)).sum() for counts in (same, reached)
    ]
    ahead, beyond = (float(x / weight.sum()) for x in share)
    return ahead, beyond if np.isfinite(cutoff) else np.nan


def directions(genes: pd.DataFrame, name: str) -> pd.Series:
    """Change of every gene in the patients in whom a set is claimed, by gene.

    Reverted genes carry the change of the patients in whom the source claims reversion, induced
    ones of those in whom it claims induction.
    """
    end = induced_end(genes) if name == "induced" else ""
    change: pd.Series = genes.set_index("gene")[f"change{end}"]
    return change


def transfer(
    studies: dict[str, FinishedStudy],
    tables: dict[str, dict[str, ContrastEffects]],
    genes: pd.Index,
    alpha: float,
) -> pd.DataFrame:
    """Follow the sets of every study into the changes of every other.

    Returns
    -------
    DataFrame with the columns of `COLUMNS`; see `replicate`.
    """
    placed = {name: _placed(study, genes) for name, study in studies.items()}
    rows = []
    for source, target in permutations(sorted(studies), 2):
        for name, (change, inside) in placed[source].items():
            for contrast in CHANGES:
                if target in tables.get(contrast, {}):
                    part = replace(tables[contrast][target], noise=None, spread=None)
                    part = part.take(np.flatnonzero(np.isfinite(change[part.at])))
                    found = replicate(
                        change[part.at], inside[part.at], part, int(inside.sum()), alpha
                    )
                    where = {"source": source, "target": target, "set": name, "contrast": contrast}
                    rows.append({**where, **found})
    return pd.DataFrame(rows, columns=COLUMNS)


def _placed(
    study: FinishedStudy, genes: pd.Index
) -> dict[str, tuple[Array, npt.NDArray[np.bool_]]]:
    """Change and membership on the list of all genes, by set."""
    if study.genes.empty:
        return {}
    at = genes.get_indexer(study.genes["gene"])
    found = {}
    for name in SETS:
        change = np.full(len(genes), np.nan)
        inside = np.zeros(len(genes), dtype=bool)
        change[at] = directions(study.genes, name).to_numpy(float)
        inside[at] = study.genes["class"].eq(name).to_numpy() & np.isfinite(change[at])
        found[name] = change, inside
    return found
