"""Types of cells on the trajectory plane: do neutrophils revert, do lymphocytes recover?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.class_groups import classed
from revertome.composition.by_sample import by_sample
from revertome.composition.halves import split_half
from revertome.differential.models import random_model
from revertome.errors import StudyError
from revertome.statistics.residuals import without
from revertome.trajectories.class_rules import CONTRASTS
from revertome.trajectories.unmoderated import unmoderated
from revertome.trial import analysed

FEW = "the samples with a percentage do not tell its effects"
SAME = "the same in everybody"
TOLD = "groups and covariates leave nothing of it"


def cell_type_trajectories(
    cells: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
) -> pd.DataFrame:
    """Class of every type of cells, by the tests that class genes, on percentage points.

    Points are what laboratories report and what a model of genes with composition uses; half way
    back is half way in points. Each type is fitted to the samples in which it is known; adjusted
    p are those among types known in the same samples.

    Parameters
    ----------
    cells : DataFrame
        `composition/cells.tsv`.
    obs : DataFrame
        Samples by index, with patient, visit, group and covariates.
    labels : DataFrame
        patient, label.
    design, options : mapping
        Configuration sections `design` and `trajectories`.

    Returns
    -------
    DataFrame
        cell_type, source, n_samples, split_half_reliability of estimates within the design
        (`composition.halves.split_half`) and the columns of `trajectories.table.gene_table` without
        stability; a `note` where there is no estimate. No rows without healthy people or
        follow-up.
    """
    here = cells[cells["sample"].isin(analysed(obs, design).index) & cells["percent"].notna()]
    if not classed(design) or here.empty:
        return pd.DataFrame(columns=["cell_type", "class"])
    wide, apart = by_sample(here), by_sample(here, "apart")
    alike: dict[tuple[bool, ...], list[str]] = {}
    for name in wide:
        alike.setdefault(tuple(wide[name].notna()), []).append(str(name))
    found = []
    for known, names in alike.items():
        some = wide.loc[np.array(known), names]
        own = _of(some, obs.loc[some.index], labels, design, options)
        halves = _reliability(some, apart.loc[some.index, names], obs, labels, design)
        found.append(own.assign(split_half_reliability=own["gene"].map(halves)))
    table = pd.concat(found, ignore_index=True).rename(columns={"gene": "cell_type"})
    source = here.drop_duplicates("cell_type").set_index("cell_type")["source"]
    table.insert(1, "source", table["cell_type"].map(source))
    table.insert(2, "n_samples", table["cell_type"].map(wide.notna().sum()))
    return table.sort_values("cell_type", kind="stable", ignore_index=True)


def _reliability(
    percent: pd.DataFrame,
    apart: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
) -> pd.Series:
    """How reliable types are by halves of the marker genes; missing for counts."""
    names = percent.columns
    if apart.isna().any(axis=None):
        return pd.Series(np.nan, names)
    x = random_model(obs.loc[percent.index], labels, design, CONTRASTS).design
    found = split_half(percent.to_numpy(), apart.to_numpy(), x.to_numpy(float))
    return pd.Series(found, names)


def _of(
    wide: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
) -> pd.DataFrame:
    """Rows of types that are known in the same samples."""
    note = wide.nunique().le(1).map({True: SAME, False: FEW})
    table = pd.DataFrame({"gene": []})
    try:
        told = _told(wide, obs, labels, design)
        note[told & note.eq(FEW)] = TOLD
        if not told.all():
            table = unmoderated(wide.loc[:, ~told], obs, labels, design, options)
    except (StudyError, ValueError):  # no healthy people, no pairs, nobody seen twice, ...
        pass
    others = [name for name in wide if name not in set(table["gene"])]
    rest = pd.DataFrame({"gene": others, "note": note[others].to_numpy()})
    return pd.concat([table, rest], ignore_index=True)


def _told(
    wide: pd.DataFrame, obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]
) -> pd.Series:
    """Types of which groups and covariates leave nothing, as a covariate of the design."""
    x = random_model(analysed(obs, design), labels, design, CONTRASTS).design
    y = wide.loc[x.index].to_numpy(float)
    rest, size = without(y, x.to_numpy(float)), np.abs(y).max(axis=0)
    return pd.Series(np.abs(rest).max(axis=0) <= 1e-9 * size, index=wide.columns)
