"""Modules: scores of gene modules, their tests and the enrichment of contrasts."""

from revertome.modules.agreement import agreement
from revertome.modules.courses import visit_tests
from revertome.modules.distance import distance
from revertome.modules.distance_tests import distance_tests
from revertome.modules.engagement import engagement
from revertome.modules.fingerprint import fingerprint
from revertome.modules.gmt import gene_sets
from revertome.modules.gsea import gsea
from revertome.modules.leading_edge import leading_edge
from revertome.modules.over_representation import over_representation
from revertome.modules.scoring import score
from revertome.modules.sets import set_tests, sets_table
from revertome.modules.stage import module_tables
from revertome.modules.tests import test
from revertome.modules.trajectory import trajectory

__all__ = [
    "agreement",
    "distance",
    "distance_tests",
    "engagement",
    "fingerprint",
    "gene_sets",
    "gsea",
    "leading_edge",
    "module_tables",
    "over_representation",
    "score",
    "set_tests",
    "sets_table",
    "test",
    "trajectory",
    "visit_tests",
]
