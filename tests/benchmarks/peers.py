"""Gene-set works beside those of R and of Python: CPU seconds, memory, agreement, in one run.

    python tests/benchmarks/peers.py --out peers.tsv [--decoupler PYTHON]

Pairs of samples are drawn, with sets of 10 to 199 genes. Each tool works in a process of its own
that has loaded it and done two sets. decoupler has no place in the workflow's environment, so it is
run by another Python, whose path is given. `apart` is the largest difference from our numbers,
`correlation` that over sets (and samples) with them.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
DRAWN = 1000  # random sets of each preranked test
ORDER = {
    "tests of sets, self-contained": ["fry", "R fry", "R roast"],
    "tests of sets, competitive": ["camera", "R camera"],
    "preranked": ["preranked", "gseapy preranked", "decoupler preranked"],
    "score ssgsea": ["ssgsea", "R ssgsea", "gseapy ssgsea"],
    "score gsva": ["gsva", "R gsva", "decoupler gsva"],
}


def write_data(folder, genes, samples, n_sets):
    """Log2 values of pairs, genes x samples, and sets in a GMT file."""
    rng = np.random.default_rng(1)
    person = rng.normal(0, 0.6, (genes, samples // 2)).repeat(2, axis=1)
    shared = np.outer(rng.normal(0, 0.4, genes), rng.normal(size=samples))
    x = 8 + rng.normal(0, 2, (genes, 1)) + person + shared + rng.normal(0, 0.5, (genes, samples))
    x[:, 1::2] += (rng.random((genes, 1)) < 0.1) * rng.normal(0, 1, (genes, 1))
    names = [f"G{i:05d}" for i in range(genes)]
    table = pd.DataFrame(x, names, [f"S{i}" for i in range(samples)])
    table.to_csv(folder / "x.tsv", sep="\t", index_label="gene")
    sizes = 10 + 37 * np.arange(n_sets) % 190
    lines = [
        "\t".join([f"M{k:04d}", "", *rng.choice(names, m, False)]) for k, m in enumerate(sizes)
    ]
    (folder / "sets.gmt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def moderated(x):
    """Fit of the paired change."""
    from revertome.limma.joint import moderated_joint, normal_fit
    from revertome.trial import Model

    n = x.shape[1]
    patient = np.arange(n) // 2
    design = pd.DataFrame(np.equal.outer(patient, np.unique(patient)).astype(float))
    design = design.rename(columns=str).assign(visit=np.arange(n) % 2.0)
    model = Model(pd.DataFrame(index=range(n)), design, None, {"v": pd.Series({"visit": 1.0})})
    return moderated_joint(normal_fit(x.to_numpy().T, model), model, trend=False)


def set_tests(x, sets):
    from revertome.limma.effects import effects_of
    from revertome.modules.sets import gene_scale, set_numbers
    from revertome.statistics.set_tests import members

    effects = effects_of(moderated(x), "v")
    places = [x.index.get_indexer(genes) for genes in sets.values()]
    found = set_numbers(effects, gene_scale(effects), members(places, len(x)))
    return pd.DataFrame(found, list(sets))


def ranking(x):
    """A statistic that every tool can rank alike: the mean difference in its standard error."""
    change = x.iloc[:, 1::2].to_numpy() - x.iloc[:, ::2].to_numpy()
    t = change.mean(axis=1) / change.std(axis=1, ddof=1) * np.sqrt(change.shape[1])
    return pd.Series(t, x.index).sort_values(ascending=False)


def preranked(x, sets):
    from revertome.statistics.preranked import RandomSets
    from revertome.statistics.preranked import preranked as score

    z = ranking(x)
    places = [np.sort(z.index.get_indexer(genes)) for genes in sets.values()]
    return pd.DataFrame({"NES": score(z.to_numpy(), places, RandomSets(DRAWN, 1))[1]}, list(sets))


def gseapy_preranked(x, sets):
    import gseapy

    found = gseapy.prerank(
        ranking(x), sets, permutation_num=DRAWN, weight=1, min_size=1, max_size=len(x),
        ascending=None, seed=1, threads=1, no_plot=True,
    ).res2d  # fmt: skip
    return found.set_index("Term")[["NES"]].astype(float).loc[list(sets)]


def gseapy_ssgsea(x, sets):
    import gseapy

    found = gseapy.ssgsea(
        x, sets, sample_norm_method="rank", min_size=1, max_size=len(x), weight=0.25, threads=1,
        no_plot=True,
    ).res2d  # fmt: skip
    return found.pivot_table(index="Term", columns="Name", values="ES") / len(x)


def scored(name, x, sets):
    from importlib import import_module

    score = import_module(f"revertome.modules.scores.{name}").score
    return score(x.T, sets, pd.Series(True, x.columns), 1).T


def net_of(sets):
    rows = [(name, gene) for name, genes in sets.items() for gene in genes]
    return pd.DataFrame(rows, columns=["source", "target"])


def decoupler_gsva(x, sets):
    import decoupler

    found = decoupler.mt.gsva(x.T, net_of(sets), tmin=1)
    return (found[0] if isinstance(found, tuple) else found).T.loc[list(sets)]


def decoupler_preranked(x, sets):
    import decoupler

    row = ranking(x).to_frame("z").T
    found = decoupler.mt.gsea(row, net_of(sets), tmin=1, times=DRAWN, seed=1)
    return found[0].T.loc[list(sets)].set_axis(["NES"], axis=1)


TOOLS = {
    "fry": (lambda x, sets: set_tests(x, sets)[["P.rotation"]], None),
    "camera": (lambda x, sets: set_tests(x, sets)[["P.camera"]], None),
    "preranked": (preranked, None),
    "ssgsea": (lambda x, sets: scored("ssgsea", x, sets), None),
    "gsva": (lambda x, sets: scored("gsva", x, sets), "gseapy"),
    "gseapy preranked": (gseapy_preranked, "gseapy"),
    "gseapy ssgsea": (gseapy_ssgsea, "gseapy"),
    "decoupler gsva": (decoupler_gsva, "decoupler"),
    "decoupler preranked": (decoupler_preranked, "decoupler"),
}


def one(name, folder):
    """Run one tool in this process."""
    sys.path.insert(0, str(HERE.parents[1] / "scripts"))
    logging.disable(logging.WARNING)
    tool, package = TOOLS[name]
    x = pd.read_csv(folder / "x.tsv", sep="\t", index_col="gene")
    lines = (folder / "sets.gmt").read_text("utf-8").splitlines()
    sets = {cells[0]: cells[2:] for cells in (line.split("\t") for line in lines)}
    tool(x, dict(list(sets.items())[:2]))
    began = time.process_time()
    found = tool(x, sets)
    seconds = time.process_time() - began
    found.to_csv(folder / "found.tsv", sep="\t")
    print(seconds, "revertome" if package is None else f"{package} {version(package)}", sep="\t")


def run(name, folder, decoupler):
    """Run one tool in a process of its own; its row and numbers."""
    command = [sys.executable, __file__, "--one", name, folder]
    if name.startswith("R "):
        command = ["Rscript", HERE / "peers.R", name[2:], folder]
    elif name.startswith("decoupler"):
        command[0] = decoupler
    pools = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")
    environment = {**os.environ, **dict.fromkeys(pools, "1")}
    with subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, text=True,
                          env=environment) as running:  # fmt: skip
        told = running.stdout.read()
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise SystemExit(f"{name} failed")
    seconds, named = told.strip().splitlines()[-1].split("\t")
    found = pd.read_csv(folder / "found.tsv", sep="\t", index_col=0).sort_index()
    row = {"tool": name, "version": named, "cpu_seconds": round(float(seconds), 3)}
    return row | {"max_rss_mb": round(used.ru_maxrss / 1024)}, found.sort_index(axis=1)


def compared(work, decoupler, folder):
    """Rows of one work, ours first."""
    rows = []
    for name in ORDER[work]:
        if name.startswith("decoupler") and decoupler is None:
            continue
        row, found = run(name, folder, decoupler)
        if not rows:
            ours, first = found.to_numpy(float), row["cpu_seconds"]
        theirs = found.to_numpy(float)
        there = np.isfinite(ours) & np.isfinite(theirs)
        row["ratio"] = round(row["cpu_seconds"] / first, 1)
        row["apart"] = f"{np.abs(ours - theirs)[there].max():.1e}"
        row["correlation"] = round(float(np.corrcoef(ours[there], theirs[there])[0, 1]), 5)
        rows.append({"work": work, **row})
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    return rows


def main():
    """Run every tool and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", nargs=2, metavar=("TOOL", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--decoupler", help="python with decoupler")
    parser.add_argument("--genes", type=int, default=10_000)
    parser.add_argument("--samples", type=int, default=60)
    parser.add_argument("--sets", type=int, default=200)
    asked = parser.parse_args()
    if asked.one:
        one(asked.one[0], Path(asked.one[1]))
        return
    rows = []
    with tempfile.TemporaryDirectory(prefix="peers-") as name:
        write_data(Path(name), asked.genes, asked.samples, asked.sets)
        for work in ORDER:
            rows += compared(work, asked.decoupler, Path(name))
    pd.DataFrame(rows).to_csv(asked.out, sep="\t", index=False)


if __name__ == "__main__":
    main()
