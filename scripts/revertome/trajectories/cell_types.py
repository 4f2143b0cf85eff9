"""Types of cells on the trajectory plane: do neutrophils revert, do lymphocytes recover?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.class_groups import classed
from revertome.errors import StudyError
from revertome.trajectories.unmoderated import unmoderated
from revertome.trial import analysed

FEW = "the samples with a percentage do not tell its effects"
SAME = "the same in everybody"


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
        cell_type, source, n_samples and the columns of `trajectories.table.gene_table` without
        stability; a `note` where there is no estimate. No rows without healthy people or
        follow-up.
    """
    here = cells[cells["sample"].isin(analysed(obs, design).index) & cells["percent"].notna()]
    if not classed(design) or here.empty:
        return pd.DataFrame(columns=["cell_type", "class"])
    wide = here.pivot_table(index="sample", columns="cell_type", values="percent")
    alike: dict[tuple[bool, ...], list[str]] = {}
    for name in wide:
        alike.setdefault(tuple(wide[name].notna()), []).append(str(name))
    found = []
    for known, names in alike.items():
        some = wide.loc[np.array(known), names]
        found.append(_of(some, obs.loc[some.index], labels, design, options))
    table = pd.concat(found, ignore_index=True).rename(columns={"gene": "cell_type"})
    source = here.drop_duplicates("cell_type").set_index("cell_type")["source"]
    table.insert(1, "source", table["cell_type"].map(source))
    table.insert(2, "n_samples", table["cell_type"].map(wide.notna().sum()))
    return table.sort_values("cell_type", kind="stable", ignore_index=True)


def _of(
    wide: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
) -> pd.DataFrame:
    """Rows of types that are known in the same samples."""
    varies = wide.nunique().gt(1)
    still = pd.DataFrame({"gene": wide.columns[~varies], "note": SAME})
    if not varies.any():
        return still
    try:
        table = unmoderated(wide.loc[:, varies], obs, labels, design, options)
    except (StudyError, ValueError):  # no healthy people, no pairs, nobody seen twice, ...
        table = pd.DataFrame({"gene": wide.columns[varies], "note": FEW})
    return pd.concat([table.assign(note=table.get("note")), still], ignore_index=True)
