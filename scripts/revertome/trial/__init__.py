"""Who is what in a trial: healthy, pairs, cells and labels, covariates, and the rank of a design.

Each rule is here once; every stage asks here.
"""

from revertome.trial.arms import EVERYONE, named_arms
from revertome.trial.cells import GROUPS, cell_name, cells, label_by_patient, role
from revertome.trial.clinic import at_two_visits, sample_times, values_of, with_clinic
from revertome.trial.covariates import covariate_columns, design_columns
from revertome.trial.healthy import analysed, is_healthy, patients_at
from revertome.trial.model import Model
from revertome.trial.pairs import (
    MINIMUM_PAIRS,
    at_both,
    complete_pairs,
    first_and_second,
    paired_rows,
    seen_twice,
)
from revertome.trial.rank import Aliased, aliased, constant_within, dependent, explain, negligible

__all__ = [
    "EVERYONE",
    "GROUPS",
    "MINIMUM_PAIRS",
    "Aliased",
    "Model",
    "aliased",
    "analysed",
    "at_both",
    "at_two_visits",
    "cell_name",
    "cells",
    "complete_pairs",
    "constant_within",
    "covariate_columns",
    "dependent",
    "design_columns",
    "explain",
    "first_and_second",
    "is_healthy",
    "label_by_patient",
    "named_arms",
    "negligible",
    "paired_rows",
    "patients_at",
    "role",
    "sample_times",
    "seen_twice",
    "values_of",
    "with_clinic",
]
