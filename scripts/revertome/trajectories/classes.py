"""From p-values to classes: a screen on the defining effect, then each class among the screened.

Genes outside the screen have adjusted p 1. Among the screened, the Benjamini-Hochberg adjusted p
of reverted and induced are multiplied by the share of genes that count as null (`null_share`).
That is `multiplicity: screened` of the configuration; `all` adjusts over every gene and is
stricter.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from revertome.arrays import Array
from revertome.gene_classes import CLAIMED
from revertome.statistics.fdr import adjust
from revertome.trajectories.multiplicity import adjust_among, rejected
from revertome.trajectories.plane import Bounds, Plane, class_p, class_statistics

# Claims adjusted with regard to the genes near their edges. The other classes are not: a d
# too large by chance passes their screen and an edge alike (persistent came to 5.1% false).
ADAPTED = ("reverted", "induced")


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
    """

    alpha: float
    bounds: Bounds
    screened: bool = True
    thresholds: bool = False


@dataclass(frozen=True)
class ClassCalls:
    """p-values and classes of every gene; `p` and `adj_p` hold one array a class."""

    p_disease: Array
    adj_p_disease: Array
    p_change: Array
    adj_p_change: Array
    p: dict[str, Array]
    adj_p: dict[str, Array]
    outcome: npt.NDArray[np.object_]


def classify(main: Plane, induced: Plane, rule: Rule) -> ClassCalls:
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
        planes hold different patients, is unresolved.
    """
    p_disease = main.two_sided(1, 0)
    p_change = main.two_sided(0, 1)
    p_induced_change = induced.two_sided(0, 1)
    adj_disease = adjust(p_disease)
    adj_induced_change = adjust(p_induced_change)
    p = {name: class_p(induced if name == "induced" else main, name, rule.bounds)
         for name in CLAIMED}  # fmt: skip
    adj = {}
    for name in CLAIMED:
        screen = (adj_induced_change if name == "induced" else adj_disease) <= rule.alpha
        adj[name] = adjust_among(p[name], screen, rule.alpha, rule.screened, name in ADAPTED)
    adj_change = adjust(p_change)
    passed = (adj_disease <= rule.alpha) | (adj_induced_change <= rule.alpha)
    passed |= adj_change <= rule.alpha
    if rule.thresholds:
        outcome = two_thresholds(main, induced, rule.alpha)
    else:
        outcome = _outcome({name: adj[name] <= rule.alpha for name in CLAIMED}, passed)
    return ClassCalls(p_disease, adj_disease, p_change, adj_change, p, adj, outcome)


def outcomes(main: Plane, induced: Plane, rule: Rule) -> npt.NDArray[np.object_]:
    """Classes alone, as `classify` gives them; for resampling many times faster.

    Class tests of genes that pass no screen are not needed, and p-values not at all, but where
    every combination of d and t has degrees of freedom of its own.
    """
    if rule.thresholds:
        return two_thresholds(main, induced, rule.alpha)
    if not rule.screened or main.own is not None:
        return classify(main, induced, rule).outcome
    screens = {
        "disease": rejected(main.statistic(1, 0), None, main.df, rule.alpha),
        "change": rejected(main.statistic(0, 1), None, main.df, rule.alpha),
        "induced": rejected(induced.statistic(0, 1), None, induced.df, rule.alpha),
    }
    shown = {}
    for name in CLAIMED:
        plane = induced if name == "induced" else main
        screen = screens["induced" if name == "induced" else "disease"]
        shown[name] = np.zeros(len(screen), dtype=bool)
        kept = plane.take(screen)
        defining, weakest = class_statistics(kept, name, rule.bounds)
        shown[name][screen] = rejected(defining, weakest, kept.df, rule.alpha, name in ADAPTED)
    return _outcome(shown, screens["disease"] | screens["change"] | screens["induced"])


def two_thresholds(main: Plane, induced: Plane, alpha: float) -> npt.NDArray[np.object_]:
    """Conventional two-threshold rule, for comparison; the false discovery rate is not controlled.

    reverted: disease and change significant with opposite signs; exacerbated: the same sign;
    persistent: disease significant, change not; induced: change significant, disease not.
    """
    disease = adjust(main.two_sided(1, 0)) <= alpha
    change = adjust(main.two_sided(0, 1)) <= alpha
    drug = adjust(induced.two_sided(0, 1)) <= alpha
    drug &= ~(adjust(induced.two_sided(1, 0)) <= alpha)
    outcome = np.where(change | drug, "unresolved", "unchanged").astype(object)
    outcome[disease & ~change] = "persistent"
    outcome[drug & ~disease] = "induced"
    outcome[disease & change & (main.d * main.t > 0)] = "exacerbated"
    outcome[disease & change & (main.d * main.t < 0)] = "reverted"
    return outcome


def _outcome(
    shown: dict[str, npt.NDArray[np.bool_]], passed: npt.NDArray[np.bool_]
) -> npt.NDArray[np.object_]:
    outcome = np.full(len(passed), "unchanged", dtype=object)
    outcome[passed] = "unresolved"
    # Weaker claims first, so that a stronger one that also holds replaces them.
    for name in reversed(CLAIMED):
        outcome[shown[name]] = name
    outcome[shown["reverted"] & shown["induced"]] = "unresolved"
    return outcome
