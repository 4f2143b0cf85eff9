"""What many tests begin with, made once a process, of which each has a copy of its own."""

import functools
import pickle
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def afresh(make: Callable[..., T]) -> Callable[..., T]:
    """Make what `make` makes of the same arguments once, and give a new copy at every call."""
    made: dict[str, bytes] = {}

    @functools.wraps(make)
    def copy(*args: object, **options: object) -> T:
        key = repr((args, sorted(options.items())))
        if key not in made:
            made[key] = pickle.dumps(make(*args, **options))
        found: T = pickle.loads(made[key])
        return found

    return copy
