"""On whom a contrast rests: the one or two people without whom covariates would hide it."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.trial.information import Information
from revertome.trial.pairs import Rows
from revertome.trial.rank import without_patients

Left = tuple[tuple[str, ...], Information]  # people, and what is left without them
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

    def carried(left: Information) -> bool:
        return left.tells(vector, []) and not left.tells(vector)

    alone, pairs = _holders(information)
    found = tuple(name for (name, *_), left in alone if carried(left))
    return found or next((who for who, left in pairs if carried(left)), ())


@lru_cache(maxsize=2)  # every contrast is told within patients or between people
def _holders(information: Information) -> tuple[list[Left], list[Left]]:
    """Who holds a direction of the design, alone or as a pair, and what is left without them."""
    lost = {each.column for each in information.lost()}
    matrix = information.matrix().drop(columns=list(lost))
    if not set(matrix) & set(information.covariates):
        return [], []
    x = matrix.to_numpy(float)
    if information.within:
        x = without_patients(x, information.where["patient"])
    code, people = pd.factorize(information.where["patient"], sort=True)
    order = np.argsort(code, kind="stable")
    rows = np.split(order, np.cumsum(np.bincount(code))[:-1])
    q = np.linalg.qr(x)[0]

    def without(holders: Iterable[tuple[int, ...]]) -> list[Left]:
        names = [tuple(sorted(str(people[k]) for k in who)) for who in holders]
        enough = [who for who in names if len(people) - len(who) >= matrix.shape[1]]
        return [(who, information.without(who)) for who in enough]

    whole = {k: _directions(q[rows[k]]) for k in _holding(q, code, 1.0)}
    # What one person holds is no news of a pair.
    for found in whole.values():
        q = q - q @ found @ found.T
    held = np.bincount(code, np.square(q).sum(axis=1))
    pairs = [
        (first, second)
        for first in _holding(q, code, 0.5)
        for second in np.flatnonzero(held + held[first] >= 1 - EDGE).tolist()
        if second != first and _directions(q[np.r_[rows[first], rows[second]]]).size
    ]
    return without([(k,) for k, found in whole.items() if found.size]), without(pairs)


def _holding(q: Array, code: Rows, share: float) -> list[int]:
    """People whose rows hold at least this much of the length of directions, all together."""
    held = np.bincount(code, np.square(q).sum(axis=1))
    return np.flatnonzero(held >= share - EDGE).tolist()


def _directions(rows: Array) -> Array:
    """Directions (p, k) of an orthonormal basis, (n, p), that lie in these rows altogether."""
    length, found = np.linalg.eigh(rows.T @ rows)
    return np.asarray(found[:, length >= 1 - EDGE])
