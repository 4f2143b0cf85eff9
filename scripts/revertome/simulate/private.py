"""Several trials of one truth: a shared signature, and a part that is each trial's own."""

import numpy as np
import pandas as pd

from revertome.simulate.draw import stream
from revertome.simulate.patients import plan
from revertome.simulate.profile import BACKGROUND
from revertome.simulate.truth import EFFECTS, HIGHEST, LOWEST


def with_private(true: pd.DataFrame, genes: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    """Move the effects of a share of the changed genes to other genes, this trial's own.

    Named genes keep their effects. A private gene has its giver's class and effect in SD, less
    where that would leave the range of the array; the giver is unchanged here.

    Parameters
    ----------
    true
        Table of `truth.truth`.
    genes
        Table of `profile.profile`, same genes.
    share
        Part of the changed genes of each class, 0 to 1.
    seed
        Seed of this trial; the shared truth has one of its own.

    Returns
    -------
    DataFrame
        `true` with the column private.
    """
    rng = stream(seed, "private")
    table = true.set_index("gene")
    free = (genes["group"] == "other").loc[table.index]
    changed = table.index[free & (table["class"] != "unchanged")]
    place = pd.Series(rng.permutation(len(changed)), index=changed)
    order = place.groupby(table.loc[changed, "class"]).rank(pct=True)
    givers = order.index[order <= share]
    expressed = (genes["mean"] > BACKGROUND + 1.2).loc[table.index]
    takers = rng.choice(
        table.index[free & expressed & (table["class"] == "unchanged")], len(givers), replace=False
    )
    sd, mean = genes["sd"], genes["mean"].loc[takers].to_numpy()
    effects = table.loc[givers, EFFECTS].div(sd.loc[givers], axis=0).to_numpy()
    effects *= sd.loc[takers].to_numpy()[:, None]
    reached = np.column_stack([effects[:, 0], effects[:, 0] + effects[:, 1]])
    up = reached.max(axis=1).clip(min=1e-9)
    down = (-reached.min(axis=1)).clip(min=1e-9)
    room = np.minimum((HIGHEST - mean) / up, (mean - LOWEST) / down).clip(max=1.0)
    table.loc[takers, EFFECTS] = effects * room[:, None]
    table.loc[takers, "class"] = table.loc[givers, "class"].to_numpy()
    table.loc[givers, EFFECTS] = 0.0
    table.loc[givers, "class"] = "unchanged"
    return table.assign(private=table.index.isin(takers)).reset_index()


def enrol(seed: int, healthy: int, enrolments: int) -> pd.DataFrame:
    """Plan of a trial that enrols the 24 patients of the plan several times over.

    Returns
    -------
    DataFrame
        As `patients.plan`; patients of later enrolments are called ANA2-01 and so on.
    """
    parts = [plan(seed, healthy)]
    for number in range(2, enrolments + 1):
        own = int(stream(seed, f"enrolment {number}").integers(2**31))
        more = plan(own, 3)
        more = more[more["group"] == "patient"]
        parts.append(more.assign(patient=more["patient"].str.replace("ANA", f"ANA{number}")))
    return pd.concat(parts, ignore_index=True)
