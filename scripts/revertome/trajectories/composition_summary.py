"""How many claims are left beyond composition, and what composition costs, in numbers and words."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from revertome.composition.cells_used import CellsUsed
from revertome.gene_classes import BEYOND_COMPOSITION
from revertome.limma.power import detectable
from revertome.trajectories.classes import ClassCalls
from revertome.trajectories.composition_planes import INFLATED, Split
from revertome.trajectories.composition_table import EFFECTS, Outcomes
from revertome.trajectories.false_estimate import expected_false
from revertome.trajectories.plane import Plane

PLANES = {"reverted": "main", "induced": "induced"}
DECOMPOSED = (
    "This is a decomposition, not a direct effect: composition after treatment is a consequence "
    "of treatment."
)


class Reasons(NamedTuple):
    """Why nothing is claimed, empty where claims are made, and whether there is a split."""

    words: str
    split: bool


def summarised(
    without: Outcomes,
    planes: Mapping[str, Plane],
    outcome: Outcomes | None,
    split: Split | None,
    used: CellsUsed,
    n_samples: int,
    reasons: Reasons,
    calls: ClassCalls | None = None,
    alpha: float = np.nan,
) -> pd.DataFrame:
    """Rows of `trajectories/beyond_composition_summary.tsv`, one a set.

    Parameters
    ----------
    without : (G,)
        Classes without composition in the model.
    planes : dict of str to Plane
        Planes without it.
    outcome : (G,), optional
        Classes beyond composition, None where nothing is claimed of a gene.
    split : Split, optional
        Where there is one.
    used : CellsUsed
    n_samples : int
        Samples of the study.
    reasons : Reasons
    calls : ClassCalls, optional
        Of the genes of which claims are asked.
    alpha : float
    """
    rows = []
    for name, key in PLANES.items():
        row: dict[str, Any] = {
            "set": name,
            "n_genes": int((without == name).sum()),
            "cell_types": ",".join(used.percent.columns),
            "note": "; ".join(used.left_out) or None,
            "n_samples": len(used.percent) if split is not None else 0,
            "n_without_cells": n_samples - len(used.percent),
        }
        if split is not None:
            row |= _cost(planes[key], split, key)
            row["reliability"] = np.nan if used.unknown else np.median(split.reliable)
        claimed = False
        if split is not None and outcome is not None and calls is not None and not reasons.words:
            claimed, beyond = True, outcome == name
            false = expected_false(calls, split.planes["induced"].beyond, alpha)[name]
            row |= {
                "n_both": int((beyond & (without == name)).sum()),
                "n_beyond": int(beyond.sum()),
                "expected_false": false,
            }
        row["claimed"] = claimed
        row["not_claimed"] = reasons.words or None
        row["statement"] = counted(row) + (f" {DECOMPOSED}" if claimed else "")
        rows.append(row)
    return pd.DataFrame(rows)


def _cost(plane: Plane, split: Split, key: str) -> dict[str, float]:
    """What composition costs: variance inflation, and effects that are still found."""
    own = split.planes[key]
    found: dict[str, float] = {}
    for place, (name, edge) in enumerate(EFFECTS.items()):
        found[f"inflation_{name}"] = float(own.inflation[place])
        for part, one in (("", plane), ("_beyond", own.beyond)):
            error = float(np.nanmedian(np.sqrt(one.variance(*edge))))
            df = float(np.nanmedian(np.asarray(one.degrees(*edge), dtype=float)))
            found[f"detectable_{name}{part}"] = detectable(error, df)
    return found


def counted(row: Mapping[str, Any]) -> str:
    """Word a row of the summary: what is claimed beyond composition, or why nothing is."""
    name, n = row["set"], row["n_genes"]
    genes = f"{n:,} gene{'' if n == 1 else 's'}"
    types = row["cell_types"].replace(",", ", ")
    if not row["claimed"]:
        shown = f"shown but not claimed: {row['not_claimed']}"
        if not row["n_samples"]:
            shown = f"not made: {row['not_claimed']}"
        return f"{genes} {name}; the split by cells is {shown}."
    text = f"{genes} {name}. "
    if n:
        text = f"Of {genes} {name}, {_some(row['n_both'], n)} {BEYOND_COMPOSITION[name]} ({types})"
        text += "; for the others that is not shown. " if row["n_both"] < n else ". "
    gained = row["n_beyond"] - row["n_both"]
    if gained:
        come = "comes" if gained == 1 else "come"
        text += (
            f"{gained:,} more {come} out {BEYOND_COMPOSITION[name]} only, which rests on the slope "
            "on cells within groups alone; the sets are without them. "
        )
    if row["n_beyond"]:
        text += (
            f"About {row['expected_false']:.0f} of the {row['n_beyond']:,} are expected to be "
            "false. "
        )
    return f"{text}{_collinear(row)}".strip()


def _some(n: int, of: int) -> str:
    if n == of and of > 1:
        return f"all {n:,} are"
    return "none is" if n == 0 else f"{n:,} {'is' if n == 1 else 'are'}"


def _collinear(row: Mapping[str, Any]) -> str:
    told = []
    for name in EFFECTS:
        if row[f"inflation_{name}"] >= INFLATED:
            times = np.sqrt(row[f"inflation_{name}"])
            told.append(
                f"Composition and {name} can hardly be told apart: the standard error is "
                f"{times:.1f} times what it would be with the same cells; the smallest {name} that "
                f"is found with 80% power is {row[f'detectable_{name}_beyond']:.1f} log2 beyond "
                f"composition, {row[f'detectable_{name}']:.1f} without. "
            )
    if told:
        told.append("So the claims are adjusted over all genes. ")
    return "".join(told)
