"""A study from its files to tables: this workflow beside one R script that does what R does too.

    python tests/benchmarks/whole.py --study gse65391_full.yaml --folder scratch --out whole.tsv
    python tests/benchmarks/whole.py --counts 96 --folder scratch --out whole_counts.tsv

In one sitting: the rules up to contrasts and modules, which do more than the script (further
scores, tests and courses of modules, checks of samples) and start an interpreter each; the script's
steps by the same functions in one process (`whole_steps.py`); and `whole.R`, which reads and writes
by data.table or by base R with types given. One row each of CPU seconds, wall and peak memory (of
the largest process), medians of `--runs`, and one row a step. How far the P values of each contrast
lie apart is printed. R is given the correlation within patients, which it takes minutes to find,
unless `--fit` is given.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

HERE = Path(__file__).parent
HOME = HERE.parents[1]
RULES = ["intake", "normalise", "quality", "response", "differential", "modules"]
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def write_counts(folder, samples, genes=20_000):
    """A trial of pairs and healthy people in counts, in files of the form of GSE65391; its YAML."""
    rng = np.random.default_rng(samples)
    pairs = int(0.4 * samples)
    rows = [(f"P{i}", visit, "SLE") for i in range(pairs) for visit in ("first", "last")]
    rows += [(f"H{i}", "control", "Healthy") for i in range(samples - 2 * pairs)]
    sheet = pd.DataFrame(rows, columns=["subject", "timepoint", "disease"])
    sheet.insert(0, "gsm", [f"S{i:04d}" for i in range(samples)])
    early, late = (sheet["timepoint"].eq(name).to_numpy() for name in ("first", "last"))
    person = pd.factorize(sheet["subject"])[0]
    sheet["batch"] = rng.integers(1, 3, person.max() + 1)[person]
    better = rng.random(person.max() + 1)[person] < 0.6
    sheet["sledai"] = np.where(early, 10, np.where(late, np.where(better, 2, 9), -1))
    sheet["sledai"] = sheet["sledai"].astype(str).replace("-1", "Not Applicable")
    names = pd.read_csv(HOME / "resources/genes.tsv", sep="\t")["symbol"].tolist()
    names = [*names, *(f"ABC{i}" for i in range(genes))][:genes]
    depth = rng.uniform(0.6, 1.6, samples)
    folder.mkdir(parents=True, exist_ok=True)
    sheet.to_csv(folder / "samples.tsv", sep="\t", index=False)
    with (folder / "counts.tsv").open("w", encoding="utf-8") as file:
        file.write("\t".join(["gene", *sheet["gsm"]]) + "\n")
        for number, name in enumerate(names):
            level = rng.normal(6, 2.5) + rng.normal(0, 0.3, person.max() + 1)[person]
            level += (number % 20 == 0) * (early | (late & ~better)) + (number % 20 == 1) * late
            mean, size = depth * np.exp2(level) + 0.1, 1 / (0.05 + 1 / 2**6)
            drawn = rng.poisson(rng.gamma(size, mean / size))
            file.write("\t".join([name, *map(str, drawn)]) + "\n")
    values = {"visit": {"control": None}, "group": {"Healthy": "healthy", "SLE": "patient"}}
    fields = {"sample": "gsm", "patient": "subject", "visit": "timepoint", "group": "disease",
              "batch": "batch", "sledai": "sledai"}  # fmt: skip
    fields = {role: {"field": column} for role, column in fields.items()}
    for role, each in values.items():
        fields[role]["values"] = each
    study = {
        "study": "counts",
        "intake": {"source": "table", "assay": "rnaseq", "matrix": str(folder / "counts.tsv"),
                   "samples": str(folder / "samples.tsv"), "fields": fields},
        "design": {"baseline": "first", "followup": "last", "healthy": "healthy",
                   "covariates": ["batch"]},
        "differential": {"engines": ["voom"]},
        "response": {"source": "activity", "activity": {
            "column": "sledai", "baseline_at_least": 6, "fall_at_least": 4}},
    }  # fmt: skip
    (folder / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
    return folder / "study.yaml"


def timed(command, **options):
    """Run a command; CPU and wall seconds and peak memory of its largest process."""
    began = time.monotonic()
    running = subprocess.Popen([*map(str, command)], env={**os.environ, **ONE_THREAD}, **options)
    _, status, used = os.wait4(running.pid, 0)
    if status:
        sys.exit(f"{command[1]} failed")
    seconds = {
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "wall_seconds": time.monotonic() - began,
    }
    return {**seconds, "max_rss_mb": used.ru_maxrss / 1024}


def rules(study, folder):
    """Run the rules; a row each and one of all."""
    command = [sys.executable, "-m", "snakemake", "-s", HOME / "Snakefile", "--quiet"]
    command += ["--cores", 1, "--directory", folder, "--configfile", study, "--until", RULES[-1]]
    whole = timed(command)
    (results,) = (folder / "results").iterdir()
    rows = {}
    for rule in RULES:
        used = json.loads((results / f"logs/{rule}.record.json").read_text("utf-8"))["used"]
        peak = max(used["max_rss_mb"], used["max_rss_mb_of_a_child"])
        rows[f"rule {rule}"] = {"cpu_seconds": used["cpu_seconds"], "max_rss_mb": peak}
    jobs = sum(row["cpu_seconds"] for row in rows.values())
    peak = max(row["max_rss_mb"] for row in rows.values())
    rows["rules"] = {"cpu_seconds": jobs, "max_rss_mb": peak}
    rows["rules and Snakemake"] = whole
    return rows


def arguments(study, folder, correlations, files):
    """Write the arguments of R's script; their path."""
    intake = yaml.safe_load(study.read_text("utf-8"))["intake"]
    given = {"matrix": intake["matrix"], "samples": intake["samples"], "files": files}
    given |= {"aliases": HOME / "resources/aliases.tsv", "correlations": correlations}
    if "annotation" in intake:
        given["annotation"] = intake["annotation"]["path"]
    modules = sorted((HOME / "resources/modules").glob("*.gmt"))
    rows = [*given.items(), *(("gmt", path) for path in modules)]
    path = folder / f"{files}.tsv"
    pd.DataFrame(rows, columns=["name", "value"]).to_csv(path, sep="\t", index=False)
    return path


def sides(study, folder, fit):
    """Command of each side and the folder it writes to: ours first, which gives R correlations."""
    found = {"same steps, one process": [sys.executable, HERE / "whole_steps.py", study]}
    for files in ("data.table", "base"):
        given = arguments(study, folder, "fit" if fit else folder / "side0/correlations.txt", files)
        found[f"R, {files}"] = ["Rscript", HERE / "whole.R", given]
    for number, (name, command) in enumerate(found.items()):
        out = folder / f"side{number}"
        out.mkdir(exist_ok=True)
        found[name] = [*command, out]
    return found


def median_of(runs):
    """Medians of each number over runs."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def apart(ours, theirs):
    """Largest difference of P values of each contrast, and of the tests of sets."""
    found = {}
    for path in sorted(theirs.glob("*.tsv")):
        mine = pd.read_csv(ours / path.name, sep="\t") if (ours / path.name).exists() else None
        if mine is None or path.stem.endswith("_of_samples"):
            continue
        his = pd.read_csv(path, sep="\t", index_col=0)
        keys = {"P.Value": "P.Value", "P.rotation": "PValue"}
        for key, name in keys.items():
            if key in mine and name in his:
                mine.index = mine.iloc[:, 0]
                gap = (mine[key] - his[name].reindex(mine.index)).abs()
                if len(mine) != len(his) or gap.isna().all():
                    sys.exit(f"{path.stem}: {len(mine)} and {len(his)} rows")
                found[path.stem] = gap.max()
    return found


def main():
    """Run every side and write one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=Path, help="YAML, with whole paths")
    parser.add_argument("--counts", type=int, help="simulate a study of so many samples instead")
    parser.add_argument("--folder", type=Path, required=True, help="empty")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=3, help="of each side but the rules")
    parser.add_argument("--fit", action="store_true", help="R finds the correlation")
    asked = parser.parse_args()
    folder = asked.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    study = write_counts(folder, asked.counts) if asked.counts else asked.study.absolute()
    rows = rules(study, folder)
    every = sides(study, folder, asked.fit)
    found, steps = {name: [] for name in every}, {name: [] for name in every}
    for _ in range(asked.runs):
        for name, command in every.items():
            found[name].append(timed(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            taken = pd.read_csv(command[-1] / "steps.tsv", sep="\t", names=["step", "s"])
            steps[name].append(dict(zip(taken["step"], taken["s"], strict=True)))
    table = pd.DataFrame(rows | {name: median_of(each) for name, each in found.items()}).T
    best = table.loc["R, data.table", "cpu_seconds"]
    table["r_over_this"] = best / table["cpu_seconds"]
    by_step = pd.DataFrame({name: median_of(each) for name, each in steps.items()})
    for side in by_step:
        named = by_step[side].rename(lambda step, side=side: f"{side}: {step}")
        table = pd.concat([table, named.to_frame("cpu_seconds")])
    table.round(2).rename_axis("work").to_csv(asked.out, sep="\t", na_rep="NA")
    print(table.round(2).to_string())
    ours, theirs = (every[name][-1] for name in ("same steps, one process", "R, data.table"))
    for name, gap in apart(ours, theirs).items():
        print(f"{name}: P values differ by at most {gap:.1e}")


if __name__ == "__main__":
    main()
