"""Lock files of Snakemake's, written so that a run is known by them whenever it is killed."""

from collections.abc import Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from runs import Runs


def write_locks(persistence: Any, run: Runs, kind: str, files: Iterable[str]) -> None:
    """Lock files, in the place of `FilePersistence._write_locks`.

    Each lock file is in the record of the run before it is in its place: a run that is killed
    between the two would leave a lock of which nobody knows whose it is. Snakemake has seen that
    nothing here is locked, but of two runs that begin at once each may have seen that: so all who
    meet another's lock afterwards give way.

    Parameters
    ----------
    persistence : FilePersistence
    run : Runs
        This run.
    kind : str
        `input`, then `output`.
    files : iterable of str
        Files to lock.
    """
    folder, own = Path(persistence._lockdir), persistence._lockfile
    persistence._delete_locks = lambda: _delete(own)
    lines = "".join(f"{file}\n" for file in files)
    if lines:
        names = (f"{number}.{kind}.lock" for number in count())
        path = next(folder / name for name in names if not (folder / name).exists())
        run.lock(lines, path)
        own[kind] = str(path)
    if kind == "output" and _collide(own, folder):
        from snakemake.exceptions import LockException

        raise LockException


def _collide(own: dict[str, str], folder: Path) -> bool:
    """Whether another's lock holds what this run makes, or another makes what it reads."""
    mine = {kind: _lines(Path(path)) for kind, path in own.items()}
    made, read = mine.get("output", set()), mine.get("input", set())
    others = [path for path in folder.glob("*.lock") if str(path) not in own.values()]
    return any(
        _lines(path) & (made if path.name.endswith(".input.lock") else made | read)
        for path in others
    )


def _lines(path: Path) -> set[str]:
    try:
        return set(path.read_text(encoding="utf-8").splitlines())
    except OSError:  # it has just been released
        return set()


def _delete(own: dict[str, str]) -> None:
    """Remove these lock files and no others."""
    for path in map(Path, own.values()):
        path.unlink(missing_ok=True)
        with suppress(OSError):  # locks of another run are there
            path.parent.rmdir()
    own.clear()
