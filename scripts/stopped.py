"""A run that is stopped before its first job, in words that name nobody."""

import sys
from collections.abc import Mapping
from typing import Any, NoReturn

from revertome.errors import StudyError

LOG = "stopped.log"


def stop(error: object, config: Mapping[str, Any]) -> NoReturn:
    """End the run with a sentence."""
    sys.exit(f"revertome: {told(str(error), config)}")


def told(words: str, config: Mapping[str, Any]) -> str:
    """The words; under `privacy` what may be shown of them, and all of them in the private folder.

    Nothing is known yet of the people of the study, and the configuration may not be valid.
    """
    if not words or config.get("privacy", "none") == "none":
        return words
    from private_codes import Private  # here: it imports pandas

    place = f"{config.get('private', 'private')}/{config.get('study', 'study')}.tsv"
    private = Private(place, str(config.get("results", "results")), {})
    try:
        with private.open(LOG) as file:
            file.write(f"{words}\n")
        return private.public(LOG).strip()
    except StudyError as fault:  # of the private folder
        return str(fault)
