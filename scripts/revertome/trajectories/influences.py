"""What people add to contrasts, z: held for all genes, or made of residuals when it is asked for.

Two numbers for each gene, person and contrast of two planes are up to four times the matrix. Held
they are had in less time; of a large study they are made of residuals, which all contrasts share.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.limma.clusters import Blocks, Genes

Rows = npt.NDArray[np.intp]

HELD = 2**24  # numbers that are held, 128 MB; of more they are made when they are asked for


class Influences(Protocol):
    """z of d and t of some people in the observed data; see `limma.cluster_robust`."""

    def of(self, which: Sequence[int], genes: Genes | slice) -> list[Array]:
        """Those of d (0), of t (1) or of both, of some genes, (g, N) each."""


class Held:
    """z of all genes, which share their design.

    Parameters
    ----------
    blocks : Blocks
    adjusted : (1, N, m, 2)
        Influence of the people times the adjustments of their residuals.
    people : (N,)
        Their positions.
    """

    def __init__(self, blocks: Blocks, adjusted: Array, people: Rows) -> None:
        # Gene by gene, as genes are picked from them.
        self.z = np.empty((2, len(blocks.genes), len(people)))
        for genes, e in blocks.pieces():
            self.z[:, genes] = np.einsum("nak,gna->kgn", adjusted[0], e[:, people])

    def of(self, which: Sequence[int], genes: Genes | slice) -> list[Array]:
        """See `Influences`."""
        return [_picked(self.z[k], genes) for k in which]


class Made:
    """z made of residuals of genes that share their design.

    Parameters
    ----------
    e : (m, G, all people)
        Residuals, of `residuals_by_gene`.
    adjusted, people
        As of `Held`.
    """

    def __init__(self, e: Array, adjusted: Array, people: Rows) -> None:
        self.e, self.people = e, None if len(people) == e.shape[2] else people
        self.adjusted = np.ascontiguousarray(np.moveaxis(adjusted[0], 0, 2))  # (m, 2, N)

    def of(self, which: Sequence[int], genes: Genes | slice) -> list[Array]:
        """See `Influences`."""
        own = [_picked(e, genes) for e in self.e]
        if self.people is not None:
            own = [e.take(self.people, axis=1) for e in own]
        found = [own[0] * self.adjusted[0, k] for k in which]
        for e, factor in zip(own[1:], self.adjusted[1:], strict=True):
            for z, k in zip(found, which, strict=True):
                z += e * factor[k]
        return found


def residuals_by_gene(blocks: Blocks, planes: int) -> Array | None:
    """Residuals (m, G, N) where they take less room than z of so many planes, which is large."""
    n_people, m = blocks.root.shape[1:]
    if m >= 2 * planes or 2 * planes * n_people * len(blocks.genes) <= HELD:
        return None
    found = np.empty((m, len(blocks.genes), n_people))
    for genes, e in blocks.pieces():
        found[:, genes] = np.moveaxis(e, 2, 0)
    return found


def _picked(values: Array, genes: Genes | slice) -> Array:
    return values[genes] if isinstance(genes, slice) else values.take(genes, axis=0)
