"""What an h5ad file would unfold to, looked over before it is read into memory.

Shapes in HDF5 are promises that a file of some kilobytes can make, links may lead to other files,
and the positions in a sparse matrix are taken at their word by the code that unfolds it.
"""

import multiprocessing
import signal
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from revertome.errors import StudyError
from revertome.intake.unpacking import LARGEST, Allowance

_DEEPEST = 16  # groups within groups
_SECONDS = 10  # beside those that its bytes take
_SLOWEST = 20 << 20  # bytes a second
_MOST = 100_000  # groups and datasets
_ADVICE = "write it anew with anndata from the data it was made of"


def check_hdf5(path: str, size: int) -> None:
    """Look through an h5ad file of `size` bytes and read all of it once, in a process of its own.

    On damaged files the HDF5 library does not always come to an end, or ends the process.

    Raises
    ------
    StudyError
        Values that lie in other files, more than the file can hold, groups without end, a sparse
        matrix whose positions do not fit, or a file that the library cannot cope with.
    """
    import h5py  # before the process begins, which has it so

    context = multiprocessing.get_context("fork")
    seconds = _SECONDS + size // _SLOWEST
    receive, send = context.Pipe(duplex=False)
    child = context.Process(target=_look, args=(h5py, path, size, seconds, send), daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads, none of which it needs
        child.start()
    send.close()
    try:
        told = receive.recv() if receive.poll(seconds + 1) else None
    except EOFError:
        told = None
    child.kill()
    child.join()
    if told is None:
        raise StudyError(
            f"{path}: no readable h5ad file (the HDF5 library breaks down or runs on without end); "
            f"it is damaged: get it again, or {_ADVICE}"
        )
    if told:
        raise StudyError(told)


def _look(h5py: Any, path: str, size: int, seconds: int, send: Any) -> None:
    """Say what is wrong, or nothing; ends with its time also where nobody waits any more."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds + 2)
    told = ""
    try:
        with h5py.File(path, "r") as file:
            _check(h5py, file, path, size)
    except StudyError as error:
        told = str(error)
    except Exception:  # which the reader of the file will meet and tell
        told = ""
    send.send(told)


def _check(h5py: Any, file: Any, path: str, size: int) -> None:
    allowance = Allowance(size, path, _ADVICE)
    for count, (name, item) in enumerate(_items(h5py, file, path), start=1):
        if count > _MOST:
            raise StudyError(f"{path}: holds more than {_MOST} groups and tables; {_ADVICE}")
        dict(item.attrs)
        if isinstance(item, h5py.Dataset):
            if item.is_virtual or item.external:
                raise _elsewhere(path, name)
            allowance.take(item.size * item.dtype.itemsize if item.shape else 0)
            item[()]
        elif _layout(item):
            _check_sparse(item, f"{path}: {name}")


def _items(h5py: Any, file: Any, path: str) -> Iterator[tuple[str, Any]]:
    """All groups and datasets with their names, those near the root first."""
    groups = [("", file)]
    while groups:
        prefix, group = groups.pop(0)
        if prefix.count("/") > _DEEPEST:
            raise StudyError(f"{path}: {prefix[:40]}... lies in groups within groups; {_ADVICE}")
        for key in group:
            name = f"{prefix}{key}"
            if isinstance(group.get(key, getlink=True), h5py.ExternalLink):
                raise _elsewhere(path, name)
            item = group[key]
            yield name, item
            if isinstance(item, h5py.Group):
                groups.append((f"{name}/", item))


def _elsewhere(path: str, name: str) -> StudyError:
    return StudyError(f"{path}: the values of {name} lie in another file; {_ADVICE}")


def _layout(group: Any) -> str:
    """`csr`, `csc` or nothing."""
    said = group.attrs.get("encoding-type", group.attrs.get("h5sparse_format", ""))
    return str(said)[:3] if str(said)[:3] in ("csr", "csc") else ""


def _check_sparse(group: Any, where: str) -> None:
    """Positions of a sparse matrix: in order, within the matrix, one for each value."""
    rows, columns = (int(n) for n in group.attrs.get("shape", group.attrs.get("h5sparse_shape")))
    if rows * columns * 8 > LARGEST:
        raise StudyError(
            f"{where} is a matrix of {rows} x {columns}, which does not fit into memory; {_ADVICE}"
        )
    major, minor = (rows, columns) if _layout(group) == "csr" else (columns, rows)
    starts, at = group["indptr"][:], group["indices"][:]
    whole = (
        len(starts) == major + 1
        and starts[0] == 0
        and starts[-1] == len(at) == len(group["data"])
        and not (np.diff(starts.astype(np.int64)) < 0).any()
        and (not len(at) or (at.min() >= 0 and at.max() < minor))
    )
    if not whole:
        raise StudyError(
            f"{where} is a sparse matrix whose positions do not fit its {rows} x {columns}; the "
            f"file is damaged: {_ADVICE}"
        )
