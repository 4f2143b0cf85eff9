"""Packages that a job has loaded, noted as JSON beside its log.

The note of `logs/quality.log` is `logs/quality.packages.json`: the rule, the version of Python,
and the version of each package by its name.
"""

import json
import platform
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

# What this workflow is built on, by the name it is installed under; and the name it is imported
# by where that is another.
PACKAGES = (
    *("snakemake", "numpy", "scipy", "pandas", "anndata", "scanpy", "statsmodels", "gseapy"),
    *("pydeseq2", "matplotlib", "jinja2", "jsonschema", "pyyaml", "python-calamine"),
)
IMPORTED_AS = {"pyyaml": "yaml", "python-calamine": "python_calamine"}


def loaded() -> dict[str, str]:
    """Name and version of the packages that are loaded in this process, by name."""
    found = (name for name in PACKAGES if IMPORTED_AS.get(name, name) in sys.modules)
    return {name: metadata.version(name) for name in sorted(found)}


def note(log: str | Path) -> dict[str, Any]:
    """What the job that writes `log` has loaded so far: rule, version of Python, packages."""
    return {"rule": Path(log).stem, "python": platform.python_version(), "packages": loaded()}


def beside(log: str | Path) -> Path:
    """Path of the note that belongs to a log."""
    return Path(log).with_suffix(".packages.json")


def noted(logs: Iterable[str | Path]) -> dict[str, dict[str, Any] | None]:
    """Notes by rule, in the order of `logs`; None where it is missing or cannot be read.

    Logs may have been removed between two runs, and their notes with them.
    """
    found: dict[str, dict[str, Any] | None] = {}
    for log in logs:
        try:
            found[Path(log).stem] = json.loads(beside(log).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found[Path(log).stem] = None
    return found
