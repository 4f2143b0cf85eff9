"""A job as Snakemake starts it: its log, its faults in words, its end with the run."""

import atexit
import gc
import os
import sys
import threading
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, TextIO

from faults import Attempt
from files import SMALL
from records import inputs_of, now, study_folder, write_record
from revertome.errors import Alarm, StudyError

# Files of single people that are not written with `suppress_below`.
SINGLE = ("patients.html", "report/patients.tsv", "exports/expression.tsv.gz")
SINGLE += ("exports/expression.gct.gz", "exports/classes.cls")


def end_with_parent(pause: float = 0.5) -> None:
    """End this process when the one that started it is gone.

    A killed Snakemake leaves its jobs running, without anyone to wait for them; they would
    write beside the jobs of the next run.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(pause)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class _Tee:
    def __init__(self, *streams: TextIO) -> None:
        self.streams = streams

    def write(self, text: str) -> int:
        for stream in self.streams:
            with suppress(OSError):  # a full disk must not hide what is said of it
                stream.write(text)
        return len(text)

    def flush(self) -> None:
        for stream in self.streams:
            with suppress(OSError):
                stream.flush()


def alarm(texts: Iterable[str]) -> None:
    """Say what may make the results wrong: to the log, the report and the end of the terminal."""
    for text in texts:
        _say(text, Alarm)


def warning(texts: Iterable[str]) -> None:
    """Say what was assumed or left out: to the log and the end of the report."""
    for text in texts:
        _say(text, UserWarning)


def _say(message: Warning | str, category: type[Warning], *_: object) -> None:
    """A warning as one line of the log, where `said.alarms_in` finds it."""
    word = "alarm" if issubclass(category, Alarm) else "warning"
    print(f"{word}: {' '.join(str(message).split())}", file=sys.stderr, flush=True)


@contextmanager
def logged(job: Any, private: Any = None) -> Iterator[str]:
    """Send stdout and stderr to the log of `job`; a fault ends it in words (see `faults`).

    Standard error also goes to the terminal, where people look first. Where `private` (a
    `private_codes.Private`) is given, all words go to its log alone, and log and terminal get at
    the end what may be shown of them. A job that ends well leaves its record beside its log (see
    `records`). Gives the time at which the job began.
    """
    end_with_parent()
    # At its end Python goes through all objects once more, a fifth of a second with scipy loaded.
    atexit.register(gc.freeze)
    params = getattr(job, "params", {})
    _withhold(params.get("suppress_below", 0), study_folder(job.log[0]))
    if (params.get("words") or {}).get("path"):
        _empty(Path(sys.argv[0]))
    log, began = Path(job.log[0]), now()
    shown = private.told if private else str
    attempt = Attempt(str(job.log[0]), getattr(job, "rule", "RULE"), shown)
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w", encoding="utf-8") as file,
        _streams(file, private) as (words, both),
        redirect_stdout(words),
        redirect_stderr(both),  # type: ignore[type-var]
    ):
        warnings.showwarning = _say
        # Of a machine without semaphores; it has nothing to do with the results.
        warnings.filterwarnings("ignore", message=".*joblib will operate in serial mode")
        # Of libraries to those who write with them, on versions that the lock does not have.
        warnings.filterwarnings("ignore", category=FutureWarning)
        with _ending(attempt) as well:
            attempt.refuse_in_vain()
            before = inputs_of(job)
            yield began
            well.append(True)
    if well:
        with _ending(attempt) as well:  # once the log is closed, which is part of the record
            write_record(job, began, before)
            well.append(True)
    if not well:
        sys.exit(1)


def _withhold(below: int, folder: Path) -> None:
    """Withhold small counts from what is written, and remove what a run without it left."""
    SMALL["below"] = below
    for name in SINGLE if below > 1 else ():
        (folder / name).unlink(missing_ok=True)


@contextmanager
def _ending(attempt: Attempt) -> Iterator[list[bool]]:
    """Tell the fault that ends a job, in words where there are some; a list stays empty then."""
    well: list[bool] = []
    try:
        yield well
    except Exception as error:  # also of memory; none passes this place
        attempt.tell(error)


@contextmanager
def _streams(file: TextIO, private: Any) -> Iterator[tuple[TextIO, TextIO | _Tee]]:
    """Where the two streams of a job go: to its log and the terminal, or to the private log."""
    if private is None:
        yield file, _Tee(file, sys.stderr)
        return
    try:
        words = private.open()
    except StudyError as error:
        print(f"\nrevertome: {error}\n", file=_Tee(file, sys.stderr))
        sys.exit(1)
    terminal = os.dup(2)
    with words:
        os.dup2(words.fileno(), 2)  # libraries write there too
        try:
            yield words, words
        finally:
            words.flush()
            os.dup2(terminal, 2)
            os.close(terminal)
    print(private.public(), end="", file=_Tee(file, sys.stderr))


def _empty(script: Path) -> None:
    """Empty the script of this job, which is read by now: Snakemake wrote parameters into it."""
    if script.parent.name == "scripts" and script.parent.parent.name == ".snakemake":
        script.write_text("", encoding="utf-8")
