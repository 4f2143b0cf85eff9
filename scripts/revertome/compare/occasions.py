"""Who of two studies is one person, sampled on different occasions? By genes that tell people."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.compare.people import People
from revertome.quality.identity import CLIP, ODDS
from revertome.quality.informative_genes import GENES, POOL, PRIOR_DF, REDUNDANT

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]
MIN_PAIRED = 5  # people seen twice below which no genes are known that tell people apart
USUAL = 0.95  # quantile of the evidence for the most alike other person of one's own study
SURE = 1e-4  # p of as many people who are more alike than that
FLOOR = 0.05  # least SD of a gene


@dataclass(frozen=True)
class Seen:
    """People of a study, with what tells them apart.

    Attributes
    ----------
    people
        The study's own.
    within : (G,)
        Sum of squares of its genes (see `centred`) about the means of people.
    df : int
        Samples less people.
    """

    people: People
    within: Array
    df: int


class Persons(NamedTuple):
    """People of a study: names, numbers of samples, and the means of those, (people, genes)."""

    names: npt.NDArray[np.object_]
    size: Places
    means: Floats


def seen(people: People) -> Seen:
    """Sums of squares within the people of a study."""
    code, names = pd.factorize(people.patients, sort=True)
    x = centred(people.profiles, people.cells)
    left = x - _means(x, code)[code]
    return Seen(people, (left**2).sum(axis=0, dtype=float), len(code) - len(names))


def same_people(
    first: Seen, second: Seen, at: tuple[Places, Places], told: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    """People of both studies who were sampled on different occasions.

    The evidence for one person is that of the check of pairs within a study
    (`quality.identity.match_patients`): log ratio of the likelihood of the difference of two
    people's means if they are of one person to that if they are of two, over up to 100 genes of
    small variance within people and mutual correlation below 0.5, each clipped to +-3. Genes are
    centred on group and visit and scaled to unit variance within each study; the variance within
    people is that of all who were seen twice in either study.

    No odds can be read from it (relatives, people of one batch), so it is held against the same
    evidence within each study, where everybody is somebody else: those who are each other's most
    alike, above the 95% quantile of the most alike others, are told when so many are improbable by
    chance (binomial, p < 0.0001). Healthy people and the others each on their own.

    Parameters
    ----------
    first, second
        The studies.
    at
        Places of the genes they share.
    told
        People known to be the same, who are left out.
    """
    a, b = first.people, second.people
    df = first.df + second.df
    if df < MIN_PAIRED:
        return set()
    raw = (first.within[at[0]] + second.within[at[1]]) / df
    within = np.maximum((df * raw + PRIOR_DF * np.median(raw)) / (df + PRIOR_DF), 1e-6)
    pool = np.argsort(within, kind="stable")[:POOL]
    x, y = (centred(p.profiles[:, g[pool]], p.cells) for p, g in ((a, at[0]), (b, at[1])))
    kept = _unlike(np.corrcoef(np.concatenate([x, y]).T))
    found: set[tuple[str, str]] = set()
    for healthy in (False, True):
        left = [
            (part.healthy == healthy) & ~np.isin(part.patients, [pair[i] for pair in told])
            for i, part in enumerate((a, b))
        ]
        if all(rows.any() for rows in left):
            one, two = (
                _persons(z[rows][:, kept], part.patients[rows])
                for z, rows, part in zip((x, y), left, (a, b), strict=True)
            )
            found |= _mates(one, two, within[pool[kept]])
    return found


def _mates(a: Persons, b: Persons, within: Array) -> set[tuple[str, str]]:
    """People of two studies who are more alike than chance gives."""
    from scipy import stats

    usual = []
    for part in (a, b):
        own = _evidence(part, part, within)
        np.fill_diagonal(own, -np.inf)
        usual += own.max(axis=1).tolist()
    least = max(float(np.quantile(usual, USUAL, method="higher")), ODDS)
    across = _evidence(a, b, within)
    mutual = (across == across.max(axis=1, keepdims=True)) & (across == across.max(axis=0))
    found = np.argwhere(mutual & (across > least))
    if stats.binom.sf(len(found) - 1, min(across.shape), 1 - USUAL) >= SURE:
        return set()
    return {(str(a.names[i]), str(b.names[j])) for i, j in found}


def centred(x: Floats, cells: npt.NDArray[np.object_]) -> Floats:
    """Genes less the mean of the group and visit, with unit variance over the study."""
    code = pd.factorize(cells, sort=True)[0]
    left = x - _means(x, code)[code]
    return np.asarray(left / np.maximum(left.std(axis=0), FLOOR))


def _persons(x: Floats, people: npt.NDArray[np.object_]) -> Persons:
    code, names = pd.factorize(people, sort=True)
    return Persons(names, np.bincount(code), _means(x, code))


def _means(x: Floats, code: Places) -> Floats:
    member = (np.arange(code.max(initial=-1) + 1)[:, None] == code).astype(np.float32)
    return np.asarray((member / member.sum(axis=1, keepdims=True)) @ x)


def _unlike(r: Array) -> Places:
    """Places of genes, the first ones first, that no earlier one is correlated with."""
    chosen: list[int] = []
    free = np.ones(len(r), dtype=bool)
    for i in range(len(r)):
        if free[i] and len(chosen) < GENES:
            chosen.append(i)
            free &= np.abs(r[i]) < REDUNDANT
    return np.array(chosen, dtype=np.intp)


def _evidence(a: Persons, b: Persons, within: Array) -> Floats:
    """Log likelihood ratio, one person to two, of each person with each of the others.

    Means of n and m samples differ with variance w (1/n + 1/m) in one person; two people add
    twice the variance between them, which is what is left of 1.
    """
    noise = (1 / a.size[:, None] + 1 / b.size).astype(np.float32)
    total = np.zeros_like(noise)
    for i, w in enumerate(within.astype(np.float32)):
        same = w * noise
        two = same + 2 * max(1 - w, np.float32(0))
        ratio = np.square(a.means[:, i, None] - b.means[:, i])
        ratio *= (1 / two - 1 / same) / 2
        ratio += np.log(two / same) / 2
        total += np.clip(ratio, -CLIP, CLIP, out=ratio)
    return total
