"""How alike are the people of two studies? Samples by their profiles, people by telling genes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.compare.occasions import FLOOR, Floats, Places, Seen, same_people
from revertome.quality.duplicates import SAME

VARIABLE = 3000  # genes of a profile
FEWEST = 200  # shared expressed genes below which profiles tell nothing
AXES, SAMPLES_AN_AXIS = 10, 6
# ASSUME samples of different people correlate less than this once leading axes are out, whatever
# their study: the largest was 0.55 in splits of GSE65391 into studies of 9 to 180 samples; one
# sample normalised in two ways reached 0.7 and more where both studies have 25 samples.
ALIKE = 0.65
# 1.3 times the largest within either study is enough, but 0.02 less for every axis at the least.
MARGIN, AN_AXIS = 1.3, 0.02


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


def likeness(first: Seen, second: Seen) -> Likeness | None:
    """Compare the profiles of two studies; None where they share too few genes.

    Samples: log2 values of the 3,000 most variable shared genes, each less its mean over the study
    and scaled to unit variance there, without the leading principal axes of both studies taken
    together (one for every six samples of the smaller study, at most ten): disease, treatment and
    content of cells move all samples along few axes, and platforms shift and stretch genes. Two
    samples are one when each is the other's most alike, with a correlation of at least `bound`; or
    when they correlate by 0.95 or more without any of this but the genes' common means, as the
    same values do however small the studies are.

    People sampled on other occasions: see `occasions.same_people`.
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
    told = {(a.patients[i], b.patients[j]) for i, j in found}
    people = same_people(first, second, (one, two), told)
    return Likeness(found, people, float(r.max()), bound, len(top))


def _shared(first: pd.Index, second: pd.Index) -> tuple[Places, Places]:
    both = first.intersection(second).sort_values()
    return first.get_indexer(both), second.get_indexer(both)


def _scaled(x: Floats) -> Floats:
    left = x - x.mean(axis=0)
    return np.asarray(left / np.maximum(left.std(axis=0), FLOOR))


def _without_axes(x: Floats, y: Floats, k: int) -> tuple[Floats, Floats]:
    from scipy import linalg

    if not k:
        return x, y
    both = np.concatenate([x, y])
    last = len(both) - k, len(both) - 1
    axes = both.T @ linalg.eigh(both @ both.T, subset_by_index=last)[1]
    axes /= np.maximum(np.linalg.norm(axes, axis=0), 1e-6)
    return x - (x @ axes) @ axes.T, y - (y @ axes) @ axes.T


def _correlation(x: Floats, y: Floats) -> Floats:
    """Correlation of each row of one with each of the other; 0 where one does not vary."""
    x, y = (z - z.mean(axis=1, keepdims=True) for z in (x, y))
    x, y = (z / np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-6) for z in (x, y))
    return np.asarray(x @ y.T)


def _others(r: Floats, people: npt.NDArray[np.object_]) -> float:
    """Largest correlation of different people of one study."""
    return float(r[people[:, None] != people].max(initial=0.0))
