"""Columns of the tables behind the figures."""

from revertome.columns.source_data import compare, genes, modules, samples

TABLES = (*samples.TABLES, *genes.TABLES, *modules.TABLES)
COMPARISON = compare.TABLES
