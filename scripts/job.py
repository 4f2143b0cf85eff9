"""A job as Snakemake starts it: its log, its faults in words, its end with the run."""

import io
import json
import os
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, TextIO

from disk import write_text
from packages import beside, note
from revertome.errors import Alarm, StudyError


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


OUT_OF_MEMORY = (
    "this job ran out of memory{how}; request more (on a cluster, "
    "`--set-resources RULE:mem_mb=...`) and give the same command again"
)
KILLED = ": one of its processes was killed, as a system that has no memory left does"


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
    print(f"{word}: {' '.join(str(message).split())}", file=sys.stderr)


@contextmanager
def logged(job: Any, hide: Callable[[str], str] | None = None) -> Iterator[None]:
    """Send stdout and stderr to the log of `job`; a `StudyError` ends it in its own words.

    Standard error also goes to the terminal, where people look first. Where `hide` is given, the
    log holds what it makes of the words, and is written at the end. A job that ends well notes
    the packages it has loaded beside its log (see `packages`).
    """
    end_with_parent()
    log = job.log[0]
    Path(log).parent.mkdir(parents=True, exist_ok=True)
    with Path(log).open("w", encoding="utf-8") as file:
        words: TextIO = file if hide is None else io.StringIO()
        both = _Tee(words, sys.stderr)
        with redirect_stdout(words), redirect_stderr(both):  # type: ignore[type-var]
            warnings.showwarning = _say
            failed = True
            try:
                yield
                write_text(json.dumps(note(log), indent=1) + "\n", beside(log))
                failed = False
            except StudyError as error:
                print(f"\nrevertome: {error}\n", file=sys.stderr)
            except MemoryError:
                print(f"\nrevertome: {OUT_OF_MEMORY.format(how='')}\n", file=sys.stderr)
            except BrokenProcessPool:  # joblib's is of this kind too
                print(f"\nrevertome: {OUT_OF_MEMORY.format(how=KILLED)}\n", file=sys.stderr)
            except Exception:
                traceback.print_exc()
        if hide is not None and isinstance(words, io.StringIO):
            file.write(hide(words.getvalue()))
    if failed:
        sys.exit(1)
