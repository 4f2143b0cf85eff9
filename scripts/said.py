"""What the jobs of a run said that matters: alarms, warnings, flagged samples."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from files import sha256

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


def overtaken(folder: Path) -> list[str]:
    """Stages that have run again since the report was written, as when one stage was asked for."""
    try:
        rules = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["rules"]
        told = {rule: about["record"] for rule, about in rules.items() if about["record"]}
    except (OSError, ValueError, LookupError, TypeError):
        return []  # no report, or not one that says what it was made of
    logs = {rule: folder / "logs" / f"{rule}.record.json" for rule in told}
    return [rule for rule, path in logs.items() if path.is_file() and sha256(path) != told[rule]]


def last_words(folders: Sequence[str]) -> list[str]:
    """Lines for the end of a run: the alarms of each study, and where the rest is.

    Before them, where a stage alone was made again, that the report is not of it.

    Parameters
    ----------
    folders
        Result folders of the run.
    """
    lines = []
    for folder in map(Path, folders):
        if again := overtaken(folder):
            lines.append(
                f"\nrevertome: {folder}: report.html, manifest.json and the stages behind "
                f"{', '.join(again)} are of an earlier run; the command without the name of a "
                "stage makes them again"
            )
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
