"""Functions of two stages by one name each, as the tests of these stages call them."""

from types import SimpleNamespace

from revertome.association.absent import absent_tables
from revertome.association.courses import courses
from revertome.association.patient_flow import patient_flow
from revertome.association.patients import join
from revertome.association.tests import test as association_tests
from revertome.association.visits import visit_associations
from revertome.modules.agreement import agreement
from revertome.modules.beyond_composition import beyond_composition
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
from revertome.modules.tests import test as module_tests
from revertome.modules.trajectory import trajectory

association = SimpleNamespace(
    absent_tables=absent_tables,
    courses=courses,
    join=join,
    patient_flow=patient_flow,
    test=association_tests,
    visit_associations=visit_associations,
)
modules = SimpleNamespace(
    agreement=agreement,
    beyond_composition=beyond_composition,
    distance=distance,
    distance_tests=distance_tests,
    engagement=engagement,
    fingerprint=fingerprint,
    gene_sets=gene_sets,
    gsea=gsea,
    leading_edge=leading_edge,
    over_representation=over_representation,
    score=score,
    set_tests=set_tests,
    sets_table=sets_table,
    test=module_tests,
    trajectory=trajectory,
    visit_tests=visit_tests,
)
