"""What holds of a gene over all visits, as tested claims: reverted from a visit on, ever, lost.

Every claim is about the patients in whom reversion is claimed. With f_v = -t_v / d the recovered
fraction at visit v, l and h the bounds of `reverted`, and "shown" a test, a gene is

- reverted from v on: l < f < h at v and at every later visit;
- ever reverted: at one visit at least;
- transient: reverted at v, and not so at a later visit w (f_w < l, or f_w > h), with a change away
  from normal between v and w;
- relapsed: the same with w the last visit and f_w < l, the side of disease: so it ends;
- never reverted: f < l at every visit.

A gene is judged by the visits at which it was measured; a visit that is missing says nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from revertome.arrays import Array, Mask
from revertome.statistics.simes import adjust_within, simes
from revertome.trajectories.classes import ClassCalls, Rule, adjustment
from revertome.trajectories.families import Selection, select
from revertome.trajectories.multiplicity import Adjustment
from revertome.trajectories.plane import Bounds, Plane
from revertome.trajectories.visit_planes import GroupPlanes


@dataclass(frozen=True)
class Lost:
    """A reversal that was lost, in the pair of visits that shows it best.

    Attributes
    ----------
    p, adj_p : (G,)
    reverted_at, lost_at : (G,)
        Positions of the two visits; -1 where there is no such pair.
    """

    p: Array
    adj_p: Array
    reverted_at: Array
    lost_at: Array


@dataclass(frozen=True)
class OverVisits:
    """Claims over visits; V visits, G genes.

    Attributes
    ----------
    p_reverted : (V, G)
        P of `reverted` at each visit; NaN where the gene was not measured.
    p_from, adj_from : (V, G)
        Of `reverted from v on`.
    p_ever, adj_ever : (G,)
        Of `ever reverted`.
    adj_at : (V, G)
        Of `reverted` at each visit of the genes that are ever reverted.
    transient, relapsed : Lost
    p_never, adj_never : (G,)
    """

    p_reverted: Array
    p_from: Array
    adj_from: Array
    p_ever: Array
    adj_ever: Array
    adj_at: Array
    transient: Lost
    relapsed: Lost
    p_never: Array
    adj_never: Array


def over_visits(planes: GroupPlanes, calls: Mapping[str, ClassCalls], rule: Rule) -> OverVisits:
    """Test every claim over visits.

    Parameters
    ----------
    planes : GroupPlanes
        Of the patients in whom reversion is claimed, with disease.
    calls : dict of str to ClassCalls
        Classes at each visit.
    rule : Rule
    """
    each = [planes.change[v] for v in planes.visits]
    p = np.stack([_reverted(calls[v], rule) for v in planes.visits])
    screen = np.logical_or.reduce([calls[v].screen["reverted"] for v in planes.visits])
    onwards = from_on(p)
    # As the class at the last visit is adjusted, which this claim is at the last visit.
    how = adjustment("reverted", each[-1])
    last = select(at_last(onwards, p), screen, rule.alpha, rule.screened, how)
    ever = _plain(simes(p), screen, rule)
    never = _never(each, rule.bounds)
    return OverVisits(
        p_reverted=p,
        p_from=onwards,
        adj_from=last.adjusted(onwards),
        p_ever=simes(p),
        adj_ever=ever.adjusted(simes(p)),
        adj_at=ever.adjusted(adjust_within(p)),
        transient=_lost(planes, p, screen, rule, relapse=False),
        relapsed=_lost(planes, p, screen, rule, relapse=True),
        p_never=never,
        adj_never=_plain(never, screen, rule).adjusted(never),
    )


def _plain(p: Array, screen: Mask, rule: Rule) -> Selection:
    return select(p, screen, rule.alpha, rule.screened, Adjustment.PLAIN)


def _reverted(calls: ClassCalls, rule: Rule) -> Array:
    """P of reverted at a visit; 1 where the gene is also shown to be induced, in other patients."""
    both = (calls.adj_p["reverted"] <= rule.alpha) & (calls.adj_p["induced"] <= rule.alpha)
    return np.where(both, 1.0, calls.p["reverted"])


def from_on(p: Array) -> Array:
    """Largest p (V, G) over all visits from each on, of those measured; NaN at the others.

    Where the gene was never measured after a visit, the largest is that of the visit itself.
    """
    largest = np.fmax.accumulate(p[::-1], axis=0)[::-1]
    return np.where(np.isnan(p), np.nan, largest)


def last_measured(p: Array) -> Array:
    """Position of the last visit at which each gene was measured (G,); -1 where at none."""
    there = ~np.isnan(p)
    return np.where(there.any(axis=0), len(p) - 1 - np.argmax(there[::-1], axis=0), -1)


def at_last(values: Array, p: Array) -> Array:
    """Values (V, G) at the last visit at which each gene was measured by `p`, (G,)."""
    last = last_measured(p)
    return np.where(last >= 0, values[last, np.arange(p.shape[1])], np.nan)


def _never(each: list[Plane], bounds: Bounds) -> Array:
    """P of less than l recovered at every visit measured: the largest of all."""
    low = bounds.recovered_at_least
    p = [np.maximum(one.two_sided(1, 0), one.upper(low, 1, np.sign(one.d))) for one in each]
    return np.asarray(np.fmax.reduce(p))


def _lost(planes: GroupPlanes, p: Array, screen: Mask, rule: Rule, relapse: bool) -> Lost:
    """Test that a reversal was lost, over all pairs of visits by Simes' test."""
    visits, last = planes.visits, last_measured(p)
    tests, first, second = [], [], []
    for (v, w), between in planes.between.items():
        i, j = visits.index(v), visits.index(w)
        sides = lost_between(p[i], planes.change[w], between, rule.bounds)
        if relapse:
            sides = [np.where(last == j, sides[0], np.nan)]
        tests += sides
        first += [i] * len(sides)
        second += [j] * len(sides)
    family = np.stack(tests) if tests else np.full((1, p.shape[1]), np.nan)
    whole = simes(family)
    there = ~np.isnan(whole)
    best = np.where(there, np.argmin(np.where(np.isnan(family), np.inf, family), axis=0), -1)
    where = (np.append(np.array(at, int), -1)[best] for at in (first, second))
    return Lost(whole, _plain(whole, screen, rule).adjusted(whole), *where)


def lost_between(p_first: Array, second: Plane, between: Plane, bounds: Bounds) -> list[Array]:
    """P of reverted at v, not so at w and moved away from normal: towards disease, and beyond.

    With s = sign(d) the first is the largest of p(reverted at v) and those of s(t_w + l d) > 0 and
    s(t_w - t_v) > 0; the second has -s(t_w + h d) > 0 and -s(t_w - t_v) > 0.

    Parameters
    ----------
    p_first : (G,)
        P of reverted at v.
    second : Plane
        (d, t_w).
    between : Plane
        (t_v, t_w).
    bounds : Bounds
    """
    sign, found = np.sign(second.d), []
    for side, edge in ((1, bounds.recovered_at_least), (-1, bounds.recovered_at_most)):
        away = between.upper(-1, 1, side * sign)
        found.append(np.maximum.reduce([p_first, second.upper(edge, 1, side * sign), away]))
    return found
