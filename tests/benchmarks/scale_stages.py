"""CPU seconds and peak memory of one stage on a trial of two arms and three visits, in memory.

    python tests/benchmarks/scale_stages.py 6000 20000 differential
    python tests/benchmarks/scale_stages.py 1000 20000 beyond_composition --data counts

Nine samples in ten are of patients with all three visits, the rest of healthy people; placebo is
switched after the first follow-up. Without resamples. With `--data counts` the genes are counts,
with weights of observations; with `missing` one value in ten is missing, so that every gene has a
design of its own. Cells are counted with a reliability of 0.8. Matrices are copies of the values,
the trial's own among them, that memory beyond the libraries has room for.
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
from anndata import AnnData  # noqa: E402

from mixed_blood import draw, mixed, shipped  # noqa: E402
from options import options_of, section  # noqa: E402
from paired_trial import OPTIONS, Expression  # noqa: E402
from revertome.composition.stage import composition  # noqa: E402
from revertome.differential.run import run_visits  # noqa: E402
from revertome.differential.variance_shares import variance_shares  # noqa: E402
from revertome.quality.identity import match_patients  # noqa: E402
from revertome.quality.relative import correlations  # noqa: E402
from revertome.trajectories.beyond_composition import beyond_composition  # noqa: E402
from revertome.trajectories.beyond_control import beyond_control  # noqa: E402
from revertome.trajectories.courses import run as courses  # noqa: E402
from revertome.trajectories.hidden_factors import hidden_factors  # noqa: E402
from revertome.trajectories.study import study_of  # noqa: E402

VISITS = ["before", "month1", "after"]
DESIGN = {
    "baseline": "before", "followup": "after", "followups": VISITS[1:], "healthy": "healthy",
    "covariates": ["batch", "age"],
    "arm": {"column": "arm", "control": "placebo", "until": "month1"},
}  # fmt: skip
NAMES = ["disease", "baseline", "change_responders", "change_nonresponders", "change_all",
         "residual_responders", "interaction", "change_treated", "change_control", "drug_effect",
         "change_since_switch"]  # fmt: skip


TYPES = {"neutrophils": (60, 9), "lymphocytes": (28, 6), "monocytes": (8, 2)}  # percent: mean, SD


def trial(samples, genes, data="log2"):
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
    names = pd.Index([f"g{i}" for i in range(genes)])
    if data == "missing":
        values[rng.random(values.shape, dtype=np.float32) < 0.1] = np.nan
    expression = Expression(values, obs, names)
    if data == "counts":
        expression = counted(values, obs, names, rng)
    labels = pd.DataFrame({"patient": [f"P{i}" for i in range(n)]})
    labels["label"] = np.where(np.arange(n) % 3, "responder", "nonresponder")
    return expression, labels


def counted(values, obs, names, rng):
    """Counts with the log2 levels of some values, which are lost."""
    for row in values:
        row[:] = rng.poisson(2**row)
    obs["library_size"], obs["norm_factor"] = values.sum(axis=1), 1.0
    counts = np.log2((values + 0.5) / (obs["library_size"].to_numpy()[:, None] + 1) * 1e6)
    found = Counted(counts, obs, names)
    found.layers["counts"] = values
    return found


class Counted(Expression):
    """Expression with counts."""

    def __getitem__(self, samples):
        at = self.obs.index.get_indexer(samples)
        found = Counted(self.X[at], self.obs.iloc[at], self.var_names)
        found.layers["counts"] = self.layers["counts"][at]
        return found


def cells_of(obs):
    """Counted percent of each type of cells, which rise with disease."""
    rng = np.random.default_rng(2)
    sick = obs["visit"].eq("before").to_numpy()
    rows = [
        obs[["patient", "visit", "group"]]
        .assign(sample=obs.index, cell_type=name, se=np.nan, source="measured")
        .assign(percent=rng.normal(mean, sd, len(obs)) + sd * sick)
        for name, (mean, sd) in TYPES.items()
    ]
    return pd.concat(rows, ignore_index=True)


def _hidden(expression, labels, options):
    fitted = (study := study_of(expression, labels, options)).fitted
    rho = float(np.mean(fitted.correlation))
    claims = ["change_responders", "disease"]
    return hidden_factors(fitted.y, fitted.model, study.where["patient"], claims, rho, 0.05)


def blood(expression):
    """The same values as levels of whole blood: the first genes are the markers of cells."""
    values, rng = expression.X, np.random.default_rng(3)
    markers = mixed(draw(rng, len(values)), rng, others=0)
    values -= 5
    values[:, : markers.n_vars] = markers.X
    names = [*markers.var_names, *expression.var_names[markers.n_vars :]]
    return AnnData(values, expression.obs, pd.DataFrame(index=names))


def _composition(expression, design):
    clinic, visits = {"baseline_visit": "", "visit": ""}, pd.DataFrame(columns=["patient", "visit"])
    found = composition(expression, visits, section("composition"), design, clinic,
                        "microarray", shipped())  # fmt: skip
    if not found.tables["cells"]["source"].eq("estimated").all():
        raise RuntimeError("no cells were estimated")


def _patients(obs):
    return obs["patient"], obs["group"] + obs["visit"].fillna("")


# What each stage does with expression, labels and options of the model.
STAGES = {
    "differential": lambda e, labels, model: run_visits(e, labels, model, NAMES),
    "beyond_control": lambda e, labels, model: beyond_control(e, model, OPTIONS),
    "courses": lambda e, labels, model: courses(e, labels, model, OPTIONS),
    "correlations": lambda e, labels, model: correlations(e.X),
    "match_patients": lambda e, labels, model: match_patients(e.X, *_patients(e.obs)),
    "composition": lambda e, labels, model: _composition(blood(e), model.design),
    "beyond_composition": lambda e, labels, model: beyond_composition(
        e, labels, model, OPTIONS, cells_of(e.obs), 0.8
    ),
    "variance_shares": lambda e, labels, model: variance_shares(
        e, labels, model.design, cells_of(e.obs)
    ),
    "hidden_factors": _hidden,
}


def _most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # MB


def main():
    """Run one stage and print its row of `scale.tsv`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("samples", type=int)
    parser.add_argument("genes", type=int)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--data", choices=["log2", "counts", "missing"], default="log2")
    asked, bare = parser.parse_args(), _most()
    expression, labels = trial(asked.samples, asked.genes, asked.data)
    options = options_of("voom" if asked.data == "counts" else "limma", DESIGN)
    began = time.process_time()
    STAGES[asked.stage](expression, labels, options)
    seconds = time.process_time() - began
    peak = _most()
    copies = (peak - bare) / (asked.samples * asked.genes * 8 / 2**20)
    print(asked.stage, asked.data, asked.samples, asked.genes,
          f"{seconds:.1f} s, {peak:.0f} MB, {copies:.1f} matrices", sep="\t")  # fmt: skip


if __name__ == "__main__":
    main()
