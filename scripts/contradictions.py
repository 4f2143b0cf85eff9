"""Where files, records and what is asked now contradict each other, in words.

One rule for the plan of a run (what is contradicted is made again), for the manifest (it is not
written) and for `verify` (it is told).
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from files import seen
from records import Record, read

ASIDE = ("logs", "benchmarks")  # words and times, which are not certified
# What programs that show folders leave in them.
OF_VIEWERS = (".DS_Store", "Thumbs.db", "desktop.ini")
STATES = LOST, CHANGED, CLOSED, OUTSIDE = (
    "missing",
    "changed since the job wrote it",
    "cannot be read, have their owner let you",
    "outside the folder",
)
LOGS = {None: "is missing", "": "cannot be read"}
NO_RECORD = "it left no record, or one that was edited"
LONGEST = 60  # letters of a value
SHOWN = 3  # names or values in one sentence

Faults = dict[str, list[str]]


def printable(text: str) -> str:
    """Text of a file of others, without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def few(names: Iterable[str]) -> str:
    """The first names, and how many more."""
    every = sorted(map(printable, names))
    rest = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + rest


def lines(found: Faults) -> str:
    """Contradictions, one line a rule."""
    return "\n".join(f"  {rule}: {'; '.join(said)}" for rule, said in found.items())


def written(records: Iterable[Record]) -> dict[str, str]:
    """sha256 by name of all that the jobs of these records wrote."""
    return {name: digest for record in records for name, digest in record["outputs"].items()}


def _state(folder: Path, name: str, digest: str) -> str:
    """What became of a file since a job wrote it; empty where nothing did."""
    # By its name: a folder in it may be a link to a disk with more room.
    if Path(name).is_absolute() or ".." in Path(name).parts:
        return OUTSIDE
    now = seen(folder / name)
    if now and now == digest:
        return ""
    return {None: LOST, "": CLOSED}.get(now, CHANGED)


def sources(records: Iterable[Record], made: Mapping[str, str]) -> dict[str, str]:
    """sha256 by name of all that these jobs read or fetched and that no job of `made` wrote."""
    read_in = {n: d for r in records for n, d in (r["inputs"] | r["fetched"]).items()}
    return {name: digest for name, digest in read_in.items() if name not in made}


def of_files(record: Record, folder: Path) -> Iterator[str]:
    """How the files that a job wrote differ from what its record says.

    Parameters
    ----------
    record
        Of the job.
    folder
        Result folder of the study. What is outside, pictures of the documentation, is not judged.
    """
    names = [name for name in record["outputs"] if not name.startswith("workflow:")]
    states = {name: _state(folder, name, record["outputs"][name]) for name in names}
    for state in STATES:
        here = [name for name, found in states.items() if found == state]
        if here and not (state == LOST and record.get("temporary")):
            yield f"{state}: {few(here)}"
    log = folder / "logs" / f"{record['rule']}.log"
    now = seen(log)
    if not now or now != record["log"]:
        yield f"its log {log.name} {LOGS.get(now, 'is changed')}"


def of_inputs(record: Record, now: Mapping[str, str]) -> Iterator[str]:
    """What a job read that is not what there is now.

    Parameters
    ----------
    record
        Of the job.
    now
        sha256 by name; a name that is not in it is not judged.
    """
    other = {n for n, digest in record["inputs"].items() if now.get(n, digest) != digest}
    if other:
        yield f"it read another {few(other)}"


def of_params(
    record: Record, asked: str, code: str | None, shown: Mapping[str, Any]
) -> Iterator[str]:
    """How what a job was asked, and the code it ran, differ from what they are now.

    Parameters
    ----------
    record
        Of the job.
    asked, code, shown
        What `records` would write of such a job now.
    """
    if record["asked"] != asked:
        told = [
            f"{place}: {then} then, {now} now"
            for place, then, now in differ(record["params"], shown)
        ]
        yield "it ran with other parameters" + (f" ({few(told)})" if told else "")
    if code is not None and record["code"] != code:
        yield "it ran with another version of the code"


def differ(then: Any, now: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Dotted name and both values, in short, of each parameter that differs."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*then, *now]):
            yield from differ(then.get(key), now.get(key), f"{place}.{key}" if place else str(key))
    elif then != now:
        yield place, _short(then), _short(now)


def _short(value: Any) -> str:
    text = "unset" if value is None else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def recorded(folder: Path) -> list[Record]:
    """All records of a study, those of shares of the resamples and of drafts too."""
    found = [read(path) for path in sorted((folder / "logs").glob("*.log"))]
    return [record for record in found if record is not None]


def strangers(folder: Path) -> set[str]:
    """Files of a result folder that no job wrote whose record is there, by name.

    They are left from another configuration, or were put there. A link to a folder is one where no
    job wrote into it.
    """
    known = set(written(recorded(folder)))
    homes = {parent.as_posix() for name in known for parent in Path(name).parents}
    there = {path for path in folder.rglob("*") if path.name not in OF_VIEWERS}
    every = {p.relative_to(folder) for p in there if p.is_symlink() or not p.is_dir()}
    return {p.as_posix() for p in every if p.parts[0] not in ASIDE} - known - homes


def of_chain(records: Mapping[str, Record | None], folder: Path) -> Faults:
    """Contradictions among the records of a study and its files, by rule.

    Parameters
    ----------
    records
        By rule, in the order of the flow; None where there is none that can be read.
    folder
        Result folder of the study.
    """
    there = {rule: record for rule, record in records.items() if record is not None}
    made = written(there.values())
    found: Faults = {rule: [NO_RECORD] for rule in records if rule not in there}
    for rule, record in there.items():
        said = [*of_files(record, folder), *of_inputs(record, made)]
        if record["rule"] != rule:
            said.insert(0, f"its record is that of {record['rule']}")
        found |= {rule: said} if said else {}
    return found
