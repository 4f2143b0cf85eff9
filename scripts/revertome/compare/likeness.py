"""How alike are the people of two studies? Samples by their profiles, people by telling genes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.compare.people import People
from revertome.quality.duplicates import SAME
from revertome.quality.identity import CLIP, ODDS
from revertome.quality.informative_genes import GENES, POOL, PRIOR_DF, REDUNDANT

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]
VARIABLE = 3000  # genes of a profile
FEWEST = 200  # shared expressed genes below which profiles tell nothing
AXES, SAMPLES_AN_AXIS = 10, 6
# ASSUME samples of different people correlate less than this once leading axes are out, whatever
# their study: the largest was 0.55 in splits of GSE65391 into studies of 9 to 180 samples; one
# sample normalised in two ways reached 0.7 and more where both studies have 25 samples.
ALIKE = 0.65
# 1.3 times the largest within either study is enough, but 0.02 less for every axis at the least.
MARGIN, AN_AXIS = 1.3, 0.02
MIN_PAIRED = 5  # people seen twice below which no genes are known that tell people apart
USUAL = 0.95  # quantile of the evidence for the most alike other person of one's own study
SURE = 1e-4  # p of as many people who are more alike than that
FLOOR = 0.05  # least SD of a gene


@dataclass(frozen=True)
class Likeness:
    """Who of two studies is alike.

    Attributes
    ----------
    samples : (k, 2)
        Places of samples of the first and of the second study that are as alike as one sample.
    people : set of (str, str)
        People of the first and of the second study who are as alike as one person seen twice;
        empty where they are no more than chance gives.
    correlation
        Largest correlation of a sample of one with a sample of the other.
    bound
        Correlation from which on two samples are taken for one.
    genes
        Genes behind it.
    """

    samples: npt.NDArray[np.intp]
    people: set[tuple[str, str]]
    correlation: float
    bound: float
    genes: int


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


def seen(people: People) -> Seen:
    """Sums of squares within the people of a study."""
    names, _, code = _persons(people)
    x = centred(people.profiles, people.cells)
    left = x - _means(x, code)[code]
    return Seen(people, (left**2).sum(axis=0, dtype=float), len(code) - len(names))


def likeness(first: Seen, second: Seen) -> Likeness | None:
    """Compare the profiles of two studies; None where they share too few genes.

    Samples: log2 values of the 3,000 most variable shared genes, each less its mean over the study
    and scaled to unit variance there, without the leading principal axes of both studies taken
    together (one for every six samples of the smaller study, at most ten): disease, treatment and
    content of cells move all samples along few axes, and platforms shift and stretch genes. Two
    samples are one when each is the other's most alike, with a correlation of at least `bound`; or
    when they correlate by 0.95 or more without any of this but the genes' common means, as the
    same values do however small the studies are.

    People: see `same_people`.
    """
    a, b = first.people, second.people
    one, two = _shared(a.genes, b.genes)
    if len(one) < FEWEST or min(len(a.samples), len(b.samples)) < 2:
        return None
    x, y = a.profiles[:, one], b.profiles[:, two]
    rank = sum(np.argsort(np.argsort(-part.var(axis=0))) for part in (x, y))
    top = np.sort(np.argsort(rank, kind="stable")[:VARIABLE])
    x, y = x[:, top], y[:, top]
    level = np.concatenate([x, y]).mean(axis=0)
    equal = _correlation(x - level, y - level)
    axes = min(AXES, min(len(x), len(y)) // SAMPLES_AN_AXIS)
    u, v = _without_axes(_scaled(x), _scaled(y), axes)
    r = _correlation(u, v)
    own = [_others(_correlation(z, z), part.patients) for z, part in ((u, a), (v, b))]
    bound = float(np.clip(MARGIN * max(own), ALIKE - AN_AXIS * axes, ALIKE))
    mutual = (r == r.max(axis=1, keepdims=True)) & (r == r.max(axis=0)) & (r >= bound)
    found = np.argwhere(mutual | (equal >= SAME))
    return Likeness(found, same_people(first, second, one, two), float(r.max()), bound, len(top))


def same_people(first: Seen, second: Seen, one: Places, two: Places) -> set[tuple[str, str]]:
    """People of both studies, whatever visit they were seen at.

    The evidence for one person is that of the check of pairs within a study
    (`quality.identity.match_patients`): log ratio of the likelihood of the difference of two
    people's means if they are of one person to that if they are of two, over up to 100 genes of
    small variance within people and mutual correlation below 0.5, each clipped to +-3. Genes are
    centred on group and visit and scaled to unit variance within each study; the variance within
    people is that of all who were seen twice in either study.

    No odds can be read from it (relatives, people of one batch), so it is held against the same
    evidence within each study, where everybody is somebody else: those who are each other's most
    alike, above the 95% quantile of the most alike others, are told when so many are improbable by
    chance (binomial, p < 0.0001).

    Parameters
    ----------
    first, second
        The studies.
    one, two
        Places of the genes they share.
    """
    from scipy import stats

    a, b = first.people, second.people
    if first.df + second.df < MIN_PAIRED:
        return set()
    raw = (first.within[one] + second.within[two]) / (first.df + second.df)
    df = first.df + second.df
    within = np.maximum((df * raw + PRIOR_DF * np.median(raw)) / (df + PRIOR_DF), 1e-6)
    pool = np.argsort(within, kind="stable")[:POOL]
    x, y = (centred(part.profiles[:, at[pool]], part.cells) for part, at in ((a, one), (b, two)))
    kept = _unlike(np.corrcoef(np.concatenate([x, y]).T))
    w = within[pool[kept]]
    people = [_persons(part) for part in (a, b)]
    means = [_means(z[:, kept], code) for z, (_, _, code) in zip((x, y), people, strict=True)]
    (names, n, _), (others, m, _) = people
    usual = []
    for mean, count in ((means[0], n), (means[1], m)):
        own = _evidence(mean, count, mean, count, w)
        np.fill_diagonal(own, -np.inf)
        usual += own.max(axis=1).tolist()
    least = max(float(np.quantile(usual, USUAL, method="higher")), ODDS)
    across = _evidence(means[0], n, means[1], m, w)
    mutual = (across == across.max(axis=1, keepdims=True)) & (across == across.max(axis=0))
    found = np.argwhere(mutual & (across > least))
    if stats.binom.sf(len(found) - 1, min(across.shape), 1 - USUAL) >= SURE:
        return set()
    return {(str(names[i]), str(others[j])) for i, j in found}


def centred(x: Floats, cells: npt.NDArray[np.object_]) -> Floats:
    """Genes less the mean of the group and visit, with unit variance over the study."""
    code = pd.factorize(cells, sort=True)[0]
    left = x - _means(x, code)[code]
    return np.asarray(left / np.maximum(left.std(axis=0), FLOOR))


def _shared(first: pd.Index, second: pd.Index) -> tuple[Places, Places]:
    both = first.intersection(second).sort_values()
    return first.get_indexer(both), second.get_indexer(both)


def _scaled(x: Floats) -> Floats:
    left = x - x.mean(axis=0)
    return np.asarray(left / np.maximum(left.std(axis=0), FLOOR))


def _without_axes(x: Floats, y: Floats, k: int) -> tuple[Floats, Floats]:
    if not k:
        return x, y
    both = np.concatenate([x, y])
    axes = both.T @ np.linalg.eigh(both @ both.T)[1][:, -k:]
    axes /= np.linalg.norm(axes, axis=0)
    return x - (x @ axes) @ axes.T, y - (y @ axes) @ axes.T


def _correlation(x: Floats, y: Floats) -> Floats:
    """Correlation of each row of one with each of the other; 0 where one does not vary."""
    x, y = (z - z.mean(axis=1, keepdims=True) for z in (x, y))
    x, y = (z / np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-6) for z in (x, y))
    return np.asarray(x @ y.T)


def _others(r: Floats, people: npt.NDArray[np.object_]) -> float:
    """Largest correlation of different people of one study."""
    return float(r[people[:, None] != people].max(initial=0.0))


def _persons(people: People) -> tuple[npt.NDArray[np.object_], Places, Places]:
    """Names of the people, their numbers of samples, and whose each sample is."""
    code, names = pd.factorize(people.patients, sort=True)
    return names, np.bincount(code, minlength=len(names)), code


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


def _evidence(x: Floats, n: Places, y: Floats, m: Places, within: Array) -> Array:
    """Log likelihood ratio, one person to two, of each person with each of the others.

    Means of n and m samples differ with variance w (1/n + 1/m) in one person; two people add
    twice the variance between them, which is what is left of 1.
    """
    noise = 1 / n[:, None] + 1 / m
    total = np.zeros(noise.shape)
    for i, w in enumerate(within):
        same = w * noise
        two = same + 2 * max(1 - w, 0.0)
        squared = (x[:, i, None] - y[:, i]) ** 2
        ratio = np.log(two / same) / 2 - squared / 2 * (1 / same - 1 / two)
        total += np.clip(ratio, -CLIP, CLIP)
    return total
