"""Names of the contrasts; imports nothing, so that the workflow can ask cheaply."""

from collections.abc import Mapping
from typing import Any

WITHIN_PATIENT = ("change_responders", "change_nonresponders", "change_all", "interaction")


def contrast_names(design: Mapping[str, Any], response: Mapping[str, Any]) -> list[str]:
    """Names of every contrast a study of this shape supports, in reporting order."""
    labelled = response["source"] != "none"
    healthy = design["healthy"] is not None
    names = ["disease"] if healthy else []
    names += ["change_responders", "change_nonresponders"] if labelled else []
    names += ["change_all"]
    if healthy:
        names += ["residual_responders"] if labelled else ["residual_all"]
    return names + (["interaction"] if labelled else [])
