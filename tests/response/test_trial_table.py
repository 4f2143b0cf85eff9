"""The trial table against Table 2 of the ANAJIS trial (Quartier 2011)."""

import numpy as np
import pandas as pd
import pytest

from revertome.response.trial import trial
from revertome.statistics.two_by_two import compare_arms

# endpoint, anakinra and placebo responders of 12 each, and p: Pearson, Yates, Fisher
TABLE_2 = [
    ("primary", 8, 1, 0.00316276379037, 0.01141203638600, 0.00942253331539),
    ("acr_pedi_30", 11, 7, 0.0593464387919, 0.1572992070503, 0.1549525988885),
    ("acr_pedi_30_no_fever", 11, 6, 0.0247396712953, 0.0724380992504, 0.0686498855835),
    ("acr_pedi_30_no_fever_crp15", 10, 3, 0.00413450766959, 0.01396978192121, 0.01227813779974),
    ("modified_50", 7, 0, 0.00166871415023, 0.00704874988713, 0.00457665903890),
    ("modified_70", 5, 0, 0.0119667451574, 0.0443784273455, 0.0372670807453),
    ("modified_100", 0, 0, np.nan, np.nan, np.nan),
]


@pytest.mark.parametrize("row", TABLE_2, ids=lambda row: row[0])
def test_p_of_table_2(row):
    """R 4.2: m <- rbind(x, 12 - x); chisq.test(m, correct = FALSE)$p.value; chisq.test(m)$p.value;
    fisher.test(m)$p.value, for the counts x of each row."""
    _, anakinra, placebo, *expected = row
    p = compare_arms([anakinra, placebo], [12, 12])
    np.testing.assert_allclose(p, expected, rtol=1e-11)


def test_p_against_closed_forms():
    """8 of 12 against 1 of 12: n (ad - bc)^2 / product of margins; hypergeometric tail.

    The exact p sums the tables no likelier than the one seen; with equal arms both tails are alike.
    """
    from math import comb, erfc, sqrt

    pearson, yates, fisher = compare_arms([8, 1], [12, 12])
    margins = 12 * 12 * 9 * 15
    chi2 = 24 * (8 * 11 - 4 * 1) ** 2 / margins
    corrected = 24 * (8 * 11 - 4 * 1 - 12) ** 2 / margins
    assert pearson == pytest.approx(erfc(sqrt(chi2 / 2)), rel=1e-12)
    assert yates == pytest.approx(erfc(sqrt(corrected / 2)), rel=1e-12)
    tail = sum(comb(12, k) * comb(12, 9 - k) for k in (8, 9)) / comb(24, 9)
    assert fisher == pytest.approx(2 * tail, rel=1e-12)


def test_one_arm_and_three_arms():
    assert np.isnan(compare_arms([3], [10])).all()
    pearson, yates, fisher = compare_arms([6, 3, 0], [10, 10, 10])
    # expected 3 and 7 in each arm: 2 * 9 / 3 + 2 * 9 / 7 with 2 degrees of freedom
    assert pearson == pytest.approx(np.exp(-(6 + 18 / 7) / 2))
    assert np.isnan([yates, fisher]).all()


def test_patients_who_were_not_assessed_count_as_nonresponders():
    met = ["yes", "yes", "not_assessable", "no", "no", "not_assessable"]
    patients = pd.DataFrame({"patient": list("abcdef"), "arm": list("uuuvvv"), "visit": "m1"})
    table = trial(patients.assign(primary=met), ["primary"])
    assert table[["set", "arm", "responders", "n", "n_assessed"]].to_numpy().tolist() == [
        ["itt", "u", 2, 3, 2],
        ["itt", "v", 0, 3, 2],
        ["assessable", "u", 2, 2, 2],
        ["assessable", "v", 0, 2, 2],
    ]
    # 2 of 3 against 0 of 3: 2 * 3 / 15; 2 of 2 against 0 of 2: 2 * 1 / 6
    assert table["p_fisher"].tolist() == pytest.approx([0.4, 0.4, 1 / 3, 1 / 3])
    assert table["versus"].tolist() == ["v", np.nan, "v", np.nan]
    assert table["difference"].tolist() == pytest.approx([2 / 3, np.nan, 1, np.nan], nan_ok=True)


def test_the_control_arm_is_named_or_the_last():
    patients = pd.DataFrame({"patient": list("abcd"), "arm": list("uuvw"), "visit": "m1"})
    patients = patients.assign(primary=["yes", "no", "no", "yes"])
    assert trial(patients, ["primary"])["versus"].tolist()[:3] == ["w", "w", np.nan]
    rows = trial(patients, ["primary"], "u")
    assert rows["versus"].tolist()[:3] == [np.nan, "u", "u"]
    assert rows["difference"].tolist()[1:3] == [-0.5, 0.5]


def test_a_trial_without_arms_is_counted_and_not_tested():
    patients = pd.DataFrame({"patient": ["a", "b"], "arm": np.nan, "visit": "m1"})
    table = trial(patients.assign(primary=["yes", "no"]), ["primary"])
    assert table[["responders", "n"]].to_numpy().tolist() == [[1, 2]] * 2
    assert table["difference"].isna().all()
    assert table[["p_pearson", "p_yates", "p_fisher"]].isna().all(axis=None)
