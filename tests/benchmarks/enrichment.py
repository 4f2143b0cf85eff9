"""Preranked enrichment beside gseapy: CPU seconds and agreement.

``python tests/benchmarks/enrichment.py [SETS [CONTRASTS]]`` draws contrasts of 16,000 genes and
sets of 10 to 199 of them. One row a tool: CPU seconds, their ratio to ours, the largest
difference of ES, and the mean and the SD of its NES over ours. Both draw 1,000 random sets.
"""

import logging
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
GENES, DRAWN = 16_000, 1000


def drawn(n_sets, n_contrasts):
    """Statistics (contrasts, genes), in descending order, and places of the genes of each set."""
    rng = np.random.default_rng(1)
    z = -np.sort(-rng.standard_t(8, (n_contrasts, GENES)) - 0.3, axis=1)
    tilt = rng.uniform(0.5, 2, n_sets)
    sizes = 10 + 37 * np.arange(n_sets) % 190
    places = [rng.beta(1, a, m) for a, m in zip(tilt, sizes, strict=True)]
    return z, [np.unique((GENES * at).astype(int)) for at in places]


def of_revertome(z, sets):
    from revertome.statistics.preranked import RandomSets, leading_edge, preranked

    random = RandomSets(DRAWN, 1)
    found = [preranked(row, sets, random) for row in z]
    edges = [leading_edge(np.abs(row), at.astype(np.int32)) for row in z for at in sets]
    assert len(edges) == len(z) * len(sets)
    return np.array(found)


def of_gseapy(z, sets):
    import gseapy

    logging.disable(logging.WARNING)
    genes = np.array([f"G{i:05d}" for i in range(GENES)])
    named = {f"S{k}": list(genes[at]) for k, at in enumerate(sets)}
    found = []
    for row in z:
        table = gseapy.prerank(
            pd.Series(row, genes), named, permutation_num=DRAWN, weight=1, min_size=1,
            max_size=GENES, ascending=None, seed=1, threads=1, no_plot=True,
        ).res2d.set_index("Term").loc[list(named)]  # fmt: skip
        found.append(table[["ES", "NES"]].to_numpy(float).T)
    return np.array(found)


def main():
    n_sets, n_contrasts = ([int(word) for word in sys.argv[1:]] + [358, 7])[:2]
    z, sets = drawn(n_sets, n_contrasts)
    print("tool\tCPU s\tratio\tES, largest difference\tNES, mean\tNES, SD")
    mine, first = None, 0.0
    for name, tool in {"revertome": of_revertome, "gseapy": of_gseapy}.items():
        tool(z[:1], sets[:2])  # imports
        start = time.process_time()
        found = tool(z, sets)
        seconds = time.process_time() - start
        mine, first = (found, seconds) if mine is None else (mine, first)
        ratio = found[:, 1] / mine[:, 1]
        far = np.abs(found[:, 0] - mine[:, 0]).max()
        times = f"{name}\t{seconds:.2f}\t{seconds / first:.1f}"
        print(f"{times}\t{far:.0e}\t{ratio.mean():.4f}\t{ratio.std():.4f}", flush=True)


if __name__ == "__main__":
    main()
