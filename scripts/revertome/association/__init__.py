"""Association: each patient's clinic and blood in one table, and what goes together."""

from revertome.association.patient_flow import patient_flow
from revertome.association.patients import join
from revertome.association.tests import test

__all__ = ["join", "patient_flow", "test"]
