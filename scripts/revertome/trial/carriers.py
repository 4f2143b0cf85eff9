"""On whom a contrast rests: the one or two people without whom covariates would hide it."""

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.trial.information import Information
from revertome.trial.rank import without_patients

EDGE = 1e-7  # as near to 1 as a share of a direction counts as all of it


def carriers(information: Information, vector: pd.Series) -> tuple[str, ...]:
    """People of whom one or two alone tell a contrast from the covariates.

    Where all patients but one moved from one batch to another between their visits, the change
    can be told from the batch, but only by that one patient. A person (or two) carries a
    direction of the design if all of its length lies in their rows (leverage of 1), and the
    contrast if it cannot be told without these rows, though it could be without covariates.

    Parameters
    ----------
    information : Information
    vector : Series
        Coefficients of a contrast that can be told, by column of the base.

    Returns
    -------
    tuple of str
        The people, sorted; none where the contrast rests on three or more.
    """
    lost = {each.column for each in information.lost()}
    matrix = information.matrix().drop(columns=list(lost))
    if not set(matrix) & set(information.covariates):
        return ()
    x = matrix.to_numpy(float)
    if information.within:
        x = without_patients(x, information.where["patient"])
    code, people = pd.factorize(information.where["patient"], sort=True)
    q = np.linalg.qr(x)[0]
    held = np.bincount(code, np.square(q).sum(axis=1)).tolist()
    full = {k: _directions(q[code == k]) for k in range(len(people)) if held[k] >= 1 - EDGE}

    def carried(*who: int) -> bool:
        left = information.without([str(people[k]) for k in who])
        enough = len(people) - len(who) >= matrix.shape[1]
        return enough and left.tells(vector, []) and not left.tells(vector)

    alone = [k for k, count in full.items() if count and carried(k)]
    if alone:
        return tuple(str(people[k]) for k in alone)
    for first, second in _pairs(held):
        both = _directions(q[np.isin(code, [first, second])])
        # Directions of one alone are no news.
        if both > full.get(first, 0) + full.get(second, 0) and carried(first, second):
            return tuple(sorted(str(people[k]) for k in (first, second)))
    return ()


def _pairs(held: list[float]) -> list[tuple[int, int]]:
    """Pairs who together may hold all of a direction; one of the two holds half of it at least."""
    heavy = [k for k, own in enumerate(held) if own >= (1 - EDGE) / 2]
    pairs = {
        (min(k, j), max(k, j))
        for k in heavy
        for j, own in enumerate(held)
        if j != k and own + held[k] >= 1 - EDGE
    }
    return sorted(pairs)


def _directions(rows: Array) -> int:
    """Directions that lie in these rows of an orthonormal basis altogether."""
    return int((np.linalg.eigvalsh(rows.T @ rows) >= 1 - EDGE).sum())
