"""What a run gave, for the last lines of the terminal: alarms, the report, what was found."""

import csv
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from contradictions import printable
from files import sha256
from said import alarms_in

ALARMS = 10  # on the terminal; the report holds all
STUDIES = 20  # with a line each
NAMES = 3  # of flagged samples
ALONE = "the command without the name of a stage"


def overtaken(folder: Path) -> list[str]:
    """Stages that have run again since the report was written, as when one stage was asked for."""
    try:
        rules = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["rules"]
        told = {rule: about["record"] for rule, about in rules.items() if about["record"]}
    except (OSError, ValueError, LookupError, TypeError):
        return []  # no report, or not one that says what it was made of
    logs = {rule: folder / "logs" / f"{rule}.record.json" for rule in told}
    return [rule for rule, path in logs.items() if path.is_file() and sha256(path) != told[rule]]


def last_words(folders: Sequence[str], made: Sequence[str] = ()) -> list[str]:
    """Lines for the end of a run that went well: the alarms, then what each study came to.

    Parameters
    ----------
    folders
        Result folders of the run.
    made
        Files and folders that the command asked for; none where it asked for whole studies. Then
        only their studies count.
    """
    studies = [
        Path(folder)
        for folder in folders
        if not made or any(_within(path, folder) for path in made)
    ]
    lines = [line for folder in studies for line in _alarms(folder)]
    if made:
        lines += ["", f"revertome: made: {', '.join(made)}"]
    elif len(studies) > 1:
        return [*lines, *_of_many(studies)]
    for folder in studies:
        lines += _of_one(folder, bool(made))
    return lines


def drafted_words(folders: Sequence[str], given: Sequence[str]) -> list[str]:
    """Lines for the end of a run that drafted study files: where each is, and what to do next.

    Parameters
    ----------
    folders
        Result folders of the run.
    given
        Study files of the command line.
    """
    name = os.path.relpath(given[-1]) if given else "my_study.yaml"
    lines = []
    for folder in map(Path, folders):
        said = _said(folder)
        told = [text for kind, stage, text in said if (kind, stage) == ("warning", "sheet")]
        lines += [
            "",
            *(f"revertome: warning: {text}" for text in told),
            f"revertome: the draft of the study file: {folder / 'intake/draft.yaml'}",
            f"  what the series says: {folder / 'intake/fields.tsv'}",
            f"  next: compare the two, correct the draft, put its lines into {name}, then",
            f"  snakemake --cores 8 --configfile {name}",
        ]
    return lines


def words_at_end(workflow, drafts: bool) -> list[str]:  # type: ignore[no-untyped-def]
    """Lines for the end of a run that went well; `drafts` where it drafted study files."""
    folders = workflow.revertome_results
    if drafts:
        return drafted_words(folders, workflow.configfiles)
    return last_words(folders, asked_for(workflow))


def _within(path: str, folder: str) -> bool:
    return Path(path).resolve().is_relative_to(Path(folder).resolve())


def _alarms(folder: Path) -> list[str]:
    """Alarms of a study in full, which come before all else."""
    found = [f"  - {stage}: {text}" for kind, stage, text in _said(folder) if kind == "alarm"]
    if not found:
        return []
    rest = len(found) - ALARMS
    return [
        "",
        f"revertome: ALARM in {folder}: before you trust a result, look at this:",
        *found[:ALARMS],
        *([f"  - and {rest} more alarms"] if rest > 0 else []),
    ]


def _said(folder: Path) -> list[tuple[str, str, str]]:
    said = alarms_in(sorted((folder / "logs").glob("*.log")))
    return [(kind, stage, printable(text)) for kind, stage, text in said]


def _of_one(folder: Path, asked: bool) -> list[str]:
    """Lines about one study; of a stage alone (`asked`) what was found is not known yet."""
    flagged = f"  flagged: {_flagged(folder)}"
    if again := overtaken(folder):
        return [
            flagged,
            f"revertome: {folder}: report.html, manifest.json and the stages behind "
            f"{', '.join(again)} are of an earlier run; {ALONE} makes them again",
        ]
    pages = _pages(folder)
    if not pages:
        return [flagged, f"  no report of this study yet; {ALONE} goes on to it"]
    begin = "  the report: " if asked else "revertome: the report: "
    found = _found(folder)
    return [
        *([] if asked else [""]),
        begin + " and ".join(map(str, pages)),
        *([f"  found: {found}"] if found else []),
        flagged,
    ]


def _of_many(studies: Sequence[Path]) -> list[str]:
    """A line a study, and one for all."""
    lines = [f"  {folder.name}: {'; '.join(_parts(folder))}" for folder in studies]
    rest = len(studies) - STUDIES
    alarmed = [folder.name for folder in studies if _alarms(folder)]
    few = ", ".join(alarmed[:STUDIES]) + (", ..." if len(alarmed) > STUDIES else "")
    return [
        "",
        f"revertome: {len(studies)} studies, their reports and what they found:",
        *lines[:STUDIES],
        *([f"  and {rest} more"] if rest > 0 else []),
        f"revertome: {len(alarmed)} of {len(studies)} with alarms{': ' * bool(few)}{few}; what is "
        "flagged stands in the reports",
    ]


def _parts(folder: Path) -> list[str]:
    """One study in a line: its report, what was found, what is flagged."""
    if overtaken(folder):
        return ["report.html is of an earlier run"]
    pages = _pages(folder) or ["no report"]
    found = _found(folder)
    return [*map(str, pages), *([found] if found else []), f"flagged: {_flagged(folder)}"]


def _pages(folder: Path) -> list[Path]:
    """Reports of a study and of its comparison with others."""
    return [p for p in (folder / "report.html", folder / "compare/report.html") if p.is_file()]


def _found(folder: Path) -> str:
    """What was found in one line; empty where no report has said it."""
    with suppress(OSError, IndexError):
        lines = (folder / "report/headline.txt").read_text(encoding="utf-8").splitlines()
        return printable(lines[0].strip())
    with suppress(OSError, StopIteration, KeyError):
        table = (folder / "compare/findings.tsv").read_text(encoding="utf-8").splitlines()
        texts = (row["text"] for row in csv.DictReader(table, delimiter="\t"))
        return printable(next(texts))
    return ""


def _flagged(folder: Path) -> str:
    """Alarms, warnings and flagged samples in a few words."""
    said = _said(folder)
    kinds = [kind for kind, *_ in said]
    samples = [text.partition(" (")[0] for kind, _, text in said if kind == "flag"]
    names = ", ".join(samples[:NAMES]) + (", ..." if len(samples) > NAMES else "")
    if not said:
        return "nothing"
    others = {"warning": kinds.count("warning"), "sample": len(samples)}
    counted = [_count(kinds.count("alarm"), "alarm")]
    counted += [_count(number, word) for word, number in others.items() if number]
    return ", ".join(counted) + (f" ({names})" if names else "")


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'s' * (number != 1)}"


def asked_for(workflow) -> list[str]:  # type: ignore[no-untyped-def]
    """Files and folders that the command line asked for, none where it asked for whole studies."""
    settings = workflow.dag_settings
    rules = {rule.name: rule for rule in workflow.rules}
    places: list[str] = []
    for name in sorted(settings.until) or sorted(settings.targets):
        files = [str(file) for file in rules[name].output] if name in rules else [str(name)]
        # A rule that makes nothing stands for a whole study.
        places += _outermost({str(Path(file).parent) for file in files}) if files[1:] else files
    return [os.path.relpath(place) for place in dict.fromkeys(places)]


def _outermost(folders: set[str]) -> list[str]:
    """Folders that lie in none of the others."""
    return [p for p in sorted(folders) if not any(str(q) in folders for q in Path(p).parents)]
