"""The regular expression of a study file, which may need longer than anyone waits for."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pandas as pd

from revertome.errors import StudyError

SECONDS = 10.0  # of this process's own time; patterns that people mean take milliseconds


def extracted(column: pd.Series, pattern: str, key: str) -> pd.Series:
    """The part of each value that the one group of a pattern takes, NaN where nothing matches.

    Python goes through every way in which a pattern can match: `(a+)+$` and 40 letters take it
    longer than a life. Its engine looks for signals as it works, so a timer can end it; an engine
    of linear time would not read all of the patterns that Python does.

    Raises
    ------
    StudyError
        Names the key and the pattern: none, without exactly one group, or without an end.
    """
    shown = f"{key} '{pattern if len(pattern) <= 200 else f'{pattern[:200]}...'}'"
    with _limited(shown):
        try:
            groups = re.compile(pattern).groups
        except (re.error, OverflowError, RecursionError) as error:
            raise StudyError(f"{shown}: is no regular expression: {error}") from None
        if groups != 1:
            raise StudyError(
                f"{shown} has {groups} groups; expected one pair of parentheses around the value"
            )
        return column.str.extract(pattern, expand=False)


@contextmanager
def _limited(shown: str) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise StudyError(
            f"{shown}: found no end on the values of its field within {SECONDS:g} seconds; write "
            "it so that a letter can match in one way only, e.g. (a+)$ for (a+)+$"
        )

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
