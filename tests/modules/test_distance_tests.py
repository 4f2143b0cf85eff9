"""Paired change in distance to health, label by label."""

import numpy as np
import pandas as pd
import pytest

from revertome.modules.distance_tests import distance_tests

DESIGN = {"baseline": "before", "followup": "after", "healthy": "well"}


def table(*rows):
    """Distance of (patient, visit) as the stage gives it."""
    names = ["patient", "visit", "distance"]
    return pd.DataFrame(rows, columns=names).assign(group="ill", sample="s")


def test_falls_of_each_label_are_tested_by_signed_ranks():
    """R: wilcox.test(change, exact = TRUE): eight falls have p = 2 / 2^8."""
    rows = [(f"R{i}", visit, 9.0 - drop * (i + 1)) for i in range(8)
            for visit, drop in (("before", 0), ("after", 0.5))]  # fmt: skip
    rows += [("N1", "before", 5.0), ("N1", "after", 6.0), ("N2", "before", 5.0)]
    rows += [("X", "before", 4.0), ("X", "after", 3.0)]
    labels = pd.DataFrame({"patient": [*(f"R{i}" for i in range(8)), "N1", "N2"]})
    labels["label"] = ["responder"] * 8 + ["nonresponder"] * 2
    well = table(("H", "before", 1.0), ("H", "after", 9.0)).assign(group="well")
    found = distance_tests(pd.concat([well, table(*rows)]), labels, DESIGN).set_index("label")
    assert found.index.tolist() == ["responder", "nonresponder", "unlabelled"]
    assert found["n"].tolist() == [8, 1, 1]
    assert found["fell"].tolist() == [8, 0, 1]
    responder = found.loc["responder"]
    assert (responder["statistic"], responder["method"]) == (0, "exact")
    assert responder["P.Value"] == pytest.approx(2 / 2**8)
    assert responder["median_change"] == pytest.approx(-0.5 * 4.5)
    assert found.loc["nonresponder", "P.Value"] == 1


def test_no_change_is_no_evidence_and_no_distance_no_row():
    labels = pd.DataFrame({"patient": ["A"], "label": ["treated"]})
    still = distance_tests(table(("A", "before", 2.0), ("A", "after", 2.0)), labels, DESIGN)
    assert still[["label", "n", "fell", "P.Value"]].to_numpy().tolist() == [["treated", 1, 0, 1.0]]
    once = table(("A", "before", 2.0), ("A", "after", np.nan))
    assert distance_tests(once, labels, DESIGN).empty
    assert distance_tests(once.head(0), labels, DESIGN).empty
