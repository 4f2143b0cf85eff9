"""What the record of a run is made of: checksums, the code that ran, what the jobs said."""

import hashlib
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from disk import sha256


def now() -> str:
    """The present, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def checksums(paths: Iterable[str | Path], folder: Path) -> dict[str, str]:
    """sha256 by path relative to a result folder."""
    return {Path(path).relative_to(folder).as_posix(): sha256(path) for path in paths}


def input_checksums(paths: Iterable[str | Path], hidden: bool) -> dict[str, str]:
    """sha256 by path of the study's own files; by number where names are hidden.

    A file may be named after a person.
    """
    found = {str(path): sha256(path) for path in paths}
    if not hidden:
        return found
    return {f"input{i}": digest for i, digest in enumerate(sorted(found.values()), 1)}


def origin(library: Path) -> dict[str, str | None]:
    """Commit of the workflow, where git knows one, and a digest of the library's sources."""
    files = sorted(
        path for path in library.rglob("*") if path.suffix in {".py", ".j2", ".css", ".js"}
    )
    digest = hashlib.sha256("".join(sha256(path) for path in files).encode()).hexdigest()
    git = ["git", "-C", str(library), "rev-parse", "HEAD"]
    try:
        commit = subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = None
    return {"commit": commit, "digest": digest}


def warnings_in(logs: Iterable[str]) -> list[str]:
    """Warnings and flagged samples of all stages, each once, with the stage that gave it."""
    lines = [
        f"{Path(log).stem}: {line.removeprefix('warning: ')}"
        for log in sorted(logs)
        if Path(log).exists()
        for line in Path(log).read_text(encoding="utf-8").splitlines()
        if line.startswith(("warning: ", "flagged: "))
    ]
    return list(dict.fromkeys(lines))


def by_figure(paths: Iterable[str | Path]) -> Mapping[str, dict[str, Path]]:
    """Files of each figure by format."""
    found: dict[str, dict[str, Path]] = {}
    for path in map(Path, paths):
        found.setdefault(path.stem, {})[path.suffix[1:]] = path
    return found
