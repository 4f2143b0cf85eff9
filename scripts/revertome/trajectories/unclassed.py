"""What is left to say of genes without healthy people or without a follow-up: one effect, no class.

The effect has the variance of the classes: by default each part of the people has its own, which is
not limma's one residual variance. With 8 patients twice as variable as 40 healthy people that one
calls 150 of 1,800 unchanged genes at a false discovery rate of 5%, this 3.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.columns import conformed
from revertome.columns.trajectories import GENES
from revertome.gene_classes import CLASSES
from revertome.limma.ebayes import error_of, two_sided
from revertome.statistics.fdr import adjust
from revertome.trajectories.cell_planes import cell_planes
from revertome.trajectories.refit import PlaneContrasts
from revertome.trajectories.study import FittedStudy

# The effect of each set of genes, and how its name begins.
MOVED = {"disease": "disease", "change": "changed"}
COUNTS = ["n_genes", "n_holding", "n_genes_common", "n_genes_thresholds"]
CHANCES = ["expected_by_chance", "p_by_chance"]


class Effect(NamedTuple):
    """Estimate, standard error, degrees of freedom and two-sided p of every gene, (G,) each."""

    estimate: Array
    error: Array
    df: Any
    p: Array


def gene_effects(study: FittedStudy, design: Mapping[str, Any], variance: str) -> pd.DataFrame:
    """Table of `trajectories/genes.tsv` in which no gene has a class.

    The disease, or the change, is that of all patients; what cannot be had is missing.

    Parameters
    ----------
    study : FittedStudy
    design : dict
        Configuration section `design`.
    variance : str
        `trajectories.variance`: `cells` or `common`.
    """
    table = pd.DataFrame({"gene": np.asarray(study.expression.var_names, dtype=object)})
    main = {"disease": "disease"} if design["followup"] is None else {"change": "change_all"}
    asked = [*main.values(), "change_nonresponders", "interaction"]
    found = _effects(study, [n for n in asked if n in study.fitted.model.contrasts], variance)
    for column, name in main.items():
        if name in found:
            table[column], table[f"se_{column}"], table["df"], p = found[name]
            table[f"p_{column}"], table[f"adj_p_{column}"] = p, adjust(p)
    if "interaction" in found:
        table["change_nonresponders"] = found["change_nonresponders"].estimate
        table["interaction"], p = found["interaction"].estimate, found["interaction"].p
        table["p_interaction"], table["adj_p_interaction"] = p, adjust(p)
    whole = conformed(table, GENES)
    return whole.sort_values("gene", kind="stable", ignore_index=True)


def _effects(study: FittedStudy, names: list[str], variance: str) -> dict[str, Effect]:
    fitted = study.fitted
    if variance == "common":
        found = {}
        for name in names:
            part = fitted.moderated[name]
            k = part.fit.names.index(name)
            p = two_sided(part.t[:, k], part.df_total)
            found[name] = Effect(part.fit.coefficients[:, k], *error_of(part, name), p)
        return found
    if not names:
        return {}
    # A plane of a contrast and itself: only its first axis is read.
    asked = {name: PlaneContrasts(name, name) for name in names}
    planes, _ = cell_planes(fitted, study.where, asked)
    return {
        name: Effect(p.d, np.sqrt(p.variance(1, 0)), p.degrees(1, 0), p.two_sided(1, 0))
        for name, p in planes.items()
    }


def uncounted() -> pd.DataFrame:
    """Table of `summary.summary` for such a study: no number of any class."""
    nothing = dict.fromkeys(COUNTS, pd.NA) | dict.fromkeys(CHANCES, np.nan)
    return pd.DataFrame({"class": CLASSES}).assign(**nothing).astype(dict.fromkeys(COUNTS, "Int64"))


def moved(table: pd.DataFrame, alpha: float) -> dict[str, list[str]]:
    """Genes of `gene_effects` that differ at the false discovery rate `alpha`, sorted.

    Sets disease_up and disease_down, or changed_up and changed_down: of the effect that is known.
    """
    found = {}
    for effect, name in MOVED.items():
        if table[f"p_{effect}"].notna().any():
            called = table[table[f"adj_p_{effect}"] <= alpha]
            found[f"{name}_up"] = sorted(called.loc[called[effect] > 0, "gene"])
            found[f"{name}_down"] = sorted(called.loc[called[effect] < 0, "gene"])
    return found
