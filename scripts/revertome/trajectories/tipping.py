"""Tipping point: how far absent patients would have to be unreverted to lose each set.

Delta adjustment of a pattern mixture model (Ratitch, O'Kelly & Tosiello 2013, Pharm Stat 12:337;
Permutt 2016, Stat Med 35:2876). Of n patients with a sample at baseline a share a has none at
follow-up. The claims take it that these changed as those present did. Let them have changed by
1 - k of that, k being the shortfall:

    t(k) = (1 - a) t + a (1 - k) t = (1 - a k) t

Everybody's disease d is known and stays. So a gene moves on the plane, and its class is found
again by the same rule, over all genes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array, Mask
from revertome.limma.cell_shrinkage import Edge
from revertome.trajectories.classes import Rule, outcomes
from revertome.trajectories.plane import Plane
from revertome.trial import complete_pairs, sick, unit_column

SETS = {"reverted": "main", "induced": "induced"}  # and the plane that each is claimed on
SHORTFALLS = np.arange(41) / 20  # 0: changed as those present; 1: not at all; 2: as far back


@dataclass(frozen=True)
class Absence:
    """Patients with a sample at baseline, by whether they have one at follow-up.

    Attributes
    ----------
    present, absent : int
        Of the group in whom a class is claimed.
    unlabelled : int
        Absent, without a response label: they may be of the group, and are not counted in it.
    """

    present: int
    absent: int
    unlabelled: int = 0

    @property
    def share(self) -> float:
        """Share of the absent."""
        return self.absent / (self.present + self.absent) if self.absent else 0.0

    @property
    def at_most(self) -> "Absence":
        """The same if all without a label were of the group."""
        return Absence(self.present, self.absent + self.unlabelled)


@dataclass(frozen=True)
class Tipped(Plane):
    """A plane whose change has a variance more.

    Attributes
    ----------
    extra : (G,)
        Added to the variance of t.
    """

    extra: Array | float = 0.0

    def variance(self, a: float, b: float) -> Array:
        """Variance of a d + b t, (G,)."""
        return np.asarray(super().variance(a, b) + b * b * self.extra)

    def take(self, where: Mask, edges: Sequence[Edge] = ()) -> "Tipped":
        """The genes selected by a mask."""
        return _wider(super().take(where), np.broadcast_to(self.extra, where.shape)[where])


def tipped(plane: Plane, absence: Absence, shortfall: float) -> Tipped:
    """Plane of all patients where the absent changed by 1 - k of what those present did.

    The variance of a d + b t(k) is that of a d + b t, as in the claims, plus b^2 h,

        h = a (1 - a) (k t)^2 / n,

    the variance between the two kinds of patients over their number. With v the variance of t,
    multiple imputation under this model has (1 - a) v + h within and (a^2 (1 - k)^2 + a (1 - a)) v
    between imputations (Rubin 1987). The sum falls short of v + h by a^2 (1 - (1 - k)^2) v, which
    is not below 0 for k from 0 to 2: what is used is never smaller. An assumption on the absent
    adds no information (Cro, Carpenter & Kenward 2019, J R Stat Soc A 182:623). Degrees of freedom
    stay.

    Parameters
    ----------
    plane : Plane
        Of the patients present; G genes.
    absence : Absence
    shortfall : float
        k, from 0 to 2.
    """
    a, n = absence.share, absence.present + absence.absent
    h = a * (1 - a) * (shortfall * plane.t) ** 2 / n if absence.absent else 0.0 * plane.t
    return _wider(replace(plane, t=(1 - a * shortfall) * plane.t), h)


def _wider(plane: Plane, extra: Array) -> Tipped:
    return Tipped(**{part.name: getattr(plane, part.name) for part in fields(Plane)}, extra=extra)


def absence(where: pd.DataFrame, who: str, design: Mapping[str, Any]) -> Absence:
    """Count the patients in whom a class is claimed with and without a follow-up sample.

    Parameters
    ----------
    where : DataFrame, (n, ...)
        patient, visit, label of samples; in a crossover a patient counts in each arm.
    who : str
        `responders` or `all`.
    design : mapping
        `baseline`, `followup`.
    """
    of_group = where[where["label"].eq("responder")] if who == "responders" else sick(where)
    unknown = where[where["label"].eq("unlabelled")] if who == "responders" else where[:0]
    (present, absent), (_, unlabelled) = (counted(rows, design) for rows in (of_group, unknown))
    return Absence(present, absent, unlabelled)


def counted(rows: pd.DataFrame, design: Mapping[str, Any]) -> tuple[int, int]:
    """Patients with a sample at baseline who have one at follow-up, and who have none."""
    first, last = str(design["baseline"]), str(design["followup"])
    enrolled = rows.loc[rows["visit"].astype(str).eq(first), unit_column(rows)].nunique()
    present = len(complete_pairs(rows, first, last))
    return present, enrolled - present


def in_sets(
    planes: Mapping[str, Plane], rule: Rule, absences: Mapping[str, Absence]
) -> dict[str, npt.NDArray[np.bool_]]:
    """Which genes each set holds at every shortfall.

    Parameters
    ----------
    planes : dict of str to Plane
        `main` and `induced`, of the observed data; G genes.
    rule : Rule
    absences : dict of str to Absence
        Of the patients of each plane.

    Returns
    -------
    dict of str to (K, G)
        For `reverted` and `induced` one row for each of `SHORTFALLS`; the first is the set itself.
    """
    classes = []
    nobody = not any(each.absent for each in absences.values())
    for k in SHORTFALLS[:1] if nobody else SHORTFALLS:
        there = {name: tipped(planes[name], absences[name], k) for name in SETS.values()}
        classes.append(outcomes(there["main"], there["induced"], rule))
    outcome = np.stack(classes * len(SHORTFALLS) if nobody else classes)
    return {name: outcome == name for name in SETS}


def lost_at(held: npt.NDArray[np.bool_]) -> Array:
    """Smallest shortfall at which each gene is no longer held, (G,); NaN where it always is.

    `held`, (K, G), are genes at each of `SHORTFALLS`.
    """
    lost = ~held
    return np.where(lost.any(axis=0), SHORTFALLS[lost.argmax(axis=0)], np.nan)
