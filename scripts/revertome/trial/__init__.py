"""Who is what in a trial: healthy, pairs, cells and labels, covariates, and the rank of a design.

Each rule is here once; every stage asks here.
"""

from revertome.trial.arms import EVERYONE, named_arms
from revertome.trial.cells import GROUPS, cell_name, cells, label_by_patient, role
from revertome.trial.clinic import at_two_visits, sample_times, values_of, with_clinic
from revertome.trial.contrasts import cell_terms, change_terms
from revertome.trial.covariates import columns_of, covariate_columns, design_columns
from revertome.trial.healthy import analysed, is_healthy, patients_at
from revertome.trial.information import (
    Information,
    between_people,
    sick,
    within_patients,
)
from revertome.trial.model import Model
from revertome.trial.pairs import (
    MINIMUM_PAIRS,
    at_both,
    complete_pairs,
    first_and_second,
    paired_rows,
    seen_twice,
)
from revertome.trial.rank import (
    Aliased,
    aliased,
    constant_within,
    dependent,
    estimable,
    explain,
    negligible,
    unidentified,
)
from revertome.trial.verdict import Verdict, refuse_hidden, verdict, verdict_of_sum, verdicts

__all__ = [
    "EVERYONE",
    "GROUPS",
    "MINIMUM_PAIRS",
    "Aliased",
    "Information",
    "Model",
    "Verdict",
    "aliased",
    "analysed",
    "at_both",
    "at_two_visits",
    "between_people",
    "cell_name",
    "cell_terms",
    "cells",
    "change_terms",
    "columns_of",
    "complete_pairs",
    "constant_within",
    "covariate_columns",
    "dependent",
    "design_columns",
    "estimable",
    "explain",
    "first_and_second",
    "is_healthy",
    "label_by_patient",
    "named_arms",
    "negligible",
    "paired_rows",
    "patients_at",
    "refuse_hidden",
    "role",
    "sample_times",
    "seen_twice",
    "sick",
    "unidentified",
    "values_of",
    "verdict",
    "verdict_of_sum",
    "verdicts",
    "with_clinic",
    "within_patients",
]
