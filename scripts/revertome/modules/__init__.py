"""Modules: scores of gene modules, their tests and the enrichment of contrasts."""

from revertome.modules.gmt import gene_sets
from revertome.modules.gsea import gsea
from revertome.modules.scoring import score
from revertome.modules.tests import test
from revertome.modules.trajectory import trajectory

__all__ = ["gene_sets", "gsea", "score", "test", "trajectory"]
