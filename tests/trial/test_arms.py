"""Arms in words."""

import pandas as pd

from revertome.trial import named_arms


def test_patients_without_an_arm_are_named_as_such_where_others_have_one():
    assert named_arms(pd.Series([None, None])).tolist() == ["all patients"] * 2
    assert named_arms(pd.Series(["drug", None])).tolist() == ["drug", "no arm given"]
