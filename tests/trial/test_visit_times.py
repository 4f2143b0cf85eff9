"""Times of visits by their names."""

import pytest

from revertome.visit_times import times_of


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        (["0", "5", "12", "108"], ([0, 5, 12, 108], "")),
        (["-3", "0", "2.5"], ([-3, 0, 2.5], "")),
        (["enrollment", "month1", "month6."], ([0, 1, 6], "Month")),
        (["before", "week 12"], ([0, 12], "Week")),
        (["D0", "D 7", "day_28", "day 112"], ([0, 7, 28, 112], "Day")),
        (["0 h", "29 hours", "36h"], ([0, 29, 36], "Hour")),
        (["day 1", "week 2", "month 6"], None),  # three units
        (["day 1", "2"], None),
        (["V1", "V2", "V5"], None),  # the number of a visit is no time
        (["visit 1", "visit 3"], None),
        (["day 0", "day 7", "day 3"], None),  # not in order
        (["enrollment", "day 0", "day 7"], None),  # enrolled at day 0?
        (["baseline", "end of study"], None),
        (["day 7 to 9", "day 14"], None),
        (["week 2", "relapse"], None),
        (["pre", "post"], None),
        (["T0"], None),
        (["month6 (open)", "month 12"], None),
    ],
)
def test_numbers_of_one_unit_in_order_are_times(visits, expected):
    assert times_of(visits) == expected
