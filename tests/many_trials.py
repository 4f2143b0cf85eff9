"""Many trials of one truth as a comparison takes them: correlated genes, some that lack a part.

Effects share most of their truth; errors run along the co-expression of the residuals, as they do
in people. The last study of three or more has a truth of its own.
"""

import numpy as np
import pandas as pd
from scipy import stats

from revertome.compare import FinishedStudy, compare
from revertome.compare.study import Residuals

MODULES = ("ISG6", "IRG28", "IFIT3", "MX1 set", "OAS set")
PEOPLE, AXES, TRUE = 24, 4, 0.2  # rows of residuals, shared axes, share of genes with an effect
OPTIONS = {"permutations": 20, "seed": 1}
HOSTILE = "<img src=x onerror=alert(1)> & \"quoted\" =1+1 'study' {}"
LONG = (
    "A multicentre placebo-controlled trial of low-dose treatment in new disease arm {} at week 52"
)


def trial(rng, truth, axes, n=PEOPLE, scale=1.0, lacks=()):
    """One study: `lacks` any of healthy, labels, expression, classes."""
    genes = pd.Index([f"GENE{i}" for i in range(len(truth))])
    noise = rng.normal(size=(n, AXES)) @ axes + rng.normal(size=(n, len(truth)))
    noise /= noise.std(0, ddof=1)
    residuals = Residuals(genes, noise.astype(np.float32), n - 1)
    error = rng.uniform(0.8, 1.2, len(truth)) * 1.6 / np.sqrt(n)
    found = {}
    for name, sign in (("disease", 1), ("change_all", -0.8), ("change_responders", -1)):
        if (name == "disease" and "healthy" in lacks) or ("resp" in name and "labels" in lacks):
            continue
        shift = (rng.normal(size=AXES) @ axes + rng.normal(size=len(truth))) / np.sqrt(1 + AXES / 4)
        logfc = scale * (sign * truth + 0.6 * error * shift)
        found[name] = _tested(genes, logfc, scale * error, n)
    facts = {"title": "", "assay": "rnaseq" if scale > 0.8 else "microarray", "folder": "somewhere"}
    both = {} if "expression" in lacks else {"disease": residuals, "change": residuals}
    classed = pd.DataFrame() if {"healthy", "classes"} & {*lacks} else _classed(found, n)
    return FinishedStudy(found, classed, _modules(rng, n, found), both, facts)


def _tested(genes, logfc, error, n):
    t = logfc / error
    reach = stats.t.ppf(0.975, n) * error
    table = pd.DataFrame({"gene": genes, "logFC": logfc, "CI.L": logfc - reach})
    table = table.assign(**{"CI.R": logfc + reach, "AveExpr": 8.0, "t": t})
    return table.assign(**{"P.Value": 2 * stats.t.sf(np.abs(t), n)})


def _classed(found, n):
    disease, change = found["disease"], found["change_all"]
    table = pd.DataFrame({"gene": disease["gene"]})
    for name, part in (("disease", disease), ("change", change)):
        table[name], table[f"p_{name}"] = part["logFC"], part["P.Value"]
        table[f"se_{name}"] = part["logFC"] / part["t"]
    back = np.sign(disease["logFC"]) != np.sign(change["logFC"])
    both = np.maximum(disease["P.Value"], change["P.Value"])
    table = table.assign(correlation=-0.5, df=float(n))
    table["p_reverted"] = np.where(back, both, 1.0)
    table["p_induced"] = np.where(disease["P.Value"] > 0.3, change["P.Value"], 1.0)
    table["p_partial"], table["p_exacerbated"] = 1.0, np.where(back, 1.0, both)
    table["p_persistent"] = 1.0
    hit = stats.false_discovery_control(table["p_reverted"]) <= 0.05
    induced = stats.false_discovery_control(table["p_induced"]) <= 0.05
    table["class"] = np.where(hit, "reverted", np.where(induced, "induced", "unchanged"))
    return table


def _modules(rng, n, found):
    rows = []
    for place, module in enumerate(MODULES):
        for test, group in (("disease", "all"), ("paired_change", "all"),
                            ("paired_change", "responders")):  # fmt: skip
            if test == "disease" and "disease" not in found:
                continue
            if group == "responders" and "change_responders" not in found:
                continue
            mean = (2.5 if test == "disease" else -2.0) - 0.5 * place + rng.normal(0, 0.4)
            reach = rng.uniform(0.8, 1.2) * 6 / np.sqrt(n)
            row = (module, "zscore", test, group, mean, mean - reach, mean + reach, n, n - 1)
            rows.append(row)
    columns = ["module", "method", "test", "group", "estimate", "CI.L", "CI.R", "n", "df"]
    return pd.DataFrame(rows, columns=columns)


def trials(n, seed=1, genes=500, name="study {:02d}", lacks=None):
    """`n` studies by name; `lacks` by number. From the third on, the last has its own truth."""
    rng = np.random.default_rng([seed, n])
    axes = rng.normal(0, 0.5, (AXES, genes))
    shared = np.where(np.arange(genes) < TRUE * genes, rng.normal(0, 1.5, genes), 0)
    found = {}
    for number in range(n):
        own = rng.permutation(shared) if n > 2 and number == n - 1 else shared
        private = rng.uniform(0.2, 1.2) * (rng.random(genes) < TRUE)
        truth = own + private * rng.normal(0, 1.5, genes)
        people = int(PEOPLE * rng.choice([0.5, 1, 2]))
        missing = (lacks or {}).get(number, ())
        found[name.format(number)] = trial(
            rng, truth, axes, people, 1 - 0.4 * (number % 2), missing
        )
    return found


def compared(n, **options):
    """Tables of the comparison of `n` trials, and what figures and words ask beside them."""
    found = compare(trials(n, **options), {}, OPTIONS, alpha=0.05)
    genes = [f"GENE{i}" for i in range(8)]
    return {**vars(found), "module": genes, "interferon": list(MODULES), "alpha": 0.05}


def two():
    return compared(2)


def three_that_lack():
    """No healthy samples in one, no expression in the second, no response labels in the third."""
    return compared(3, lacks={0: ("healthy",), 1: ("expression",), 2: ("labels",)})


def six():
    return compared(6, lacks={1: ("labels",), 3: ("expression",)})


def twenty():
    return compared(20, genes=200, lacks={2: ("healthy",), 5: ("expression",), 9: ("labels",)})


def six_hostile():
    return compared(6, name=HOSTILE, lacks={1: ("labels",)})


def twenty_long():
    return compared(20, genes=120, name=LONG)


def thirty():
    return compared(30, genes=100)


def without_expression():
    return compared(4, lacks=dict.fromkeys(range(4), ("expression",)))


def without_healthy():
    return compared(4, lacks=dict.fromkeys(range(4), ("healthy",)))


FAST = (two, three_that_lack, six)
SLOW = (twenty, six_hostile, twenty_long, thirty, without_expression, without_healthy)
