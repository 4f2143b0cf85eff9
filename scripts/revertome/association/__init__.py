"""Association: each patient's clinic and blood in one table, and what goes together."""

from revertome.association.flow import flow
from revertome.association.patients import join
from revertome.association.tests import test

__all__ = ["flow", "join", "test"]
