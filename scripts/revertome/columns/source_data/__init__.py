"""Columns of the tables behind the figures."""

from revertome.columns.source_data import (
    compare,
    composition,
    contrasts,
    genes,
    modules,
    samples,
)
from revertome.columns.source_data.figure import parts

STUDY = (
    *samples.TABLES,
    *composition.TABLES,
    *contrasts.TABLES,
    *genes.TABLES,
    *modules.TABLES,
)
# All rows of a figure together, by its name: as they are built, and as they are drawn from.
WHOLE = {table.file.rpartition("/")[2]: table for table in (*STUDY, *compare.TABLES)}
# As they are written.
TABLES = tuple(part for table in STUDY for part in parts(table))
COMPARISON = tuple(part for table in compare.TABLES for part in parts(table))
