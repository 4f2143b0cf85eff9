"""The trajectory sets of one study as gene sets in the contrasts of another."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from revertome.compare.effects import ContrastEffects
from revertome.compare.side_by_side import plane_contrasts
from revertome.compare.study import FinishedStudy
from revertome.compare.transfer import SETS, directions
from revertome.statistics.fdr import adjust
from revertome.statistics.preranked import RandomSets, preranked
from revertome.statistics.set_tests import camera, inflation, members

Key = tuple[str, str]  # source and name of a set
LEAST = 3  # genes of a set that the target measures
COLUMNS = ["source", "target", "set", "contrast", "n_set", "n_shared", "difference", "correlation"]
COLUMNS += ["t", "P.Value", "adj.P.Val", "NES", "permutations"]
BUDGET = 700_000  # random sets in all
FEWEST = 100


def signed_sets(studies: dict[str, FinishedStudy]) -> dict[tuple[str, str], list[str]]:
    """Genes of reverted and induced sets by (study, set), up and down in change.

    Named by what the treatment did to them, `reverted_falling` (up in disease) and so on, so that a
    set moves the same way in another study when its name says so.
    """
    found = {}
    for name, study in sorted(studies.items()):
        if study.genes.empty:
            continue
        for kind in SETS:
            change = directions(study.genes, kind)
            called = study.genes["class"].eq(kind).to_numpy()
            for way, sign in (("falling", -1), ("rising", 1)):
                members = change.index[called & (np.sign(change.to_numpy()) == sign)]
                found[name, f"{kind}_{way}"] = sorted(members)
    return found


def enrichment(
    studies: dict[str, FinishedStudy],
    tables: dict[str, dict[str, ContrastEffects]],
    genes: pd.Index,
    options: dict[str, int],
) -> pd.DataFrame:
    """Test every set of every study in every contrast of every other.

    Parameters
    ----------
    studies, tables, genes
        See `transfer.transfer`.
    options
        permutations and seed of GSEA.

    Returns
    -------
    DataFrame
        source, target, set, contrast; n_set, n_shared; difference of mean normal score inside and
        outside; camera with the correlation of the set's genes estimated from the target's
        residual expression (correlation, t, P.Value; missing without it, as no other correlation
        is known); adj.P.Val, Benjamini-Hochberg over all rows; NES of preranked enrichment, a
        description without a p, in the two contrasts of the trajectory plane, with `permutations`
        (fewer than asked for where studies are many; at least 100).
    """
    sets = signed_sets(studies)
    plane = plane_contrasts(tables)
    permutations = _affordable(options["permutations"], len(sets), len(studies) * len(plane))
    random = RandomSets(permutations, options["seed"])
    placed = {key: np.sort(genes.get_indexer(members)) for key, members in sets.items()}
    rows = []
    for contrast, found in tables.items():
        for target, part in sorted(found.items()):
            own = {key: at for key, at in placed.items() if key[0] != target}
            overlap = _camera(part, own)
            mine = own if contrast in plane else {}
            ranked = _gsea(part, mine, random)
            for (source, name), row in overlap.items():
                where = {"source": source, "target": target, "set": name, "contrast": contrast}
                rows.append({**where, **row, **ranked.get((source, name), {})})
    table = pd.DataFrame(rows).reindex(columns=COLUMNS)
    table["adj.P.Val"] = adjust(table["P.Value"])
    return table.sort_values(["source", "target", "contrast", "set"], ignore_index=True)


def _affordable(wanted: int, sets: int, contrasts: int) -> int:
    return max(FEWEST, min(wanted, BUDGET // max(1, sets * contrasts)))


def _camera(
    part: ContrastEffects, placed: dict[Key, npt.NDArray[np.intp]]
) -> dict[Key, dict[str, float]]:
    """Row of every set: its size, and the test where the target measures enough of it."""
    found = {key: np.flatnonzero(np.isin(part.at, at, assume_unique=True))
             for key, at in placed.items()}  # fmt: skip
    rows: dict[Key, dict[str, float]] = {
        key: {"n_set": len(placed[key]), "n_shared": len(at)} for key, at in found.items()
    }
    large = {key: at for key, at in found.items() if len(at) >= LEAST}
    if not large:
        return rows
    sets = members(list(large.values()), len(part.at))
    noise = part.noise
    inflated = own = np.full(len(large), np.nan)
    if noise is not None:
        inflated, own = _inflation_of_difference(sets, noise.T, part.df), inflation(sets, noise.T)
    delta, t, p = camera(sets, part.z, inflated, part.df)
    for i, (key, at) in enumerate(large.items()):
        rows[key]["difference"] = delta[i]
        if noise is not None:
            correlation = (own[i] - 1) / (len(at) - 1)
            rows[key] |= {"correlation": correlation, "t": t[i], "P.Value": p[i]}
    return rows


def _inflation_of_difference(
    sets: sparse.csr_array, noise: npt.NDArray[np.floating[Any]], df: int
) -> npt.NDArray[np.float64]:
    """Inflation that gives camera the variance of the mean inside less the mean outside, (sets,).

    The genes outside are no more independent than those inside, nor are the two of each other: in
    blood one axis moves thousands of genes, and normalisation moves the rest against them. So the
    variance is the mean square of the residual effects of that difference.
    """
    m = np.asarray(sets.sum(axis=1), dtype=float)
    others = sets.shape[1] - m
    inside = np.asarray(sets @ noise, dtype=float) / m[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        outside = (noise.sum(axis=0, dtype=float) - m[:, None] * inside) / others[:, None]
        return np.asarray(m * (((inside - outside) ** 2).sum(axis=1) / df - 1 / others))


def _gsea(
    part: ContrastEffects,
    placed: dict[Key, npt.NDArray[np.intp]],
    random: RandomSets,
) -> dict[Key, dict[str, float]]:
    found = {key: np.flatnonzero(np.isin(part.at, at, assume_unique=True))
             for key, at in placed.items()}  # fmt: skip
    large = {key: at for key, at in found.items() if LEAST <= len(at) < len(part.at)}
    _, score = preranked(part.z, list(large.values()), random)
    return {
        key: {"NES": score[i], "permutations": random.permutations}
        for i, key in enumerate(large)
        if np.isfinite(score[i])
    }
