"""The last words of a run, after all that Snakemake says: why it failed, or what it gave."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from faults import marked

SHOWN = 20  # lines; the logs hold all
ASK = (
    "the job of {rule} ran out of {what}; where further attempts, with twice as much each, did "
    "not help, request more (`--set-resources {rule}:{name}=...`) and give the same command again"
)
MEMORY, TIME = {"what": "memory", "name": "mem_mb"}, {"what": "time", "name": "runtime"}
# What SLURM and Snakemake say of a job that left no word of its own, and what to do about it.
SIGNS = {
    r"(?:sbatch failed|did not take|submission failed)[^\n]*?(?:was '|: )(?P<said>[^\n]+)": (
        "SLURM did not take the job of {all}: {said}"
    ),
    r"memory limit|OUT_OF_MEMORY|oom.kill": ASK.format(rule="{rule}", **MEMORY),
    r"DUE TO TIME LIMIT|'TIMEOUT'": ASK.format(rule="{rule}", **TIME),
    r"'NODE_FAIL'|DUE TO NODE FAILURE": (
        "the job of {rule} lost its node; give the same command again"
    ),
    r"no longer knows": (
        "SLURM no longer knows the job of {rule}, which left no word of its end: it was killed, as "
        "for its memory or time, or cancelled; give the same command again, or request more "
        "(`--set-resources {rule}:mem_mb=... {rule}:runtime=...`)"
    ),
    r"'CANCELLED'|CANCELLED AT": (
        "the job of {rule} was cancelled in SLURM, by hand or by the site; give the same command "
        "again"
    ),
    r"older modification time .* than input": (
        "a file is dated in the future, as after a clock was set back; set the clock right, or "
        "give that input the present date (`touch FILE`, the input named above), and give the same "
        "command again"
    ),
    r"died with <Signals.SIGKILL": (
        "the job of {rule} was killed, as the system does when memory runs out; close other "
        "programs or use fewer `--cores`, and give the same command again"
    ),
}

STOPPED = (
    "the run was stopped ({signal}); what was finished is kept, and the same command goes on from "
    "there"
)


@dataclass(frozen=True)
class Failure:
    """A job that failed for good.

    Attributes
    ----------
    rules
        Rule and log of each step; several in a group.
    heard
        What SLURM said of it; empty on one machine.
    """

    rules: list[tuple[str, str]]
    heard: str = ""


def last_words(failures: list[Failure], run: str, logs: list[str], several: bool) -> list[str]:
    """Lines for the very end of a failed run, each once.

    Parameters
    ----------
    failures
        Jobs that failed for good.
    run
        Key of the run.
    logs
        Snakemake's logs of it.
    several
        Whether it has several studies, so that each line names its own.
    """
    there = [path for path in map(Path, logs) if path.is_file()]
    all_words = "".join(path.read_text(encoding="utf-8", errors="replace") for path in there)
    said = []
    for failure in failures:
        own = [(log, fault.words) for _, log in failure.rules if (fault := marked(log, run))]
        for log, words in own or [_without_word(failure, failure.heard or all_words)]:
            study = f"{Path(log).parents[1].name}: " if several and log else ""
            said.append(f"revertome: {study}{words}")
    lines = list(dict.fromkeys(said))
    rest = len(lines) - SHOWN
    return lines[:SHOWN] + ([f"revertome: and {rest} more; see the logs"] if rest > 0 else [])


def _without_word(failure: Failure, heard: str) -> tuple[str, str]:
    """Log of the step at work, and what can be said of a job that said nothing itself."""
    rule, log = max(failure.rules, key=lambda step: _written(step[1]))
    for sign, sentence in SIGNS.items():
        if found := re.search(sign, heard):
            each = ", ".join(name for name, _ in failure.rules)
            return log, sentence.format(rule=rule, all=each, **found.groupdict())
    return log, f"the job of {rule} failed without a word of its own; look in {log} and above"


def _written(log: str) -> int:
    """When a log was last written to; the step that is at work has the newest, if any has words.

    Snakemake makes the logs of all steps of a group when it fails, so an empty one says nothing.
    """
    try:
        found = Path(log).stat()
    except OSError:
        return 0
    return found.st_mtime_ns if found.st_size else 0


class Ending:
    """Collects what becomes of the jobs of a run, and says it at the end of the process."""

    def __init__(self, run: str, several: bool) -> None:
        self.run, self.several = run, several
        self.heard: dict[object, str] = {}
        self.failures: list[Failure] = []
        self.stopped = ""
        self.lines: list[str] = []

    def hear(self, job: object, words: str) -> None:
        """Keep what SLURM said of the last attempt of a job."""
        self.heard[job] = words

    def failed(self, job: object, rules: list[tuple[str, str]]) -> None:
        """Note a job that failed for good."""
        self.failures.append(Failure(rules, self.heard.get(job, "")))

    def close(self, logs: list[str], otherwise: str) -> None:
        """Find the last words of a failed run, while the marks of the run are there.

        Parameters
        ----------
        logs
            Snakemake's logs of it.
        otherwise
            What can be said of a run in which no job failed; empty where that has been said.
        """
        if self.stopped:
            otherwise = STOPPED.format(signal=self.stopped)
        elif self.failures:
            self.lines = ["", *last_words(self.failures, self.run, logs, self.several)]
            return
        self.lines = ["", f"revertome: {otherwise}"] if otherwise else []

    def say(self) -> None:
        """Print the last words."""
        if self.lines:
            print(*self.lines, sep="\n", file=sys.stderr, flush=True)
