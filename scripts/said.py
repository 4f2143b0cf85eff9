"""What the jobs of a run said that matters: alarms, warnings, flagged samples."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# How a line of a log begins, most severe first.
SEVERITIES = {"alarm": "alarm: ", "warning": "warning: ", "flag": "flagged: "}


def alarms_in(logs: Iterable[str | Path]) -> list[tuple[str, str, str]]:
    """Severity, stage and text of what was said, each once: alarms first, then as in `logs`."""
    found = [
        ((severity, line.removeprefix(begin)), Path(log).stem)
        for log in logs
        if Path(log).is_file()
        for line in Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
        for severity, begin in SEVERITIES.items()
        if line.startswith(begin)
    ]
    rank = list(SEVERITIES)
    first = dict(reversed(found))  # the stage that said it first
    said = [(severity, first[severity, text], text) for severity, text in dict(found)]
    return sorted(said, key=lambda one: rank.index(one[0]))


def alarm_table(logs: Iterable[str | Path]) -> "pd.DataFrame":
    """The table `report/alarms.tsv`: what `logs` hold."""
    import pandas as pd  # which the end of a run does without

    return pd.DataFrame(alarms_in(logs), columns=["severity", "stage", "text"], dtype=object)
