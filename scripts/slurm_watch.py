"""Jobs in SLURM, followed so that no run waits for what will not come.

Read from snakemake-executor-plugin-slurm 2.8.0, whose names are replaced here from outside:

- `Executor.run_job` runs in a thread that swallows errors. Of a group it fails to report them (it
  asks for `job.rule`), and the run waits for ever: for an unknown account, or without accounting.
- `validate_account` and `get_account` need accounting; without it they raise.
- `query_job_status` gives the states of jobs by number, from `sacct` or `squeue`. Where it fails it
  gives None; after five failures `check_active_jobs` forgets every job, and the run waits for ever.
  A job that neither lists, as when the controller forgets it within seconds, is waited for.
- `sacct` says `CANCELLED by 1000`, which is none of the states that `check_active_jobs` knows.
- `SubmittedJobInfo.external_jobid` is the number, `123` or `123_4`; `_submitted_job_clusters` is
  empty unless jobs went to another cluster, which `squeue` here does not see.

Therefore each job leaves word of its end, in a file. What is neither in SLURM nor left word has
been killed. A killed job is tried again, a job that ended well is never done twice.

Tests: tests/workflow/test_slurm_watch.py and test_slurm_odd.py.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

WORDS = Path(".snakemake/revertome/jobs")
WELL, FAILED = "COMPLETED", "FAILED"
ENDED = {
    WELL, FAILED, "BOOT_FAIL", "CANCELLED", "DEADLINE", "NODE_FAIL", "OUT_OF_MEMORY", "TIMEOUT",
}  # fmt: skip
# Ends too, unless SLURM begins the job again, which it shows soon.
LOST = {"PREEMPTED", "REVOKED", "LAUNCH_FAILED", "RECONFIG_FAIL"}
GONE = "SLURM no longer knows job {number}, and it left no word of its end"


def accounting() -> bool:
    """Whether this cluster keeps accounts that answer."""
    ask = ["sacct", "--noheader", "--allocations", "--name=none"]
    try:
        return subprocess.run(ask, capture_output=True, check=False, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def number_of_job() -> str:
    """Number of the job of SLURM that this process is in, as the plugin writes it."""
    task = os.environ.get("SLURM_ARRAY_TASK_ID")
    if task and "SLURM_ARRAY_JOB_ID" in os.environ:
        return f"{os.environ['SLURM_ARRAY_JOB_ID']}_{task}"
    return os.environ.get("SLURM_JOB_ID", "")


def leave_word(well: bool) -> None:
    """Leave word that the job of SLURM which this process is in has ended."""
    path = WORDS / os.environ.get("SLURM_JOB_NAME", "none") / number_of_job()
    with suppress(OSError):  # a full disk: SLURM may still know it
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(WELL if well else FAILED, encoding="utf-8")
        part.replace(path)


def forget_words(name: str | None, words: Path = WORDS) -> None:
    """Remove the words that jobs of one run left."""
    if name:
        shutil.rmtree(words / Path(name).name, ignore_errors=True)


class Watch:
    """States of the jobs of one run, from all that knows them.

    Parameters
    ----------
    name
        Name of the jobs in SLURM.
    patience
        Seconds to wait for the word of a job that SLURM no longer lists.
    """

    def __init__(self, name: str, patience: float) -> None:
        self.name, self.patience = name, patience
        self.missed: dict[str, float] = {}
        self.told: set[str] = set()

    def settle(self, numbers: set[str], found: dict[str, str]) -> dict[str, str]:
        """States of jobs, those that were `found` among them.

        Parameters
        ----------
        numbers
            Numbers of the jobs that the run waits for.
        found
            What `sacct` or `squeue` said of them.
        """
        states = {number: (said.split() or [""])[0] for number, said in found.items()}
        open_ones = {number for number in numbers if states.get(number) not in ENDED}
        listed = self._listed() if open_ones else {}
        if listed is None:
            return states
        for number in open_ones:
            state = listed.get(number) or self._word(number) or ""
            if state and state not in LOST:
                self.missed.pop(number, None)
            elif self._missed_for(number) >= self.patience:
                self._tell(GONE.format(number=number))
                state = FAILED
            if state:
                states[number] = state
        return states

    def _listed(self) -> dict[str, str] | None:
        """States that `squeue` lists; None where it does not answer."""
        ask = ["squeue", "--noheader", "--array", "--states=all", f"--name={self.name}"]
        try:
            done = subprocess.run(
                [*ask, "--format=%i|%T|%r"], capture_output=True, text=True, check=False, timeout=60
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            self._tell(f"SLURM does not answer ({error}); waiting for it")
            return None
        if done.returncode:
            said = " ".join(done.stderr.split()) or f"squeue ended with {done.returncode}"
            self._tell(f"SLURM does not answer ({said}); waiting for it")
            return None
        states = {}
        for line in done.stdout.splitlines():
            number, state, reason = [*line.strip().split("|"), "", ""][:3]
            states[number] = state
            if state not in ENDED and reason not in ("", "None", "Resources", "Priority"):
                self._tell(f"job {number} waits in SLURM, which says: {reason}")
        return states

    def _word(self, number: str) -> str | None:
        with suppress(OSError):
            return (WORDS / self.name / number).read_text(encoding="utf-8") or None
        return None

    def _missed_for(self, number: str) -> float:
        """Seconds since a job was first missed."""
        now = time.monotonic()
        return now - self.missed.setdefault(number, now)

    def _tell(self, words: str) -> None:
        """Say a thing once."""
        if words not in self.told:
            self.told.add(words)
            print(f"revertome: {words}", file=sys.stderr, flush=True)


def mend(hear: Callable[[object, str], None], patience: float) -> None:
    """Replace what of the plugin lets a run wait for ever; `hear` is told why jobs failed."""
    import snakemake_executor_plugin_slurm as plugin
    from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo

    executor = plugin.Executor
    run_job, check, report = executor.run_job, executor.check_active_jobs, executor.report_job_error
    ask, validate, guess = plugin.query_job_status, plugin.validate_account, plugin.get_account
    accounts = accounting()

    def submitted(self, job):
        try:
            run_job(self, job)
        except Exception as error:
            cause = error.__context__ or error
            words = f"SLURM did not take the job: {' '.join(str(cause).split())}"
            self._report_job_error_threadsafe(SubmittedJobInfo(job), words)

    async def checked(self, active_jobs):
        numbers = {job.external_jobid for job in active_jobs}
        # The first check may come before the executor has a `run_uuid`, and without jobs.
        watch = self.__dict__.get("revertome_watch") or Watch(
            getattr(self, "run_uuid", ""), patience
        )
        if numbers:
            self.revertome_watch = watch

        async def asked(command, logger):
            began = time.monotonic()
            found, _ = await ask(command, logger)
            if not self._submitted_job_clusters:
                found = await asyncio.to_thread(watch.settle, numbers, found or {})
            return found or {}, time.monotonic() - began

        plugin.query_job_status = asked
        async for job in check(self, active_jobs):
            yield job

    def reported(self, job_info, msg=None, **more):
        gone = GONE.format(number=job_info.external_jobid)
        told = self.__dict__.get("revertome_watch")
        words = gone if told and gone in told.told else ""
        hear(job_info.job, "\n".join((msg or "", words, _text(job_info.aux))))
        report(self, job_info, msg=msg, **more)

    executor.run_job, executor.check_active_jobs = submitted, checked
    executor.report_job_error = reported
    plugin.validate_account = lambda *given: validate(*given) if accounts else ""
    plugin.get_account = lambda *given: guess(*given) if accounts else None


def _text(aux: dict[str, Path] | None) -> str:
    """What SLURM wrote of a job."""
    with suppress(OSError, KeyError):
        return (aux or {})["slurm_logfile"].read_text(encoding="utf-8", errors="replace")
    return ""
