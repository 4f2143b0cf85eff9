"""Verdicts against ranks of the whole designs, for small trials drawn at random."""

from itertools import combinations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from revertome.trial import (
    between_people,
    cell_terms,
    change_terms,
    verdicts,
    within_patients,
)

CHANGES = ["change_all", "change_responders", "change_nonresponders", "interaction"]
NAMES = [*CHANGES, "disease", "baseline", "residual_responders"]


def drawn(seed):
    """Up to 8 patients, some seen once, up to 4 healthy people; two factors or numbers."""
    rng = np.random.default_rng(seed)
    pairs, once, healthy = rng.integers(3, 7), rng.integers(0, 3), rng.integers(0, 5)
    rows = [(f"P{k}", visit, "patient") for k in range(pairs) for visit in ("before", "after")]
    rows += [(f"P{pairs + k}", rng.choice(["before", "after"]), "patient") for k in range(once)]
    rows += [(f"H{k}", None, "healthy") for k in range(healthy)]
    obs = pd.DataFrame(rows, columns=["patient", "visit", "group"])
    obs.index = [f"S{k}" for k in range(len(obs))]
    label = rng.choice(["responder", "nonresponder"], pairs + once)
    labels = pd.DataFrame({"patient": [f"P{k}" for k in range(pairs + once)], "label": label})
    after, number = obs["visit"].eq("after").to_numpy(), pd.factorize(obs["patient"])[0]
    of = rng.integers(0, 2, number.max() + 1)[number]
    kinds = [
        after ^ (rng.random(len(obs)) < 0.15),
        of,
        after * of,
        of + after,
        rng.integers(0, 2, len(obs)),
        number * 0.5 + after,
        rng.normal(size=len(obs)).round(1),
    ]
    picked = rng.choice(len(kinds), rng.integers(1, 4), replace=False)
    names = [f"c{k}" for k in picked]
    for name, k in zip(names, picked, strict=True):
        values = np.asarray(kinds[k], float)
        obs[name] = values if k > 4 or rng.random() < 0.3 else np.array([*map(str, values)], object)
    design = {"baseline": "before", "followup": "after", "covariates": names}
    return obs, labels, design | {"healthy": "healthy" if healthy else None}


def in_rows(x, vector):
    """Whether a contrast lies in the row space of a design."""
    return np.linalg.matrix_rank(x) == np.linalg.matrix_rank(np.vstack([x, vector]))


def told(information, vector, names=None, without=()):
    """By the rank of the whole design, patients as columns where they have effects."""
    part = information.matrix(names)
    x = part.to_numpy(float)
    full = pd.Series(vector).reindex(part.columns, fill_value=0.0).to_numpy()
    if information.within:
        patients = pd.get_dummies(information.where["patient"], dtype=float).to_numpy()
        x, full = np.hstack([x, patients]), np.r_[full, np.zeros(patients.shape[1])]
    keep = ~information.where["patient"].isin(without).to_numpy()
    return in_rows(x[keep], full)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_what_is_hidden_by_what(seed):
    obs, labels, design = drawn(seed)
    people, pairs = (of(obs, labels, design) for of in (between_people, within_patients))
    cells, changes = cell_terms(people.where, design), change_terms(pairs.where, design)
    found = verdicts(NAMES, people, pairs, design)
    for name, each in found.items():
        inside = pairs.holds(changes.get(name, {}))
        information, vector = (pairs, changes[name]) if inside else (people, cells[name])
        assert bool(each.reason) == (not told(information, vector)), (seed, name)
        rest = [c for c in design["covariates"] if c not in each.confounded]
        assert told(information, vector, rest)
        for one in each.confounded:  # none is blamed for nothing
            others = [
                c for size in range(len(design["covariates"]))
                for c in combinations([c for c in design["covariates"] if c != one], size)
            ]  # fmt: skip
            assert any(
                told(information, vector, list(c)) and not told(information, vector, [*c, one])
                for c in others
            )
        if each.reason:
            continue
        enough = information.where["patient"].nunique()
        sets = [()] + [c for size in (1, 2) for c in combinations(
            sorted(information.where["patient"].unique()), size)]  # fmt: skip
        rank = information.matrix().shape[1] - len(information.lost())
        decisive = [
            c for c in sets
            if enough - len(c) >= rank
            and told(information, vector, [], c) and not told(information, vector, None, c)
        ]  # fmt: skip
        least = min(map(len, decisive), default=0)
        if least == 1:
            assert set(each.carried_by) == {p for c in decisive if len(c) == 1 for p in c}
        else:
            assert (each.carried_by in decisive) if least else each.carried_by == ()
