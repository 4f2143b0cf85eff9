"""Values of genes patient by patient, for the drawing of the look-up."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome import naming
from revertome.source_data.tidy import LABELS
from revertome.trial import cells, is_healthy
from revertome.visits import visits_of

STEP = 0.01  # log2
MOST = 800_000  # values in a page: about 1.2 MB of it

Values = npt.NDArray[np.float64]


def drawn_samples(
    expression: Any, labels: pd.DataFrame, design: Mapping[str, Any], below: int = 0
) -> tuple[dict[str, Any], Values]:
    """Say whom each value belongs to, without a name, and give the values.

    Parameters
    ----------
    expression : AnnData
        log2, samples x genes.
    labels, design
        Groups of response, arms and visits.
    below : int
        `suppress_below`: from 2 on no value of a single person is given, but median and quartiles
        of every group at every visit in which as many people have a sample.

    Returns
    -------
    dict
        `visits` and `groups`, names for people; of single values `of`, `at` and `who`, numbers of
        the group (-1: healthy), visit and person; else `cells`, group (-1) and visit of each.
    values : (n, genes)
        A row for each sample, or three for each cell: lower quartile, median, upper quartile
        (of healthy people mean - 2 SD, mean, mean + 2 SD).
    """
    people = _people(expression.obs, labels, design)
    names = dict(enumerate(dict.fromkeys(people.loc[people["of"] >= 0, "group"])))
    found = {
        "visits": [naming.visit(visit) for visit in visits_of(design)],
        "groups": [names[i] for i in sorted(names)],
    }
    x = np.asarray(expression.X[people["row"].to_numpy()], dtype=float)
    if below < 2:
        return found | {name: people[name].tolist() for name in ("of", "at", "who")}, x
    shown, rows = [], [np.empty((0, x.shape[1]))]
    for (of, at), part in people.reset_index(drop=True).groupby(["of", "at"], sort=True):
        if part["who"].nunique() >= below:
            shown.append([int(of), int(at)])
            rows.append(_summary(pd.DataFrame(x[part.index]), of < 0, below))
    return found | {"cells": shown, "below": below}, np.vstack(rows)


def leading(tables: Mapping[str, pd.DataFrame], genes: pd.Series, n: int) -> list[str]:
    """The genes with the smallest p in any contrast, in the order of `genes` where all fit."""
    if n >= len(genes):
        return list(genes)
    found = [table.set_index("gene")["P.Value"] for table in tables.values()]
    smallest = pd.concat(found, axis=1).min(axis=1) if found else pd.Series(dtype=float)
    order = pd.Series(smallest.reindex(genes).to_numpy(), index=genes.to_numpy())
    return list(order.sort_values(kind="stable").index[:n])


def _people(obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Samples at a visit of the design and of healthy people: row, group, of, at, who."""
    where, well = cells(obs, labels, design), is_healthy(obs, design).to_numpy()
    visits = {visit: i for i, visit in enumerate(visits_of(design))}
    table = pd.DataFrame(
        {
            "row": np.arange(len(obs)),
            "well": well,
            "at": where["visit"].astype(object).map(visits).astype(float).to_numpy(),
            "label": where["label"].astype(str).to_numpy(),
            "arm": where["arm"].astype(object).to_numpy(),
            "person": obs["patient"].astype(str).to_numpy(),
        }
    )
    table.loc[well, "at"] = -1
    table = table.dropna(subset="at").astype({"at": int})
    labelled = len(table.loc[~table["well"], "label"].unique()) > 1
    named = zip(table["well"], table["arm"], table["label"], strict=True)
    table["group"] = ["" if well else _group(arm, label, labelled) for well, arm, label in named]
    order = {name: i for i, name in enumerate(LABELS)}
    key = table["label"].map(order).fillna(len(order))
    table = table.assign(_arm=table["arm"].fillna("").astype(str), _label=key)
    table = table.sort_values(["_arm", "_label", "label", "person", "at", "row"], kind="stable")
    groups = dict.fromkeys(table.loc[~table["well"], "group"])
    numbers = {name: i for i, name in enumerate(groups)} | {"": -1}
    who = table["group"] + "\t" + table["person"]
    return table.assign(of=table["group"].map(numbers), who=pd.factorize(who)[0])


def _group(arm: Any, label: str, labelled: bool) -> str:
    """Name of the people drawn together: arm, response, or both."""
    parts = [] if arm is None or pd.isna(arm) else [naming.arm(arm)]
    if labelled or not parts:
        parts.append(naming.group(label))
    return ", ".join(parts)


def _summary(values: pd.DataFrame, healthy: bool, below: int) -> Values:
    """Three rows of a cell; missing for a gene that too few people have a value of."""
    if healthy:
        mean, sd = values.mean(), values.std(ddof=1)
        rows = [mean - 2 * sd, mean, mean + 2 * sd]
    else:
        rows = [values.quantile(q) for q in (0.25, 0.5, 0.75)]
    enough = values.notna().sum() >= below
    return np.vstack([row.where(enough).to_numpy() for row in rows])
