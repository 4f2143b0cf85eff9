"""What the jobs of a run said that matters: alarms, warnings, flagged samples."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# How a line of a log begins, most severe first.
SEVERITIES = {"alarm": "alarm: ", "warning": "warning: ", "flag": "flagged: "}
SHOWN = 10  # alarms on the terminal; the report holds all


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


def last_words(folders: Sequence[str]) -> list[str]:
    """Lines for the end of a run: the alarms of each study, and where the rest is.

    Parameters
    ----------
    folders
        Result folders of the run.
    """
    lines = []
    for folder in map(Path, folders):
        said = alarms_in(sorted((folder / "logs").glob("*.log")))
        alarms = [f"  - {stage}: {text}" for severity, stage, text in said if severity == "alarm"]
        if not alarms:
            continue
        more = len(said) - len(alarms)
        rest = len(alarms) - SHOWN
        page = folder / "report.html"
        place = page if page.is_file() else folder / "logs"
        others = f" and {more} other warning{'s' * (more > 1)}" if more else ""
        lines += [
            f"\nrevertome: ALARM in {folder}: before you trust a result, look at this:",
            *alarms[:SHOWN],
            *([f"  - and {rest} more alarms"] if rest > 0 else []),
            f"  These{others} stand in {place}",
        ]
    return lines
