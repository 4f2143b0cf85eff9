"""A study of one visit: what it needs, and what of a study file needs a follow-up.

Imports nothing heavy, so that the workflow can ask cheaply.
"""

from collections.abc import Mapping
from typing import Any

from revertome.differential.engines import engine_names, get_engine
from revertome.errors import StudyError

LEAST = 3  # people on either side of a comparison, as of pairs in a change
LATER = "later"  # the visit of a response that the study file gives no name


def check_one_visit(config: Mapping[str, Any]) -> None:
    """Refuse what a study of one visit cannot answer.

    Raises
    ------
    StudyError
        Naming the key, what was found and what to do.
    """
    design, response, differential = config["design"], config["response"], config["differential"]
    only = f"design names one visit, {design['baseline']!r}, and no followup"
    if design["healthy"] is None and response["source"] == "none":
        raise StudyError(
            f"configuration: {only}, no healthy people and no response: there is nothing to "
            "compare; name a followup, the healthy samples (design.healthy), or where response is "
            "found (response.source)"
        )
    for key in ("arm", "dose", "time_control"):
        if design.get(key) is not None:
            raise StudyError(
                f"configuration: design.{key}: it tells of changes, and {only}; take the key out, "
                "or name a followup"
            )
    if response["source"] == "activity":
        raise StudyError(
            "configuration: response.source: activity is the fall of a score from baseline to "
            f"follow-up, and {only}; use column or visits"
        )
    if response["source"] == "visits" and not response["visit"]:
        raise StudyError(
            f"configuration: response.visit: {only}; say at which visit of the visits sheet "
            "response is read"
        )
    if differential["change_with"]:
        raise StudyError(
            f"configuration: differential.change_with: {only}, so that nothing changes; take "
            "the key out, or name a followup"
        )
    if differential["blocking"] == "fixed":
        raise StudyError(
            "configuration: differential.blocking: fixed compares samples of the same patients, "
            f"and {only}; use auto"
        )
    for engine in differential["engines"]:
        # One that takes patients in one way alone needs several samples of each.
        if len(get_engine(engine).BLOCKINGS) == 1:
            raise StudyError(
                f"configuration: differential.engines: {engine} needs several samples of a "
                f"patient, and {only}; use {' or '.join(_able())}"
            )


def _able() -> list[str]:
    """Engines that can compare people with one sample each."""
    return [name for name in engine_names() if len(get_engine(name).BLOCKINGS) > 1]
