"""Who is what in a trial: healthy, pairs, cells and labels, covariates, and the rank of a design.

Each rule is here once; every stage asks here.
"""

from revertome.trial.arms import EVERYONE, UNIT, arm_of, crosses, named_arms, units_of
from revertome.trial.cells import (
    GROUPS,
    cell_name,
    cells,
    label_by_patient,
    randomised_cells,
    role,
)
from revertome.trial.clinic import at_two_visits, values_of, with_clinic
from revertome.trial.contrasts import (
    CHANGE,
    active_arms,
    cell_terms,
    change_terms,
    randomised_terms,
)
from revertome.trial.covariates import columns_of, covariate_columns, design_columns
from revertome.trial.dose import dose_of
from revertome.trial.healthy import (
    analysed,
    is_healthy,
    is_patient,
    is_time_control,
    patients_at,
    sample_times,
)
from revertome.trial.information import (
    Information,
    as_randomised,
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
    further_samples,
    one_a_person,
    paired_rows,
    seen_twice,
    unit_column,
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
from revertome.trial.responses import (
    GROUP,
    RANK,
    VALUE,
    baseline_terms,
    by_group,
    group_terms,
    groups_in_order,
    with_response,
)
from revertome.trial.verdict import (
    NEEDED,
    Verdict,
    refuse_hidden,
    verdict,
    verdict_of_sum,
    verdicts,
)
from revertome.visits import at_visit, controlled, followups, visits_of

__all__ = [
    "CHANGE",
    "EVERYONE",
    "GROUP",
    "GROUPS",
    "MINIMUM_PAIRS",
    "NEEDED",
    "RANK",
    "UNIT",
    "VALUE",
    "Aliased",
    "Information",
    "Model",
    "Verdict",
    "active_arms",
    "aliased",
    "analysed",
    "arm_of",
    "as_randomised",
    "at_both",
    "at_two_visits",
    "at_visit",
    "baseline_terms",
    "between_people",
    "by_group",
    "cell_name",
    "cell_terms",
    "cells",
    "change_terms",
    "columns_of",
    "complete_pairs",
    "constant_within",
    "controlled",
    "covariate_columns",
    "crosses",
    "dependent",
    "design_columns",
    "dose_of",
    "estimable",
    "explain",
    "first_and_second",
    "followups",
    "further_samples",
    "group_terms",
    "groups_in_order",
    "is_healthy",
    "is_patient",
    "is_time_control",
    "label_by_patient",
    "named_arms",
    "negligible",
    "one_a_person",
    "paired_rows",
    "patients_at",
    "randomised_cells",
    "randomised_terms",
    "refuse_hidden",
    "role",
    "sample_times",
    "seen_twice",
    "sick",
    "unidentified",
    "unit_column",
    "units_of",
    "values_of",
    "verdict",
    "verdict_of_sum",
    "verdicts",
    "visits_of",
    "with_clinic",
    "with_response",
    "within_patients",
]
