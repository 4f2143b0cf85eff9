"""Run the shipped study, and three at once, on this machine and through SLURM; compare both.

    python tests/workflow/cluster.py --folder scratch --out jobs.tsv

needs what `slurm.py` beside it needs. Writes one row a job: run, name, state, seconds, cpus,
memory asked for. Prints the wall time of each run and the files that differ.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from workflow.interruption import HOME, files
from workflow.slurm import Cluster, die_with_parent, lacking

# What this node differs in from a cluster: no other node's file system to wait for, short jobs.
HERE = [
    *("--latency-wait", "5"),
    *("--slurm-init-seconds-before-status-checks", "1", "--seconds-between-status-checks", "1"),
]
THREE = ("first", "second", "third")


def write_studies(folder, names=THREE):
    """Write studies that differ in name and seed; returns their folder."""
    base = yaml.safe_load((HOME / "config/config.yaml").read_text("utf-8"))
    base |= {"trajectories": {"bootstrap": 20, "permutations": 10}}
    base["modules"] = {"permutations": 100}
    base["design"] |= {"followup": "month6", "arm": None}
    folder.mkdir(parents=True)
    for seed, name in enumerate(names):
        base["study"] = name
        base["intake"]["simulate"] |= {"genes": 1500, "seed": seed}
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(base), encoding="utf-8")
    return folder


def command(folder, *arguments):
    """Snakemake in a folder."""
    line = [sys.executable, "-m", "snakemake", "-s", str(HOME / "Snakefile")]
    return [*line, "--directory", str(folder), *arguments]


def through(cluster, folder, *arguments):
    """Start a run through the profile; its words go to `out.txt`."""
    profile = str(HOME / "workflow/profiles/slurm")
    line = command(folder, "--workflow-profile", profile, *HERE, *arguments)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "out.txt").open("a", encoding="utf-8") as out:
        return subprocess.Popen(
            line, stdout=out, stderr=subprocess.STDOUT,
            env=cluster.environment, preexec_fn=die_with_parent,
        )  # fmt: skip


def both(cluster, folder, studies, *arguments):
    """Run here and through SLURM; returns seconds of either, the jobs, the differing files."""
    here, there = folder / "here", folder / "there"
    began = time.monotonic()
    line = command(here, "--cores", str(cluster.cpus), *arguments)
    subprocess.run(line, check=True, capture_output=True)
    middle = time.monotonic()
    if through(cluster, there, *arguments).wait():
        raise RuntimeError((there / "out.txt").read_text("utf-8")[-3000:])
    seconds = middle - began, time.monotonic() - middle
    different, count = [], 0
    for name in studies:
        one, other = files(here, name), files(there, name)
        count += len(one)
        different += [f"{name}/{f}" for f in sorted(one | other) if one.get(f) != other.get(f)]
    return *seconds, cluster.jobs(there), different, count


def measuring(text, missing):
    """Options of a script that measures on a SLURM of this machine; `missing` is what it lacks."""
    parser = argparse.ArgumentParser(description=text.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="empty")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    if missing:
        sys.exit(f"needs {missing}")
    return options


def main():
    """Run all and write the list of jobs."""
    options = measuring(__doc__, lacking())
    studies = write_studies(options.folder / "studies")
    shipped = yaml.safe_load((HOME / "config/config.yaml").read_text("utf-8"))["study"]
    asked = [("built-in", [shipped], []), ("three", THREE, ["--config", f"studies={studies}"])]
    rows = ["run\tname\tstate\ttime\tcpus\tmemory"]
    with Cluster(options.folder / "slurm") as cluster:
        for run, names, arguments in asked:
            here, there, jobs, different, count = both(
                cluster, options.folder / run, names, *arguments
            )
            rows += ["\t".join([run, job[6] or job[1], *job[2:6]]) for job in jobs]
            print(
                f"{run}: {here:.0f} s here, {there:.0f} s through SLURM, {len(jobs)} jobs, "
                f"{count} files, different: {different or 'none'}",
                flush=True,
            )
    options.out.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
