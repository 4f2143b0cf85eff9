"""CPU seconds and peak memory of one stage on a trial of two arms and three visits, in memory.

    python tests/benchmarks/scale_stages.py 6000 20000 differential

Nine samples in ten are of patients with all three visits, the rest of healthy people; placebo is
switched after the first follow-up. Without resamples.
"""

import argparse
import os
import resource
import sys
import time
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
HOME = Path(__file__).parents[2]
sys.path[:0] = [str(HOME / "scripts"), str(HOME / "tests")]

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from options import options_of  # noqa: E402
from paired_trial import OPTIONS, Expression  # noqa: E402
from revertome.differential.run import run_visits  # noqa: E402
from revertome.quality.identity import match_patients  # noqa: E402
from revertome.quality.relative import correlations  # noqa: E402
from revertome.trajectories.beyond_control import beyond_control  # noqa: E402
from revertome.trajectories.courses import run as courses  # noqa: E402

VISITS = ["before", "month1", "after"]
DESIGN = {
    "baseline": "before", "followup": "after", "followups": VISITS[1:], "healthy": "healthy",
    "covariates": ["batch", "age"],
    "arm": {"column": "arm", "control": "placebo", "until": "month1"},
}  # fmt: skip
NAMES = ["disease", "baseline", "change_responders", "change_nonresponders", "change_all",
         "residual_responders", "interaction", "change_treated", "change_control", "drug_effect",
         "change_since_switch"]  # fmt: skip


STAGES = ["differential", "beyond_control", "courses", "correlations", "match_patients"]


def trial(samples, genes):
    """Draw the trial; returns (expression, labels)."""
    rng = np.random.default_rng(1)
    n = int(0.3 * samples)
    rows = [(f"P{i}", v, "patient", "drug" if i % 2 else "placebo")
            for i in range(n) for v in VISITS]  # fmt: skip
    rows += [(f"H{i}", None, "healthy", None) for i in range(samples - 3 * n)]
    obs = pd.DataFrame(rows, columns=["patient", "visit", "group", "arm"])
    obs = obs.set_axis([f"S{i}" for i in range(samples)])
    obs["batch"] = rng.choice(["a", "b"], samples)
    obs["age"] = rng.integers(3, 17, samples).astype(float)
    person = pd.factorize(obs["patient"])[0]
    values = np.empty((samples, genes))
    for start in range(0, genes, 1000):  # no second matrix on the way
        part = values[:, start : start + 1000]
        part[:] = 7 + 0.5 * rng.normal(size=part.shape)
        part += 0.6 * rng.normal(size=(person.max() + 1, part.shape[1]))[person]
    values[obs["visit"].eq("before").to_numpy(), : genes // 20] += 1
    labels = pd.DataFrame({"patient": [f"P{i}" for i in range(n)]})
    labels["label"] = np.where(np.arange(n) % 3, "responder", "nonresponder")
    return Expression(values, obs, pd.Index([f"g{i}" for i in range(genes)])), labels


def main():
    """Run one stage and print its row of `scale.tsv`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("samples", type=int)
    parser.add_argument("genes", type=int)
    parser.add_argument("stage", choices=STAGES)
    asked = parser.parse_args()
    expression, labels = trial(asked.samples, asked.genes)
    options, began = options_of("limma", DESIGN), time.process_time()
    if asked.stage == "differential":
        run_visits(expression, labels, options, NAMES)
    elif asked.stage == "beyond_control":
        beyond_control(expression, options, OPTIONS)
    elif asked.stage == "courses":
        courses(expression, labels, options, OPTIONS)
    elif asked.stage == "correlations":
        correlations(expression.X)
    else:
        obs = expression.obs
        match_patients(expression.X, obs["patient"], obs["group"] + obs["visit"].fillna(""))
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(asked.stage, asked.samples, asked.genes, f"{seconds:.1f} s, {peak:.0f} MB", sep="\t")


if __name__ == "__main__":
    main()
