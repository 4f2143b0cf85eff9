"""Designs of paired and other trials, and counts for them."""

import numpy as np


def _dummies(codes):
    return (codes[:, None] == np.unique(codes)).astype(float)


def _pairs(rng):
    return np.column_stack([_dummies(np.repeat(np.arange(8), 2)), np.tile([0.0, 1.0], 8)])


def _shuffled(rng):
    x = _pairs(rng)
    return x[rng.permutation(len(x))][:, rng.permutation(x.shape[1])]


def _treatment(rng):
    x = _pairs(rng)
    return np.column_stack([np.ones(len(x)), x[:, 1:]])


def _gaps(rng):
    patient = np.repeat(np.arange(9), 3)
    visit = np.tile([0, 1, 2], 9)
    keep = np.ones(27, dtype=bool)
    keep[[4, 8, 9, 21]] = False
    return np.column_stack([_dummies(patient), visit == 1, visit == 2])[keep].astype(float)


def _batch(rng):
    x = _gaps(rng)
    return np.column_stack([x, np.arange(len(x)) % 2, rng.normal(size=len(x))])


def _interaction(rng):
    arm = np.repeat([0.0, 1.0], [8, 8])
    x = _pairs(rng)
    return np.column_stack([x, x[:, -1] * arm])


def _labels(rng):
    x = _interaction(rng)
    return np.column_stack([np.ones(len(x)), x[:, 1:], rng.normal(size=len(x))])


def _healthy(rng):
    x = _pairs(rng)
    more = np.zeros((5, x.shape[1] + 1))
    more[:, -1] = 1
    return np.vstack([np.column_stack([x, np.zeros(len(x))]), more])


def _groups(rng):
    return np.column_stack([np.ones(20), np.repeat([0.0, 1.0], 10), rng.normal(size=20)])


DESIGNS = {
    "pairs": _pairs, "shuffled": _shuffled, "treatment": _treatment, "gaps": _gaps,
    "batch": _batch, "interaction": _interaction, "labels": _labels, "healthy": _healthy,
    "groups": _groups,
}  # fmt: skip


def counts_of(name, genes, hostile=False, seed=7):
    """Design (n, p), counts (n, G) and log size factors (n,); `hostile`: genes that are hard."""
    rng = np.random.default_rng(seed)
    x = DESIGNS[name](rng)
    n = len(x)
    offset = np.log(rng.uniform(0.1, 10, n) if hostile else rng.uniform(0.6, 1.6, n))
    b = rng.normal(0, 0.4, (x.shape[1], genes))
    mu = np.exp(x @ b + np.linspace(3, 6, genes) + offset[:, None])
    k = rng.poisson(rng.gamma(5.0, mu / 5))
    if not hostile:
        return x, k + 1, offset
    k[:, 0] = np.where(x[:, -1] > 0, 0, k[:, 0])
    k[:, 1] = np.where(x[:, 0] > 0, 0, k[:, 1])
    k[3, 2] = 200_000
    k[:, 3] = np.round(50 * np.exp(offset))
    k[:, 4] = rng.poisson(1e6 * np.exp(offset))
    k[:, 5] = rng.random(n) < 0.15
    k[0, 5] = 1
    k[:, 6] = 7
    return x, k, offset
