"""Why a run ended before its end although no job failed, in one sentence.

Read from Snakemake 9.27.1: `MissingRuleException` says `No rule to produce NAME (if you use ...`;
of `--until A B`, where A is behind B, Snakemake makes A, calls it a bug that B is left, and has B
in `JobScheduler.remaining_jobs`; a failed run ends with a `WorkflowError` of the words `FAILED`.
"""

import re
import shlex

from files import REASONS
from revertome.near_names import unknown

FAILED = "At least one job did not complete successfully."
SEEN = 3  # lines; what is longer is said again in one
LONGEST = 400  # letters of what is said again


def told_otherwise(error, run, names):
    """What to say in the place of an error of Snakemake's that does not say what to do.

    Parameters
    ----------
    error : Exception
        As Snakemake raised it.
    run : Runs
        The run that it ended.
    names : pair of lists of str
        Rules, and files that they make.

    Returns
    -------
    str
        One sentence; empty where the error says it.
    """
    from snakemake.exceptions import (
        IncompleteFilesException,
        LockException,
        MissingRuleException,
    )

    if isinstance(error, OSError) and error.errno in REASONS:
        where = error.filename or "the working folder, or that of temporary files (TMPDIR),"
        return f"{where} cannot be written: {REASONS[error.errno]} and give the same command again"
    if isinstance(error, LockException | IncompleteFilesException):
        return run.advice(isinstance(error, LockException))
    if isinstance(error, MissingRuleException):
        return _missing(str(error), *names)
    return ""


def _missing(words, rules, files):
    """A stage or file that nothing makes, and the nearest that there are."""
    found = re.match(r"No rule to produce (.+?) \(if you use", words)
    name = found.group(1) if found else ""
    return unknown("stage or file", name, files if "/" in name else rules) if name else ""


def otherwise(error, workflow):
    """What to say at the very end of a run in which no job failed; empty where it has been said.

    Parameters
    ----------
    error : BaseException
        What ended the run.
    workflow
        The workflow that was run.
    """
    words = str(error)
    if words != FAILED:
        long = len(words.splitlines()) > SEEN
        return " ".join(words.split())[:LONGEST] if long else ""
    left = sorted({job.rule.name for job in workflow.scheduler.remaining_jobs})
    until = sorted(workflow.dag_settings.until)
    if left and len(until) > 1:
        return (
            f"--until {shlex.join(until)}: Snakemake stops at the first of these that the others "
            f"need, so {', '.join(left)} was not made; give the last one alone, which makes all "
            "before it"
        )
    return (
        "the run ended before all was made, and no job failed; the reason stands above, and the "
        "same command goes on from here"
    )
