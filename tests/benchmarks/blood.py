"""Works on modules: scores of 300 or 400 modules of 50 genes each."""

import numpy as np
import pandas as pd

SIZE = 50


def named(x):
    """Samples x genes with names in order."""
    genes = pd.Index([f"G{i:05d}" for i in range(x.shape[1])], name="gene")
    return pd.DataFrame(x, [f"S{i:04d}" for i in range(len(x))], genes)


def modules(values, number):
    """Gene i of module m is number 61 m + 397 i, counted around."""
    places = (61 * np.arange(number)[:, None] + 397 * np.arange(SIZE)) % values.shape[1]
    return {f"M{m}": list(values.columns[row]) for m, row in enumerate(places)}


def scores(x, method, number):
    """Scores of one method in all samples, the first half of which are the reference."""
    from revertome.modules.scores import scorer

    values = named(x)
    sets = modules(values, number)
    reference = pd.Series(np.arange(len(x)) < len(x) // 2, values.index)
    score = scorer(method).score
    return lambda: score(values, sets, reference, 1).abs().to_numpy().sum()


def ssgsea(x):
    return scores(x, "ssgsea", 300)


def zscore(x):
    return scores(x, "zscore", 400)


WORKS = {"ssgsea": ssgsea, "zscore": zscore}
