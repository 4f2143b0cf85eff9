"""Module scores, one file each, found by the file's name.

Every file offers

    score(values, sets, reference, threads) -> DataFrame (samples x modules)

with `values` a log2 DataFrame (samples x genes, both sorted), `sets` a dict of module to genes
that are all columns of `values`, `reference` a boolean Series over samples, and `threads` the
number of cores, which never changes a result. `SCALE` names the scale of the values it takes, which
is checked (all take log2). `GAPS` tells whether it takes missing values; others are given the mean
of the gene in their place (`filled`). `RATIO` tells whether the score is a ratio, whose
changes are compared on the log2 scale.
"""

import pkgutil
from importlib import import_module
from types import ModuleType

from revertome.errors import StudyError
from revertome.near_names import unknown


def methods() -> list[str]:
    """Return the names of the available score methods, sorted."""
    return sorted(file.name for file in pkgutil.iter_modules(__path__))


def scorer(method: str) -> ModuleType:
    """Return the score method of that name.

    Raises
    ------
    StudyError
        No such method; the message lists those there are.
    """
    if method not in methods():
        raise StudyError(f"modules.methods: {unknown('score method', method, methods())}")
    return import_module(f"{__name__}.{method}")
