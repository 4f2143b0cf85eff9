"""Samples without a patient id, as a sheet has them before samples are chosen from it."""

import numpy as np
import pandas as pd
import pytest

from revertome.intake.sample_flow import Flow
from revertome.trial import at_both, complete_pairs, paired_rows

DESIGN = {"baseline": "before", "followup": "after", "healthy": None}


@pytest.mark.parametrize("missing", [np.nan, None, pd.NA])
def test_samples_without_a_patient_are_no_pair(missing):
    """Of A at both visits, B at one, and two samples of nobody, one pair remains: A."""
    where = pd.DataFrame(
        {
            "patient": [missing, "A", "B", "A", missing],
            "visit": ["before", "before", "before", "after", "after"],
            "group": "patient",
            "sample": list("vwxyz"),
        }
    )
    assert at_both([missing, "A"], ["A", missing]) == ["A"]
    assert complete_pairs(where, "before", "after") == ["A"]
    before, after = paired_rows(where, "before", "after")
    assert (before.tolist(), after.tolist()) == ([1], [3])
    flow = Flow(DESIGN)
    flow.add("sample sheet", where)
    assert flow.table().loc[0, ["n_samples", "n_patients", "n_pairs"]].tolist() == [5, 2, 1]
