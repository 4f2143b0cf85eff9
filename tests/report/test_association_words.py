"""Sentences on clinic and blood, made of the numbers."""

import numpy as np
import pandas as pd

from revertome.report.association import clinic_and_blood

COLUMNS = ["question", "y", "module", "estimate", "CI.L", "CI.R", "P.Value", "adj.P.Val", "n"]


def asked(*rows):
    return pd.DataFrame(rows, columns=COLUMNS).assign(note="not tested: 3 patients")


def test_significant_associations_are_worded_with_their_interval():
    table = asked(
        ("change_with_change", "steroid_dose_change", "T", -0.7, -0.9, -0.3, 0.001, 0.01, 17),
        ("baseline_with_response", "label", "distance", 0.9, 0.7, 0.98, 0.002, 0.02, 19),
        ("change_by_response", "label", "ISG6", 0.6, 0.3, 0.8, 0.4, 0.5, 17),
        ("change_with_change", "crp_change", "T", *[np.nan] * 5, 0),
    )
    assert clinic_and_blood(table, 0.05) == [
        "Clinic and blood: 4 associations tested, 3 with enough patients (17 to 19). Significant "
        "at a false discovery rate of 5% among modules: change in the T score correlates with "
        "change in corticosteroid dose (Spearman -0.70, 95% CI -0.90 to -0.30; p = 0.001); "
        "distance to health before treatment differs between later responders and non-responders "
        "(AUC 0.90, 95% CI 0.70 to 0.98; p = 0.002). The others were not significant, which does "
        "not mean that there is no association. The notes in the table say how strong an "
        "association so many patients can miss. No association shows a cause."
    ]


def test_short_names_of_variables_are_abbreviations():
    row = ("change_with_change", "esr_change", "neutrophil", 0.7, 0.3, 0.9, 0.001, 0.01, 17)
    [text] = clinic_and_blood(asked(row), 0.05)
    assert text.endswith(
        "change in the Neutrophils score correlates with change in ESR (Spearman 0.70, 95% CI 0.30 "
        "to 0.90; p = 0.001)."
    )


def test_nothing_shown_and_nothing_answered():
    row = ("change_by_response", "label", "ISG6", 0.6, 0.3, 0.8, 0.4, 0.5, 17)
    told = clinic_and_blood(asked(row), 0.05)[0]
    assert told.startswith(
        "Clinic and blood: 1 association tested, all with enough patients (17). None was "
        "significant at a false discovery rate of 5% among modules. The others"
    )
    silent = asked((*row[:3], *[np.nan] * 5, 3))
    assert clinic_and_blood(silent, 0.05) == [
        "Clinic and blood: 1 association planned; none could be tested (not tested: 3 patients)."
    ]
    assert clinic_and_blood(asked(), 0.05) == []
