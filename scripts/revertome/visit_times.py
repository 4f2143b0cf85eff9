"""When visits are, as far as their names say it."""

import re
from collections.abc import Sequence
from itertools import pairwise

# Words of one unit, as visits are named: "day 7", "D7", "month3", "108 h", "week 12".
UNITS = {
    "Minute": ("min", "mins", "minute", "minutes"),
    "Hour": ("h", "hr", "hrs", "hour", "hours"),
    "Day": ("d", "day", "days"),
    "Week": ("w", "wk", "wks", "week", "weeks"),
    "Month": ("m", "mo", "mon", "mth", "month", "months"),
    "Year": ("y", "yr", "yrs", "year", "years"),
}
WORDS = {word: unit for unit, words in UNITS.items() for word in words}
NAMED = re.compile(r"\A([^\W\d_]*+)[\s_.]*+([+-]?+\d++(?:\.\d++)?+)[\s_]*+([^\W\d_]*+)\Z")


def times_of(visits: Sequence[str]) -> tuple[list[float], str] | None:
    """Times of visits and their unit, where the names give numbers of one unit, in order.

    A first visit without a number (`baseline`, `enrollment`) is time 0 of the unit of the others.
    Numbers without a unit have the unit "". Numbers beside other words (`visit 3`, `V5`) count
    visits and are no times.

    Parameters
    ----------
    visits : sequence of str
        Baseline, then follow-ups in order.

    Returns
    -------
    times, unit
        None where the names do not say.
    """
    first = re.search(r"\d", visits[0]) is None
    found = [_time(visit) for visit in visits[first:]]
    known = [each for each in found if each is not None]
    units = {unit for _, unit in known}
    if len(known) < len(found) or len(units) != 1 or not known:
        return None
    times = [0.0] * first + [time for time, _ in known]
    rising = all(a < b for a, b in pairwise(times))
    return (times, units.pop()) if rising else None


def _time(visit: str) -> tuple[float, str] | None:
    named = NAMED.match(visit.strip(" _."))
    words = {word.lower() for word in (named[1], named[3]) if word} if named else {""}
    units = {WORDS.get(word) for word in words}
    if named is None or None in units or len(units) > 1:
        return None
    return float(named[2]), str(units.pop()) if units else ""
