"""Work divided among processes of one job."""

import multiprocessing
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from job import end_with_parent

_work: list[Callable[[Any], Any]] = []  # what the processes forked now are to do


def _do(item: Any) -> Any:
    return _work[-1](item)


def each(work: Callable[[Any], Any], items: Iterable[Any], workers: int) -> list[Any]:
    """Do `work` for every item in forked processes, which have all that this one has read.

    They inherit `work` as well, so that it may hold any amount of data; items and results are sent.
    Not `multiprocessing.Pool`: where one of its workers is killed, it waits for ever.

    Raises
    ------
    concurrent.futures.process.BrokenProcessPool
        When a worker was killed, as by a system that runs out of memory.
    """
    if workers == 1:
        return [work(item) for item in items]
    fork = multiprocessing.get_context("fork")
    sys.stdout.flush()  # or each of them would print what is still to be printed
    try:
        pool = ProcessPoolExecutor(workers, mp_context=fork, initializer=end_with_parent)
    except OSError:  # no semaphores, as where /dev/shm is closed: the same bytes, in more time
        return [work(item) for item in items]
    _work.append(work)
    try:
        with pool:
            return list(pool.map(_do, items))
    finally:
        _work.pop()
