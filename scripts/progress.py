"""A run on this machine as it goes, on the terminal: two lines a stage, in plain words.

Snakemake's own lines about a job hold every file it reads and writes, hundreds here. They stay in
its log (`.snakemake/log`), and come back on the terminal with `--verbose`. What this module does
not know, and all errors, are shown as Snakemake has them.

Read from Snakemake 9.27.1: the terminal is the handler `DefaultStreamHandler` of its logger, whose
filter heeds `--quiet`; records carry an `event` with the fields read here; the texts of `NOISE`
carry none. Nothing is shown of a record whose text is empty. Test: tests/workflow/test_progress.py.
"""

import logging
import time
from pathlib import Path

TERMINAL = "DefaultStreamHandler"
NOISE = (
    "Select jobs to execute", "Using shell:", "Conda environments: ignored", "Building DAG of jobs",
    "Group jobs: inactive", "Rules claiming more threads", "Assuming unrestricted shared",
)  # fmt: skip
SILENT = ("workflow_started", "resources_info", "job_started", "progress")


def speak_plainly(workflow):
    """Have the terminal tell the steps of this run in plain words."""
    from snakemake.logging import logger

    if workflow.output_settings.verbose:
        return
    for handler in logger.handlers:
        if handler.name == TERMINAL:
            handler.addFilter(_is_news)
            handler.setFormatter(Steps(handler.formatter, _purposes(workflow)))


def _is_news(record):
    """Whether a record says something that people wait for."""
    event = str(getattr(record, "event", None) or "")
    return event not in SILENT and not (
        record.levelno == logging.INFO and str(record.msg).startswith(NOISE)
    )


def _purposes(workflow):
    """What each rule does, in the words of its docstring; a rule that makes nothing is none."""
    return {
        rule.name: " ".join((rule.docstring or rule.name).split()).partition(" (`")[0].rstrip(".")
        for rule in workflow.rules
        if rule.output
    }


class Steps(logging.Formatter):
    """Records of Snakemake as lines about steps.

    Parameters
    ----------
    usual : logging.Formatter
        Snakemake's own, for all else.
    purposes : dict of str
        What each rule does.
    """

    def __init__(self, usual, purposes):
        super().__init__()
        self.usual, self.purposes = usual, purposes
        self.steps = self.done = 0
        self.begun = {}
        self.ways = {
            "run_info": self._plan, "job_info": self._begin, "job_finished": self._end,
            "job_error": self._fail,
        }  # fmt: skip

    def format(self, record):
        """Text of a record."""
        way = self.ways.get(str(getattr(record, "event", None) or ""))
        try:
            return way(record) if way else self.usual.format(record)
        except (AttributeError, LookupError, TypeError):  # of another version of Snakemake
            return self.usual.format(record)

    def _plan(self, record):
        counts = {name: n for name, n in record.stats.items() if name in self.purposes}
        self.steps = sum(counts.values())
        return f"revertome: {_count(self.steps, 'step')} to do" if self.steps else ""

    def _begin(self, record):
        name = record.rule_name
        if name not in self.purposes:
            return ""
        number = self.begun.setdefault(record.jobid, (len(self.begun) + 1, name))[0]
        self.begun[record.jobid] = number, name, time.monotonic()
        parts = ", ".join(f"{key} {value}" for key, value in record.wildcards.items())
        before = _seconds(record.benchmark)
        return (
            f"{_clock()}  step {number} of {self.steps}, {name}{f' ({parts})' if parts else ''}: "
            f"{self.purposes[name]}" + (f" (took {_span(before)} the last time)" if before else "")
        )

    def _end(self, record):
        if record.job_id not in self.begun:
            return ""
        _, name, since = self.begun[record.job_id]
        self.done += 1
        took = _span(time.monotonic() - since)
        return f"{_clock()}  {name} is done, in {took}; {self.done} of {self.steps} steps"

    def _fail(self, record):
        """A failed job without the files that it reads and writes; its log if that is asked for."""
        brief = logging.makeLogRecord({**record.__dict__, "input": [], "output": []})
        return self.usual.format(brief)


def _clock():
    return time.strftime("%H:%M:%S")


def _count(number, word):
    return f"{number} {word}{'s' * (number != 1)}"


def _span(seconds):
    """A time as people say it."""
    minutes = round(seconds / 60)
    return _count(minutes, "minute") if seconds >= 100 else f"{max(1, round(seconds))} s"


def _seconds(benchmark):
    """How long a job took the last time, from its table; None where there is none."""
    try:
        names, values = Path(benchmark).read_text(encoding="utf-8").splitlines()[:2]
        return float(dict(zip(names.split("\t"), values.split("\t"), strict=True))["s"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
