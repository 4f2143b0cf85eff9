"""What made a job fail: in words, and as a mark that further attempts and the end of the run read.

Snakemake tries a failed job again, with twice the memory, whatever its fault was. A mark says that
a further attempt would meet the same fault. It names the run that the job belongs to, so that the
next run, with the input corrected, does not heed it. Marks are outside the results, for their
owner's eyes alone, and under `privacy` hold what may be shown.
"""

import hashlib
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from revertome.errors import PassingError, StudyError
from run_record import read

MARKS = Path(".snakemake/revertome/faults")
OUT_OF_MEMORY = (
    "this job ran out of memory{how}; request more (on a cluster, "
    "`--set-resources {rule}:mem_mb=...`) and give the same command again"
)
KILLED = ": one of its processes was killed, as a system that has no memory left does"
# What libraries say of memory in errors of other kinds.
MEMORY = re.compile(r"out of memory|cannot allocate memory|unable to allocate|bad_alloc", re.I)
# The same input gives these again. Others may come from the node: OSError, ImportError of a file
# that could not be read, RuntimeError of a thread that could not be started.
LASTING = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, NameError)


@dataclass(frozen=True)
class Fault:
    """Why a job failed.

    Attributes
    ----------
    run
        Key of the run it belongs to (`run_record.Run.key`).
    log
        Log of the job, as its rule names it.
    words
        One sentence.
    lasting
        Whether a further attempt would meet it again.
    """

    run: str
    log: str
    words: str
    lasting: bool


class Attempt:
    """One attempt of a job, known by its log; `run` is empty where no run is recorded.

    Parameters
    ----------
    log, rule
        Log of the job, and name of its rule.
    shown
        What may be shown of words outside the private folder.
    """

    def __init__(self, log: str, rule: str, shown: Callable[[str], str] = str) -> None:
        self.log, self.rule, self.shown = log, rule, shown
        record = read(Path(log).with_name("run.json"))
        self.run = record.key() if record else ""

    def refuse_in_vain(self) -> None:
        """Stop at once where an attempt before this one met what lasts.

        Raises
        ------
        StudyError
            In the words of that attempt.
        """
        fault = marked(self.log, self.run)
        if fault and fault.lasting:
            raise StudyError(fault.words)

    def tell(self, error: BaseException) -> None:
        """Say on standard error what happened, and leave a mark."""
        memory = _of_memory(error)
        words, lasting = str(error), not isinstance(error, PassingError)
        if memory is not None:
            words, lasting = OUT_OF_MEMORY.format(how=memory, rule=self.rule), False
        elif not isinstance(error, StudyError):
            traceback.print_exception(error)
            last = " ".join("".join(traceback.format_exception_only(error)).split())
            words = (
                f"{self.rule} stopped with a fault that was not foreseen ({last}); see {self.log}"
            )
            lasting = isinstance(error, LASTING)
        if memory is not None or isinstance(error, StudyError):
            print(f"\nrevertome: {words}\n", file=sys.stderr)
        if self.run:
            _mark(Fault(self.run, self.log, self.shown(words).strip(), lasting))


def _of_memory(error: BaseException) -> str | None:
    """How memory ran out, where that is behind an error; None where it is not."""
    for each in _chain(error):
        if isinstance(each, BrokenProcessPool):  # joblib's is of this kind too
            return KILLED
        words = "" if isinstance(each, StudyError) else str(each)
        if isinstance(each, MemoryError) or MEMORY.search(words):
            return ""
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those it was raised from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _path(log: str) -> Path:
    return MARKS / f"{hashlib.sha256(log.encode()).hexdigest()[:32]}.json"


def _mark(fault: Fault) -> None:
    """Write a mark; where it cannot be written, the job is tried again as any other."""
    path = _path(fault.log)
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(fault), file)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()


def marked(log: str, run: str) -> Fault | None:
    """What a job of a run met, by its log; None where it left no mark."""
    fault = _read(_path(log))
    return fault if fault and run and (fault.run, fault.log) == (run, log) else None


def _read(path: Path) -> Fault | None:
    try:
        return Fault(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def forget(runs: set[str], marks: Path = MARKS) -> None:
    """Remove the marks of runs that have ended."""
    for path in marks.glob("*.json"):
        fault = _read(path)
        if fault is None or fault.run in runs:
            path.unlink(missing_ok=True)
