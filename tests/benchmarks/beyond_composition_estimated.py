"""Cells or regulation where cells are estimated by marker genes: what would be claimed by what is
known of the error of the estimate.

`python tests/benchmarks/beyond_composition_estimated.py --out beyond_composition_estimated.tsv`
draws the trials of `beyond_composition.py`, mixes the marker genes of the shipped signature by the
true cells of every sample, and estimates the cells. `SETTINGS` has the SD of the noise of a marker,
the SD by which all markers of a type move together in a sample, and by how much those of
neutrophils are up in patients before treatment, all in log2 units. Genes that are no markers are
counted by three ways to take the estimate: with its standard errors as errors of every sample, as
exact, and with the reliability by which two halves of the marker genes agree.

Columns: reliability and halves (of neutrophils within label and visit, true and by halves), off and
off_sd (estimated less true neutrophils, points), se (its standard error), and by class called,
false_share with false_se, power; p05: share of the genes of cells with p of disease beyond
composition below 5%.
"""

import argparse
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]

from benchmarks.beyond_composition import (  # noqa: E402
    CLASSES,
    STRONG,
    STRONG_NOTHING,
    TRIAL,
    options,
    truth,
)
from benchmarks.beyond_composition_draw import Blood, draw, true_cells  # noqa: E402
from benchmarks.beyond_composition_setting import Setting  # noqa: E402
from mixed_blood import mixed, shipped  # noqa: E402
from paired_trial import OPTIONS, Expression  # noqa: E402
from revertome.composition.estimate import estimate  # noqa: E402
from revertome.composition.halves import split_half  # noqa: E402
from revertome.gene_classes import BEYOND_COMPOSITION  # noqa: E402
from revertome.statistics.residuals import without  # noqa: E402
from revertome.trajectories.beyond_composition import beyond_composition  # noqa: E402

LYMPHOCYTES = [15, 43, 30, 17.5]  # of which the four types of the signature are parts


class Markers(NamedTuple):
    """What moves the marker genes beside the cells, log2."""

    trial: Setting = TRIAL
    noise: float = 0.2
    together: float = 0.0
    before: float = 0.0


MOVED = {
    "independent_0.4": Markers(noise=0.4),
    "together_0.3": Markers(together=0.3),
    "disease_0.3": Markers(before=0.3),
}
TRIALS = {"": TRIAL, "_strong": STRONG,
          "_strong_nothing_beyond": STRONG_NOTHING}  # fmt: skip
SETTINGS = {
    "independent_0.2": Markers(),
    "independent_0.6": Markers(noise=0.6),
    **{f"{name}{kind}": how._replace(trial=trial)
       for kind, trial in TRIALS.items() for name, how in MOVED.items()},
}  # fmt: skip


def markers_of(how: Markers, obs: pd.DataFrame, true: np.ndarray, rng: Any) -> tuple[Any, Any]:
    """Marker genes of samples of these cells, and the percent of the six types."""
    parts = true[:, [1]] * rng.dirichlet(LYMPHOCYTES, len(true))
    percent = np.column_stack([true[:, 0] + true[:, 3], true[:, 2], parts])
    markers = mixed(percent, rng, noise=how.noise, others=0)
    markers.obs_names = obs.index
    kind, types = pd.factorize(shipped().markers["marker"])
    markers.X += how.together * rng.standard_normal((len(obs), len(types)))[:, kind]
    up = np.outer(obs["visit"].eq("before"), types[kind] == "neutrophils")
    markers.X += how.before * up
    return markers, percent


def design_of(blood: Blood) -> np.ndarray:
    """One column for every label and visit."""
    obs = blood.expression.obs
    label = obs["patient"].map(blood.labels.set_index("patient")["label"])
    cell = obs["group"] + obs["visit"].fillna("") + label.fillna("")
    return pd.get_dummies(cell).to_numpy(float)


def rows_of(seed: list[int], name: str) -> list[dict[str, Any]]:
    """Rows of one trial."""
    how = SETTINGS[name]
    blood = draw(how.trial, np.random.default_rng(seed))
    obs, rng = blood.expression.obs, np.random.default_rng([22, *seed])
    # The first that `draw` draws.
    true = true_cells(how.trial, np.random.default_rng(seed))
    markers, percent = markers_of(how, obs, true, rng)
    found = estimate(markers, obs["group"].eq("healthy").to_numpy(), shipped())
    long = [part.rename_axis(index="sample", columns="cell_type").stack(future_stack=True)  # noqa: PD013
            for part in (found.percent, found.se)]  # fmt: skip
    cells = pd.concat(long, axis=1, keys=["percent", "se"]).reset_index()
    values = np.hstack([blood.expression.X, np.asarray(markers.X)])
    genes = blood.expression.var_names.append(markers.var_names)
    expression = Expression(values, obs, genes)
    known = found.percent.notna().all(axis=1).to_numpy()
    design, w = design_of(blood)[known], found.percent[known].to_numpy()
    halves = split_half(w, found.apart[known].to_numpy(), design)
    off = w[:, 0] - percent[known, 0]
    of_true = without(percent[known, :1], design).ravel()
    of_found = without(w[:, :1], design).ravel()
    head = {
        "setting": name, "reliability": np.corrcoef(of_true, of_found)[0, 1] ** 2,
        "halves": halves[0], "off": off.mean(), "off_sd": off.std(),
        "se": found.se["neutrophils"].mean(),
    }  # fmt: skip
    stated = dict(zip(found.percent, np.clip(halves, 0.02, 1), strict=True))
    # The first as if the standard errors were of counts, by which they would be believed.
    ways = (("standard errors", None, "measured"), ("exact", 1.0, "estimated"),
            ("halves", stated, "estimated"))  # fmt: skip
    rows = []
    for way, reliability, source in ways:
        made = beyond_composition(
            expression, blood.labels, options(how.trial), OPTIONS,
            cells.assign(source=source), reliability, list(markers.var_names),
        )  # fmt: skip
        own = made.genes.set_index("gene").loc[blood.expression.var_names]
        small = own["p_disease_beyond"][blood.kind == "cells"].lt(0.05).mean()
        rows += [head | {"errors": way, "p05": small} | one for one in counted(own, blood)]
    return rows


def counted(genes: pd.DataFrame, blood: Blood) -> list[dict[str, Any]]:
    """How many genes of every class are claimed, and falsely."""
    rows = []
    for name in CLASSES:
        real, hit = truth(blood, name), genes["class_beyond"].eq(BEYOND_COMPOSITION[name])
        false = (hit & ~real).sum() / max(hit.sum(), 1)
        power = hit[real].mean() if real.any() else np.nan
        rows.append({"class": name, "called": hit.sum(), "false_share": false, "power": power})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--settings", default=",".join(SETTINGS))
    arguments = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for name in arguments.settings.split(","):
        rows += [row for trial in range(arguments.trials) for row in rows_of([4, trial], name)]
        grouped = pd.DataFrame(rows).groupby(["setting", "errors", "class"], sort=False)
        table = grouped.mean().assign(false_se=grouped["false_share"].sem())
        table = table.assign(trials=arguments.trials).reset_index()
        print(table[table["setting"].eq(name)].round(3).to_string(), flush=True)
        table.to_csv(arguments.out, sep="\t", index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
