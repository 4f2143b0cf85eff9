"""Verify a finished result folder, one's own or one received, against its manifest and records.

    python scripts/verify.py results/my_study [...]

Reads only. Ends with status 0 where every file is what the manifest and the records of the jobs
say, else with 1 and one line for each thing that is not.
"""

import argparse
import json
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import run_record
from contradictions import (
    differ,
    few,
    lines,
    of_chain,
    printable,
    recorded,
    sources,
    strangers,
    written,
)
from files import seen, sha256
from records import Record, beside, read
from revertome.report.manifest import seeds, software
from revertome.visits import as_written

COMPARISON = "compare"
KEYS = {"study": str, "finished": str} | dict.fromkeys(
    ("rules", "config", "results", "inputs", "software", "seeds"), dict
)


def verify(folder: Path, parts: Sequence[str] = ("", COMPARISON)) -> list[str]:
    """Say what of a result folder is not so; empty where all is.

    Parameters
    ----------
    folder
        Result folder of a study, or one that holds a comparison alone.
    parts
        Folders in it that have a manifest of their own. Where a comparison is left out, its files
        are not judged.

    Returns
    -------
    list of str
        A heading, and a line for each rule or part.
    """
    there = [path for part in parts if (path := folder / part / "manifest.json").is_file()]
    if not there:
        return [f"{folder}: no manifest.json: no study is finished here"]
    found, judged = [], False
    for path in there:
        manifest = _read(path)
        if isinstance(manifest, str):
            found.append(f"  {path.relative_to(folder)}: {manifest}")
        else:
            found += _against(folder, path, manifest)
            judged = True
    aside = () if COMPARISON in parts else (f"{COMPARISON}/",)
    if judged and (extra := {name for name in strangers(folder) if not name.startswith(aside)}):
        found.append(f"  made by no job of this study: {few(extra)}")
    return [f"{folder}: not what its manifest says:", *found] if found else []


def _read(path: Path) -> dict[str, Any] | str:
    """The manifest, or why it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return "cannot be read"
    if not isinstance(found, dict) or not isinstance(found.get("config"), dict):
        return "is no manifest of this workflow"
    if "rules" not in found:
        return "was written before jobs left records (version 0.1.0): nothing to verify it by"
    wrong = [key for key, kind in KEYS.items() if not isinstance(found.get(key), kind)]
    if not wrong and not all(isinstance(about, dict) for about in found["rules"].values()):
        wrong = ["rules"]
    return f"lacks {few(wrong)}" if wrong else found


def _against(folder: Path, path: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Lines on what contradicts one manifest."""
    logs = {rule: folder / "logs" / f"{rule}.log" for rule in manifest["rules"]}
    records = {rule: read(log) for rule, log in logs.items()}
    faults = of_chain(records, folder)
    for rule, about in manifest["rules"].items():
        record = records[rule]
        if record is None:
            continue
        said = list(_of_record(record, about, manifest, sha256(beside(logs[rule]))))
        if said:
            faults.setdefault(rule, []).extend(said)
    if faults:
        yield lines(faults)
    said = [*_of_manifest(manifest, records, folder), *_of_sources(manifest["inputs"], folder)]
    if said:
        yield f"  {path.relative_to(folder)}: {'; '.join(said)}"


def _of_record(
    record: Record, about: Mapping[str, Any], manifest: Mapping[str, Any], digest: str
) -> Iterator[str]:
    """What of the manifest contradicts one record."""
    if about.get("record") not in (None, digest):
        yield "its record is not the one the manifest names"
    if record["study"] != manifest["study"]:
        yield f"its record is of the study {record['study']}"
    if record["code"] != about.get("code"):
        yield "the manifest names other code"
    for name, value in record["params"].items():
        config = manifest["config"] if name == "config" else manifest["config"].get(name)
        # A param of the name of a block of the configuration holds that block, or a part of it.
        if name == "design":  # about one of its visits
            value = as_written(value)
        if config is not None and (other := list(_unlike(value, config, name))):
            told = [f"{place}: {then} ran, {now} in the manifest" for place, then, now in other]
            yield f"it ran with other parameters ({few(told)})"


def _unlike(value: Any, config: Any, name: str) -> Iterator[tuple[str, str, str]]:
    """Where a part of the configuration differs from the whole."""
    if isinstance(value, dict) and isinstance(config, dict):
        config = {key: config.get(key) for key in value}
    yield from differ(value, config, name)


def _of_manifest(
    manifest: Mapping[str, Any], records: Mapping[str, Record | None], folder: Path
) -> Iterator[str]:
    """What the manifest says that the records do not."""
    there = [record for record in records.values() if record is not None]
    made, results = written(there), manifest["results"]
    other = {name for name in {*made, *results} if made.get(name) != results.get(name)}
    # What the last job wrote after the manifest, and the manifest itself, are in its record alone.
    last = [r for r in there if manifest["rules"][r["rule"]].get("record") is None]
    other -= {name for record in last for name in record["outputs"] if name not in results}
    if other:
        yield f"names other results than the records: {few(other)}"
    if sources(there, written(recorded(folder))) != manifest["inputs"]:
        yield "names other inputs than the records"
    known = {rule: record for rule, record in records.items() if record is not None}
    if len(known) == len(records) and software(known) != manifest["software"]:
        yield "names other software than the records"
    if seeds(manifest["config"]) != manifest["seeds"]:
        yield "names other seeds than its configuration"


def _of_sources(inputs: Mapping[str, str], folder: Path) -> Iterator[str]:
    """The study's own files that are not what was read, where it was run on this machine."""
    run = run_record.read(folder / "logs" / "run.json")
    if run is None or run.host != socket.gethostname():
        return
    home = Path(run.folder)
    other = [n for n, digest in inputs.items() if seen(home / n) not in (None, "", digest)]
    if other:
        yield f"is of other inputs than there are now: {few(other)}"


def main() -> int:
    """Verify the folders of the command line."""
    parser = argparse.ArgumentParser(description="Verify result folders against their manifests.")
    parser.add_argument("folders", nargs="+", type=Path, help="result folder of a study")
    status = 0
    for folder in parser.parse_args().folders:
        try:
            found = verify(folder)
        except OSError as error:  # of a folder that is closed
            found = [f"{folder}: cannot be verified: {error.filename}: {error.strerror}"]
        for line in found or [f"{folder}: what its manifest says"]:
            print(*map(printable, line.splitlines()), sep="\n")
        status |= bool(found)
    return status


if __name__ == "__main__":
    sys.exit(main())
