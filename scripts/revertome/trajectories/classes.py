"""From p-values to classes: a screen on the defining effect, then each class among the screened.

Genes outside the screen have adjusted p 1. Among the screened, the Benjamini-Hochberg adjusted p
of reverted (and of induced, where all cells share one variance) are multiplied by the share of
genes that count as null (`null_share`). With variances of the cells, induced is adjusted by the
distances of genes to their edge (`deconvolved`). That is `multiplicity: screened` of the
configuration; `all` adjusts over every gene and is stricter.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from revertome.arrays import Array
from revertome.gene_classes import CLAIMED, CLASSES
from revertome.statistics.fdr import adjust
from revertome.trajectories.drawn_plane import DrawnPlane
from revertome.trajectories.multiplicity import DISCARD, Adjustment, adjust_among, rejected
from revertome.trajectories.plane import (
    Bounds,
    Plane,
    all_edges,
    class_p,
    class_statistics,
    defining_sign,
    in_wedge,
)

AnyPlane = Plane | DrawnPlane
# Claims adjusted with regard to the genes near their edges. The other classes are not: a d
# too large by chance passes their screen and an edge alike (persistent came to 5.1% false).
ADAPTED = ("reverted", "induced")
NAMES = np.array(CLASSES, dtype=object)


@dataclass(frozen=True)
class Rule:
    """How genes are classed.

    Attributes
    ----------
    alpha : float
        False discovery rate of the screens and of each class.
    bounds : Bounds
        Edges of the wedges.
    screened : bool
        Adjust class p-values among the screened genes, or among all.
    thresholds : bool
        Replace the class tests by the classical two-threshold rule, which is descriptive.
    deconvolve : bool
        Adjust induced by deconvolution where the variances are those of cells.
    """

    alpha: float
    bounds: Bounds
    screened: bool = True
    thresholds: bool = False
    deconvolve: bool = True


@dataclass(frozen=True)
class ClassCalls:
    """p-values and classes of every gene; `screen`, `p` and `adj_p` hold one array a class."""

    p_disease: Array
    adj_p_disease: Array
    p_change: Array
    adj_p_change: Array
    screen: dict[str, npt.NDArray[np.bool_]]
    p: dict[str, Array]
    adj_p: dict[str, Array]
    outcome: npt.NDArray[np.object_]


def classify(main: AnyPlane, induced: AnyPlane, rule: Rule) -> ClassCalls:
    """Class of every gene with all its p-values.

    Parameters
    ----------
    main : Plane
        Patients in whom reversion (and every class but induction) is claimed.
    induced : Plane
        Patients in whom induction is claimed.
    rule : Rule

    Returns
    -------
    ClassCalls
        A gene shown to be both reverted and induced, which can only happen when the two
        planes hold different patients, is unresolved; so is one that could not be tested.
    """
    p_disease = main.two_sided(1, 0)
    p_change = main.two_sided(0, 1)
    p_induced_change = induced.two_sided(0, 1)
    adj_disease = adjust(p_disease)
    adj_induced_change = adjust(p_induced_change)
    p = {name: class_p(induced if name == "induced" else main, name, rule.bounds)
         for name in CLAIMED}  # fmt: skip
    screen = {name: (adj_induced_change if name == "induced" else adj_disease) <= rule.alpha
              for name in CLAIMED}  # fmt: skip
    adj = {}
    for name in CLAIMED:
        how = adjustment(name, induced, rule.deconvolve)
        adj[name] = adjust_among(p[name], screen[name], rule.alpha, rule.screened, how)
    adj_change = adjust(p_change)
    passed = (adj_disease <= rule.alpha) | (adj_induced_change <= rule.alpha)
    passed |= adj_change <= rule.alpha
    passed |= untold(main, induced)
    if rule.thresholds:
        outcome = two_thresholds(main, induced, rule.alpha)
    else:
        outcome = _outcome({name: adj[name] <= rule.alpha for name in CLAIMED}, passed)
    return ClassCalls(p_disease, adj_disease, p_change, adj_change, screen, p, adj, outcome)


def adjustment(name: str, induced: AnyPlane, deconvolve: bool = True) -> Adjustment:
    """How the p of a class are adjusted among the screened genes; `deconvolve` as of `Rule`."""
    if name not in ADAPTED:
        return Adjustment.PLAIN
    # Deconvolution spends nearly all of alpha, which only variances of the cells allow. For
    # reverted, whose two edges are often equally near, it came to 5-6% false.
    if name == "induced" and induced.by_cells and deconvolve:
        return Adjustment.DECONVOLVED
    return Adjustment.ADAPTIVE


def outcomes(main: AnyPlane, induced: AnyPlane, rule: Rule) -> npt.NDArray[np.object_]:
    """Classes alone, as `classify` gives them; for resampling many times faster.

    Class tests of genes that pass no screen are not needed, and p-values not at all where all
    combinations of d and t have the same degrees of freedom.
    """
    if rule.thresholds:
        return two_thresholds(main, induced, rule.alpha)
    if not rule.screened:
        return classify(main, induced, rule).outcome
    edges = {"disease": all_edges([name for name in CLAIMED if name != "induced"], rule.bounds),
             "induced": all_edges(["induced"], rule.bounds)}  # fmt: skip
    main.expect(edges["disease"])
    induced.expect(edges["induced"])
    far = {"disease": main.far(1, 0, rule.alpha), "change": main.far(0, 1, rule.alpha)}
    same = induced is main
    far["induced"] = far["change"] if same else induced.far(0, 1, rule.alpha)
    df = {"disease": main.degrees(1, 0), "change": main.degrees(0, 1)}
    df["induced"] = induced.degrees(0, 1)
    screens = {name: rejected(z, None, df[name], rule.alpha) for name, z in far.items()}
    screened = {"disease": main.take(screens["disease"], edges["disease"]),
                "induced": induced.take(screens["induced"], edges["induced"])}  # fmt: skip
    shown = {}
    for name in CLAIMED:
        which = "induced" if name == "induced" else "disease"
        shown[name] = np.zeros(len(screens[which]), dtype=bool)
        how = adjustment(name, induced, rule.deconvolve)
        called = _called(screened[which], name, rule, how)
        shown[name][screens[which]] = called
    passed = screens["disease"] | screens["change"] | screens["induced"]
    for name, z in far.items():
        passed |= np.isnan(z) | np.isnan(df[name])
    return _outcome(shown, passed)


def untold(main: AnyPlane, induced: AnyPlane) -> npt.NDArray[np.bool_]:
    """Genes of which a screen could not be asked, for want of values: nobody knows their class."""
    found = np.zeros(len(main.d), dtype=bool)
    for plane, edge in ((main, (1, 0)), (main, (0, 1)), (induced, (0, 1))):
        found |= np.isnan(plane.statistic(*edge)) | np.isnan(plane.degrees(*edge))
    return found


def _called(plane: AnyPlane, name: str, rule: Rule, how: Adjustment) -> npt.NDArray[np.bool_]:
    """Which of the screened genes, of which `plane` is, are called to a class."""
    if how is Adjustment.DECONVOLVED or not plane.one_df:
        # Every edge has degrees of freedom of its own, or genes outside the wedge count as well.
        p = _wedge_p(plane, name, rule.bounds)
        everyone = np.ones(p.shape, dtype=bool)
        return np.asarray(adjust_among(p, everyone, rule.alpha, True, how) <= rule.alpha)
    adaptive = how is Adjustment.ADAPTIVE
    if isinstance(plane.df, np.ndarray) or rule.alpha >= DISCARD:
        statistics = class_statistics(plane, name, rule.bounds)
        return rejected(*statistics, plane.df, rule.alpha, adaptive)
    # A gene that lies outside the wedge has p above 1/2, which no rule looks at.
    sign = defining_sign(plane, name, rule.bounds)
    called = in_wedge(plane.d, plane.t, sign, name, rule.bounds)
    tested = len(called)
    statistics = class_statistics(plane.take(called), name, rule.bounds)
    called[called] = rejected(*statistics, plane.df, rule.alpha, adaptive, tested)
    return called


def _wedge_p(plane: AnyPlane, name: str, bounds: Bounds) -> Array:
    """p of a class, (G,); of z-scores by their statistics, whose tail is asked for once."""
    if not isinstance(plane, DrawnPlane):
        return class_p(plane, name, bounds)
    defining, weakest = class_statistics(plane, name, bounds)
    return np.asarray(np.maximum(2 * special.ndtr(-np.abs(defining)), special.ndtr(-weakest)))


def two_thresholds(main: AnyPlane, induced: AnyPlane, alpha: float) -> npt.NDArray[np.object_]:
    """Conventional two-threshold rule, for comparison; the false discovery rate is not controlled.

    reverted: disease and change significant with opposite signs; exacerbated: the same sign;
    persistent: disease significant, change not; induced: change significant, disease not.
    """
    disease = adjust(main.two_sided(1, 0)) <= alpha
    change = adjust(main.two_sided(0, 1)) <= alpha
    drug = adjust(induced.two_sided(0, 1)) <= alpha
    drug &= ~(adjust(induced.two_sided(1, 0)) <= alpha)
    some = change | drug | untold(main, induced)
    outcome = np.where(some, "unresolved", "unchanged").astype(object)
    outcome[disease & ~change] = "persistent"
    outcome[drug & ~disease] = "induced"
    outcome[disease & change & (main.d * main.t > 0)] = "exacerbated"
    outcome[disease & change & (main.d * main.t < 0)] = "reverted"
    return outcome


def _outcome(
    shown: dict[str, npt.NDArray[np.bool_]], passed: npt.NDArray[np.bool_]
) -> npt.NDArray[np.object_]:
    # Names are looked up last: to move numbers about is much quicker.
    number = np.where(passed, CLASSES.index("unresolved"), CLASSES.index("unchanged"))
    # Weaker claims first, so that a stronger one that also holds replaces them.
    for name in reversed(CLAIMED):
        number[shown[name]] = CLASSES.index(name)
    number[shown["reverted"] & shown["induced"]] = CLASSES.index("unresolved")
    return NAMES.take(number)
