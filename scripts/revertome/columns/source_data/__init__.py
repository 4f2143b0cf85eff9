"""Columns of the tables behind the figures."""

from revertome.columns.source_data import (
    compare,
    composition,
    contrasts,
    genes,
    modules,
    samples,
)

TABLES = (
    *samples.TABLES,
    *composition.TABLES,
    *contrasts.TABLES,
    *genes.TABLES,
    *modules.TABLES,
)
COMPARISON = compare.TABLES
