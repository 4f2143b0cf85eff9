"""Regression to the mean in randomised trials: the uncontrolled rule beside the controlled claim.

`python tests/benchmarks/beyond_control.py --out beyond_control.tsv --trials 200` draws trials in
which patients are enrolled in flare (`randomised_trial.Setting` says how) and counts, for each
setting, rule and class: genes called, genes falsely called (the drug does not do what is claimed),
the mean share of false among those called with its standard error, the share of true genes called,
and that of an oracle: the largest single threshold on the p of the claim at which, knowing the
truth, the mean share of false over the trials is at most 5%. `uncontrolled` is the rule of
`trajectories/genes.tsv` (reverted in responders of both arms, induced in all patients).
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]

from options import options_of  # noqa: E402
from paired_trial import BOUNDS  # noqa: E402
from randomised_trial import DESIGN, OPTIONS, Randomised, Setting, simulate  # noqa: E402
from revertome.gene_classes import BEYOND  # noqa: E402
from revertome.trajectories.beyond_control import beyond_control  # noqa: E402
from revertome.trajectories.observed import observe  # noqa: E402
from revertome.trajectories.plane import edges  # noqa: E402
from revertome.trajectories.study import study_of  # noqa: E402

ALPHA, CLASSES = 0.05, ("reverted", "induced")
EFFECTS = {"reverted": 80, "half": 80, "little": 60, "induced": 80, "edge": 80}
NULL = Setting()
DRUG = Setting(kinds=EFFECTS)
SEVERE = replace(DRUG, flare=2.0, reliability=0.6)
SETTINGS = {
    "null_24v24": replace(NULL, drug=24, placebo=24, healthy=30),
    "null_12v12": NULL,
    "null_3v3": replace(NULL, drug=3, placebo=3, healthy=6),
    "null_sd2_8v24": replace(NULL, drug=8, placebo=24, sd=(2.0, 1.0)),
    "null_correlated_12v12": replace(NULL, factors=5),
    "null_dropout_baseline_16v16": replace(NULL, drug=16, placebo=16, dropout="baseline"),
    "null_dropout_followup_16v16": replace(NULL, drug=16, placebo=16, dropout="followup"),
    "null_dropout_unequal_16v16": replace(NULL, drug=16, placebo=16, dropout="unequal"),
    "drug_12v12": DRUG,
    "drug_24v24": replace(DRUG, drug=24, placebo=24, healthy=30),
    "severe_12v12": SEVERE,
    "severe_3v3": replace(SEVERE, drug=3, placebo=3, healthy=6),
    "severe_sd2_12v12": replace(SEVERE, sd=(2.0, 1.0)),
    "severe_sd2_8v24": replace(SEVERE, drug=8, placebo=24, sd=(2.0, 1.0)),
    "severe_sd2_24v8": replace(SEVERE, drug=24, placebo=8, sd=(2.0, 1.0)),
    "severe_correlated_12v12": replace(SEVERE, factors=5),
    "severe_missing_12v12": replace(SEVERE, missing=0.05, n_genes=700),
    "severe_dropout_baseline_16v16": replace(SEVERE, drug=16, placebo=16, dropout="baseline"),
    "severe_dropout_followup_16v16": replace(SEVERE, drug=16, placebo=16, dropout="followup"),
    "severe_dropout_unequal_16v16": replace(SEVERE, drug=16, placebo=16, dropout="unequal"),
}


@dataclass(frozen=True)
class Verdict:
    """One class in one trial by one rule: genes called, true ones, p of the claim, (G,) each."""

    hit: np.ndarray
    true: np.ndarray
    p: np.ndarray

    @property
    def false(self) -> float:
        """Share of false among those called, 0 without any."""
        return float((self.hit & ~self.true).sum() / max(self.hit.sum(), 1))


def truth(drawn: Randomised, name: str) -> np.ndarray:
    """Genes in the open wedge of a class by their true disease and drug effect, (G,)."""
    d, t = drawn.disease, drawn.drug_effect
    sign = np.sign(d if name == "reverted" else t)
    _, sides = edges(name, BOUNDS)
    # A gene on an edge is outside; so it is where rounding puts it a hair inside.
    return np.logical_and.reduce([f * sign * (a * d + b * t) > 1e-9 for f, (a, b) in sides])


def options(engine: str = "limma", **changes: Any):
    """Options of the models of a trial."""
    return replace(options_of(engine, base(), trend=False, **changes), design=DESIGN)


def base() -> dict[str, Any]:
    return {name: DESIGN[name] for name in ("baseline", "followup", "healthy", "covariates")}


def controlled(drawn: Randomised, engine: str = "limma", **changes: Any) -> dict[str, Verdict]:
    """The claims beyond control of a trial; `changes` are keys of `trajectories`."""
    found = beyond_control(drawn.expression, options(engine), OPTIONS | changes)
    table = found.genes
    if table.empty:
        nothing = np.zeros(len(drawn.disease))
        return {n: Verdict(nothing > 0, truth(drawn, n), nothing + 1) for n in CLASSES}
    return {
        name: Verdict(table["class"].eq(BEYOND[name]).to_numpy(bool), truth(drawn, name),
                      table[f"p_{name}"].to_numpy(float))
        for name in CLASSES
    }  # fmt: skip


def uncontrolled(drawn: Randomised) -> dict[str, Verdict]:
    """The before/after rule of a trial."""
    fitted = replace(options(), design=base())
    if not drawn.labels["label"].eq("responder").any():
        nothing = np.zeros(len(drawn.disease))
        return {n: Verdict(nothing > 0, truth(drawn, n), nothing + 1) for n in CLASSES}
    calls = observe(study_of(drawn.expression, drawn.labels, fitted), OPTIONS).calls
    return {n: Verdict(calls.outcome == n, truth(drawn, n), calls.p[n]) for n in CLASSES}


def oracle(found: list[Verdict]) -> float:
    """Share of true genes called by the best single threshold on p; NaN without any."""
    if not found[0].true.any():
        return np.nan
    low, high = 0.0, 1.0
    order = [np.argsort(one.p) for one in found]
    p = [one.p[at] for one, at in zip(found, order, strict=True)]
    false = [np.cumsum(~one.true[at]) for one, at in zip(found, order, strict=True)]
    for _ in range(40):
        level = (low + high) / 2
        n = [int(np.searchsorted(one, level, side="right")) for one in p]
        share = np.mean([f[k - 1] / k if k else 0.0 for f, k in zip(false, n, strict=True)])
        low, high = (level, high) if share <= ALPHA else (low, level)
    return float(np.mean([(one.p <= low)[one.true].mean() for one in found]))


def rows_of(name: str, trials: dict[str, int], seed: int = 7) -> Iterator[dict[str, Any]]:
    """Rows of one setting, of so many trials by each rule."""
    found: dict[tuple[str, str], list[Verdict]] = {}
    for number in range(max(trials.values())):
        drawn = simulate(SETTINGS[name], np.random.default_rng([seed, number]))
        for rule, how in RULES.items():
            if number < trials[rule]:
                for kind, verdict in how(drawn).items():
                    found.setdefault((rule, kind), []).append(verdict)
    for (rule, kind), each in found.items():
        shares = np.array([one.false for one in each])
        true = each[0].true.any()
        yield {
            "setting": name, "rule": rule, "class": kind, "trials": len(each),
            "called": np.mean([one.hit.sum() for one in each]),
            "false_called": np.mean([(one.hit & ~one.true).sum() for one in each]),
            "false_share": shares.mean(), "se": shares.std(ddof=1) / np.sqrt(len(each)),
            "power": np.mean([one.hit[one.true].mean() for one in each]) if true else np.nan,
            "oracle": oracle(each) if rule != "uncontrolled" else np.nan,
        }  # fmt: skip


RULES = {"uncontrolled": uncontrolled, "controlled": controlled}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--uncontrolled", type=int, default=30)
    parser.add_argument("--settings", default=",".join(SETTINGS))
    arguments = parser.parse_args()
    trials = {"uncontrolled": arguments.uncontrolled, "controlled": arguments.trials}
    rows: list[dict[str, Any]] = []
    for name in arguments.settings.split(","):
        rows += rows_of(name, trials)
        print(pd.DataFrame(rows[-4:]).to_string(header=len(rows) == 4), flush=True)
        pd.DataFrame(rows).to_csv(arguments.out, sep="\t", index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
