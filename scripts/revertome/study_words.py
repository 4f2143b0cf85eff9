"""The configuration as Snakemake gives it, whatever file or command line it is from."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from revertome.errors import StudyError
from revertome.study_file import DEEPEST, MOST_VALUES

# Keys that name files and folders, one, several by number or several by name.
INPUTS = ("intake.matrix", "intake.samples", "intake.visits", "intake.cdf", "intake.controls",
          "intake.annotation.path", "response.definition", "modules.gmt", "figures.style",
          "compare")  # fmt: skip
OUTPUTS = ("results", "private", "intake.cache")
_AS_WRITTEN = {*INPUTS, *OUTPUTS, "intake.sha256"}
_LARGEST = 10**400  # an integer; no other number is as large


def composed(config: Mapping[str, Any]) -> dict[str, Any]:
    """Configuration whose words are composed (NFC), as those of sheets and matrices are read.

    `é` is one character on most machines and two on others. Names of files stay as they are.

    Raises
    ------
    StudyError
        A number that is none, or that no computer holds; more values than anyone writes.
    """
    count = [0]
    found: dict[str, Any] = _composed(config, "", 0, count)
    return found


def _composed(value: Any, key: str, depth: int, count: list[int]) -> Any:
    count[0] += 1
    if count[0] > MOST_VALUES or depth > DEEPEST:
        raise StudyError(
            f"configuration: more than {MOST_VALUES:,} values, or more than {DEEPEST} sections "
            "within each other; write out what is meant"
        )
    if isinstance(value, Mapping):
        return {
            _name(name, key): _composed(part, f"{key}.{name}".lstrip("."), depth + 1, count)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [_composed(part, key, depth + 1, count) for part in value]
    if isinstance(value, int | float) and not abs(value) < _LARGEST:
        what = "a number of very many digits" if isinstance(value, int) else value
        raise StudyError(
            f"configuration: {key}: found {what}; expected a number, or a word in quotes"
        )
    return _word(value, key)


def _name(name: Any, key: str) -> Any:
    if isinstance(name, date):  # a datetime too
        return str(name)  # as a sheet has it; other spellings are found to occur nowhere
    if name is None or isinstance(name, str | int | float):
        return _word(name, key)
    raise StudyError(
        f"configuration: {key or 'study file'}: {name} before a colon is no word to YAML; write it "
        "in quotes, as the sheet has it"
    )


def _word(value: Any, key: str) -> Any:
    if not isinstance(value, str) or key in _AS_WRITTEN:
        return value
    return unicodedata.normalize("NFC", value)


def paths_of(config: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, str]:
    """Paths that a completed configuration names under some of `INPUTS` and `OUTPUTS`, by key."""
    found: dict[str, Any] = {}
    for key in keys:
        value: Any = config
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if isinstance(value, Mapping):
            found |= {f"{key}.{name}": path for name, path in value.items()}
        elif isinstance(value, list):
            found |= {f"{key}.{i}": path for i, path in enumerate(value)}
        else:
            found[key] = value
    return {key: path for key, path in found.items() if path and isinstance(path, str)}
