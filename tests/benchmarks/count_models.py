"""Our count models beside R's DESeq2 and edgeR and PyDESeq2: CPU seconds and agreement.

``python tests/benchmarks/count_models.py --folder scratch --out count_models.tsv`` writes matrices
and the answer of every tool on each into the folder, each in a process of its own with one thread,
and the table. Answers of peers that are there are kept, so that a stopped run goes on (R takes
minutes to hours at 96 and 192 samples); ours are made anew. Without R, or where `--peers` leaves
one out, its columns are NA. CPU seconds of ours are medians of `--runs`, of peers of one run.

Real matrices: `--study NAME FOLDER BASELINE FOLLOWUP` takes the complete pairs of a finished study
(its normalise/expression.h5ad), `--pasilla FILE` the table of counts of the pasilla package.
"""

import argparse
import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from benchmarks.paired_counts import paired_counts, study_pairs  # noqa: E402

SIMULATED = ((3000, 6), (3000, 8), (20000, 24), (20000, 48), (20000, 96), (20000, 192))
MODELS = {"deseq2": ("r_deseq2", "pydeseq2"), "edger_ql": ("r_edger",)}
COLUMNS = [
    *("model", "matrix", "genes", "samples", "df_residual"),
    *("ours_cpu_s", "r_cpu_s", "r_ratio", "pydeseq2_cpu_s", "pydeseq2_ratio"),
    *("lfc_p99", "lfc_max", "dispersion_median", "dispersion_p99", "p_p99", "p_within_1pc"),
    *("pydeseq2_p_within_1pc", "calls_05_ours", "calls_05_r", "calls_05_both"),
    *("calls_10_ours", "calls_10_r", "calls_10_both"),
]


def asked():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--simulated", default=",".join(f"{g}x{n}" for g, n in SIMULATED))
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--peers", default="r_deseq2,r_edger,pydeseq2")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--study", nargs=4, action="append", default=[])
    parser.add_argument("--pasilla", type=Path)
    return parser.parse_args()


def main():
    options = asked()
    options.folder.mkdir(parents=True, exist_ok=True)
    peers = options.peers.split(",")
    if shutil.which("Rscript") is None:
        print("R is not there: its columns are NA")
        peers = [each for each in peers if not each.startswith("r_")]
    rows = []
    for name, made in matrices(options):
        place = written(options.folder, name, made)
        for model in options.models.split(","):
            answers = {model: answer(place, model, options.runs)}
            answers |= {each: answer(place, each) for each in MODELS[model] if each in peers}
            rows.append({"model": model, **row(name, place, answers, model)})
            print(rows[-1], flush=True)
    with options.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, "NA", delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def matrices(options):
    """Names of matrices, each with what makes its counts (genes x samples) and design."""
    if options.pasilla is not None:
        for name, few in (("pasilla, 10 counts in 3 samples", 3), ("pasilla, 10 counts in all", 0)):
            yield name, lambda few=few: pasilla(options.pasilla, few)
    for name, folder, baseline, followup in options.study:
        yield name, lambda f=folder, b=baseline, a=followup: study_pairs(f, b, a)
    for size in filter(None, options.simulated.split(",")):
        genes, samples = map(int, size.split("x"))
        yield f"simulated {genes} x {samples}", lambda g=genes, n=samples: paired_counts(g, n)


def pasilla(file, few):
    """Seven samples, treated (3) against untreated (4); genes with 10 counts in three or in all."""
    counts = pd.read_csv(file, sep="\t", index_col=0)
    names = [*(f"treated{i}" for i in (1, 2, 3)), *(f"untreated{i}" for i in (1, 2, 3, 4))]
    counts = counts[names]
    kept = (counts >= 10).sum(axis=1) >= few if few else counts.sum(axis=1) >= 10
    treated = [float(name.startswith("t")) for name in names]
    return counts[kept], pd.DataFrame({"base": 1.0, "treated": treated}, names)


def written(folder, name, made):
    """Path of a matrix without its endings."""
    place = folder / "".join(c if c.isalnum() else "_" for c in name)
    if not place.with_suffix(".design.tsv").exists():
        counts, design = made()
        counts.to_csv(f"{place}.counts.tsv", sep="\t", index_label="gene")
        design.to_csv(f"{place}.design.tsv", sep="\t")
    return place


def answer(place, tool, runs=0):
    """Genes and CPU seconds of one tool on one matrix, the median of new runs where asked for."""
    out = f"{place}.{tool}"
    files = [f"{place}.counts.tsv", f"{place}.design.tsv", out]
    seconds = []
    for _ in range(max(runs, 1)):
        if runs or not Path(f"{out}.facts.tsv").exists():
            one = {f"{each}_NUM_THREADS": "1" for each in ("OPENBLAS", "OMP", "MKL")}
            command = [sys.executable, HERE / "count_runs.py", tool]
            if tool.startswith("r_"):
                command = ["Rscript", HERE / "count_models.R", tool.removeprefix("r_")]
            subprocess.run([*command, *files], check=True, env={**os.environ, **one})
        facts = pd.read_csv(f"{out}.facts.tsv", sep="\t", index_col=0)["value"]
        seconds.append(float(facts["cpu"]))
    return pd.read_csv(f"{out}.genes.tsv", sep="\t", index_col=0), float(np.median(seconds))


def row(name, place, answers, model):
    """One row of the table: ours against R's where it ran."""
    ours, seconds = answers[model]
    design = pd.read_csv(f"{place}.design.tsv", sep="\t", index_col=0)
    genes, samples = len(ours), len(design)
    found = {"matrix": name, "genes": genes, "samples": samples, "ours_cpu_s": f"{seconds:.2f}",
             "df_residual": samples - design.shape[1]}  # fmt: skip
    theirs = {"r" if each.startswith("r_") else each: value
              for each, value in answers.items() if each != model}  # fmt: skip
    for each, (_, cpu) in theirs.items():
        found[f"{each}_cpu_s"] = f"{cpu:.1f}"
        found[f"{each}_ratio"] = f"{cpu / seconds:.0f}"
    if "r" not in theirs:
        return found
    r = theirs["r"][0].reindex(ours.index)
    use = comparable(place, design, ours, r)
    change = (ours["logFC"] - r["logFC"]).abs()[use]
    spread = (ours["dispersion"] / r["dispersion"] - 1).abs()[use]
    p = relative(ours["p"], r["p"])[use]
    found |= {"lfc_p99": f"{change.quantile(0.99):.1e}", "lfc_max": f"{change.max():.1e}",
              "dispersion_median": f"{spread.median():.1e}", "p_p99": f"{p.quantile(0.99):.1e}",
              "dispersion_p99": f"{spread.quantile(0.99):.1e}",
              "p_within_1pc": f"{(p <= 0.01).mean():.4f}"}  # fmt: skip
    if "pydeseq2" in theirs:
        other = theirs["pydeseq2"][0].reindex(ours.index)
        kept = comparable(place, design, other, r)
        near = relative(other["p"], r["p"])[kept] <= 0.01
        found["pydeseq2_p_within_1pc"] = f"{near.mean():.4f}"
    for level in ("05", "10"):
        called = [each[f"adj{level}"] < int(level) / 100 for each in (ours, r)]
        counted = (*called, called[0] & called[1])
        for who, each in zip(("ours", "r", "both"), counted, strict=True):
            found[f"calls_{level}_{who}"] = int(each.sum())
    return found


def relative(found, known):
    """Relative difference, 0 also where both are 0."""
    return (found / known - 1).abs().mask(found == known, 0.0)


def comparable(place, design, ours, r):
    """Genes that converge in both and have counts on either side of what is tested."""
    counts = pd.read_csv(f"{place}.counts.tsv", sep="\t", index_col=0).loc[ours.index]
    last = design.iloc[:, -1].to_numpy() == 1
    some = np.ones(len(ours), dtype=bool)
    for side in (last, ~last):
        some &= (counts.loc[:, side] > 0).any(axis=1).to_numpy()
    both = [each["converged"].astype("boolean").fillna(False).to_numpy(bool) for each in (ours, r)]
    return some & both[0] & both[1]


if __name__ == "__main__":
    main()
