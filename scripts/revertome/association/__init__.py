"""Association: each patient's clinic and blood in one table, and what goes together."""

from revertome.association.absent import absent_tables
from revertome.association.courses import courses
from revertome.association.patient_flow import patient_flow
from revertome.association.patients import join
from revertome.association.tests import test
from revertome.association.visits import visit_associations

__all__ = [
    "absent_tables",
    "courses",
    "join",
    "patient_flow",
    "test",
    "visit_associations",
]
