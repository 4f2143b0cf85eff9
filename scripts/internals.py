"""Snakemake's insides that this workflow leans on, each with what to test when they change.

Read from Snakemake 9.27.1 and snakemake-executor-plugin-slurm 2.8.0:

- `Workflow.execute(executor_plugin=...)` is called once for a run, a dry run or `--touch`, when the
  Snakefile has been read and before planning and lock; never for --list, --summary, --unlock and
  their kind. The process of a job calls it too, with an `exec_mode` that is not the default.
- `Workflow.dag_settings.force_incomplete` is what `--rerun-incomplete` sets.
- `FilePersistence._write_locks` writes one lock file a call, of inputs and then of outputs, one
  path a line, into `_lockdir` and remembers it in `_lockfile`; `_delete_locks` then removes the
  whole folder of locks, those of other runs too. `lock_files` stands in the place of both.
- `JobScheduler.__init__` takes SIGTERM for itself: its handler waits for a lock that the code it
  interrupts may hold (then the run never ends), and then for the end of all jobs. With "graceful"
  in `_user_kill` it begins no further job.
- The executor for SLURM names its jobs by its `run_uuid`; `slurm_watch` says what else it does.
- `JobScheduler._handle_error` is called once for each failed attempt, in the main process. It tries
  a job again while `job.restart_times > job.attempt - 1`; `_attempt` behind that property can be
  set without a change of resources. A group is iterated over its jobs, and one job is no group.
- What `atexit` was told first is said last: after Snakemake's own messages.
- A job of SLURM runs Snakemake with the executor `slurm-jobstep`, and that one with `local`.
- The process of a job is given its rule on the command line, as `rule` or `rule:wildcards`.
- The modules of a workflow share one `Workflow` object, which takes attributes of ours.
- `Workflow._snakemake_tmp_dir` is there when the Snakefile is read; `scripts/place.py` removes it.
- `report()` flags a file; a rule that is complete takes such a file in the place of its `_file`.

Tests: tests/workflow/test_killed_runs.py, test_faults.py, test_kills.py and test_slurm.py.
"""

import atexit
import gc
import shlex
import signal
import sys
import threading
from pathlib import Path

from children import end_children
from ending import Ending
from faults import marked
from lock_files import write_locks
from outcome import words_at_end
from plan import check_plans
from progress import speak_plainly
from revertome.errors import StudyError
from runs import Runs
from slurm_watch import leave_word, mend, number_of_job
from unfinished import otherwise, told_otherwise


def quote_interpreter():
    """Quote the interpreter: Snakemake writes it into command lines without quotes."""
    if Path(sys.executable).exists():  # once quoted it is no path
        sys.executable = shlex.quote(sys.executable)


def requested():
    """Rules and targets that the command line names, those of a job's process too."""
    return {word.partition(":")[0] for word in sys.argv}


def given_twice():
    """The first key that the command line gives twice after `--config`; Snakemake takes the last.

    Mappings under one key are joined, so `--config intake={...} intake={...}` is none.
    """
    inside, seen = False, set()
    for word in sys.argv[1:]:
        key, _, value = word.partition("=")
        if word.startswith("-"):
            inside = word in ("--config", "-C")
        elif inside and not value.startswith("{"):
            if key in seen:
                return key
            seen.add(key)
    return ""


def expect(workflow, folders):
    """Say to the modules of a run which result folders it will fill."""
    workflow.revertome_folders = set(folders)


def expected(workflow):
    """Result folders that this run will fill."""
    return getattr(workflow, "revertome_folders", set())


def label(item, **words):
    """Give an output of a finished rule what `snakemake --report` shows of it."""
    from snakemake.io import report

    item._file = report(str(item), **words)


def guard(workflow, results, unfinished=""):
    """Have the main process of a run recover what a killed run left, and record the run.

    Parameters
    ----------
    workflow
        The workflow being read. Nothing happens in the process of a job, nor where another
        workflow includes this one: that folder is the other one's.
    results : str
        Result folder of a study; called once a study.
    unfinished : str
        What of the study file only its author can fill in: a dry run stops with it. A run goes as
        far as it can, to the fields of the series.
    """
    workflow.revertome_unfinished = getattr(workflow, "revertome_unfinished", "") or unfinished
    if hasattr(workflow, "revertome_results"):
        workflow.revertome_results.append(results)
        return
    workflow.revertome_results = [results]
    execute = workflow.execute

    def guarded(**arguments):
        kind = arguments["executor_plugin"].common_settings
        if kind.touch_exec:
            return execute(**arguments)
        drafts = set(map(_rule_word, workflow.dag_settings.targets)) == {"sheet"}
        _refuse_unfinished(workflow, kind.dryrun_exec and not drafts)
        run = Runs(Path(), [] if drafts else workflow.revertome_results)
        ending = Ending(run.here.key(), several=len(workflow.revertome_results) > 1)
        workflow.revertome_ending = ending
        atexit.register(ending.say)
        atexit.register(gc.freeze)  # as in each job
        try:
            if run.recover(act=not kind.dryrun_exec and not drafts):
                workflow.dag_settings.force_incomplete = True
            check_plans()
            if not kind.dryrun_exec:
                run.begin()
                workflow.revertome_run = run
                _note_locks(run)
                _follow(workflow, ending, arguments["executor_plugin"])
        except StudyError as error:
            sys.exit(f"revertome: {error}")
        well = False
        try:
            execute(**arguments)
            well = True
        except BaseException as error:
            _explain(error, run, workflow)
            raise
        finally:
            if not kind.dryrun_exec:
                run.end(well)
        if not kind.dryrun_exec:
            ending.lines = words_at_end(workflow, drafts)

    workflow.execute = guarded


def _refuse_unfinished(workflow, tried):
    """Stop a dry run of a study that its author has to finish."""
    if tried and workflow.revertome_unfinished:
        sys.exit(f"revertome: {workflow.revertome_unfinished}")


def _rule_word(target):
    """Last word of a rule's name, without the name of a study before it."""
    return target.rpartition("_")[2]


def _explain(error, run, workflow):
    """Find the last words of a run that failed; end it with them where Snakemake's do not help."""
    ending = workflow.revertome_ending
    if isinstance(error, KeyboardInterrupt):
        ending.stopped = ending.stopped or "SIGINT"
    elif not isinstance(error, Exception):
        return  # it has been told
    elif words := told_otherwise(error, run, _names(workflow)):
        sys.exit(f"\nrevertome: {words}")
    ending.close(workflow.logger_manager.get_logfile(), otherwise(error, workflow))


def _names(workflow):
    """Stages and files that can be asked for."""
    files = (str(file) for rule in workflow.rules for file in rule.output)
    return [rule.name for rule in workflow.rules], list(files)


def _note_locks(run):
    """Record which lock files this run writes, and have it remove those and no others."""
    from snakemake.persistence.file import FilePersistence

    FilePersistence._write_locks = lambda self, kind, files: write_locks(self, run, kind, files)


def _follow(workflow, ending, executor):
    """Follow the jobs of this run: try none again in vain, wait for none in vain, say why."""
    if executor.common_settings.local_exec:
        speak_plainly(workflow)
    from snakemake.scheduling.job_scheduler import JobScheduler

    handle = JobScheduler._handle_error

    def handled(self, job, *more, **named):
        faults = [marked(str(log), ending.run) for log in job.log]
        if any(fault and fault.lasting for fault in faults):
            job._attempt = max(job._attempt, job.restart_times + 1)
        if job.restart_times <= job._attempt - 1:
            steps = list(job) if job.is_group() else [job]
            ending.failed(job, [(each.rule.name, str(log)) for each in steps for log in each.log])
        handle(self, job, *more, **named)

    JobScheduler._handle_error = handled
    if executor.name == "slurm":
        mend(ending.hear, workflow.execution_settings.latency_wait)


def word_of_end(workflow):
    """Have a job in SLURM leave word of its end, where the folder is this workflow's own."""
    if hasattr(workflow, "revertome_word") or not number_of_job():
        return
    workflow.revertome_word = True
    execute = workflow.execute

    def told(**arguments):
        if arguments["executor_plugin"].name != "slurm-jobstep":
            return execute(**arguments)
        well = False
        try:
            execute(**arguments)
            well = True
        finally:
            leave_word(well)

    workflow.execute = told


def started(workflow):
    """Hook of the start of a run: record the name of its jobs in a cluster, end when told to end.

    SIGTERM, SIGINT and SIGHUP end the jobs at work on this machine and then the run, as Ctrl-C
    does: what was begun is done again by the next run. A signal that is ignored (`nohup`) stays so.
    """
    run = getattr(workflow, "revertome_run", None)
    if run is None:
        return
    ours = workflow.executor_plugin.name == "slurm"  # others have a `run_uuid` too
    run.work(workflow.scheduler._executor.run_uuid if ours else None)

    def stop(number, frame):
        signal.signal(number, signal.SIG_IGN)
        workflow.revertome_ending.stopped = signal.Signals(number).name
        # What is interrupted may catch the exception; no job is begun after this all the same.
        workflow.scheduler._user_kill = "graceful"
        if workflow.local_exec:
            end_children()
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, stop)
