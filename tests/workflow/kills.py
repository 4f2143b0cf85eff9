"""Kill runs at random, in every way, and see that the same command completes them.

    python tests/workflow/kills.py --folder scratch --out kills.tsv
    python tests/workflow/kills.py --slurm --kills 20 --folder scratch --out slurm_kills.tsv

Each start of the run is killed after a random time: by SIGKILL, SIGTERM, SIGINT or SIGHUP, sent to
Snakemake, to a job, to a worker of a job (or its job, where it has none) or to the whole group.
The run must end within a minute, and the next start of the same command must go on. In the end all
files must equal those of a run that nobody touched. `slurm_kills` says what
`--slurm` does.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from workflow.interruption import command, files, study

SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")
VICTIMS = ("main", "job", "worker", "group")
STAGES = ("quality", "response", "differential", "modules", "association", "figures", "source_data")
REFUSED = ("revertome: this folder", "LockException", "IncompleteFilesException")


def start(folder, out):
    """Start the run in a group of its own."""
    with (folder / out).open("w", encoding="utf-8") as words:
        return subprocess.Popen(
            command(folder), stdout=words, stderr=subprocess.STDOUT, start_new_session=True
        )


def scripts(run):
    """Processes of the running jobs."""
    found = []
    with suppress(psutil.NoSuchProcess):
        for process in psutil.Process(run.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                line = process.cmdline()
                if any("/.snakemake/scripts/" in word for word in line) and "-c" not in line:
                    found.append(process)
    return found


def send(run, victim, number, draw):
    """Send a signal; True when there was something to send it to."""
    if victim == "group":
        os.killpg(run.pid, number)
        return True
    if victim == "main":
        run.send_signal(number)
        return True
    jobs = [p for p in scripts(run) if p.parent() is None or p.parent() not in scripts(run)]
    if not jobs:
        return False
    job = draw.choice(jobs)
    with suppress(psutil.NoSuchProcess):
        workers = job.children() if victim == "worker" else []
        (draw.choice(workers) if workers else job).send_signal(number)
        return True
    return False


def kill(folder, victim, name, delay, draw):
    """One start, one kill; returns seconds until the run ended (None: not in a minute)."""
    run = start(folder, "out.txt")
    end = time.monotonic() + delay
    while time.monotonic() < end and run.poll() is None:
        time.sleep(0.02)
    while run.poll() is None and not send(run, victim, getattr(signal, name), draw):
        time.sleep(0.02)  # no job is at work yet
    landed, sent = run.poll() is None, time.monotonic()
    try:
        run.wait(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        return landed, None, 0
    seconds = time.monotonic() - sent
    words = (folder / "out.txt").read_text("utf-8")
    refused = [sign for sign in REFUSED if sign in words]
    return landed, seconds, len(refused)


def remove(folder, stages):
    """Remove what stages have made."""
    for stage in stages:
        shutil.rmtree(folder / "results/killed" / stage, ignore_errors=True)


def rounds(folder, count, seed=1):
    """Rows (victim, signal, delay, seconds until its end, refused) of `count` kills."""
    whole, broken = folder / "whole", folder / "broken"
    for place in (whole, broken):
        study(place, genes=1000, resample_jobs=2)
    began = time.monotonic()
    undisturbed = start(whole, "out.txt")
    if undisturbed.wait():
        raise RuntimeError((whole / "out.txt").read_text("utf-8")[-3000:])
    length, draw, rows = time.monotonic() - began, random.Random(seed), []
    ways = [(victim, name) for victim in VICTIMS for name in SIGNALS]
    while len(rows) < count:
        victim, name = ways[len(rows) % len(ways)]
        delay = draw.uniform(0.02, 0.12) * length  # it goes on where it was
        landed, seconds, refused = kill(broken, victim, name, delay, draw)
        if not landed:  # it was done before; give it something to do
            remove(broken, draw.sample(STAGES, 3))
            if not refused:
                continue
        ended = "no" if seconds is None else f"{seconds:.1f}"
        rows.append([victim, name, f"{delay:.1f}", ended, "no" if refused else "yes"])
        print(*rows[-1], sep="\t", file=sys.stderr, flush=True)
    last = start(broken, "out.txt").wait()
    return rows, last, files(whole), files(broken)


def main():
    """Kill and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="empty")
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--slurm", action="store_true", help="through a SLURM of one node")
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    # What a shell starts in the background, or by `nohup`, ignores signals; runs inherit that.
    for name in SIGNALS[1:]:
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    work, head = rounds, "victim\tsignal\tafter\tended_in\twent_on"
    if options.slurm:
        from workflow import slurm_kills

        work, head = slurm_kills.rounds, "victim\tafter\thit\tstarts"
    rows, last, whole, broken = work(options.folder, options.kills)
    lines = [head]
    lines += ["\t".join(row) for row in rows]
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    different = sorted(name for name in whole | broken if whole.get(name) != broken.get(name))
    print(f"exit {last}; {len(whole)} files, different: {different or 'none'}")
    return 0 if last == 0 and not different and all("no" not in row for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
