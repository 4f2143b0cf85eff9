"""The manifest: everything needed to say what made a result."""

from collections.abc import Mapping
from typing import Any

Records = Mapping[str, Mapping[str, Any]]


def software(records: Records) -> dict[str, str]:
    """Return the version of Python and of every package that a rule has loaded.

    Parameters
    ----------
    records
        By rule: `python`, its version, and `packages`, versions by name.

    Returns
    -------
    dict
        Version by name, Python first; versions that differ between rules (an upgrade between two
        runs) are joined by " and ".
    """
    return {name: " and ".join(found) for name, found in _versions(records).items()}


def software_words(records: Records) -> dict[str, str]:
    """Return `software` with the rules that loaded each package, where that is not all of them."""
    words = {}
    for name, found in _versions(records).items():
        loaded = {rule for rules in found.values() for rule in rules}
        rest = [rule for rule in records if rule not in loaded]
        where = f"all but {', '.join(rest)}"
        if len(rest) > len(loaded):
            where = ", ".join(rule for rule in records if rule in loaded)
        words[name] = " and ".join(found) + (f" ({where})" if rest else "")
    return words


def mixed(records: Records) -> list[str]:
    """Return a sentence on each package of which the rules had different versions."""
    return [
        f"the results were not made with one version of {name}: "
        + "; ".join(f"{version} in {', '.join(rules)}" for version, rules in found.items())
        + ". `--forceall` makes them all with the present one"
        for name, found in _versions(records).items()
        if len(found) > 1
    ]


def _versions(records: Records) -> dict[str, dict[str, list[str]]]:
    """Rules by version by package."""
    found: dict[str, dict[str, list[str]]] = {"python": {}}
    for rule, record in records.items():
        for name, version in {"python": record["python"], **record["packages"]}.items():
            found.setdefault(name, {}).setdefault(version, []).append(rule)
    order = sorted(found, key=lambda name: (name != "python", name))
    return {name: dict(sorted(found[name].items())) for name in order}


def manifest(
    config: Mapping[str, Any],
    records: Records,
    digests: Mapping[str, str],
    files: Mapping[str, str],
    sources: Mapping[str, str],
    origin: Mapping[str, str | None],
    finished: str,
) -> dict[str, Any]:
    """Return the manifest: what made the results, from the records of the jobs that made them.

    Parameters
    ----------
    config
        Configuration as run.
    records
        Of every job, by rule in the order of the flow. The manifest holds `software`, versions by
        name, `software_by_rule`, the same for each rule, and `rules`: when and where each ran, the
        digest of its code and of its record.
    digests
        sha256 of the records by rule; that of the job at work is not written yet.
    files, sources
        sha256 of every result file and of every input file of the study, by path.
    origin
        `commit` of the workflow (None outside a repository) and `digest` of its library.
    finished
        Time at which the manifest was written, ISO 8601.
    """
    kept = ("began", "ended", "host", "platform", "code")
    return {
        "study": config["study"],
        "finished": finished,
        "workflow": dict(origin),
        "software": software(records),
        "software_by_rule": {rule: software({rule: record}) for rule, record in records.items()},
        "rules": {
            rule: {**{key: record[key] for key in kept}, "record": digests.get(rule)}
            for rule, record in records.items()
        },
        "seeds": seeds(config),
        "config": dict(config),
        "inputs": dict(sorted(sources.items())),
        "results": dict(sorted(files.items())),
    }


def seeds(config: Mapping[str, Any], place: str = "") -> dict[str, int]:
    """Return every `seed` of the configuration under its dotted name."""
    found: dict[str, int] = {}
    for key, value in config.items():
        if isinstance(value, Mapping):
            found |= seeds(value, f"{place}{key}.")
        elif key == "seed":
            found[f"{place}{key}"] = value
    return found
