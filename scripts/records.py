"""The record of each job: what it was asked, what it read and wrote, and with what.

The record of `logs/quality.log` is `logs/quality.record.json`. The job itself writes it, last, so
that several rules in one job of a cluster have a record each, and a job that was killed has none
that its files agree with.
"""

import hashlib
import json
import platform
import resource
import socket
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from files import each_file, sha256, write_text
from packages import loaded
from revertome.errors import PassingError

HOME = Path(__file__).resolve().parents[1]
# Params that follow from input, output or wildcards, or are checked and change no result.
DERIVED = ("checked", "share", "behind", "words", "recorded")

Record = dict[str, Any]
# What a record must hold to be one.
KEYS = {
    **dict.fromkeys(("rule", "study", "code", "asked", "log", "python", "seal"), str),
    **dict.fromkeys(("params", "inputs", "fetched", "outputs", "packages"), dict),
}
FETCHED: dict[str, str] = {}  # sha256 by name of files of public archives that this job has read


def beside(log: str | Path) -> Path:
    """Path of the record that belongs to a log."""
    return Path(log).with_suffix(".record.json")


def study_folder(log: str | Path) -> Path:
    """Result folder of the study to which a log belongs."""
    return Path(log).parents[1]


def now() -> str:
    """Time, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def inputs_of(job: Any) -> dict[str, str]:
    """sha256 by name of what a job reads, as it is now."""
    folder, rule = study_folder(job.log[0]), Path(job.log[0]).stem
    hidden = hides(getattr(job, "config", {}))
    return inputs(getattr(job, "input", ()), folder, hidden=hidden, rule=rule)


def write_record(job: Any, began: str, before: Mapping[str, str]) -> None:
    """Write the record of a job that has ended well.

    Parameters
    ----------
    job
        The object `snakemake` of the job's script.
    began
        When it began, of `now`.
    before
        What it was to read as it began, of `inputs_of`.

    Raises
    ------
    PassingError
        When a file has changed since: nobody knows which of the two was read.
    """
    try:
        record = record_of(job, began)
        now_read = record["inputs"]
    except FileNotFoundError:
        now_read = {}
    if now_read != before:
        changed = {n for n, _ in before.items() ^ now_read.items()}
        raise PassingError(
            f"{Path(job.log[0]).stem}: what it reads was changed while it was at work "
            f"({', '.join(sorted(changed)[:3])}), so that nobody knows which of the two was read; "
            "give the same command again"
        )
    record["outputs"] = checksums(job.output, study_folder(job.log[0]))
    record["log"] = sha256(job.log[0])
    record["used"] = used()
    record["seal"] = seal(record)
    write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", beside(job.log[0]))


def record_of(job: Any, began: str) -> Record:
    """The record of a job at work: all but what it has written.

    Keys are `rule`, `study`, `began`, `ended`, `host`, `platform`, `python`, `packages`, `code`
    (digest of the code), `asked` (digest of `params`), `params`, `fetched` and `inputs` (sha256 by
    name); in the file also `outputs`, `log`, `used` (of `used`) and `seal`.
    """
    params, folder = dict(job.params.items()), study_folder(job.log[0])
    return {
        "rule": Path(job.log[0]).stem,
        "study": folder.name,
        "began": began,
        "ended": now(),
        "host": socket.gethostname(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "packages": loaded(),
        "code": params.get("code"),
        "asked": asked(params),
        "params": shown(params),
        "inputs": inputs_of(job),
        "fetched": {f"fetched:{name}": digest for name, digest in FETCHED.items()},
        **({"temporary": True} if params.get("temporary") else {}),
    }


def used() -> dict[str, float]:
    """What this process has taken until now, as the system counted it (`getrusage`).

    Returns
    -------
    dict
        `cpu_seconds`, user and system, of the process and of those it has waited for;
        `max_rss_mb`, its own largest resident size; `max_rss_mb_of_a_child`, that of the largest of
        the others, 0 without any. Side by side they take less than their sum: forks share pages.
    """
    own, others = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    unit = 2**20 if platform.system() == "Darwin" else 2**10  # bytes there, KiB elsewhere
    return {
        "cpu_seconds": round(seconds, 2),
        "max_rss_mb": round(own.ru_maxrss / unit, 1),
        "max_rss_mb_of_a_child": round(others.ru_maxrss / unit, 1),
    }


def hides(config: Mapping[str, Any]) -> bool:
    """Whether names of the study's own files are withheld, as they may name people."""
    return bool(config.get("privacy", "none") != "none")


def canonical(value: Any) -> Any:
    """A value as it is when it comes back from JSON; the rest as text."""
    return json.loads(json.dumps(value, default=str))


def asked(params: Mapping[str, Any]) -> str:
    """Digest of the params that decide results.

    Those of the intake may name people. With the table of codes, which only its owner has, the
    digest cannot be had from a list of names.
    """
    deciding = {key: value for key, value in params.items() if key not in (*DERIVED, "code")}
    total = hashlib.sha256(json.dumps(canonical(deciding), sort_keys=True).encode())
    if params.get("private") and Path(params["private"]).is_file():
        total.update(Path(params["private"]).read_bytes())
    return total.hexdigest()


def shown(params: Mapping[str, Any]) -> dict[str, Any]:
    """Params as they may be shown."""
    found = {k: v for k, v in params.items() if k not in (*DERIVED, "code", "private", "temporary")}
    if params.get("private"):
        from revertome.configuration import public  # which only the intake needs

        found["intake"] = public({"privacy": "hidden", "intake": found["intake"]})["intake"]
    return dict(canonical(found))


def named(path: str | Path, folder: Path) -> str:
    """Name of a file in records: inside the study's folder, inside the workflow, or as given."""
    for home, prefix in ((folder, ""), (HOME, "workflow:")):
        whole = Path(path).absolute()
        if (prefix == "" or Path(path).is_absolute()) and whole.is_relative_to(home.absolute()):
            return prefix + whole.relative_to(home.absolute()).as_posix()
    return str(path)


def checksums(paths: Iterable[str | Path], folder: Path) -> dict[str, str]:
    """sha256 by name of files that are there."""
    return {named(path, folder): sha256(path) for path in sorted(map(str, paths))}


def inputs(paths: Iterable[str | Path], folder: Path, *, hidden: bool, rule: str) -> dict[str, str]:
    """sha256 of a rule's inputs by name; the study's own by number where names are hidden."""
    every = {str(path): named(path, folder) for path in each_file(paths)}
    own = {path for path, name in every.items() if hidden and _own(path, name, folder)}
    found = {name: sha256(path) for path, name in every.items() if path not in own}
    numbered = enumerate(sorted(map(sha256, own)), 1)
    return found | {f"{rule}:{i}": digest for i, digest in numbered}


def _own(path: str, name: str, folder: Path) -> bool:
    """Whether a file is neither a result of the study nor part of the workflow."""
    return not name.startswith("workflow:") and not Path(path).absolute().is_relative_to(
        folder.absolute()
    )


def seal(record: Record) -> str:
    """Digest of all else that a record holds, by which an edit of it is seen."""
    rest = {key: value for key, value in record.items() if key != "seal"}
    return hashlib.sha256(json.dumps(canonical(rest), sort_keys=True).encode()).hexdigest()


def read(log: str | Path) -> Record | None:
    """The record beside a log; None where it is missing, cannot be read or was edited."""
    try:
        # One received may be a pipe, which would keep its reader waiting.
        path = beside(log)
        found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, ValueError, RecursionError):
        return None
    whole = isinstance(found, dict) and all(isinstance(found.get(k), t) for k, t in KEYS.items())
    return found if whole and found["seal"] == seal(found) else None


def wanted(params: Any) -> dict[str, Any]:
    """`asked`, `code` and `shown` of the params of a rule or job as they are now.

    Params of a rule that are functions follow from files, but for the digest of the code.
    """
    code = params.get("code")
    found = {key: value for key, value in params.items() if not callable(value)}
    return {
        "code": code(None) if callable(code) else code,
        "asked": asked(found),
        "shown": shown(found),
    }
