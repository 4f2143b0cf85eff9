"""How time and memory of each rule grow with samples, genes and studies.

    python tests/benchmarks/scale.py --folder scratch --out scale.tsv

Runs simulated studies of several sizes from TSV files to the report, on two cores. Of each rule:
wall seconds by Snakemake, and from its record CPU seconds and peak memory (resident set of its
largest process, MB) as the system counted them, with the exponent of growth of CPU time and memory
from the size before (1 is linear). `matrices` is that memory without what an interpreter with its
libraries takes, over a matrix of all values in double precision.
"""

import argparse
import json
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

HOME = Path(__file__).parents[2]
SIZES = [(200, 5_000), (200, 20_000), (1_000, 20_000), (2_000, 20_000)]
VISITS = [(1_000, 20_000), (6_000, 20_000)]  # trials of two arms and three visits
COUNTS = (3, 30)
BARE = 108  # MB of an interpreter with the libraries of a rule


def write_study(folder, samples, genes, visits=("before", "after")):
    """Write a trial of 90 % samples of patients with all visits and 10 % healthy; returns its YAML.

    With more than two visits it has two arms; placebo is switched after the first follow-up.
    """
    rng = np.random.default_rng(samples + genes)
    patients = int(0.9 * samples / len(visits))
    healthy = samples - len(visits) * patients
    rows = [
        (f"P{i}{v[0]}", f"P{i}", v, "patient", "responder" if i % 3 else "nonresponder",
         "drug" if i % 2 else "placebo")
        for i in range(patients)
        for v in visits
    ]  # fmt: skip
    rows += [(f"H{i}", f"H{i}", "", "healthy", "", "") for i in range(healthy)]
    sheet = pd.DataFrame(rows, columns=["sample", "patient", "visit", "group", "response", "arm"])
    sheet["batch"] = rng.integers(1, 3, samples)
    sheet["age"] = rng.integers(3, 17, samples)
    folder.mkdir(parents=True, exist_ok=True)
    sheet.to_csv(folder / "samples.tsv", sep="\t", index=False)
    known = pd.read_csv(HOME / "resources/genes.tsv", sep="\t")["symbol"].tolist()
    names = [*known, *(f"ABC{i}" for i in range(genes))][:genes]
    sick = sheet["group"].eq("patient").to_numpy() & sheet["visit"].eq("before").to_numpy()
    late = sheet["visit"].eq("after").to_numpy()
    person = pd.factorize(sheet["patient"])[0]
    with (folder / "matrix.tsv").open("w", encoding="utf-8") as out:
        out.write("\t".join(["gene", *sheet["sample"]]) + "\n")
        for number, name in enumerate(names):
            values = 7 + 0.0001 * number + 0.6 * rng.normal(size=person.max() + 1)[person]
            values += rng.normal(0, 0.5, samples)
            values += (number % 20 == 0) * sick + (number % 20 == 1) * late
            out.write("\t".join([name, *(f"{value:.3f}" for value in values)]) + "\n")
    study = {
        "study": f"s{samples}x{genes}x{len(visits)}",
        "intake": {"source": "table", "scale": "log2", "matrix": str(folder / "matrix.tsv"),
                   "samples": str(folder / "samples.tsv")},
        "design": {"baseline": "before", "followup": "after", "covariates": ["batch", "age"]},
        "response": {"source": "column"},
    }  # fmt: skip
    if len(visits) > 2:
        study["design"] |= {"followup": list(visits[1:]),
                            "arm": {"control": "placebo", "until": visits[1]}}  # fmt: skip
    (folder / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
    return folder / "study.yaml"


def write_small_studies(folder, count):
    """Write `count` built-in trials of 1,500 genes with seeds of their own; returns the folder."""
    base = yaml.safe_load((HOME / "config/config.yaml").read_text("utf-8"))
    base["design"] |= {"followup": "month6", "arm": None}
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        base["study"] = f"trial{number:02d}"
        base["intake"]["simulate"] |= {"genes": 1500, "seed": number}
        base["trajectories"] |= {"bootstrap": 20, "permutations": 10}
        base["modules"] = {"permutations": 100}
        (folder / f"{number:02d}.yaml").write_text(yaml.safe_dump(base), encoding="utf-8")
    return folder


def run(folder, *arguments):
    """Run to the report; returns wall seconds."""
    command = [sys.executable, "-m", "snakemake", "-s", str(HOME / "Snakefile"), "--cores", "2"]
    command += ["--workflow-profile", str(HOME / "workflow/profiles/default")]
    began = time.monotonic()
    with (folder / "out.txt").open("w", encoding="utf-8") as out:
        done = subprocess.run(
            [*command, "--directory", str(folder), *arguments], stdout=out, stderr=out
        )
    if done.returncode:
        raise RuntimeError((folder / "out.txt").read_text("utf-8")[-3000:])
    return time.monotonic() - began


def benchmarks(folder):
    """One row a rule: seconds, max_rss and mean over the studies of a folder."""
    tables = []
    for path in sorted((folder / "results").glob("*/benchmarks/*.tsv")):
        seconds = pd.read_csv(path, sep="\t", na_values="-")["s"].iloc[0]
        record = path.parents[1] / f"logs/{path.stem}.record.json"
        used = json.loads(record.read_text("utf-8"))["used"]
        peak = max(used["max_rss_mb"], used["max_rss_mb_of_a_child"])
        tables.append((path.stem, seconds, peak, used["cpu_seconds"]))
    table = pd.DataFrame(tables, columns=["rule", "seconds", "max_rss_mb", "cpu_seconds"])
    return table.groupby("rule", sort=False, as_index=False).mean()


def matrices(peak, values):
    """How many copies of a matrix of so many values a peak of memory (MB) has room for."""
    return (peak - BARE) / (values * 8 / 2**20)


def growth(tables, amounts):
    """Add exponents of growth of CPU time and memory from each table to the next."""
    for (small, large), (less, more) in zip(pairwise(tables), pairwise(amounts), strict=True):
        before = small.set_index("rule").reindex(large["rule"])
        for name in ("cpu_seconds", "max_rss_mb"):
            ratio = large[name].to_numpy() / before[name].to_numpy()
            large[f"{name}_exponent"] = np.log(ratio) / np.log(more / less)
    return tables


def _sized(folder, sizes, visits):
    """Tables of studies of each size, and how many values they have."""
    tables, values = [], []
    for size in sizes:
        samples, genes = map(int, size.split("x"))
        values.append(samples * genes)
        name = size if len(visits) == 2 else f"{size}, {len(visits)} visits"
        own = folder / name.replace(", ", "_").replace(" ", "")
        study = own / "study.yaml"
        study = study if study.exists() else write_study(own, samples, genes, visits)
        seconds = run(own, "--configfile", str(study))
        print(f"{name}: {seconds:.0f} s", file=sys.stderr, flush=True)
        table = benchmarks(own).assign(size=name, wall=round(seconds, 1))
        table["matrices"] = matrices(table["max_rss_mb"], samples * genes)
        tables.append(table)
    return tables, values


def main():
    """Run all sizes asked for and write one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="scratch, kept for a second run")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sizes", nargs="*", default=[f"{s}x{g}" for s, g in SIZES])
    parser.add_argument("--visits", nargs="*", default=[f"{s}x{g}" for s, g in VISITS])
    parser.add_argument("--studies", nargs="*", type=int, default=list(COUNTS))
    options = parser.parse_args()
    counted = []
    sized, values = _sized(options.folder, options.sizes, ("before", "after"))
    longer, more = _sized(options.folder, options.visits, ("before", "month1", "after"))
    for count in options.studies:
        folder = options.folder / f"{count}studies"
        write_small_studies(folder / "studies", count)
        seconds = run(folder, "--config", f"studies={folder / 'studies'}")
        print(f"{count} studies: {seconds:.0f} s", file=sys.stderr, flush=True)
        counted.append(benchmarks(folder).assign(size=f"{count} studies", wall=round(seconds, 1)))
    # A study's own share must not grow with the number of studies.
    tables = growth(sized, values) + growth(longer, more) + growth(counted, options.studies)
    pd.concat(tables).round(2).to_csv(options.out, sep="\t", index=False)


if __name__ == "__main__":
    main()
