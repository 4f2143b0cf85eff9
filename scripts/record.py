"""What the record of a run is made of: checksums, the code that ran, what the jobs said."""

import hashlib
import json
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from disk import sha256, write_text
from packages import note, noted


def notes_of(logs: Iterable[str], own: str) -> dict[str, dict[str, Any] | None]:
    """What each rule behind `logs` has loaded, and what this one has so far."""
    return {**noted(logs), Path(own).stem: note(own)}


def manifest_text(
    config: Mapping[str, Any],
    paths: Iterable[str | Path],
    folder: Path,
    inputs: Mapping[str, str],
    origin: Mapping[str, str | None],
    notes: Mapping[str, dict[str, Any] | None],
) -> str:
    """Manifest of the files made, as of now; see `revertome.report.manifest`."""
    from revertome.report.manifest import manifest

    finished = datetime.now(UTC).isoformat(timespec="seconds")
    return manifest(config, checksums(paths, folder), inputs, origin, notes, finished)


def write_record(
    params: Any, paths: Iterable[str | Path], notes: Mapping[str, Any], made: Any
) -> None:
    """Write the manifest of a study, the entry file of the workflow, and the RO-Crate of both."""
    from revertome.report.crate import crate

    config, folder, entry = params.config, Path(made.html).parent, Path(params.entry)
    inputs = input_checksums(params.inputs, hidden=config["privacy"] != "none")
    text = manifest_text(config, paths, folder, inputs, origin(), notes)
    write_text(text, made.manifest)
    write_text(entry.read_text(encoding="utf-8"), made.entry)
    record = json.loads(text)
    sizes = {path: (folder / path).stat().st_size for path in record["results"]}
    about = config["title"] or config["study"]
    write_text(crate(record, sizes, entry.name, about), made.crate)


def write_comparison_record(
    params: Any, paths: Iterable[str | Path], notes: Mapping[str, Any], made: Any
) -> None:
    """Write the manifest of a comparison; its inputs are the manifests of its studies."""
    inputs = {path: sha256(path) for path in params.manifests}
    origin = {"commit": None, "digest": params.code}
    folder = Path(made.html).parent
    write_text(manifest_text(params.config, paths, folder, inputs, origin, notes), made.manifest)


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


def origin() -> dict[str, str | None]:
    """Commit of the workflow, where git knows one, and a digest of the library's sources."""
    library = Path(__file__).parent / "revertome"
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
