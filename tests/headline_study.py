"""Small tables of studies of every shape, for the first sentences of the report."""

import numpy as np
import pandas as pd

import small_study
from revertome.report.contrast_words import counts_of
from revertome.visits import in_order

GENES = [f"G{k}" for k in range(1, 9)]
NONE = {"n_genes": np.nan, "expected_false": np.nan, "n_holding": np.nan}


def contrast(up: int, down: int) -> pd.DataFrame:
    """A differential table of eight genes, the first `up` risen, the next `down` fallen."""
    size = [2.0] * up + [-1.0] * down + [0.1] * (8 - up - down)
    p = [0.001 * (k + 1) if k < up + down else 0.5 for k in range(8)]
    table = pd.DataFrame({"gene": GENES, "logFC": size, "P.Value": p})
    return table.assign(**{"adj.P.Val": table["P.Value"], "CI.L": -1.0, "CI.R": 1.0})


def design(followup=("week 12",), healthy="healthy", **more):
    """Design of a study, its visits in order."""
    visits = list(followup) if len(followup) > 1 else (followup[0] if followup else None)
    return in_order(
        {"baseline": "before", "followup": visits, "healthy": healthy, "covariates": []} | more
    )


def config(own, **more):
    """Configuration of a study, with keys of `trajectories`."""
    options = small_study.TRAJECTORIES | more
    source = {"source": options.pop("response", "visits")}
    return small_study.CONFIG | {"design": own, "trajectories": options, "response": source}


def people(**groups: tuple[float, float]) -> pd.DataFrame:
    """Rows `group` of the flow: people and complete pairs by label."""
    names = {"responder": "responders", "nonresponder": "non-responders"}
    names |= {"treated": "treated patients"}
    rows = [
        {"element": "group", "label": label, "name": names.get(label, label)}
        | {"n_patients": n, "n_pairs": pairs}
        for label, (n, pairs) in groups.items()
    ]
    return pd.DataFrame(rows)


def classes(**n) -> pd.DataFrame:
    """`trajectories/summary.tsv`: genes, expected false and holding, by class."""
    columns = ["n_genes", "expected_false", "n_holding"]
    rows = [{"class": name} | dict(zip(columns, given, strict=True)) for name, given in n.items()]
    return pd.DataFrame(rows)


def tried(**kept) -> pd.DataFrame:
    """`trajectories/sensitivity.tsv`: genes kept and lost in each analysis, by set."""
    rows = [
        {"analysis": analysis, "set": name, "n_kept": keep, "n_lost": lost}
        for name, analyses in kept.items()
        for analysis, keep, lost in analyses
    ]
    return pd.DataFrame(rows)


def modules(**rows) -> pd.DataFrame:
    """`modules/sets.tsv`: effect and adjusted p of ISG6 and of three others, by contrast."""
    found = []
    for name, (effect, p) in rows.items():
        for k, module in enumerate(("ISG6", "b_cell", "t_cell", "monocyte")):
            row = {"contrast": name, "module": module, "logFC": effect if k == 0 else -0.5}
            own = p if k == 0 else 0.01 * k if p < 0.05 else 0.9
            found.append(row | {"P.own": own, "adj.P.own": own})
    return pd.DataFrame(found)


def study(own, flow, found, summary=None, labels=("responder", "nonresponder"), **more):
    """Tables and configuration of a study; `found`, genes up and down by contrast."""
    tables = {
        "flow": flow,
        "labels": pd.DataFrame({"label": labels}),
        "summary": classes(reverted=NONE.values()) if summary is None else summary,
        "genes": pd.DataFrame({"gene": GENES}),
        "contrasts": {name: contrast(*n) for name, n in found.items()},
        "module_tests": pd.DataFrame(),
        "sets": more.pop("sets", pd.DataFrame()),
    }
    asked = config(own, **more.pop("options", {}))
    tables |= more
    return tables | {"counts": counts_of(tables, asked)}, asked
