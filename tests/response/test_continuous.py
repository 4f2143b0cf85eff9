"""Continuous variables by arm: hand-worked means, Mann-Whitney against R."""

import numpy as np
import pandas as pd
import pytest

from revertome.response.continuous import summarise
from revertome.response.course import follow
from revertome.statistics.rank_tests import mann_whitney

NAN = np.nan


def test_mann_whitney_without_ties_is_exact():
    """R 4.2: wilcox.test(a, b): W = 7, p = 0.0512820512821 (exact)."""
    a = pd.Series([-80.5, -62.1, -91.3, -40.2, -75, -12.7, 3.4])
    b = pd.Series([-10.1, 5.5, -30.3, 20.2, -2.2, -55])
    u, p, method = mann_whitney(a, b)
    assert (u, method) == (7, "exact")
    assert p == pytest.approx(0.0512820512821, rel=1e-11)


def test_mann_whitney_with_ties_is_normal_and_corrected():
    """R 4.2: wilcox.test(a, b): W = 6.5, p = 0.044612159402, with continuity correction."""
    a = pd.Series([-80.0, -62, -91, -40, -75, -10, 0])
    b = pd.Series([-10.0, 5, -30, 20, 0, -40])
    u, p, method = mann_whitney(a, b)
    assert (u, method) == (6.5, "normal")
    assert p == pytest.approx(0.044612159402, rel=1e-11)


def test_no_test_without_variation_or_patients():
    assert mann_whitney(pd.Series([0.0, 0]), pd.Series([0.0]))[2] == "none"
    assert np.isnan(mann_whitney(pd.Series([1.0]), pd.Series([], dtype=float))[:2]).all()


def crp(**pairs):
    rows = []
    for patient, (arm, first, last) in pairs.items():
        rows += [
            {"patient": patient, "arm": arm, "visit": "day1", "crp": first},
            {"patient": patient, "arm": arm, "visit": "month1", "crp": last},
        ]
    return follow(pd.DataFrame(rows), "day1", ["crp"])


def test_means_by_hand():
    course = crp(
        a=("drug", 80, 20), b=("drug", 50, 40), c=("drug", 0, 5), d=("drug", 60, NAN),
        e=("sham", 40, 60), f=("sham", 20, 15), g=("sham", 10, 10),
    )  # fmt: skip
    table = summarise(course, ["crp"]).set_index("arm")
    drug, sham = table.loc["drug"], table.loc["sham"]
    assert drug[["n", "n_missing", "n_zero_baseline"]].tolist() == [2, 1, 1]
    assert drug["mean_percent_change"] == pytest.approx((-75 - 20) / 2)
    assert drug["median_percent_change"] == pytest.approx(-47.5)
    assert drug["sd_percent_change"] == pytest.approx(55 / np.sqrt(2))
    assert drug["baseline_mean"] == pytest.approx(130 / 3)  # of those with both values
    assert drug["value_mean"] == pytest.approx(65 / 3)
    assert drug["mean_change"] == pytest.approx((-60 - 10 + 5) / 3)
    assert sham["mean_percent_change"] == pytest.approx((50 - 25 + 0) / 3)
    # -75, -20 against 50, -25, 0: one of six pairs is larger in the drug arm; 2 * 2 / 10
    assert (drug["statistic"], drug["versus"], drug["method"]) == (1, "sham", "exact")
    assert drug["P.Value"] == pytest.approx(0.4)
    assert pd.isna(sham["P.Value"])


def test_a_study_without_arms_is_described():
    table = summarise(crp(a=(NAN, 80, 20), b=(NAN, 50, 40)), ["crp"])
    assert table[["n", "mean_percent_change"]].to_numpy().tolist() == [[2, -47.5]]
    assert table["P.Value"].isna().all()
