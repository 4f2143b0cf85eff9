"""Kill a run at every rule, in both ways, and see that the same command completes it.

    python tests/workflow/interruption.py --out matrix.tsv

One run is taken through all rules: it is started, killed with SIGKILL while the job of a rule
is at work, started again by the same command and killed at the next, so that every restart
begins where a kill left off. At the end it must have completed, and every file must equal that
of a run nobody touched. Snakemake is killed alone (its jobs are left to themselves) and then the
job alone.
"""

import argparse
import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import yaml

from patience import HUNG

HOME = Path(__file__).parents[2]
RULES = [
    "intake", "normalise", "quality", "composition", "response", "study", "differential",
    "resamples", "tipping", "trajectories",
    "modules", "module_visits", "over_representation", "association", "association_visits",
    "absent", "source_data", "figures", "report",
]  # fmt: skip
UNEQUAL = {"logs", "benchmarks"}  # times differ from run to run
# Files that hold the time of the run are compared without it and without each other's checksum.
TIMED = {"report.html", "manifest.json", "ro-crate-metadata.json"}
TIME = re.compile(
    rb"20\d\d-\d\d-\d\d(T[\d:.]+(\+00:00|Z)?)?"
    rb'|"(report\.html|manifest\.json|record|(logs|benchmarks)/[^"]*)": "\w{64}"'
)


def study(folder, genes=1500, name="killed", **trajectories):
    """Write the built-in study with few genes, resamples and visits; returns its YAML's path."""
    config = yaml.safe_load((HOME / "config/config.yaml").read_text("utf-8"))
    few = {"bootstrap": 20, "permutations": 10}
    config |= {"study": name, "trajectories": few | trajectories}
    config["intake"]["simulate"]["genes"] = genes
    config["design"] |= {"followup": "month6", "arm": None}
    config["modules"] = {"permutations": 100}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def command(folder, *more):
    """The one command line of the test, given again and again."""
    line = [sys.executable, "-m", "snakemake", "-s", str(HOME / "Snakefile"), "--cores", "2"]
    return [*line, "--directory", str(folder), "--configfile", str(folder / "study.yaml"), *more]


def start(folder, *more):
    """Start a run; its words go to `out.txt`."""
    with (folder / "out.txt").open("a", encoding="utf-8") as out:
        return subprocess.Popen(command(folder, *more), stdout=out, stderr=subprocess.STDOUT)


def jobs(pid):
    """Process ids of the running scripts of a Snakemake, by rule."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            words = (path / "cmdline").read_text().split("\0")
        except (OSError, ValueError):
            continue
        script = next((Path(w).name for w in words if "/.snakemake/scripts/" in w), "")
        if parent == pid and script:
            found[script.split(".")[1]] = int(path.name)
    return found


def changed(path):
    """When a file was last written, 0 where there is none: Snakemake removes logs of old jobs."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def begun(folder, rule):
    """When the log of a rule, or of the last of its parts, was last written."""
    logs = folder / "results/killed/logs"
    return max(map(changed, [logs / f"{rule}.log", *logs.glob(f"{rule}_*of*.log")]))


def killed(folder, rule, victim, delay, *more, patience=HUNG):
    """Start the run and kill `victim` while `rule` is at work; True when that was done."""
    before = begun(folder, rule)
    running = start(folder, *more)
    began, limit = None, time.monotonic() + patience
    while running.poll() is None and time.monotonic() < limit:
        new = begun(folder, rule) not in (0, before)
        if began is None and new and rule in jobs(running.pid):
            began = time.monotonic()
        job = jobs(running.pid).get(rule)
        if began is not None and (job is None or time.monotonic() - began >= delay):
            # A job that was quicker is not caught; end the run before it goes past the rule.
            gone = running.pid if victim == "snakemake" or job is None else job
            os.kill(gone, signal.SIGKILL)
            running.wait()
            return job is not None
        time.sleep(0.05)
    running.wait()
    return False


def durations(folder):
    """Seconds each rule, or a part of it, took in the undisturbed run."""
    tables = (folder / "results/killed/benchmarks").glob("*.tsv")
    return {
        re.sub(r"_\d+of\d+$", "", t.stem): float(t.read_text().splitlines()[1].split("\t")[0])
        for t in tables
    }


def files(folder, name="killed"):
    """sha256 of every result file, times of the run left out, but logs and benchmarks."""
    root = folder / "results" / name
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(timeless(path, folder)).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not UNEQUAL & set(path.relative_to(root).parts)
    }


def timeless(path, folder):
    """Bytes of a file, without the time and the folder of the run where it tells them."""
    content = path.read_bytes()
    if path.name not in TIMED:
        return content
    return TIME.sub(b"", content.replace(str(folder).encode(), b""))


def matrix(folder, rules=RULES, victims=("snakemake", "job")):
    """Rows (rule, killed, restarts, recovered) and the two sets of checksums."""
    whole, broken = folder / "whole", folder / "broken"
    for place in (whole, broken):
        study(place, resample_jobs=2)
    if start(whole).wait():
        raise RuntimeError((whole / "out.txt").read_text("utf-8")[-3000:])
    seconds, draw, rows = durations(whole), random.Random(1), []
    for rule in rules:
        for victim in victims:
            share = draw.uniform(0.05, 0.5)
            done = killed(broken, rule, victim, share * seconds[rule])
            if not done:  # the job was quicker this time: do it again and kill it sooner
                share /= 5
                done = killed(broken, rule, victim, share * seconds[rule], "--forcerun", rule)
            rows.append([rule, victim, f"{share:.2f}", "yes" if done else "missed"])
            print(*rows[-1], sep="\t", file=sys.stderr, flush=True)
    last = start(broken).wait()
    return rows, last, files(whole), files(broken)


def main():
    """Run the matrix and write it as a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="empty, or of a run cut short")
    parser.add_argument("--rules", nargs="*", default=RULES, help="some rules, in order")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rows, last, whole, broken = matrix(options.folder, options.rules)
    different = sorted(name for name in whole | broken if whole.get(name) != broken.get(name))
    recovered = "yes" if last == 0 and not different else "no"
    lines = ["rule\tkilled\tat\tkill_landed\trecovered"]
    lines += ["\t".join([*row, recovered]) for row in rows]
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"exit {last}; {len(whole)} files, different: {different or 'none'}")
    return 0 if recovered == "yes" and all(row[3] == "yes" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
