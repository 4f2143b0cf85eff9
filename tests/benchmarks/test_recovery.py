"""What counts as found, by hand."""

import pandas as pd
import pytest

from benchmarks.recovery import members, recovery

TRUTH = pd.DataFrame(
    [
        ("back", "reverted", 2.0, -2.0, -1.6),
        ("half", "half_reverted", 2.0, -1.0, -0.8),
        ("late", "reverted", -2.0, 1.8, 0.9),  # less than half way by month 1
        ("on", "induced", 0.0, 1.5, 1.5),
        ("flare", "activity", 2.0, -2.0, 0.0),
        ("still", "unchanged", 0.0, 0.0, 0.0),
    ],
    columns=["gene", "class", "disease", "change", "drug_effect_month1"],
)


def test_truth_is_what_the_drug_does_by_each_visit():
    assert members(TRUTH, "month6") == {"reverted": {"back", "late"}, "induced": {"on"}}
    assert members(TRUTH, "month1") == {"reverted": {"back"}, "induced": {"on"}}


@pytest.mark.parametrize("words", ["", " beyond control"])
def test_flare_genes_that_are_called_are_false_and_counted(words):
    called = [f"reverted{words}"] * 2 + ["unresolved", f"induced{words}", f"reverted{words}"]
    calls = pd.DataFrame({"gene": TRUTH["gene"][:5], "class": called})
    reverted, induced = recovery(TRUTH, calls, "month6")
    assert (reverted["n_true"], reverted["n_called"], reverted["n_activity"]) == (2, 3, 1)
    assert reverted["sensitivity"] == 1 / 2
    assert reverted["false_share"] == pytest.approx(2 / 3)
    assert (induced["sensitivity"], induced["false_share"]) == (1.0, 0.0)


def test_genes_that_were_not_tested_cannot_be_found():
    calls = pd.DataFrame({"gene": ["back"], "class": ["unresolved"]})
    reverted, induced = recovery(TRUTH, calls, "month6")
    assert (reverted["n_true"], reverted["n_called"], reverted["sensitivity"]) == (1, 0, 0.0)
    assert (induced["n_true"], induced["n_called"]) == (0, 0)
