"""What is true of the studies of a setting: effects of every gene in every study."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.across_setting import Across
from benchmarks.calibration import inside

Rng = np.random.Generator
SIGNATURE = 0.3  # share of genes in the signature
# Share of the signature, recovered fraction; None is induced.
KINDS = ((0.45, 1.0), (0.15, 0.3), (0.2, 0.0), (0.2, None))


@dataclass(frozen=True)
class Truth:
    """Effects in units of each gene's standard deviation, before the slope of the platform.

    Attributes
    ----------
    disease, change : (k, G)
        Of each study; the change of responders.
    mean_disease, mean_change : (G,)
        Of all studies that could be; 0 where a study's own effect has either sign by chance.
    spread : float
        SD of a study's effect over the absolute mean effect.
    unrelated : tuple of str
        `disease`, `change`: what the studies have nothing in common in.
    """

    disease: np.ndarray
    change: np.ndarray
    mean_disease: np.ndarray
    mean_change: np.ndarray
    spread: float = 0.0
    unrelated: tuple[str, ...] = ()

    def of(self, what: str) -> np.ndarray:
        """Effects (k, G) of `disease` or `change`."""
        return self.disease if what == "disease" else self.change

    def mean(self, what: str) -> np.ndarray:
        return self.mean_disease if what == "disease" else self.mean_change

    def in_class(self, name: str, study: int, share: float) -> np.ndarray:
        """Whether each gene lies in the open wedge; induction is that of all, `share` respond."""
        d, t = self.disease[study], self.change[study] * (share if name == "induced" else 1.0)
        # In units of the larger of the two, rounding puts genes that lie on an edge back on it.
        size = np.maximum(np.abs(d), np.abs(t))
        unit = np.where(size > 0, size, 1.0)
        return np.asarray(inside(name, np.round(d / unit, 9), np.round(t / unit, 9)))


def _sizes(rng: Rng, n: int) -> np.ndarray:
    """Effects of either sign, 0.7 to 2.5 standard deviations."""
    return rng.choice([-1.0, 1.0], n) * rng.uniform(0.7, 2.5, n)


def _signature(rng: Rng, n: int, kinds: tuple[tuple[float, float | None], ...] = KINDS):
    """Disease and change (n,): a signature, the rest 0."""
    disease, change = np.zeros(n), np.zeros(n)
    some = rng.permutation(n)[: round(SIGNATURE * n)]
    size = _sizes(rng, len(some))
    cuts = np.round(np.cumsum([share for share, _ in kinds]) * len(some)).astype(int)
    for (_, recovered), at in zip(kinds, np.split(np.arange(len(some)), cuts[:-1]), strict=True):
        if recovered is None:
            change[some[at]] = size[at]
        else:
            disease[some[at]] = size[at]
            change[some[at]] = -recovered * size[at]
    return disease, change


def none(setting: Across, loadings: np.ndarray, rng: Rng) -> Truth:
    zero = np.zeros((len(setting.patients), setting.n_genes))
    return Truth(zero, zero, zero[0], zero[0], unrelated=("disease", "change"))


def private(setting: Across, loadings: np.ndarray, rng: Rng) -> Truth:
    found = none(setting, loadings, rng)
    own = [_signature(rng, setting.n_genes) for _ in setting.patients]
    disease, change = (np.array(each) for each in zip(*own, strict=True))
    return replace(found, disease=disease, change=change)


def along(number: int) -> Callable[[Across, np.ndarray, Rng], Truth]:
    """Effects along the first axes, weights by chance in every study."""

    def drawn(setting: Across, loadings: np.ndarray, rng: Rng) -> Truth:
        found = none(setting, loadings, rng)
        axes = loadings[:, :number]
        shape = (2, len(setting.patients), axes.shape[1])
        weight = 2 * rng.choice([-1, 1], shape) * rng.uniform(0.5, 1.5, shape)
        return replace(found, disease=weight[0] @ axes.T, change=weight[1] @ axes.T)

    return drawn


def axes_and_private(setting: Across, loadings: np.ndarray, rng: Rng) -> Truth:
    own, more = along(3)(setting, loadings, rng), private(setting, loadings, rng)
    return replace(own, disease=own.disease + more.disease, change=own.change + more.change)


def shared(spread: float, kinds: tuple[tuple[float, float | None], ...] = KINDS):
    """One signature; the size of a gene's effects differs between studies, not its direction."""

    def drawn(setting: Across, loadings: np.ndarray, rng: Rng) -> Truth:
        disease, change = _signature(rng, setting.n_genes, kinds)
        factor = 1 + spread * rng.normal(size=(len(setting.patients), setting.n_genes))
        return Truth(disease * factor, change * factor, disease, change, spread)

    return drawn


def thirds(setting: Across, loadings: np.ndarray, rng: Rng) -> Truth:
    """Each study has two thirds of the signature, and as many effects of its own elsewhere."""
    disease, change = _signature(rng, setting.n_genes)
    signature = (disease != 0) | (change != 0)
    each = []
    for _ in setting.patients:
        d, t = disease.copy(), change.copy()
        lost = rng.permutation(np.flatnonzero(signature))[: signature.sum() // 3]
        own = rng.permutation(np.flatnonzero(~signature))[: len(lost)]
        sign = rng.choice([-1, 1], len(lost))
        d[own], t[own] = sign * d[lost], sign * t[lost]
        d[lost] = t[lost] = 0
        each.append((d, t))
    # Twice the mean of a gene that two thirds of the studies have.
    return Truth(*map(np.array, zip(*each, strict=True)), disease * 2 / 3, change * 2 / 3, np.nan)


def permuted(setting: Across, loadings: np.ndarray, rng: Rng) -> Truth:
    """Before and after are exchanged in every patient by chance (`across_draw`)."""
    found = shared(0.0)(setting, loadings, rng)
    zero = np.zeros_like(found.change)
    return replace(found, change=zero, mean_change=zero[0], unrelated=("change",))


def recovered(*fractions: float) -> Callable[[Across, np.ndarray, Rng], Truth]:
    """One disease, recovered by another fraction in each study; the last holds for the others."""

    def drawn(setting: Across, loadings: np.ndarray, rng: Rng) -> Truth:
        disease, _ = _signature(rng, setting.n_genes, ((1.0, 0.0),))
        k = len(setting.patients)
        each = np.array([*fractions, *[fractions[-1]] * k][:k])
        change = -each[:, None] * disease
        return Truth(np.tile(disease, (k, 1)), change, disease, change.mean(0), np.nan)

    return drawn


def one(setting: Across, loadings: np.ndarray, rng: Rng) -> Truth:
    """A signature in the first study, nothing in the others."""
    found = none(setting, loadings, rng)
    disease, change = found.disease.copy(), found.change.copy()
    disease[0], change[0] = _signature(rng, setting.n_genes, ((0.7, 1.0), (0.3, None)))
    return replace(found, disease=disease, change=change)


EFFECTS: dict[str, Callable[[Across, np.ndarray, Rng], Truth]] = {
    "none": none, "private": private, "axis1": along(1), "axis3": along(3), "axis10": along(10),
    "axis3_private": axes_and_private, "permuted": permuted, "half": recovered(1.0, 0.5),
    "all_half": recovered(0.5), "unequal": recovered(0.65, 0.35), "one": one, "shared": shared(0.2),
    "same": shared(0.0), "varied": shared(0.6), "thirds": thirds,
}  # fmt: skip
