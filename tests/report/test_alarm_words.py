"""Alarms as the report shows them."""

from revertome.report.alarm_words import alarm_words

KNOWN = {"visits": ["month6"], "arms": ["placebo"], "variables": ["steroid_dose"], "contrasts": []}


def test_alarms_have_names_and_keep_those_of_columns():
    told = alarm_words(KNOWN)
    assert told("deseq2: too few at month6") == "DESeq2: too few at month 6"
    assert told("S1 (noisy;pair_identity (unlike its pair))") == (
        "S1 (noisy; unlike the other sample of the patient)"
    )
    assert told("trajectories.sensitivity: steroid_dose is missing") == (
        "trajectories.sensitivity: steroid_dose is missing"
    )
