"""A SLURM of one node on this machine, for as long as a test needs it.

Debian's packages slurmctld, slurmd, slurm-client and munge; root, because slurmd wants it.
Accounting is off, unless `slurm_accounting` beside it gives what is needed; the controller
remembers its jobs for an hour.
"""

import contextlib
import ctypes
import fcntl
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from patience import HUNG

# Where programs inside a job look: Snakemake's plugin clears the variables of SLURM.
ETC = Path("/etc/slurm/slurm.conf")
LOCK = Path(tempfile.gettempdir()) / "slurm.conf.lock"
PROGRAMS = ("slurmctld", "slurmd", "munged", "sbatch", "squeue")
CONF = """\
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
SlurmctldPort={port}
SlurmdPort={next_port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,sched_min_interval=100000,batch_sched_delay=0
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=short Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def lacking():
    """What this machine lacks for it; empty when nothing."""
    names = [name for name in PROGRAMS if not found(name)]
    if names:
        return ", ".join(names)
    if os.geteuid():
        return "root"
    if ETC.is_symlink() and not _lives(ETC.readlink().with_name("slurmctld.pid")):
        ETC.unlink()  # of a test that was killed
    return f"a machine without a {ETC} of its own" if ETC.exists() else ""


def found(name):
    """Path of a program, daemons included."""
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def _lives(pid_file):
    try:
        return Path(f"/proc/{int(pid_file.read_text())}").exists()
    except (OSError, ValueError):
        return False


def die_with_parent():
    """Have the kernel end this process with the one that starts it, even by SIGKILL."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """One node; `environment` is what its client programs need, `settings` go to slurm.conf."""

    def __init__(self, folder, cpus=2, memory=None, **settings):
        self.folder, self.host = Path(folder), socket.gethostname().split(".")[0]
        self.cpus, self.memory = cpus, memory or _memory_mb() - 500
        self.environment = {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf")}
        self.running = {}
        self.settings = {
            "MinJobAge": "3600", "AccountingStorageType": "accounting_storage/none", **settings,
        }  # fmt: skip

    def __enter__(self):
        # There is one /etc/slurm: the next process of tests that wants a cluster waits.
        self.held = LOCK.open("w")
        fcntl.flock(self.held, fcntl.LOCK_EX)
        for name in ("state", "spool"):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        key = self.folder / "munge.key"
        key.write_bytes(secrets.token_bytes(1024))
        key.chmod(0o400)
        port = free_port()
        conf = CONF.format(
            host=self.host, folder=self.folder, cpus=self.cpus, memory=self.memory,
            port=port, next_port=free_port(),
        )  # fmt: skip
        conf += "".join(f"{key}={value}\n" for key, value in self.settings.items())
        (self.folder / "slurm.conf").write_text(conf, encoding="utf-8")
        ETC.parent.mkdir(exist_ok=True)
        ETC.symlink_to(self.folder / "slurm.conf")
        options = ["--foreground", "--force", f"--key-file={key}"]
        for name in ("socket", "pid-file", "log-file", "seed-file"):
            options.append(f"--{name}={self.folder}/munge.{name.partition('-')[0]}")
        try:
            self.start("munged", *options)
            time.sleep(1)
            self.prepare()
            self.start("slurmctld", "-D")
            self.start("slurmd", "-D", "-N", self.host)
            self.wait_for("idle")
        except RuntimeError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.client("scancel", "--user=root", "--quiet")
        ETC.unlink(missing_ok=True)
        for process in reversed(self.running.values()):
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        self.held.close()

    def prepare(self):
        """Start what the controller needs; nothing without accounting."""

    def start(self, name, *options):
        """Start one of the daemons in the foreground."""
        with (self.folder / f"{name}.out").open("a") as out:
            self.running[name] = subprocess.Popen(
                [found(name), *options], stdout=out, stderr=out, env=self.environment,
                preexec_fn=die_with_parent,
            )  # fmt: skip

    def client(self, *command):
        """Output of a client program."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return subprocess.run(
                command, capture_output=True, text=True, env=self.environment, timeout=30
            ).stdout
        return ""

    def wait_for(self, state, limit=HUNG):
        """Wait until the node is in a state."""
        end = time.monotonic() + limit
        while state not in self.client("sinfo", "-h", "-o", "%T"):
            if time.monotonic() > end:
                logs = [self.folder / f"{n}.{k}" for n in self.running for k in ("log", "out")]
                raise RuntimeError("\n".join(p.read_text()[-1500:] for p in logs if p.exists()))
            time.sleep(0.2)

    def reconfigure(self, **settings):
        """Change settings while it runs."""
        conf = self.folder / "slurm.conf"
        text = conf.read_text("utf-8")
        for key, value in settings.items():
            text = re.sub(rf"(?m)^{key}=.*$", f"{key}={value}", text)
        conf.write_text(text, encoding="utf-8")
        self.client("scontrol", "reconfigure")

    def jobs(self, folder=None):
        """Rows (id, name, state, seconds, cpus, memory, comment, begin, end) of a folder's jobs."""
        form = "%i|%j|%T|%M|%C|%m|%k|%S|%e|%Z"
        lines = self.client("squeue", "-h", "-t", "all", "-S", "i", "-o", form).splitlines()
        rows = [line.split("|") for line in lines]
        return [row[:-1] for row in rows if folder in (None, Path(row[-1]))]

    def lose_node(self):
        """Kill the daemon of the node and all that runs under it, as a loss of power does.

        Returns how many processes there were.
        """
        daemon = self.running["slurmd"]
        parents = {}
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                stat = (path / "stat").read_text()
                parents[int(path.name)] = int(stat.rpartition(")")[2].split()[1])
                # A daemon of steps belongs to no other process.
                environ = (path / "environ").read_bytes()
                if "(slurmstepd)" in stat and str(self.folder).encode() in environ:
                    parents[int(path.name)] = daemon.pid
        lost = {daemon.pid}
        while more := {pid for pid, parent in parents.items() if parent in lost} - lost:
            lost |= more
        for pid in sorted(lost):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        daemon.wait()
        self.client("scontrol", "update", f"nodename={self.host}", "state=down", "reason=lost")
        return len(lost) - 1

    def return_node(self):
        """Start the node again, empty."""
        self.start("slurmd", "-D", "-N", self.host)
        self.client("scontrol", "update", f"nodename={self.host}", "state=resume")
        self.wait_for("idle")  # a job that was about to begin is ended first
        for job in self.jobs():
            if job[2] == "PENDING":  # SLURM lets a lost job wait for two minutes
                self.client("scontrol", "update", f"jobid={job[0]}", "starttime=now")


def _memory_mb():
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return pages // 2**20
