"""Faults that a JSON schema finds, in words."""

import re
from datetime import date
from typing import Any

from revertome.near_names import nearest

LONGEST = 250  # characters of what was found
_POWER = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+")


def sentence(error: Any, count: int) -> str:
    """Say what is wrong with a configuration.

    Parameters
    ----------
    error : jsonschema.ValidationError
        The first fault.
    count : int
        How many there are.
    """
    shown = "nothing" if error.instance is None else repr(error.instance)
    shown = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}..."
    where = ".".join(str(part) for part in error.absolute_path) or "the study"
    if error.validator == "additionalProperties":
        known = ", ".join(sorted(error.schema["properties"]))
        other = sorted(set(error.instance) - set(error.schema["properties"]), key=str)
        near = [key for name in other for key in nearest(str(name), error.schema["properties"])]
        hint = f" (nearest: {', '.join(dict.fromkeys(near))})" if near else ""
        text = f"unknown key {', '.join(map(str, other))}{hint}; known keys are {known}"
    elif error.validator == "enum":
        choices = ", ".join(str(choice) for choice in error.validator_value)
        text = f"found {shown}; choose one of {choices}"
    elif error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        text = f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
        if not error.absolute_path and "intake" in missing:
            text += "; give the file of the study with --configfile"
    elif error.validator == "type":
        text = f"found {shown}; expected {error.validator_value}"
        if isinstance(error.instance, str) and _POWER.fullmatch(error.instance):
            text += " (YAML reads 1e9 as a word: write 1.0e+9, or the digits)"
        elif error.instance is None:
            text += " (leave the key out, or give it a value)"
        elif "string" in error.validator_value and isinstance(error.instance, int | float | date):
            text += (
                " (YAML reads yes, no, digits and dates as other than words: write it in quotes)"
            )
    else:
        text = str(error.message)
    more = f" (and {count - 1} more)" if count > 1 else ""
    text = text if len(text) <= 4 * LONGEST else f"{text[: 4 * LONGEST]}..."
    return f"configuration: {where}: {text}{more}; every key is explained in config/README.md"
