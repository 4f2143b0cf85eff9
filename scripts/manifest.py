"""The manifest and the crate of a run, assembled from the records of its jobs."""

import hashlib
import json
import subprocess
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contradictions import few, lines, of_chain, of_params, sources, strangers, written
from files import sha256, write_text
from job import alarm
from packages import loaded
from private_search import check_words
from records import Record, beside, checksums, named, now, read, record_of, study_folder
from revertome.errors import StudyError


def agreeing(job: Any, began: str) -> dict[str, Record]:
    """Records of the jobs behind this one, and its own so far, by rule.

    Parameters
    ----------
    job
        The object `snakemake`, whose param `behind` says of each log what its job is asked now:
        `asked`, `code` and `shown`.
    began
        When this job began.

    Raises
    ------
    StudyError
        When records, files and what is asked now contradict each other: what would be certified
        was not made so.
    """
    from revertome.report.manifest import mixed

    behind, folder = job.params.behind, study_folder(job.log[0])
    records = {Path(log).stem: read(log) for log in behind}
    found = of_chain(records, folder)
    for log, wanted in behind.items():
        record = records[Path(log).stem]
        if record is not None and (said := list(of_params(record, **wanted))):
            found.setdefault(Path(log).stem, []).extend(said)
    if found:
        raise StudyError(
            f"no manifest is written, as the results are not what it would say:\n{lines(found)}\n"
            "Give the same command again: it makes these again, and what follows from them"
        )
    if extra := strangers(folder) - {named(path, folder) for path in job.output}:
        warnings.warn(
            f"{folder} holds files of no job of this study, as of an earlier configuration: "
            f"{few(extra)}; what they hold is not certified",
            stacklevel=2,
        )
    own = record_of(job, began) | {"outputs": {}}
    agreed = {rule: record for rule, record in records.items() if record} | {own["rule"]: own}
    alarm(mixed(agreed))
    return agreed


def write_manifest(job: Any, records: Mapping[str, Record]) -> dict[str, Any]:
    """Write the manifest of a study or a comparison, as of now.

    Parameters
    ----------
    job
        The object `snakemake`. What it has written so far is certified too.
    records
        Of `agreeing`.

    Returns
    -------
    dict
        The manifest.
    """
    from revertome.report.manifest import manifest

    target, folder = job.output.manifest, study_folder(job.log[0])
    check_words(job.params.get("words") or {}, folder)
    *_, own = records
    ready = [path for path in job.output if Path(path).is_file() and path != target]
    done = {"ended": now(), "outputs": checksums(ready, folder), "packages": loaded()}
    every = {**records, own: records[own] | done}
    digests = {Path(log).stem: sha256(beside(log)) for log in job.params.behind}
    made = written(every.values())
    read_in = sources(every.values(), made)
    # How work was divided is no part of what was made.
    lasting = {rule: record for rule, record in every.items() if not record.get("temporary")}
    files = written(lasting.values())
    record = manifest(job.params.config, lasting, digests, files, read_in, origin(), now())
    write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", target)
    return record


def write_crate(job: Any, record: Mapping[str, Any]) -> None:
    """Write the entry file of the workflow and the RO-Crate of a study."""
    from revertome.report.crate import crate

    config, folder, entry = job.params.config, study_folder(job.log[0]), Path(job.input.entry)
    write_text(entry.read_text(encoding="utf-8"), job.output.entry)
    sizes = {path: (folder / path).stat().st_size for path in record["results"]}
    about = config["title"] or config["study"]
    write_text(crate(record, sizes, entry.name, about), job.output.crate)


def origin() -> dict[str, str | None]:
    """Commit of the workflow, where git knows one, and a digest of the library's sources.

    A commit whose files were edited since is said to be so: it is not what ran.
    """
    home = Path(__file__).parents[1]
    library = home / "scripts" / "revertome"
    files = sorted(
        path for path in library.rglob("*") if path.suffix in {".py", ".j2", ".css", ".js"}
    )
    digest = hashlib.sha256("".join(sha256(path) for path in files).encode()).hexdigest()
    commit = _git(home, "rev-parse", "HEAD")
    code = ("Snakefile", "scripts", "workflow", "resources")
    if commit and _git(home, "status", "--porcelain", "--", *code):
        commit += " with changes"
    return {"commit": commit, "digest": digest}


def _git(home: Path, *words: str) -> str | None:
    """What git says of the workflow's folder, None where it says nothing."""
    # A folder that another user owns has a commit as well.
    line = ["git", "-c", "safe.directory=*", "-C", str(home), *words]
    try:
        done = subprocess.run(
            line, capture_output=True, encoding="utf-8", errors="replace", check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip() or None
