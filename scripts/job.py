"""A job as Snakemake starts it: its log, its faults in words, its end with the run."""

import io
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, TextIO

from faults import Attempt
from records import now, write_record
from revertome.errors import Alarm


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


def _say(message: Warning | str, category: type[Warning], *_: object) -> None:
    """A warning as one line of the log, where `said.alarms_in` finds it."""
    word = "alarm" if issubclass(category, Alarm) else "warning"
    print(f"{word}: {' '.join(str(message).split())}", file=sys.stderr, flush=True)


@contextmanager
def logged(job: Any, hide: Callable[[str], str] | None = None) -> Iterator[str]:
    """Send stdout and stderr to the log of `job`; a fault ends it in words (see `faults`).

    Standard error also goes to the terminal, where people look first. Where `hide` is given, the
    log holds what it makes of the words, and is written at the end. A job that ends well leaves
    its record beside its log (see `records`). Gives the time at which the job began.
    """
    end_with_parent()
    log, began = Path(job.log[0]), now()
    attempt = Attempt(str(job.log[0]), getattr(job, "rule", "RULE"))
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as file:
        words: TextIO = file if hide is None else io.StringIO()
        both = _Tee(words, sys.stderr)
        with redirect_stdout(words), redirect_stderr(both):  # type: ignore[type-var]
            warnings.showwarning = _say
            # Of a machine without semaphores; it has nothing to do with the results.
            warnings.filterwarnings("ignore", message=".*joblib will operate in serial mode")
            with _ending(attempt) as well:
                attempt.refuse_in_vain()
                yield began
                well.append(True)
        if hide is not None and isinstance(words, io.StringIO):
            file.write(hide(words.getvalue()))
    if well:
        with _ending(attempt) as well:  # once the log is closed, which is part of the record
            write_record(job, began)
            well.append(True)
    if not well:
        sys.exit(1)


@contextmanager
def _ending(attempt: Attempt) -> Iterator[list[bool]]:
    """Tell the fault that ends a job, in words where there are some; a list stays empty then."""
    well: list[bool] = []
    try:
        yield well
    except Exception as error:  # also of memory; none passes this place
        attempt.tell(error)
