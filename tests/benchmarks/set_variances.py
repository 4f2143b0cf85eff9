"""Tests of gene sets where patients and healthy people vary differently and nothing changes.

`python tests/benchmarks/set_variances.py --trials 60` prints the share of p < 0.05 of four modules
with a factor of their own and six random sets of 20 genes, by contrast and test.
"""

import argparse
import sys
from pathlib import Path

import anndata
import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]

from options import options_of  # noqa: E402
from revertome.modules.sets import set_tests  # noqa: E402

DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy", "covariates": []}
GENES, FACTORS = 400, 4
# Pairs, healthy people, SD before, after and in healthy people.
SETTINGS = ((15, 22, (1, 1, 1)), (8, 40, (2, 2, 1)), (40, 12, (1, 1, 2)), (8, 40, (2, 1, 1)),
            (12, 60, (1, 0.5, 1)))  # fmt: skip
CONTRASTS, TESTS = ["disease", "change_all", "residual_all"], ["P.rotation", "P.own", "P.camera"]


def trial(rng, pairs, healthy, sd):
    """Expression, labels and sets of one trial without an effect."""
    n = 2 * pairs + healthy
    obs = pd.DataFrame(
        {
            "patient": [f"P{k // 2}" for k in range(2 * pairs)] + [f"H{k}" for k in range(healthy)],
            "visit": ["before", "after"] * pairs + [None] * healthy,
            "group": ["patient"] * 2 * pairs + ["healthy"] * healthy,
        },
        index=[f"S{k}" for k in range(n)],
    )
    loading = rng.normal(size=(FACTORS, GENES)) * (rng.random((FACTORS, GENES)) < 0.3)
    y = rng.normal(size=(n, GENES)) + rng.normal(size=(n, FACTORS)) @ loading
    y[: 2 * pairs] += 0.7 * np.repeat(rng.normal(size=(pairs, GENES)), 2, axis=0)
    y *= np.r_[np.tile(sd[:2], pairs), np.full(healthy, sd[2])][:, None]
    labels = pd.DataFrame({"patient": [f"P{k}" for k in range(pairs)], "label": "treated"})
    sets = {f"F{k}": np.flatnonzero(loading[k])[:40] for k in range(FACTORS)}
    sets |= {f"R{k}": rng.choice(GENES, 20, False) for k in range(6)}
    named = {name: [f"G{i}" for i in at] for name, at in sets.items()}
    var = pd.DataFrame(index=[f"G{i}" for i in range(GENES)])
    return anndata.AnnData(y, obs=obs, var=var), labels, named


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=60)
    trials = parser.parse_args().trials
    model, options = options_of("limma", DESIGN, trend=False), {"min_genes": 3, "seed": 1}
    for pairs, healthy, sd in SETTINGS:
        found = []
        for seed in range(trials):
            expression, labels, sets = trial(np.random.default_rng(seed), pairs, healthy, sd)
            asked = (CONTRASTS, sets, {"f": list(sets)}, model, options, 0.05)
            found.append(set_tests(expression, labels, *asked))
        shares = (pd.concat(found).set_index("contrast")[TESTS] < 0.05).groupby(level=0).mean()
        print(f"{pairs} pairs, {healthy} healthy, SD {sd}\n{shares.round(3)}\n", flush=True)


if __name__ == "__main__":
    main()
