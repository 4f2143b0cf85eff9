"""A study from its files to tables: this workflow beside one R script that does what R does too.

    python tests/benchmarks/whole.py --study gse65391_full.yaml --folder scratch --out whole.tsv

Runs the rules up to contrasts and modules, each of which tells what it took (`used` of its record),
and then `whole.R` on the same files: symbols, expressed probes, one probe a gene, principal
components, responders, all contrasts with limma, module scores, fry and camera. CPU seconds, peak
memory (of the largest process) and how far the P values of each contrast lie apart. R is given the
correlation within patients, which it takes minutes to find, unless `--fit` is given.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import yaml

HOME = Path(__file__).parents[2]
RULES = ["intake", "normalise", "quality", "response", "differential", "modules"]


def ours(study, folder, cores):
    """Run the rules; their rows, and the result folder."""
    command = [sys.executable, "-m", "snakemake", "-s", str(HOME / "Snakefile"), "--quiet"]
    command += ["--cores", str(cores), "--directory", str(folder), "--configfile", str(study)]
    subprocess.run([*command, "--until", RULES[-1]], check=True)
    (results,) = (folder / "results").iterdir()
    rows = []
    for rule in RULES:
        used = json.loads((results / f"logs/{rule}.record.json").read_text("utf-8"))["used"]
        peak = max(used["max_rss_mb"], used["max_rss_mb_of_a_child"])
        rows.append({"work": rule, "cpu_seconds": used["cpu_seconds"], "max_rss_mb": peak})
    return rows, results


def correlation(results):
    """Correlation within patients of the contrasts that have one."""
    design = pd.read_csv(results / "differential/design.tsv", sep="\t", na_values="NA")
    (found,) = design["correlation"].dropna().unique()
    return float(found)


def theirs(study, folder, within):
    """Run R's script; its row."""
    intake = yaml.safe_load(study.read_text("utf-8"))["intake"]
    given = {
        "matrix": intake["matrix"],
        "annotation": intake["annotation"]["path"],
        "samples": intake["samples"],
        "aliases": HOME / "resources/aliases.tsv",
        "correlation": within,
    }
    rows = [*given.items(), *(("gmt", path) for path in (HOME / "resources/modules").glob("*.gmt"))]
    table, out = folder / "arguments.tsv", folder / "peer"
    out.mkdir()
    pd.DataFrame(rows, columns=["name", "value"]).to_csv(table, sep="\t", index=False)
    script = Path(__file__).with_name("whole.R")
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    running = subprocess.Popen(["Rscript", str(script), str(table), str(out)], env=environment)
    _, status, used = os.wait4(running.pid, 0)
    if status:
        sys.exit("whole.R failed")
    seconds = used.ru_utime + used.ru_stime
    return {"work": "R", "cpu_seconds": seconds, "max_rss_mb": used.ru_maxrss / 1024}, out


def apart(results, peer):
    """Largest difference of P values of each contrast that both have."""
    found = {}
    for path in sorted((results / "differential").glob("*.tsv")):
        other = peer / path.name
        if other.exists():
            mine = pd.read_csv(path, sep="\t", index_col="gene")["P.Value"]
            his = pd.read_csv(other, sep="\t", index_col=0)["P.Value"]
            if set(mine.index) != set(his.index):
                sys.exit(f"{path.stem}: {len(mine)} and {len(his)} genes")
            found[path.stem] = (mine - his.reindex(mine.index)).abs().max()
    return found


def main():
    """Run both and write one row a rule, one of all and one of R."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=Path, required=True, help="YAML, with whole paths")
    parser.add_argument("--folder", type=Path, required=True, help="empty")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--fit", action="store_true", help="R finds the correlation")
    asked = parser.parse_args()
    folder = asked.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    rows, results = ours(asked.study.absolute(), folder, asked.cores)
    peer, out = theirs(asked.study, folder, "fit" if asked.fit else correlation(results))
    every = pd.DataFrame(rows)
    whole = {"work": "all", "cpu_seconds": every["cpu_seconds"].sum()}
    whole["max_rss_mb"] = every["max_rss_mb"].max()
    table = pd.concat([every, pd.DataFrame([whole, peer])], ignore_index=True).round(2)
    table.to_csv(asked.out, sep="\t", index=False)
    print(table.to_string(index=False))
    for name, gap in apart(results, out).items():
        print(f"{name}: P values differ by at most {gap:.1e}")


if __name__ == "__main__":
    main()
