"""Genes in pieces that stay in the processor's cache."""

from collections.abc import Iterator

VALUES = 2**15  # of one array of a piece


def chunks(samples: int, genes: int) -> Iterator[slice]:
    """Slices of genes; a gene's numbers do not depend on the others of its piece."""
    size = max(32, VALUES // max(samples, 1))
    for start in range(0, genes, size):
        yield slice(start, min(start + size, genes))
