"""The manifest: everything needed to say what made a result."""

import json
import platform
import sys
from collections.abc import Mapping
from typing import Any

Notes = Mapping[str, Mapping[str, Any] | None]


def software(notes: Notes) -> dict[str, str]:
    """Return the version of Python and of every package that a rule has loaded.

    Parameters
    ----------
    notes
        By rule: `python`, its version, and `packages`, versions by name; None where a rule left
        no note.

    Returns
    -------
    dict
        Version by name, Python first; versions that differ between rules (an upgrade between two
        runs) are joined by " and ".
    """
    return {name: " and ".join(found) for name, found in _versions(notes).items()}


def software_words(notes: Notes) -> dict[str, str]:
    """Return `software` with the rules that loaded each package, where that is not all of them."""
    known = [rule for rule, note in notes.items() if note is not None]
    words = {}
    for name, found in _versions(notes).items():
        loaded = {rule for rules in found.values() for rule in rules}
        rest = [rule for rule in known if rule not in loaded]
        where = f"all but {', '.join(rest)}"
        if len(rest) > len(loaded):
            where = ", ".join(rule for rule in known if rule in loaded)
        words[name] = " and ".join(found) + (f" ({where})" if rest else "")
    return words


def unknown(notes: Notes) -> list[str]:
    """Return a sentence on the rules that left no note; none where all did."""
    rules = [rule for rule, note in notes.items() if note is None]
    if not rules:
        return []
    return [f"software: not known what {', '.join(rules)} loaded: no note beside the log"]


def _versions(notes: Notes) -> dict[str, dict[str, list[str]]]:
    """Rules by version by package."""
    found: dict[str, dict[str, list[str]]] = {"python": {}}
    for rule, note in notes.items():
        if note is not None:
            for name, version in {"python": note["python"], **note["packages"]}.items():
                found.setdefault(name, {}).setdefault(version, []).append(rule)
    order = sorted(found, key=lambda name: (name != "python", name))
    return {name: dict(sorted(found[name].items())) for name in order}


def manifest(
    config: Mapping[str, Any],
    files: Mapping[str, str],
    sources: Mapping[str, str],
    origin: Mapping[str, str | None],
    notes: Notes,
    finished: str,
) -> str:
    """Return the manifest as JSON.

    Parameters
    ----------
    config
        Configuration as run.
    files, sources
        sha256 of every result file and of every input file of the study, by path.
    origin
        `commit` of the workflow (None outside a repository) and `digest` of its library.
    notes
        What each rule has loaded, see `software`. The manifest holds `software`, versions by
        name, and `software_by_rule`, the same for each rule; null where a note is missing.
    finished
        Time at which the report was written, ISO 8601.
    """
    record = {
        "study": config["study"],
        "finished": finished,
        "workflow": dict(origin),
        "software": software(notes),
        "software_by_rule": {rule: note and software({rule: note}) for rule, note in notes.items()},
        "platform": {"system": platform.platform(), "byteorder": sys.byteorder},
        "seeds": _seeds(config),
        "config": config,
        "inputs": dict(sorted(sources.items())),
        "results": dict(sorted(files.items())),
    }
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _seeds(config: Mapping[str, Any], place: str = "") -> dict[str, int]:
    """Collect every `seed` of the configuration under its dotted name."""
    found: dict[str, int] = {}
    for key, value in config.items():
        if isinstance(value, Mapping):
            found |= _seeds(value, f"{place}{key}.")
        elif key == "seed":
            found[f"{place}{key}"] = value
    return found
