"""What one study says of the class of every gene, as the joint classes take it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.class_groups import induced_end
from revertome.compare.directions import Points, points_of
from revertome.gene_classes import CLAIMED

Flags = npt.NDArray[np.bool_]
Names = npt.NDArray[np.object_]
Places = npt.NDArray[np.intp]
INDUCED = CLAIMED.index("induced")
# Less than half recovered is also less than half changed: partial lies inside persistent.
REGION = np.array([CLAIMED.index("persistent" if n == "partial" else n) for n in CLAIMED])


@dataclass(frozen=True)
class JointCalls:
    """Trajectory table of one study on the list of all genes, (G,).

    Attributes
    ----------
    measured : (G,)
        Whether the table has the gene.
    p : (classes, G)
        p-value of each class of `CLAIMED`; 1 where the table has none.
    way : (2, G)
        Signs of the defining effects: disease, and the change on which induction is claimed.
    own : (G,)
        Class in the study's own table, by its place in `CLAIMED`; -1 for none of them.
    words : (G,)
        That class, with the direction of its defining effect.
    points : (Points, Points) or None
        Disease and change with their errors, in the patients of the classes and in those of
        induction, genes in the order of `row`; None where the table does not tell the errors.
    row : (G,)
        Row of the table of each gene.
    """

    measured: Flags
    p: Array
    way: Array
    own: Places
    words: Names
    points: tuple[Points, Points] | None
    row: Places

    def directed(self, which: int, at: Places) -> Array:
        """p of one class with its defining effect above 0, and below; (2, genes)."""
        way = self.way[int(which == INDUCED), at]
        return np.array([np.where(way == sign, self.p[which, at], 1.0) for sign in (1, -1)])

    @cached_property
    def best(self) -> tuple[Places, Array, Array]:
        """Class of the smallest p, that p, and its region of the plane: (G,) each.

        Regions are numbers, one for every class and direction; partial and persistent share one,
        as one holds the other.
        """
        which = self.p.argmin(0)
        at = np.arange(self.p.shape[1])
        way = self.way[(which == INDUCED).astype(int), at]
        return which, self.p[which, at], REGION[which] + len(CLAIMED) * way

    def points_at(self, at: Places, which: Places) -> Points:
        """Points of genes in the patients in whom the given classes are claimed."""
        if self.points is None:
            raise ValueError("the table of this study does not tell the errors of its points")
        main, induced = (part.take(self.row[at]) for part in self.points)
        chosen = which[at] == INDUCED
        pairs = zip(vars(main).items(), vars(induced).values(), strict=True)
        return Points(**{name: np.where(chosen, own, value) for (name, value), own in pairs})


def calls_of(table: pd.DataFrame, genes: pd.Index) -> JointCalls:
    """Calls of a trajectory table; induction is claimed where `induced_end` says."""
    row = pd.Index(table["gene"]).get_indexer(genes)
    measured, end = row >= 0, induced_end(table)

    def placed(column: str, missing: float) -> Array:
        values = table.get(column, pd.Series(missing, table.index)).to_numpy(float)
        return np.where(measured, np.nan_to_num(values, nan=missing)[row], missing)

    way = np.sign([placed("disease", 0.0), placed(f"change{end}", 0.0)])
    told = table["class"].astype(object).where(table["class"].notna(), "unclassed")
    said = np.where(measured, told.to_numpy(object)[row], "not measured")
    own = np.where(measured, pd.Index(CLAIMED).get_indexer(table["class"])[row], -1)
    up = np.where(own == INDUCED, way[1], way[0]) > 0
    side = np.where(own == INDUCED, np.where(up, " up", " down"), np.where(up, " high", " low"))
    points = [points_of(table, each) for each in ("", end)]
    return JointCalls(
        measured,
        np.array([placed(f"p_{name}", 1.0) for name in CLAIMED]),
        way,
        own,
        said + np.where(own >= 0, side, "").astype(object),
        None if points[0] is None or points[1] is None else (points[0], points[1]),
        row,
    )


def classed(genes: pd.DataFrame) -> bool:
    """Whether a trajectory table holds tests of classes."""
    return "p_reverted" in genes and bool(genes["p_reverted"].notna().any())
