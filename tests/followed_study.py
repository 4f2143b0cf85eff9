"""A made-up trial with any number of visits, for the figures of courses and of cells."""

from collections.abc import Sequence
from typing import Any

import anndata
import numpy as np
import pandas as pd

from afresh import afresh
from cell_counts import cell_counts
from revertome.association.courses import courses
from revertome.modules.courses import visit_tests

MODULES = ("ISG6", "R_IL1_SIGNALING_AND_A_LONG_NAME_OF_A_MODULE", "M1.2", "neutrophils")


@afresh
def followed(
    n: int,
    visits: Sequence[str],
    arms: Sequence[str] = (),
    response: bool = True,
    healthy: int = 8,
    missed: float = 0.15,
    genes: int = 8,
    types: Sequence[str] = ("neutrophils", "monocytes"),
) -> dict[str, Any]:
    """Inputs of the source data of both: `n` patients in turn in each arm, control first."""
    rng = np.random.default_rng(1)
    rows = [
        (f"P{i:03d}", visit, "patient", arms[i % len(arms)] if arms else None, i, k)
        for i in range(n)
        for k, visit in enumerate(visits)
        if k == 0 or rng.random() > missed
    ]
    rows += [(f"H{i:02d}", None, "healthy", None, -1, 0) for i in range(healthy)]
    obs = pd.DataFrame(rows, columns=["patient", "visit", "group", "arm", "i", "k"])
    obs.index = [f"S{i}" for i in range(len(obs))]
    answers = obs["i"].mul(7).mod(5).lt(3)
    drug = obs["arm"].ne(arms[0]) if arms else answers
    x = (
        8
        + 0.6 * rng.normal(size=(n + 1, genes))[obs["i"]]
        + 0.4 * rng.normal(size=(len(obs), genes))
    )
    fall = obs["k"] / (len(visits) - 1 or 1) * (0.2 + drug) * (0.4 + 0.6 * answers)
    x += (np.where(obs["i"] >= 0, 2, 0) - fall.to_numpy())[:, None] * np.linspace(1, -1, genes)
    names = [f"GENE{j}" for j in range(genes)]
    expression = anndata.AnnData(x, obs=obs, var=pd.DataFrame(index=names))
    people = pd.DataFrame({"patient": [f"P{i:03d}" for i in range(n)]})
    told = ["responder" if i * 7 % 5 < 3 else "nonresponder" for i in range(n)]
    labels = people.assign(label=told if response else "treated")
    arm = {"column": "arm", "control": arms[0], "until": None} if arms else None
    design = {"baseline": visits[0], "followup": visits[-1], "followups": list(visits[1:])}
    design |= {"healthy": "healthy" if healthy else None, "covariates": [], "arm": arm}
    noise = [x[:, j % genes] - 8 + 0.1 * rng.normal(size=len(obs)) for j in range(len(MODULES))]
    scores = pd.concat(
        [
            pd.DataFrame({"sample": obs.index, "module": module, "method": "zscore", "score": own})
            for module, own in zip(MODULES, noise, strict=True)
        ],
        ignore_index=True,
    )
    classes = pd.DataFrame({"gene": names, "class": ["reverted", "induced"] * (genes // 2)})
    classes = classes.assign(disease=2.0, change=-2.0, adj_p_reverted=0.001, adj_p_induced=0.02)
    cells = cell_counts(obs, types)
    return {
        "expression": expression,
        "cells": cells,
        "scores": scores,
        "labels": labels,
        "genes": classes,
        "courses": courses(expression, scores, labels, names, design, cells),
        "module_visits": visit_tests(scores, obs, labels, design),
        "design": design,
        "figures": {"genes": names, "module": "ISG6"},
    }
