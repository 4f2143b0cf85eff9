"""Cells or regulation in simulated trials: claims without composition, with counts as a covariate,
and corrected for the error of the counts.

`python tests/benchmarks/beyond_composition.py --out beyond_composition.tsv --trials 24` draws
trials of whole blood (`beyond_composition_setting.Setting` says how) and counts, for each setting,
rule and class: genes called, genes falsely called (what is beyond composition does not lie in the
wedge), the mean share of false among those called with its standard error, the share of true genes
called, and the share kept of the true genes that are called, without composition in the model, in
the same trial in which cells do not shift. `beyond_composition_null.tsv` beside it holds the share
of genes with nothing beyond composition that have p below 0.05 and 0.001, and coverage of the 95%
intervals.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]

from benchmarks.beyond_composition_draw import Blood, draw  # noqa: E402
from benchmarks.beyond_composition_known import with_known_slopes  # noqa: E402
from benchmarks.beyond_composition_setting import Setting  # noqa: E402
from benchmarks.calibration import inside  # noqa: E402
from options import options_of  # noqa: E402
from paired_trial import DESIGN, OPTIONS  # noqa: E402
from revertome.gene_classes import BEYOND_COMPOSITION  # noqa: E402
from revertome.trajectories.beyond_composition import beyond_composition  # noqa: E402
from revertome.trajectories.observed import observe  # noqa: E402
from revertome.trajectories.study import study_of  # noqa: E402

CLASSES = ("reverted", "induced")
TRIAL = Setting()
SMALL = replace(TRIAL, responders=8, nonresponders=4, healthy=12)
TINY = replace(TRIAL, responders=4, nonresponders=3, healthy=6)
LATE = replace(TRIAL, shift=(0.0, 20.0))  # cells shift under the drug: induced
NOTHING = replace(TRIAL, kinds={"cells": 0.3})
STRONG = replace(TRIAL, slope=(1.5, 3.0))
STRONG_NOTHING = replace(NOTHING, slope=(1.5, 3.0))
FEW_TRUE = replace(TRIAL, kinds={"cells": 0.3, "persistent": 0.3, "half": 0.15, "reverted": 0.03})
UNRELATED = replace(TRIAL, kinds={k: v for k, v in TRIAL.kinds.items()
                                  if k not in ("cells", "both", "masked")})  # fmt: skip
BOTH = ("batch", "age")
KNOWN = ("trial", "late", "8v12")  # settings in which slopes are taken as known as well
SETTINGS = {
    **{f"trial_sd{sd}": replace(TRIAL, error=sd) for sd in (0, 3, 7)},
    **{f"late_sd{sd}": replace(LATE, error=sd) for sd in (0, 3, 7)},
    **{f"nothing_beyond_sd{sd}": replace(NOTHING, error=sd) for sd in (0, 3, 7)},
    **{f"strong_sd{sd}": replace(STRONG, error=sd) for sd in (3, 7)},
    "few_true_sd7": replace(FEW_TRUE, error=7),
    "unrelated_sd7": replace(UNRELATED, error=7),
    **{f"8v12_sd{sd}": replace(SMALL, error=sd) for sd in (0, 7)},
    **{f"4v6_sd{sd}": replace(TINY, error=sd) for sd in (0, 7)},
    "40v40_sd7": replace(TRIAL, responders=40, healthy=40, error=7),
    "few_healthy_sd3": replace(TRIAL, healthy=4, error=3),
    "stated_0.1_low_sd7": replace(TRIAL, error=7, stated=-0.1),
    "stated_0.1_high_sd7": replace(TRIAL, error=7, stated=0.1),
    "stated_0.1_high_nothing_sd7": replace(NOTHING, error=7, stated=0.1),
    **{
        f"{name}twice_20{lower}_sd7": replace(trial, error=7, twice=20, below=below)
        for name, trial in (("", TRIAL), ("strong_", STRONG), ("strong_nothing_", STRONG_NOTHING))
        for lower, below in (("", 0.0), ("_lower", 1.96))
    },
    "bias_healthy_5_sd3": replace(TRIAL, error=3, bias=(0.0, 0.0, 5.0)),
    "bias_before_5_sd3": replace(TRIAL, error=3, bias=(5.0, 0.0, 0.0)),
    "bias_before_5_strong_sd3": replace(STRONG, error=3, bias=(5.0, 0.0, 0.0)),
    "bias_before_2_strong_sd3": replace(STRONG, error=3, bias=(2.0, 0.0, 0.0)),
    "aliased_sd0": replace(TRIAL, sd=(2.0, 2.0)),
    "aliased_sd1.5": replace(TRIAL, sd=(2.0, 2.0), error=1.5),
    "covariates_sd7": replace(TRIAL, error=7, covariates=BOTH),
    "single_visits_sd7": replace(TRIAL, error=7, single=0.3),
    "three_types_sd3": replace(TRIAL, types=3, error=3),
    "three_types_8v12_sd3": replace(SMALL, types=3, error=3),
    "cells_vary_more_sd7": replace(TRIAL, sd=(13.0, 6.0), error=7),
    "unequal_sd7": replace(TRIAL, cell_sd=(1.3, 2.0, 1.0), sd=(12.0, 6.0), error=7),
    "healthy_slope_half_sd3": replace(TRIAL, slope_healthy=0.5, error=3),
    "healthy_slope_half_nothing_sd0": replace(NOTHING, slope_healthy=0.5),
    "linear_sd0": replace(TRIAL, mixing="linear"),
    "linear_sd3": replace(TRIAL, mixing="linear", error=3),
    "linear_three_types_sd3": replace(TRIAL, mixing="linear", types=3, error=3),
    "linear_nothing_40v40_sd0": replace(NOTHING, mixing="linear", responders=40, healthy=40),
    "correlated_sd3": replace(TRIAL, errors="correlated", error=3),
    "heavy_sd3": replace(TRIAL, errors="heavy", error=3),
}


def options(setting: Setting) -> Any:
    """Options of the model of a trial."""
    found = options_of("limma", DESIGN | {"covariates": list(setting.covariates)}, trend=False)
    return replace(found, weights=False)


def truth(blood: Blood, name: str) -> np.ndarray:
    """Genes in the open wedge of a class by what is beyond composition, (G,)."""
    size = np.maximum(np.abs(blood.disease), np.abs(blood.change))
    unit = np.where(size > 1e-9, size, 1.0)
    return np.asarray(
        inside(name, np.round(blood.disease / unit, 9), np.round(blood.change / unit, 9))
    )


def without_shift(setting: Setting, seed: list[int]) -> np.ndarray:
    """Classes (G,), without composition, of the trial of a seed in which cells do not shift."""
    still = replace(setting, shift=(0.0, 0.0), error=0.0, twice=0)
    blood = draw(still, np.random.default_rng(seed))
    study = study_of(blood.expression, blood.labels, options(still))
    return np.asarray(observe(study, OPTIONS).calls.outcome)


def split(blood: Blood, setting: Setting, reliability: Any) -> Any:
    return beyond_composition(
        blood.expression, blood.labels, options(setting), OPTIONS, blood.cells, reliability
    )


def called(setting: Setting, blood: Blood) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """Classes of every gene by rule, and the corrected table."""
    corrected = split(blood, setting, blood.reliability).genes
    beside = corrected
    if setting.error:
        beside = split(blood, setting, 1.0).genes
    back = {words: name for name, words in BEYOND_COMPOSITION.items()}
    named = {
        "without": corrected["class"],
        "covariate": beside["class_beyond"].replace(back),
        "corrected": corrected["class_beyond"].replace(back),
    }
    return {rule: one.to_numpy(object) for rule, one in named.items()}, corrected


def null_rates(blood: Blood, table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Shares of small p, and coverage, among genes that do and do not follow cells."""
    for kind in ("null", "cells"):
        at = blood.kind == kind
        if not at.any():
            continue
        own, row = table[at], {"kind": "neither" if kind == "null" else kind}
        for name in ("disease", "change"):
            p = own[f"p_{name}_beyond"]
            row |= {f"p05_{name}": p.lt(0.05).mean(), f"p001_{name}": p.lt(0.001).mean()}
            for part, true in (("beyond", getattr(blood, name)),
                               ("composition", getattr(blood, f"{name}_cells"))):  # fmt: skip
                low, high = own[f"{name}_{part}_low"], own[f"{name}_{part}_high"]
                row[f"covered_{name}_{part}"] = ((low <= true[at]) & (true[at] <= high)).mean()
        yield row


def rows_of(name: str, trials: int, seed: int = 7) -> tuple[list[dict], list[dict]]:
    """Rows of one setting: of the rates, and of the null."""
    setting, rates, nulls = SETTINGS[name], [], []
    for number in range(trials):
        blood = draw(setting, np.random.default_rng([seed, number]))
        outcome, table = called(setting, blood)
        if name.startswith(KNOWN):
            rng = np.random.default_rng([seed, number, 1])
            outcome |= with_known_slopes(blood, options(setting), blood.reliability, rng)
        still = without_shift(setting, [seed, number])
        nulls += list(null_rates(blood, table))
        for rule, found in outcome.items():
            for one in CLASSES:
                hit, true = found == one, truth(blood, one)
                base = (still == one) & true
                rates.append(
                    {
                        "rule": rule, "class": one, "called": hit.sum(),
                        "false_called": (hit & ~true).sum(),
                        "false_share": (hit & ~true).sum() / max(hit.sum(), 1),
                        "power": hit[true].mean() if true.any() else np.nan,
                        "kept": hit[base].mean() if base.any() else np.nan,
                    }
                )  # fmt: skip
    grouped = pd.DataFrame(rates).groupby(["rule", "class"], sort=False)
    mean = grouped.mean()
    mean.insert(3, "se", grouped["false_share"].sem())
    head = {"setting": name, "trials": trials}
    kinds = pd.DataFrame(nulls).groupby("kind", sort=False).mean().reset_index()
    return [head | row for row in mean.reset_index().to_dict("records")], [
        head | row for row in kinds.to_dict("records")
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--settings", default=",".join(SETTINGS))
    arguments = parser.parse_args()
    out = Path(arguments.out)
    rates: list[dict] = []
    nulls: list[dict] = []
    for name in arguments.settings.split(","):
        more, null = rows_of(name, arguments.trials)
        rates, nulls = rates + more, nulls + null
        print(pd.DataFrame(more).round(3).to_string(), flush=True)
        for path, rows in ((out, rates), (out.with_stem(f"{out.stem}_null"), nulls)):
            pd.DataFrame(rows).to_csv(path, sep="\t", index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
