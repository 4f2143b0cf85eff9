"""Modules: scores of gene modules, their tests and the enrichment of contrasts."""
