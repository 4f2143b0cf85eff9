"""Kills at random moments of a run through SLURM; `kills.py --slurm` runs them.

One study is kept going: at a random moment something is killed, and where that ends the run, the
same command is given again. Victims are Snakemake, the script of a job, the daemon of a step, a job
(by `scancel`) and the node with all that runs on it.
"""

import contextlib
import os
import random
import signal
import sys
import time
from pathlib import Path

from patience import HUNG
from workflow.cluster import command, through
from workflow.interruption import files, study
from workflow.kills import REFUSED, STAGES, remove
from workflow.slurm import Cluster

VICTIMS = ("snakemake", "script", "step daemon", "scancel", "node")


def processes(text, folder):
    """Numbers of the processes with a text in their command line and a folder in their world."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (path / "cmdline").read_text().replace("\0", " ")
            world = words + (path / "environ").read_bytes().decode(errors="replace")
            if text in words and str(folder) in world:
                found.append(int(path.name))
    return sorted(found)


class Series:
    """A run that is given again whenever it has ended, and what was killed of it."""

    def __init__(self, cluster, folder, draw):
        self.cluster, self.folder, self.draw = cluster, folder, draw
        self.starts, self.refused, self.run = 0, 0, None

    def go_on(self):
        """Start the run, unless it is at work; where it was done, there is more to do."""
        if self.run is not None and self.run.poll() is None:
            return False
        words = self.words()
        self.refused += any(sign in words for sign in REFUSED)
        if self.run is not None and self.run.returncode == 0:
            remove(self.folder, self.draw.sample(STAGES, 3))
        (self.folder / "out.txt").unlink(missing_ok=True)
        study_file = str(self.folder / "study.yaml")
        self.run = through(self.cluster, self.folder, "--configfile", study_file)
        self.starts += 1
        return True

    def words(self):
        """What the last start has said so far."""
        out = self.folder / "out.txt"
        return out.read_text("utf-8") if out.exists() else ""

    def kill(self, victim):
        """Kill one thing; returns what it was, None where there is none at this moment."""
        if victim == "snakemake":
            self.run.send_signal(signal.SIGKILL)
            self.run.wait()
            return "process"
        at_work = [job for job in self.cluster.jobs(self.folder) if job[2] == "RUNNING"]
        if not at_work:
            return None
        if victim == "scancel":
            self.cluster.client("scancel", at_work[0][0])
            return f"job {at_work[0][0]}"
        if victim == "node":
            lost = self.cluster.lose_node()
            self.cluster.return_node()
            return f"{lost} processes"
        text = ".snakemake/scripts/" if victim == "script" else "slurmstepd"
        place = self.folder if victim == "script" else self.cluster.folder
        found = processes(text, place)
        if not found:
            return None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.draw.choice(found), signal.SIGKILL)
        return victim


def rounds(folder, count, seed=1):
    """Rows (victim, seconds until the kill, starts so far), exit status, starts, both checksums."""
    whole, broken = folder / "whole", folder / "broken"
    for place in (whole, broken):
        study(place, genes=1000)
    draw, rows = random.Random(seed), []
    with Cluster(folder / "slurm", cpus=4) as cluster:
        alone = command(whole, "--cores", "2", "--configfile", str(whole / "study.yaml"))
        if os.spawnvp(os.P_WAIT, alone[0], alone):
            raise RuntimeError("the undisturbed run failed")
        series = Series(cluster, broken, draw)
        while len(rows) < count:
            series.go_on()
            delay, began = draw.uniform(1, 25), time.monotonic()
            while time.monotonic() - began < delay and series.run.poll() is None:
                time.sleep(0.1)
            victim, hit = VICTIMS[len(rows) % len(VICTIMS)], None
            while hit is None and series.run.poll() is None:
                hit = series.kill(victim)
                time.sleep(0.1)
            if hit is None:  # it ended by itself before
                continue
            rows.append([victim, f"{time.monotonic() - began:.1f}", hit, str(series.starts)])
            print(*rows[-1], sep="\t", file=sys.stderr, flush=True)
        last = finish(series)
        print(f"{series.starts} starts, {series.refused} refused", flush=True)
    return rows, last, files(whole), files(broken)


def finish(series, most=5):
    """Give the same command until it has nothing to do; returns its exit status."""
    for _ in range(most):
        series.run.wait(timeout=HUNG)
        if series.run.returncode == 0:
            break
        series.go_on()
    return series.run.wait(timeout=HUNG)
