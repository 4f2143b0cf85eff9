"""The manifest: everything needed to say what made a result."""

import json
import platform
import sys
from collections.abc import Mapping
from importlib import metadata
from typing import Any

SOFTWARE = (
    *("snakemake", "numpy", "scipy", "pandas", "anndata", "scanpy", "statsmodels"),
    *("gseapy", "pydeseq2", "matplotlib", "jinja2"),
)


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries behind the results."""
    found = {"python": platform.python_version()}
    for name in SOFTWARE:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def manifest(
    config: Mapping[str, Any],
    files: Mapping[str, str],
    sources: Mapping[str, str],
    origin: Mapping[str, str | None],
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
    finished
        Time at which the report was written, ISO 8601.
    """
    record = {
        "study": config["study"],
        "finished": finished,
        "workflow": dict(origin),
        "software": versions(),
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
