"""Size of the edge tests with few people and covariates, by two kinds of degrees of freedom.

`python tests/benchmarks/few_clusters.py --out few_clusters.tsv` draws trials in which every gene
lies on the edge t = -d/2 and counts p < 0.05 on either side. `bell` are the degrees of freedom of
each part of the people by Bell & McCaffrey (2002), as the workflow has them; `welch` counts the
people less one, whatever the covariates took. `own` is each part's own variance alone, `moderated`
the variance of the workflow.
"""

import argparse
import sys
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
from scipy import special

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]

from options import joint_options_of  # noqa: E402
from paired_trial import DESIGN, OPTIONS, simulate  # noqa: E402
from revertome.limma.cluster_robust import combine  # noqa: E402
from revertome.trajectories.cell_planes import cell_planes, unmoderated_planes  # noqa: E402
from revertome.trajectories.class_rules import effects_of  # noqa: E402
from revertome.trajectories.study import study_of  # noqa: E402

SIZES = ((3, 5), (4, 6), (6, 10))
SDS = ((1, 1, 1), (1, 2, 1), (1, 1, 2))
COVARIATES = {"none": (), "age": ("age",), "batch, age": ("batch", "age")}
SPREAD = 0.28
EDGE, LEVEL = (0.5, 1.0), 0.05


def trial(n: int, healthy: int, sd: tuple[float, ...], n_genes: int, rng: np.random.Generator):
    """A trial of `n` responders without non-responders; SD before, after and in healthy people."""
    d = rng.normal(0, 2, n_genes)
    drawn, labels = simulate(np.zeros(n_genes), np.zeros(n_genes), rng, n, 0, healthy)
    obs = drawn.obs
    before, after = (obs["visit"].eq(DESIGN[name]).to_numpy() for name in ("baseline", "followup"))
    # As in GSE65391: SD of visits over that of healthy people of its own in every gene.
    own = [sd[k] * np.exp(SPREAD * rng.normal(size=n_genes)) for k in range(2)]
    deviation = (drawn.X - drawn.X.mean()) * np.where(
        before[:, None], own[0], np.where(after[:, None], own[1], sd[2])
    )
    y = deviation + np.select([before, after], [1.0, 0.5], 0.0)[:, None] * d
    y *= np.sqrt(4 / rng.chisquare(4, n_genes))
    people = pd.Series(pd.factorize(obs["patient"])[0], obs.index)
    obs = obs.assign(age=rng.normal(10, 3, people.max() + 1)[people],
                     batch=np.where(people % 3 == 0, "b", "a"))  # fmt: skip
    names = pd.DataFrame(index=[f"g{i}" for i in range(n_genes)])
    return anndata.AnnData(y, obs=obs, var=names), labels


def sizes(expression, labels, covariates: tuple[str, ...]) -> dict[str, float]:
    """Share of p < 0.05 on either side, and median degrees of freedom."""
    design = DESIGN | {"covariates": list(covariates)}
    study = study_of(expression, labels, joint_options_of("limma", design, "cells", trend=False))
    effects = effects_of(study.fitted.model, OPTIONS)
    own = unmoderated_planes(study.fitted, study.where, effects)["main"]
    shrunk, model = cell_planes(study.fitted, study.where, effects)
    n = np.bincount(model.clusters.part)
    part = [combine(one.own, *EDGE) for one in own.cells.parts]
    welch = np.sum(part, axis=0) ** 2 / np.sum(
        [v**2 / (k - 1) for v, k in zip(part, n, strict=True)], axis=0
    )
    found: dict[str, float] = {}
    for name, plane, df in (
        ("own_bell", own, own.degrees(*EDGE)),
        ("own_welch", own, welch),
        ("moderated", shrunk["main"], shrunk["main"].degrees(*EDGE)),
    ):
        p = special.stdtr(df, plane.statistic(*EDGE))
        found[name] = float(((p < LEVEL).mean() + (p > 1 - LEVEL).mean()) / 2)
        found[f"df_{name}"] = float(np.median(df))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--trials", type=int, default=16)
    parser.add_argument("--genes", type=int, default=1000)
    arguments = parser.parse_args()
    rows = []
    for n, healthy in SIZES:
        for sd in SDS:
            for name, covariates in COVARIATES.items():
                rng = np.random.default_rng([n, healthy])
                found = pd.DataFrame([
                    sizes(*trial(n, healthy, sd, arguments.genes, rng), covariates)
                    for _ in range(arguments.trials)
                ])  # fmt: skip
                setting = {"responders": n, "healthy": healthy, "sd": "/".join(map(str, sd)),
                           "covariates": name}  # fmt: skip
                rows.append(setting | found.mean().to_dict())
                print(rows[-1], flush=True)
    pd.DataFrame(rows).to_csv(arguments.out, sep="\t", index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
