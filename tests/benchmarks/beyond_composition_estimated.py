"""Cells or regulation where cells are estimated by marker genes: what is claimed with the standard
errors of the estimate, and with the estimate taken as exact.

`python tests/benchmarks/beyond_composition_estimated.py --out beyond_composition_estimated.tsv`
draws the trials of `beyond_composition.py`, mixes the marker genes of the shipped signature by the
true cells of every sample with noise of an SD of 0.2 or 0.4 log2, estimates the cells, and counts
reverted genes that are no markers.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]

from benchmarks.beyond_composition import TRIAL, options, truth  # noqa: E402
from benchmarks.beyond_composition_draw import draw, true_cells  # noqa: E402
from mixed_blood import mixed, shipped  # noqa: E402
from paired_trial import OPTIONS, Expression  # noqa: E402
from revertome.composition.estimate import estimate  # noqa: E402
from revertome.gene_classes import BEYOND_COMPOSITION  # noqa: E402
from revertome.trajectories.beyond_composition import beyond_composition  # noqa: E402

LYMPHOCYTES = [15, 43, 30, 17.5]  # of which the four types of the signature are parts


def rows_of(seed: list[int], noise: float) -> list[dict[str, Any]]:
    """Rows of one trial."""
    blood, rng = draw(TRIAL, np.random.default_rng(seed)), np.random.default_rng([22, *seed])
    # The first that `draw` draws.
    true = true_cells(TRIAL, np.random.default_rng(seed))
    parts = true[:, [1]] * rng.dirichlet(LYMPHOCYTES, len(true))
    percent = np.column_stack([true[:, 0] + true[:, 3], true[:, 2], parts])
    markers = mixed(percent, rng, noise=noise, others=0)
    markers.obs_names = blood.expression.obs.index
    healthy = blood.expression.obs["group"].eq("healthy").to_numpy()
    found = estimate(markers, healthy, shipped())
    long = [part.rename_axis(index="sample", columns="cell_type").stack(future_stack=True)  # noqa: PD013
            for part in (found.percent, found.se)]  # fmt: skip
    cells = pd.concat(long, axis=1, keys=["percent", "se"]).reset_index()
    values = np.hstack([blood.expression.X, np.asarray(markers.X)])
    genes = blood.expression.var_names.append(markers.var_names)
    expression = Expression(values, blood.expression.obs, genes)
    off = (found.percent["neutrophils"] - percent[:, 0]).to_numpy()
    rows = []
    # As if the standard errors were of counts, by which they would be believed.
    ways = (("standard errors", None, "measured"), ("none", 1.0, "estimated"))
    for errors, reliability, source in ways:
        made = beyond_composition(
            expression, blood.labels, options(TRIAL), OPTIONS,
            cells.assign(source=source), reliability, list(markers.var_names),
        )  # fmt: skip
        own = made.genes.set_index("gene").loc[blood.expression.var_names]
        hit = own["class_beyond"].eq(BEYOND_COMPOSITION["reverted"]).to_numpy()
        real, follows = truth(blood, "reverted"), blood.kind == "cells"
        rows.append(
            {
                "noise": noise, "errors": errors, "off": off.mean(), "off_sd": off.std(),
                "se": found.se["neutrophils"].mean(), "called": hit.sum(),
                "false_share": (hit & ~real).sum() / max(hit.sum(), 1), "power": hit[real].mean(),
                "p05_disease": own["p_disease_beyond"][follows].lt(0.05).mean(),
                "p05_change": own["p_change_beyond"][follows].lt(0.05).mean(),
            }
        )  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--trials", type=int, default=20)
    arguments = parser.parse_args()
    rows = [row for noise in (0.2, 0.4) for trial in range(arguments.trials)
            for row in rows_of([4, trial], noise)]  # fmt: skip
    grouped = pd.DataFrame(rows).groupby(["noise", "errors"], sort=False)
    table = grouped.mean().assign(false_se=grouped["false_share"].sem(), trials=arguments.trials)
    table.reset_index().to_csv(arguments.out, sep="\t", index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
