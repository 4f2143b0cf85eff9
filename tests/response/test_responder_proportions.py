"""Share of responders by arm and visit."""

import pandas as pd
import pytest

from revertome.response.proportions import proportions

COLUMNS = ["patient", "arm", "visit", "response"]


def test_only_judged_patients_count():
    patients = pd.DataFrame(
        [
            ("a", "x", "m1", "responder"),
            ("b", "x", "m1", "nonresponder"),
            ("c", "x", "m1", "not_assessable"),
            ("d", "y", "m1", "nonresponder"),
        ],
        columns=COLUMNS,
    )
    shares = proportions(patients).set_index("arm")
    assert shares["responders"].to_dict() == {"x": 1, "y": 0}
    assert shares["n"].to_dict() == {"x": 2, "y": 1}


def test_wilson_interval_of_each_arm_and_visit_in_the_order_of_the_trial():
    """R 4.2: prop.test(8, 12, correct = FALSE)$conf.int; prop.test(0, 12, ...)."""
    rows = [
        (f"{arm}{i}", arm, visit, "responder" if i < yes else "nonresponder")
        for visit, counts in (("week 12", (8, 0)), ("week 4", (0, 8)))
        for arm, yes in zip(("drug", None), counts, strict=True)
        for i in range(12)
    ]
    found = proportions(pd.DataFrame(rows, columns=COLUMNS))
    assert found[["arm", "visit"]].to_numpy().tolist() == [
        ["drug", "week 12"],
        ["drug", "week 4"],
        ["no arm given", "week 12"],
        ["no arm given", "week 4"],
    ]
    limits = found.set_index(["arm", "visit"])[["low", "high"]]
    assert limits.loc[("drug", "week 12")].tolist() == pytest.approx(
        (0.3906220889, 0.8618799089), abs=1e-9
    )
    assert limits.loc[("drug", "week 4")].tolist() == pytest.approx((0, 0.2424940067), abs=1e-9)


def test_nobody_judged():
    patients = pd.DataFrame({"patient": ["a"], "visit": ["m1"], "response": ["treated"]})
    assert proportions(patients).empty
