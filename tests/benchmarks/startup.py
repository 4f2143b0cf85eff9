"""CPU seconds, wall seconds and peak memory of every rule in two checkouts of the workflow.

    python tests/benchmarks/startup.py --before old --after new --folder scratch --out table.tsv

Runs a study (the built-in one unless `--study` names another) with one checkout and the other in
turn, each run in a new folder; the table has the medians, one row a rule. Every interpreter that
works on a rule tells at its end what the system counted for it (`getrusage`): CPU seconds of the
process with all that it waited for, and its largest resident size, or that of the largest of its
children where that is larger. What is left of the run's own sum is `snakemake`: planning, starting
processes, and waiting for them. At the end it compares the tables of the last two runs.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

# Python reads a file of this name at its start. A job knows its rule by the object `snakemake`.
TELL = """
import atexit, json, os, resource, sys
def tell():
    job = getattr(sys.modules["__main__"], "snakemake", None)
    if not hasattr(job, "rule"):
        return
    own = resource.getrusage(resource.RUSAGE_SELF)
    more = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = own.ru_utime + own.ru_stime + more.ru_utime + more.ru_stime
    peak = max(own.ru_maxrss, more.ru_maxrss) / 1024
    with open(os.path.join(os.environ["TOLD"], str(os.getpid())), "w") as file:
        json.dump({"rule": job.rule, "cpu": cpu, "mb": peak}, file)
if "TOLD" in os.environ:
    atexit.register(tell)
"""


def run(home, folder, cores, study=None):
    """Run a study in an empty folder; one row a rule and one of the whole run."""
    told = folder / "told"
    told.mkdir(parents=True)
    (folder / "sitecustomize.py").write_text(TELL, encoding="utf-8")
    command = [sys.executable, "-m", "snakemake", "-s", str(home / "Snakefile")]
    command += ["--workflow-profile", str(home / "workflow/profiles/default")]
    command += ["--cores", str(cores), "--directory", str(folder)]
    command += ["--configfile", str(study.absolute())] if study else []
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with (folder / "said.txt").open("w", encoding="utf-8") as said:
        subprocess.run(
            command, stdout=said, stderr=said, check=True,
            env={**os.environ, "PYTHONPATH": str(folder), "TOLD": str(told)},
        )  # fmt: skip
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    total = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rows = pd.DataFrame([json.loads(path.read_text("utf-8")) for path in told.iterdir()])
    rows["wall"] = [_seconds(folder, rule) for rule in rows["rule"]]
    rest = {"rule": "snakemake", "cpu": total - rows["cpu"].sum()}
    whole = {"rule": "whole run", "cpu": total, "wall": wall, "mb": rows["mb"].max()}
    return pd.concat([rows, pd.DataFrame([rest, whole])]).set_index("rule")


def _seconds(folder, rule):
    (path,) = (folder / "results").glob(f"*/benchmarks/{rule}.tsv")
    return pd.read_csv(path, sep="\t")["s"].iloc[0]


def different(before, after):
    """Tables of two folders whose bytes differ, or that only one of them has."""
    aside = ("logs", "benchmarks")
    found = [
        {
            path.relative_to(folder): path.read_bytes()
            for path in (folder / "results").rglob("*.tsv")
            if path.parent.name not in aside
        }
        for folder in (before, after)
    ]
    one, other = found
    return sorted(str(name) for name in {*one, *other} if one.get(name) != other.get(name))


def page(wide):
    """The table as Markdown, for README.md."""
    head = ["rule", "CPU before, s", "after, s", "ratio", "wall before, s", "after, s", "ratio",
            "MB before", "after"]  # fmt: skip
    columns = ["cpu_before", "cpu_after", "cpu_ratio", "wall_before", "wall_after", "wall_ratio",
               "mb_before", "mb_after"]  # fmt: skip
    rows = [head, ["---"] * len(head)]
    for rule, row in wide[columns].iterrows():
        digits = (1, 1, 2, 1, 1, 2, 0, 0)
        rows.append([str(rule), *(
            "" if pd.isna(value) else f"{value:.{n}f}" for value, n in zip(row, digits, strict=True)
        )])  # fmt: skip
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main():
    """Run both in turn and write one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", type=Path, required=True, help="a checkout")
    parser.add_argument("--after", type=Path, required=True, help="another")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--study", type=Path, help="YAML of another study, with whole paths")
    parser.add_argument("--folder", type=Path, required=True, help="empty")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    homes = {"before": asked.before.absolute(), "after": asked.after.absolute()}
    folders, tables = {}, []
    for number in range(asked.runs):
        for name, home in homes.items():
            folders[name] = asked.folder.absolute() / f"{name}{number}"
            tables.append(run(home, folders[name], asked.cores, asked.study).assign(side=name))
    every = pd.concat(tables).reset_index()
    wide = every.pivot_table(["cpu", "wall", "mb"], "rule", "side", "median")
    wide.columns = [f"{value}_{side}" for value, side in wide.columns]
    wide = wide.assign(
        cpu_ratio=wide["cpu_after"] / wide["cpu_before"],
        wall_ratio=wide["wall_after"] / wide["wall_before"],
    )
    wide = wide.sort_values("cpu_before", ascending=False).round(2)
    wide.to_csv(asked.out, sep="\t", na_rep="NA")
    print(page(wide))
    print("tables that differ:", ", ".join(different(*folders.values())) or "none")


if __name__ == "__main__":
    main()
