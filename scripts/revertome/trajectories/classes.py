"""From p-values to classes: a screen on the defining effect, then each class among the screened.

Genes outside the screen have adjusted p 1. The step-wise control is described in the
configuration as `multiplicity: screened`; `all` adjusts over every gene and is stricter.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from revertome.differential.fit import Array
from revertome.differential.top_table import adjust
from revertome.trajectories.plane import CLASSES, Bounds, Plane, class_p, class_statistics

OUTCOMES = (*CLASSES, "unresolved", "unchanged")


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
class Calls:
    """p-values and classes of every gene; `p` and `adj_p` hold one array a class."""

    p_disease: Array
    adj_p_disease: Array
    p_change: Array
    adj_p_change: Array
    p: dict[str, Array]
    adj_p: dict[str, Array]
    outcome: npt.NDArray[np.object_]


def classify(main: Plane, induced: Plane, rule: Rule) -> Calls:
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
    Calls
        A gene shown to be both reverted and induced, which can only happen when the two
        planes hold different patients, is unresolved.
    """
    p_disease = main.two_sided(main.statistic(1, 0))
    p_change = main.two_sided(main.statistic(0, 1))
    p_induced_change = induced.two_sided(induced.statistic(0, 1))
    adj_disease, adj_induced_change = adjust(p_disease), adjust(p_induced_change)
    p = {name: class_p(induced if name == "induced" else main, name, rule.bounds)
         for name in CLASSES}  # fmt: skip
    adj = {}
    for name in CLASSES:
        screen = (adj_induced_change if name == "induced" else adj_disease) <= rule.alpha
        adj[name] = _adjust_within(p[name], screen, rule.screened)
    adj_change = adjust(p_change)
    passed = (adj_disease <= rule.alpha) | (adj_induced_change <= rule.alpha)
    passed |= adj_change <= rule.alpha
    if rule.thresholds:
        outcome = two_thresholds(main, induced, rule.alpha)
    else:
        outcome = _outcome({name: adj[name] <= rule.alpha for name in CLASSES}, passed)
    return Calls(p_disease, adj_disease, p_change, adj_change, p, adj, outcome)


def outcomes(main: Plane, induced: Plane, rule: Rule) -> npt.NDArray[np.object_]:
    """Classes alone, as `classify` gives them; for resampling many times faster.

    Class tests of genes that pass no screen are not needed, and p-values not at all.
    """
    if rule.thresholds:
        return two_thresholds(main, induced, rule.alpha)
    if not rule.screened:
        return classify(main, induced, rule).outcome
    screens = {
        "disease": rejected(main.statistic(1, 0), None, main.df, rule.alpha),
        "change": rejected(main.statistic(0, 1), None, main.df, rule.alpha),
        "induced": rejected(induced.statistic(0, 1), None, induced.df, rule.alpha),
    }
    shown = {}
    for name in CLASSES:
        plane = induced if name == "induced" else main
        screen = screens["induced" if name == "induced" else "disease"]
        shown[name] = np.zeros(len(screen), dtype=bool)
        kept = plane.take(screen)
        shown[name][screen] = rejected(
            *class_statistics(kept, name, rule.bounds), kept.df, rule.alpha
        )
    return _outcome(shown, screens["disease"] | screens["change"] | screens["induced"])


def rejected(
    two_sided: Array, one_sided: Array | None, df: float | Array, alpha: float
) -> npt.NDArray[np.bool_]:
    """Benjamini-Hochberg rejections at `alpha` from t statistics, (G,).

    With one df the p-values are in the order of the statistics. The k rejections are then the
    largest k for which k statistics reach the critical value at alpha k / G, and the iteration
    k <- number that reaches the critical value at alpha k / G falls from G to just that k.

    Parameters
    ----------
    two_sided : (G,)
        Statistics tested on two sides.
    one_sided : (G,), optional
        Statistics tested on one side as well; the larger p counts.
    df : float or (G,)
        Degrees of freedom.
    alpha : float
        False discovery rate.
    """
    size = np.abs(two_sided)
    if isinstance(df, np.ndarray):
        p = 2 * special.stdtr(df, -size)
        if one_sided is not None:
            p = np.maximum(p, special.stdtr(df, -one_sided))
        return np.asarray(adjust(p) <= alpha)
    tested = k = int((~np.isnan(size)).sum())
    found = np.zeros(size.shape, dtype=bool)
    while k:
        level = alpha * k / tested
        found = size >= -special.stdtrit(df, level / 2)
        if one_sided is not None:
            found &= one_sided >= -special.stdtrit(df, level)
        reached = int(np.count_nonzero(found))
        if reached == k:
            break
        k = reached
    return found


def two_thresholds(main: Plane, induced: Plane, alpha: float) -> npt.NDArray[np.object_]:
    """Classical rule of older papers, for comparison only: it has no error rate of its own.

    reverted: disease and change significant with opposite signs; exacerbated: the same sign;
    persistent: disease significant, change not; induced: change significant, disease not.
    """
    disease = adjust(main.two_sided(main.statistic(1, 0))) <= alpha
    change = adjust(main.two_sided(main.statistic(0, 1))) <= alpha
    drug = adjust(induced.two_sided(induced.statistic(0, 1))) <= alpha
    drug &= ~(adjust(induced.two_sided(induced.statistic(1, 0))) <= alpha)
    outcome = np.where(change | drug, "unresolved", "unchanged").astype(object)
    outcome[disease & ~change] = "persistent"
    outcome[drug & ~disease] = "induced"
    outcome[disease & change & (main.d * main.t > 0)] = "exacerbated"
    outcome[disease & change & (main.d * main.t < 0)] = "reverted"
    return outcome


def _adjust_within(p: Array, screen: npt.NDArray[np.bool_], screened: bool) -> Array:
    adjusted = np.ones_like(p)
    adjusted[screen] = adjust(p[screen]) if screened else adjust(p)[screen]
    return adjusted


def _outcome(
    shown: dict[str, npt.NDArray[np.bool_]], passed: npt.NDArray[np.bool_]
) -> npt.NDArray[np.object_]:
    outcome = np.full(len(passed), "unchanged", dtype=object)
    outcome[passed] = "unresolved"
    # Weaker claims first, so that a stronger one that also holds replaces them.
    for name in ("persistent", "exacerbated", "partial", "induced", "reverted"):
        outcome[shown[name]] = name
    outcome[shown["reverted"] & shown["induced"]] = "unresolved"
    return outcome
