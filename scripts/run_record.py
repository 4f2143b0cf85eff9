"""The record of one run: where its main process is, and whether it is seen to have ended."""

import fcntl
import hashlib
import json
import os
import socket
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """What is known of one run.

    Attributes
    ----------
    host, machine, boot, space
        Name of the machine, its identity, that of its start, and of the process numbers' space.
    folder
        Working folder.
    process, started
        Number of the main process, and its start in ticks of the clock since the machine's start.
    since
        When the run began, for people.
    locks
        Lock files of Snakemake's that it wrote: name, inode and time of writing.
    jobs
        Name of its jobs in a cluster.
    """

    host: str
    machine: str
    boot: str
    space: str
    folder: str
    process: int
    started: str
    since: str = ""
    locks: list[list[int | str]] = field(default_factory=list)
    jobs: str | None = None

    def key(self) -> str:
        """What no other run has: the same at its begin and its end."""
        parts = (self.machine, self.host, self.boot, self.space, self.folder, self.started)
        return hashlib.sha256("\0".join((*parts, self.since)).encode()).hexdigest()

    def is_of(self, here: "Run") -> bool:
        """Whether this is a run of the machine and the folder of `here`."""
        return (self.host, self.machine, self.folder) == (here.host, here.machine, here.folder)

    def has_ended(self, here: "Run", held: bool | None = None) -> bool:
        """Whether a run is seen to have ended, from the process `here`.

        Parameters
        ----------
        here
            The present process.
        held
            Whether a process of this machine holds the record; None where that cannot be seen.
        """
        if self.process == 0:  # it said so itself
            return True
        if (self.host, self.machine) != (here.host, here.machine) or held:
            return False
        if self.boot != here.boot:  # the machine was started anew since
            return bool(self.machine)
        if self.space != here.space:  # numbers of a container's processes say nothing here
            return held is False
        return _started(self.process) != self.started

    def words(self) -> str:
        """The run as people name it."""
        return f"process {self.process} on {self.host}, in {self.folder}, since {self.since}"


def this_run(folder: Path) -> Run:
    """Record of the present process in a folder."""
    return Run(
        socket.gethostname(),
        _line("/etc/machine-id"),
        _line("/proc/sys/kernel/random/boot_id"),
        _link("/proc/self/ns/pid"),
        str(folder.resolve()),
        os.getpid(),
        _started(os.getpid()),
        time.strftime("%Y-%m-%d %H:%M:%S"),
    )


def _line(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _link(path: str) -> str:
    try:
        return str(Path(path).readlink())
    except OSError:
        return ""


def _started(process: int) -> str:
    """Start of a process, empty when it has ended; without /proc, only whether it exists."""
    if not Path("/proc/self/stat").exists():
        try:
            os.kill(process, 0)  # no signal, only whether one could be sent
        except ProcessLookupError:
            return ""
        except OSError:
            return "exists"
        return "exists"
    # The name of a process, in brackets, may hold blanks; state is field 3, start is field 22.
    fields = _line(f"/proc/{process}/stat").rpartition(")")[2].split()
    return "" if not fields or fields[0] in "ZX" else fields[19]


def read(path: Path) -> Run | None:
    """A record, None where the file is none."""
    try:
        return Run(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None
    except (OSError, ValueError, TypeError):
        return None


def write(run: Run, path: Path) -> None:
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(json.dumps(asdict(run), indent=1))
        file.flush()
        os.fsync(file.fileno())  # a machine that is lost leaves the whole record or none
    part.replace(path)


def held(path: Path) -> bool | None:
    """Whether a living process of this machine holds a record; None where locks are unknown."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks
        return None
    return False
