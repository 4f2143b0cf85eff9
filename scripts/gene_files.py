"""Files of gene names: old symbols and gene sets."""

from collections.abc import Iterable
from pathlib import Path

from disk import read_table


def read_aliases(path: str | Path) -> dict[str, str]:
    """Old symbol to current symbol."""
    table = read_table(path)
    return dict(zip(table["old"], table["current"], strict=True))


def read_gmt(paths: Iterable[str | Path]) -> dict[str, list[str]]:
    """Lines of GMT files by path, as `revertome.modules.gene_sets` takes them."""
    from revertome.intake.columns import open_text  # which not every job that comes here needs

    found = {}
    for path in paths:
        with open_text(path) as file:
            # Line ends alone part lines: other control characters would make two modules of one.
            found[str(path)] = file.read().rstrip("\n").split("\n")
    return found


def read_sets(path: str | Path) -> dict[str, list[str]]:
    """Gene sets of a GMT file that this workflow wrote; a set may be empty."""
    lines = read_gmt([path])[str(path)]
    return {name: genes for name, _, *genes in (line.split("\t") for line in lines if line)}
