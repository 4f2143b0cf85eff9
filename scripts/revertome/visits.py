"""The visits of a design: all of them in order, and the one that a stage is asked about.

Imports nothing heavy, so that the workflow can ask when it plans.
"""

import re
from collections.abc import Mapping
from typing import Any

from revertome.errors import StudyError


def in_order(design: Mapping[str, Any]) -> dict[str, Any]:
    """Section `design` with `followups`, all of them in order, and `followup`, the main one.

    The main follow-up is the last: it is what the study is asked about unless a stage is asked
    about another (`at_visit`). None where the study has the baseline alone.
    """
    if "followups" in design:
        return dict(design)
    named = design.get("followup")
    visits = [named] if isinstance(named, str) else list(named or [])
    return {**design, "followup": visits[-1] if visits else None, "followups": visits}


def as_written(design: Mapping[str, Any]) -> dict[str, Any]:
    """Section `design` as a study file has it: the inverse of `in_order`."""
    rest = {key: value for key, value in design.items() if key != "followups"}
    visits = followups(design)
    return {**rest, "followup": visits if len(visits) > 1 else rest.get("followup")}


def uncompleted(config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration with its design as written, whether it was completed before or not."""
    if "followups" not in (config.get("design") or {}):
        return dict(config)
    return {**config, "design": as_written(config["design"])}


def followups(design: Mapping[str, Any]) -> list[str]:
    """Follow-up visits, in order; none where the study has the baseline alone."""
    if "followups" in design:
        return [str(visit) for visit in design["followups"]]
    return [] if design.get("followup") is None else [str(design["followup"])]


def visits_of(design: Mapping[str, Any]) -> list[str]:
    """Baseline, then the follow-up visits in order."""
    return [str(design["baseline"]), *followups(design)]


def at_visit(design: Mapping[str, Any], visit: str | None) -> dict[str, Any]:
    """The design asked about one of its follow-up visits."""
    return {**design, "followup": visit, "followups": followups(design)}


def controlled(design: Mapping[str, Any], visit: object) -> bool:
    """Whether arms are still as they were randomised at a follow-up visit."""
    arm = design.get("arm")
    if arm is None or str(visit) not in followups(design):
        return False
    until = arm.get("until")
    order = followups(design)
    return until is None or order.index(str(visit)) <= order.index(str(until))


def folder_of(visit: str) -> str:
    """Name of a visit as the name of a folder, and of a rule."""
    return re.sub(r"\W", "_", visit)


def check_visits(design: Mapping[str, Any]) -> None:
    """Refuse a visit that is named twice, and arms whose last controlled visit is none.

    Raises
    ------
    StudyError
        Naming the key, what was found and what to do.
    """
    where, order = "configuration: design", followups(design)
    if str(design["baseline"]) in order:
        raise StudyError(
            f"{where}: baseline and followup are both {design['baseline']!r}; name two visits"
        )
    seen: dict[str, str] = {}
    for visit in order:
        other = seen.setdefault(folder_of(visit).casefold(), visit)
        if visit == other and order.count(visit) > 1:
            raise StudyError(f"{where}.followup: {visit!r} is named twice; name each visit once")
        if visit != other:
            raise StudyError(
                f"{where}.followup: {other!r} and {visit!r} would have one folder; give one of "
                "them another name in intake.fields.visit.values"
            )
    arm = design.get("arm")
    if arm is not None and arm.get("until") is not None and str(arm["until"]) not in order:
        raise StudyError(
            f"{where}.arm.until: {arm['until']!r} is no follow-up of this design "
            f"({', '.join(order) or 'it has none'}); name the last one at which arms were as "
            "randomised, or leave it out if they were at all of them"
        )
