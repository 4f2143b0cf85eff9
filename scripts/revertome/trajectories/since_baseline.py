"""The course of a gene against its own baseline, in a group of patients; nobody healthy is needed.

With t_v the change at visit v, L the last visit and l, h the bounds of `reverted`, a gene

- changed from v on: has a change of one sign at v and at every later visit;
- is back: at L less than 1 - l of the change at some earlier visit is left, and it is not as far to
  the other side (more than 1 - h of it): what `reverted` asks of disease;
- is not back: at L more than 1 - l of the change at EVERY earlier visit is left, so of the largest
  as well, whichever that is;
- stands on a plateau from v on: the same at v and at every later visit, of the change at every
  visit.

Nothing of this depends on which visit looks like the peak.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from revertome.arrays import Array, Mask
from revertome.statistics.simes import adjust_within, simes
from revertome.trajectories.families import select
from revertome.trajectories.fieller import fieller
from revertome.trajectories.over_visits import at_last, from_on, last_measured
from revertome.trajectories.plane import Bounds, Plane
from revertome.trajectories.visit_planes import GroupPlanes

LEVEL = 0.95


@dataclass(frozen=True)
class SinceBaseline:
    """Changes of a group and claims on their course; V visits, G genes.

    Attributes
    ----------
    change, low, high : (V, G)
        Changes with 95% limits.
    p : (V, G)
        Two-sided p of each; NaN where not measured.
    p_changed, adj_changed : (G,)
        Of a change at one visit at least.
    adj_at : (V, G)
        Of the change at each visit of the genes that changed.
    p_from, adj_from : (V, G)
        Of `changed from v on`.
    p_back, adj_back, p_not_back, adj_not_back : (G,)
    p_plateau, adj_plateau : (V, G)
        Of `on a plateau from v on`.
    peak, last : (G,)
        Positions of the visit of the largest estimated change, and of the last one measured; -1
        where there is none.
    share, share_low, share_high : (G,)
        Change at the last visit over that at the peak, with limits that hold whichever visit is
        the peak (Fieller at 95% for all visits together, by Bonferroni).
    share_interval : (G,)
        Kind of the interval, see `fieller`.
    rise_excluded, fall_excluded : (G,)
        A larger rise, a larger fall at any visit is excluded: the largest upper and the smallest
        lower limit. The limit of the largest change is among those, so 95% need no correction.
    """

    change: Array
    low: Array
    high: Array
    p: Array
    p_changed: Array
    adj_changed: Array
    adj_at: Array
    p_from: Array
    adj_from: Array
    p_back: Array
    adj_back: Array
    p_not_back: Array
    adj_not_back: Array
    p_plateau: Array
    adj_plateau: Array
    peak: Array
    last: Array
    share: Array
    share_low: Array
    share_high: Array
    share_interval: Array
    rise_excluded: Array
    fall_excluded: Array


def since_baseline(planes: GroupPlanes, bounds: Bounds, alpha: float) -> SinceBaseline:
    """Test the course of every gene in one group.

    Parameters
    ----------
    planes : GroupPlanes
    bounds : Bounds
    alpha : float
        False discovery rate of each claim.
    """
    each = [planes.change[v] for v in planes.visits]
    change = np.stack([one.t for one in each])
    reach = np.stack([_reach(one) for one in each])
    p = np.stack([one.two_sided(0, 1) for one in each])
    everyone = np.ones(p.shape[1], bool)
    any_visit = select(simes(p), everyone, alpha)
    adj_changed = any_visit.adjusted(simes(p))
    onwards = from_on(one_sign(p, change))
    last_visit = select(at_last(onwards, p), everyone, alpha)
    moved = adj_changed <= alpha
    back, stays = _back(planes, p, bounds), from_on(_standing(planes, p, bounds))
    p_not_back = at_last(stays, p)
    not_back = select(p_not_back, moved, alpha)
    return SinceBaseline(
        change=np.where(np.isnan(p), np.nan, change),
        low=change - reach,
        high=change + reach,
        p=p,
        p_changed=simes(p),
        adj_changed=adj_changed,
        adj_at=any_visit.adjusted(adjust_within(p)),
        p_from=onwards,
        adj_from=last_visit.adjusted(onwards),
        p_back=back,
        adj_back=select(back, moved, alpha).adjusted(back),
        p_not_back=p_not_back,
        adj_not_back=not_back.adjusted(p_not_back),
        p_plateau=stays,
        adj_plateau=not_back.adjusted(stays),
        rise_excluded=_largest(change + reach),
        fall_excluded=-_largest(reach - change),
        **_share(planes, p, change),
    )


def _largest(values: Array) -> Array:
    found = np.fmax.reduce(values)
    return np.asarray(np.where(np.isfinite(found), found, np.nan))


def _reach(plane: Plane) -> Array:
    """Half the 95% interval of the change, (G,)."""
    quantile = special.stdtrit(plane.degrees(0, 1), (1 + LEVEL) / 2)
    return np.asarray(quantile * np.sqrt(plane.variance(0, 1)))


def one_sign(p: Array, change: Array) -> Array:
    """P of a change with the sign of that at the last visit: 1 at visits with the other sign."""
    sign = np.sign(at_last(change, p))
    return np.where(np.isnan(p), np.nan, np.where(np.sign(change) == sign, p, 1.0))


def _back(planes: GroupPlanes, p: Array, bounds: Bounds) -> Array:
    """P of back at the last visit from the change at some earlier visit, by Simes' test."""
    visits, last = planes.visits, last_measured(p)
    least, most = 1 - bounds.recovered_at_least, bounds.recovered_at_most - 1
    tests = [np.full(p.shape[1], np.nan)]
    for (v, w), between in planes.between.items():
        sign = np.sign(between.d)
        edges = [between.upper(least, -1, sign), between.upper(most, 1, sign)]
        found = np.maximum.reduce([p[visits.index(v)], *edges])
        tests.append(np.where(last == visits.index(w), found, np.nan))
    return simes(np.stack(tests))


def _standing(planes: GroupPlanes, p: Array, bounds: Bounds) -> Array:
    """P (V, G) of more than 1 - l of the change at every other visit, with the sign of the last."""
    visits, least = planes.visits, 1 - bounds.recovered_at_least
    change = np.stack([planes.change[v].t for v in visits])
    sign = np.sign(at_last(change, p))
    found = one_sign(p, change)
    for (v, w), between in planes.between.items():
        i, j = visits.index(v), visits.index(w)
        # Beyond the change at the other visit whatever the sign of that.
        later = [between.upper(k, 1, sign) for k in (-least, least)]
        earlier = [between.upper(1, k, sign) for k in (-least, least)]
        found[j] = _both(found[j], later)
        found[i] = _both(found[i], earlier)
    return found


def _both(p: Array, more: list[Array]) -> Array:
    """The largest p where p is known; tests at visits that are missing do not count."""
    return np.where(np.isnan(p), np.nan, np.fmax.reduce([p, *more]))


def _share(planes: GroupPlanes, p: Array, change: Array) -> dict[str, Array]:
    visits, last = planes.visits, last_measured(p)
    size = np.where(np.isnan(p), -1.0, np.abs(change))
    peak = np.where(last >= 0, np.argmax(size, axis=0), -1)
    genes = np.arange(p.shape[1])
    here = peak >= 0
    share = np.where(here, change[last, genes] / change[peak, genes], np.nan)
    low, high = np.full(len(genes), np.nan), np.full(len(genes), np.nan)
    kind = np.full(len(genes), np.nan, object)
    others = np.maximum((~np.isnan(p)).sum(axis=0) - 1, 1)
    for (v, w), between in planes.between.items():
        at: Mask = (peak == visits.index(v)) & (last == visits.index(w))
        for n in np.unique(others[at]):
            some = at & (others == n)
            first, second, name = fieller(between, 1 - (1 - LEVEL) / n)
            # -t_w / t_v is the fraction of the interval.
            low[some], high[some], kind[some] = -second[some], -first[some], name[some]
    return {"peak": peak, "last": last, "share": share, "share_low": low, "share_high": high,
            "share_interval": kind}  # fmt: skip
