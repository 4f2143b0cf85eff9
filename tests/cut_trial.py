"""One simulated trial, cut into studies that share people or do not."""

import numpy as np
import pandas as pd
from scipy import stats

from revertome.compare import FinishedStudy, people_of, residuals

DESIGN = {"baseline": "before", "followup": "after", "followups": ["after"], "healthy": "healthy",
          "time_control": None, "covariates": []}  # fmt: skip
GENES = pd.Index([f"GENE{i:04d}" for i in range(1200)])
PATIENTS, HEALTHY = 60, 40
PERSON = 0.6  # share of a gene's variance that stays with a person


class Expression:
    """The part of an AnnData that the stage uses."""

    def __init__(self, values, obs, genes=GENES):
        self.X, self.obs, self.var_names, self.obs_names = values, obs, genes, obs.index


def trial(rng, patients=PATIENTS, healthy=HEALTHY, effect=0.0):
    """Samples of a trial; five axes that move all, people who keep 60% of the rest."""
    n = patients + healthy
    person = rng.normal(0, np.sqrt(PERSON), (n, len(GENES)))
    who = np.r_[np.arange(patients), np.arange(n)]
    noise = rng.normal(0, np.sqrt(1 - PERSON), (len(who), len(GENES)))
    axes = rng.normal(size=(len(who), 5)) @ rng.normal(0, 0.6, (5, len(GENES)))
    x = rng.uniform(6, 12, len(GENES)) + person[who] + noise + axes
    group = np.where(who < patients, "patient", "healthy")
    visit = np.r_[["before"] * patients, ["after"] * patients, ["none"] * healthy]
    x[visit == "before"] += rng.normal(0, effect, len(GENES))
    names = [f"P{i}" if i < patients else f"H{i - patients}" for i in who]
    obs = pd.DataFrame({"patient": names, "visit": visit, "group": group})
    obs["sample"] = obs["patient"] + "_" + obs["visit"]
    return Expression(x, obs.set_index("sample", drop=False).rename_axis(None))


def part(whole, patients, healthy, visits=("before", "after")):
    """The samples of some people, at some visits."""
    named = [f"P{i}" for i in patients]
    obs = whole.obs
    rows = obs["patient"].isin(named) & obs["visit"].isin(visits)
    rows |= obs["patient"].isin([f"H{i}" for i in healthy])
    return Expression(whole.X[rows.to_numpy()], obs[rows], whole.var_names)


def anew(rng, piece, letter="Q"):
    """The same samples under other names, normalised otherwise, with a third of the genes gone."""
    kept = np.sort(rng.permutation(len(piece.var_names))[: 2 * len(piece.var_names) // 3])
    x = np.log2(2 ** piece.X[:, kept] + 200) * rng.uniform(0.5, 1.1, len(kept))
    x += rng.normal(0, 0.3, (len(x), 1)) + rng.normal(0, 0.1, x.shape)
    obs = piece.obs.copy()
    new = {name: f"{letter}{i}" for i, name in enumerate(rng.permutation(obs["patient"].unique()))}
    obs["patient"] = obs["patient"].map(new)
    obs["sample"] = obs.index = [f"{letter}S{i}" for i in range(len(obs))]
    mixed = rng.permutation(len(obs))
    return Expression(x[mixed], obs.iloc[mixed], piece.var_names[kept])


def study(piece, profiles=True):
    """Its contrasts, by plain t tests, residuals and people."""
    obs, x = piece.obs, np.asarray(piece.X, float)
    before = x[obs["visit"].eq("before")]
    healthy = x[obs["group"].eq("healthy")]
    tests = {}
    if len(before) > 1 and len(healthy) > 1:
        df = len(before) + len(healthy) - 2
        test = stats.ttest_ind(before, healthy)
        tests["disease"] = (before.mean(0) - healthy.mean(0), *test, df)
    wide = obs[obs["group"] == "patient"].assign(row=np.flatnonzero(obs["group"] == "patient"))
    wide = wide.pivot_table(index="patient", columns="visit", values="row")
    if {"before", "after"} <= {*wide} and len(pairs := wide.dropna().astype(int)) > 1:
        change = x[pairs["after"]] - x[pairs["before"]]
        tests["change_all"] = (change.mean(0), *stats.ttest_1samp(change, 0), len(pairs) - 1)
    contrasts = {name: _table(piece.var_names, *test) for name, test in tests.items()}
    labels = pd.DataFrame({"patient": obs.loc[obs["group"] == "patient", "patient"].unique()})
    noise = residuals(piece, labels.assign(label="all"), DESIGN) if profiles else {}
    people = people_of(obs, DESIGN, piece if profiles else None)
    return FinishedStudy(contrasts, pd.DataFrame(), pd.DataFrame(), noise, {}, people)


def _table(genes, logfc, t, p, df):
    half = stats.t.ppf(0.975, df) * np.abs(logfc / t)
    table = pd.DataFrame(
        {"gene": genes, "logFC": logfc, "CI.L": logfc - half, "CI.R": logfc + half}
    )
    return table.assign(AveExpr=8.0, t=t, **{"P.Value": p})
