"""Records of the runs in a working folder, and what a killed one left behind.

Snakemake locks a folder by files and marks by files the jobs that have begun; a killed run leaves
both. Whose they are cannot be seen from them, so each run of this workflow keeps a record of its
own: machine, folder, process and the lock files it wrote. Only what such a record names, and only
when its process is seen to have ended on this machine, is removed: lock files, never an output.
"""

import fcntl
import os
import sys
import uuid
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from faults import MARKS, forget
from revertome.errors import StudyError
from run_record import Run, held, read, this_run, write
from slurm_jobs import cancel_jobs, say_jobs
from slurm_watch import WORDS, forget_words

UNLOCK = (
    "give the command once with `--unlock` added, then with `--rerun-incomplete` added; this "
    "removes Snakemake's locks here and makes again what was begun"
)


class Runs:
    """The runs recorded in a working folder, among them this one.

    Parameters
    ----------
    folder : Path
        Working folder.
    results : list of str
        Result folders that this run writes.
    """

    def __init__(self, folder: Path, results: list[str]) -> None:
        self.here = this_run(folder)
        self.state = folder / ".snakemake"
        self.records = self.state / "revertome"
        self.file = self.records / f"{uuid.uuid4().hex}.json"
        self.handle = -1
        self.working = False
        self.claims = [folder / path / "logs" / "run.json" for path in results]
        found = {path: run for path in self.claims if (run := read(path))}
        self.elsewhere = {p: run for p, run in found.items() if run.folder != self.here.folder}
        self.others = self._recorded()
        self.ended = {
            path: run
            for path, run in self.others.items()
            if run.is_of(self.here) and run.has_ended(self.here, held(path))
        }

    def _recorded(self) -> dict[Path, Run]:
        """Records in this folder, but that of this run."""
        found = {path: read(path) for path in self.records.glob("*.json") if path != self.file}
        return {path: run for path, run in found.items() if run is not None}

    def recover(self, act: bool) -> bool:
        """Make way for a run where a former one of this workflow was killed.

        Parameters
        ----------
        act : bool
            Whether to remove the lock files of killed runs and cancel their jobs in SLURM; a dry
            run only asks.

        Returns
        -------
        bool
            Whether what a killed run had begun is to be made again.

        Raises
        ------
        StudyError
            When a run in another folder writes the same results, or jobs of a killed run do not
            end in SLURM.
        """
        killed = [r for r in self.elsewhere.values() if r.process and r.has_ended(self.here)]
        dead = [*self.ended.values(), *killed]
        names = {run.jobs for run in dead if run.jobs}
        again = bool(self.ended) and not self.elsewhere  # what they made since is not this one's
        if act:
            for path, run in self.elsewhere.items():
                if not run.has_ended(self.here):
                    raise StudyError(
                        f"another run writes the same results ({run.words()}); wait for its end or "
                        f"choose other `results`; if it has ended, remove {path}"
                    )
            cancel_jobs(names)
            self._look_anew()
            for run in self.ended.values():
                self._unlock(run)
            self._forget(dead)
            if again:
                print("revertome: an earlier run here was stopped; continuing", file=sys.stderr)
        else:
            say_jobs(names)
        return again

    def _unlock(self, run: Run) -> None:
        """Remove the lock files that a killed run wrote; a file of the same name is another's."""
        for name, inode, written in run.locks:
            path = self.state / "locks" / Path(str(name)).name
            with suppress(FileNotFoundError):
                found = path.stat(follow_symlinks=False)
                if (found.st_ino, found.st_mtime_ns) == (inode, written):
                    path.unlink()

    def _look_anew(self) -> None:
        """Read the folders that jobs on other machines wrote in, before planning looks at files.

        A network file system answers from memory whether a file is there, until its folder is
        opened again.
        """
        for folder in (self.state / "incomplete", *(path.parents[1] for path in self.claims)):
            for _ in os.walk(folder):
                pass

    def _forget(self, runs: list[Run]) -> None:
        """Remove what jobs of runs that have ended left for them."""
        forget({run.key() for run in runs}, self.records / MARKS.name)
        for run in runs:
            forget_words(run.jobs, self.records / WORDS.name)

    def begin(self) -> None:
        """Record this run.

        Raises
        ------
        StudyError
            When the folder cannot be written.
        """
        try:
            self.records.mkdir(parents=True, exist_ok=True)
            write(self.here, self.file)
        except OSError as error:
            raise StudyError(
                f"{self.records}: cannot be written ({error.strerror}); run in a folder that "
                "can, or name one with --directory"
            ) from error
        self._hold()

    def _hold(self) -> None:
        """Hold the record for as long as this process lives, where the file system can."""
        before = self.handle
        self.handle = os.open(self.file, os.O_RDONLY)
        with suppress(OSError):  # a file system without locks
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if before >= 0:
            os.close(before)

    def lock(self, text: str, path: Path) -> None:
        """Write a lock file of Snakemake's; it is in the record before it is in its place."""
        made = self.file.with_suffix(".lock")
        made.write_text(text, encoding="utf-8")
        found = made.stat()
        new = [path.name, found.st_ino, found.st_mtime_ns]
        self._change(replace(self.here, locks=[*self.here.locks, new]))
        made.replace(path)

    def work(self, jobs: str | None) -> None:
        """Say in the results that this run writes them now, as jobs of this name in a cluster."""
        self._change(replace(self.here, jobs=jobs))
        for path in self.claims:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(self.here, path)
        self.working = True

    def _change(self, run: Run) -> None:
        self.here = run
        write(run, self.file)
        self._hold()  # it is a new file

    def end(self, well: bool) -> None:
        """Say that this run has ended; when it went well, take back its record.

        Records of killed runs go when nothing that they had begun is left.
        """
        with suppress(OSError):  # a full disk: the record then says that the run was killed
            for path in self.claims if self.working else []:
                write(replace(self.here, process=0, locks=[]), path)
        self._forget([self.here])
        if well:
            marks = any(path.is_file() for path in (self.state / "incomplete").rglob("*"))
            for path in [self.file, *([] if marks else self.ended)]:
                for one in self.records.glob(f"{path.stem}.*"):  # what a kill left beside it too
                    one.unlink(missing_ok=True)

    def advice(self, locked: bool) -> str:
        """One sentence on a folder that is locked, or holds what a run had begun."""
        rest = [run for path, run in self._recorded().items() if path not in self.ended]
        living = [run for run in rest if run.is_of(self.here) and not run.has_ended(self.here)]
        away = [run for run in rest if not run.is_of(self.here)]
        if living:
            return (
                f"another run makes the same files ({living[0].words()}); wait for its end, or "
                "work in another folder (--directory)"
            )
        if self.elsewhere and not locked:
            other = next(iter(self.elsewhere.values()))
            return (
                f"the run that was stopped here had begun files that a run in "
                f"{other.folder} has made since; go on there, or give the command with "
                "`--rerun-incomplete` to make them again here"
            )
        what = "is locked" if locked else "holds outputs that were begun and not finished"
        if away:
            return (
                f"this folder {what}; a run is recorded here whose end cannot be seen from this "
                f"machine and folder ({away[0].words()}); when it has ended, {UNLOCK}"
            )
        return (
            f"this folder {what}, by a run of which this workflow has no record; if no Snakemake "
            f"is at work here, {UNLOCK}"
        )
