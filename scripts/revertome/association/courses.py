"""Mean course of modules, genes and types of cells over the visits, by arm and response."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from revertome.composition.by_sample import by_sample as cells_by_sample
from revertome.modules.course_models import ACTIVE, EVERYONE
from revertome.modules.tests import by_sample
from revertome.statistics.t_tests import mean_t
from revertome.trial import arm_of, cells, is_patient, visits_of

Group = tuple[str, str, str, NDArray[np.bool_]]
COLUMNS = ["kind", "item", "arm", "label", "visit", "mean", "CI.L", "CI.R", "n"]


def courses(
    expression: Any,
    scores: pd.DataFrame,
    labels: pd.DataFrame,
    genes: Sequence[str],
    design: Mapping[str, Any],
    cell_content: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Average each module, gene and type of cells at each visit, over the patients who have it.

    Parameters
    ----------
    expression : AnnData, (samples, genes)
        Log2 values.
    scores : DataFrame
        Table of module scores; the first method is used.
    labels : DataFrame
        patient, label.
    genes : sequence of str
        Genes to follow.
    design : mapping
        Configuration section `design`.
    cell_content : DataFrame, optional
        `composition/cells.tsv`.

    Returns
    -------
    DataFrame
        kind (module, gene or cell_type), item, arm (`all`, one of them, or `active`: those but the
        control, where they are several) and label (`all`, or one of them), visit, mean, CI.L, CI.R
        (95%, t with n - 1 df, each visit by itself), n (patients). Ratios are averaged as log2.
    """
    obs = expression.obs.set_axis(expression.obs_names.astype(str))
    obs = obs[is_patient(obs, design) & obs["visit"].astype(str).isin(visits_of(design))]
    values = items(expression, scores, genes)
    if cell_content is not None and len(cell_content):
        values = pd.concat([values, percents(cell_content)], axis=1)
    values = values.reindex(obs.index)
    where = cells(obs, labels, design)[["label", "visit"]]
    where = where.assign(arm=arm_of(obs, design), patient=obs["patient"].astype(str))
    tables = []
    for arm, visit, label, chosen in _groups(where, design):
        patient = where.loc[chosen, "patient"].to_numpy()
        table = mean_t(values[chosen].groupby(patient).mean())
        table = table[table["n"] > 0].rename_axis(["kind", "item"]).reset_index()
        tables.append(table.assign(arm=arm, visit=visit, label=label))
    table = pd.concat(tables, ignore_index=True).rename(columns={"estimate": "mean"})
    order = {each: place for place, each in enumerate(values.columns)}
    at = pd.Series([order[each] for each in zip(table["kind"], table["item"], strict=True)])
    return table.iloc[at.argsort(kind="stable")][COLUMNS].reset_index(drop=True)


def items(expression: Any, scores: pd.DataFrame, genes: Sequence[str]) -> pd.DataFrame:
    """Values of modules (first method, ratios as log2) and genes, samples x (kind, item)."""
    first = scores[scores["method"].eq(scores["method"].iloc[0])] if len(scores) else scores
    wide = by_sample(first).droplevel(1, axis=1).reindex(columns=first["module"].unique())
    found = expression[:, list(genes)].to_df()
    parts = {"module": wide.reindex(expression.obs_names), "gene": found}
    return pd.concat(parts, axis=1, names=["kind", "item"])


def percents(cell_content: pd.DataFrame) -> pd.DataFrame:
    """Percent of each type of cells in the order of `composition/cells.tsv`, samples x items."""
    known = cell_content.dropna(subset="percent")
    wide = cells_by_sample(known)[known["cell_type"].unique()]
    return pd.concat({"cell_type": wide}, axis=1, names=["kind", "item"])


def _groups(where: pd.DataFrame, design: Mapping[str, Any]) -> Iterator[Group]:
    """Arm, visit and label of each group, with the mask of its samples."""
    at, everybody = where["visit"].astype(str), pd.Series(True, where.index)
    arms = {EVERYONE: everybody}
    arms |= {arm: where["arm"].eq(arm) for arm in sorted(where["arm"].dropna().unique())}
    if len(arms) > 3:
        arms[ACTIVE] = where["arm"].notna() & where["arm"].ne(str(design["arm"]["control"]))
    labels = {EVERYONE: everybody}
    labels |= {label: where["label"].eq(label) for label in sorted(where["label"].unique())}
    for arm, in_arm in arms.items():
        for label, labelled in labels.items():
            for visit in visits_of(design):
                chosen = in_arm & labelled & at.eq(visit)
                if chosen.any():
                    yield arm, visit, label, chosen.to_numpy()
