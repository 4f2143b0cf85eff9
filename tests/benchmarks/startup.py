"""Wall time of the built-in study by rule, and how much of it is interpreter start and imports.

    python tests/benchmarks/startup.py --folder scratch --out startup.tsv

Runs the study twice: on two cores as a user does, for the wall time of the run and the seconds of
each rule; then on one, with Python telling the time of every import, for the share of imports.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

HOME = Path(__file__).parents[2]
IMPORT = re.compile(r"import time: +(\d+) \|")
RULE = re.compile(r"^(?:local)?rule (\w+):")


def run(folder, cores, **more):
    """Run the built-in study in an empty folder; returns wall seconds and what was said."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "snakemake", "-s", str(HOME / "Snakefile")]
    began = time.monotonic()
    done = subprocess.run(
        [*command, "--cores", str(cores), "--directory", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True,
        env={**os.environ, **more},
    )  # fmt: skip
    return time.monotonic() - began, done.stderr


def imports(words):
    """Seconds of imports of each rule's job; those before the first rule are Snakemake's own."""
    seconds, rule = {}, "snakemake"
    for line in words.splitlines():
        if named := RULE.match(line):
            rule = named[1]
        elif told := IMPORT.match(line):
            seconds[rule] = seconds.get(rule, 0) + int(told[1]) / 1e6
    return seconds


def bare():
    """Seconds that an interpreter takes to start and end."""
    began = time.monotonic()
    for _ in range(10):
        subprocess.run([sys.executable, "-c", "pass"], check=True)
    return (time.monotonic() - began) / 10


def main():
    """Run twice and write one row a rule."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="empty")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    wall, _ = run(options.folder / "two", 2)
    _, words = run(options.folder / "one", 1, PYTHONPROFILEIMPORTTIME="1")
    imported, start = imports(words), bare()
    rows = []
    for path in (options.folder / "two/results").glob("*/benchmarks/*.tsv"):
        row = pd.read_csv(path, sep="\t").iloc[0]
        mine = imported.get(path.stem, 0) + start
        rows.append((path.stem, row["s"], row["cpu_time"], row["max_rss"], mine))
    names = ["rule", "seconds", "cpu_seconds", "max_rss_mb", "start_and_imports"]
    table = pd.DataFrame(rows, columns=names).sort_values("seconds", ascending=False)
    table.round(2).to_csv(options.out, sep="\t", index=False)
    own, cpu = table["start_and_imports"].sum(), table["cpu_seconds"].sum()
    print(f"{wall:.1f} s on two cores; rules: {cpu:.1f} s of CPU time, {own:.1f} s of it start and")
    print(f"imports ({own / cpu:.0%}); imports of Snakemake itself {imported['snakemake']:.1f} s")


if __name__ == "__main__":
    main()
