"""Work divided among processes of one job."""

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from job import end_with_parent


def each(work: Callable[[Any], Any], items: Iterable[Any], workers: int) -> list[Any]:
    """Do `work` for every item in forked processes, which have all that this one has read.

    Not `multiprocessing.Pool`: where one of its workers is killed, it waits for ever.

    Raises
    ------
    concurrent.futures.process.BrokenProcessPool
        When a worker was killed, as by a system that runs out of memory.
    """
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, mp_context=fork, initializer=end_with_parent) as pool:
        return list(pool.map(work, items))
