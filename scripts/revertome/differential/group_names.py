"""Names of the contrasts of a response in groups or as a number; imports nothing heavy."""

from collections.abc import Mapping
from typing import Any

from revertome.errors import StudyError
from revertome.sheet_word import TREND, change_of, sheet_word

BY_RESPONSE = "change_by_response"
AT_BASELINE = "baseline_by_response"


def group_contrasts(response: Mapping[str, Any]) -> dict[str, str]:
    """Contrast `change_<group>` and the word of the group, in the order of `response.groups`."""
    return {change_of(sheet_word(each)): sheet_word(each) for each in response["groups"]}


def response_contrasts(response: Mapping[str, Any]) -> list[str]:
    """Contrasts that `response.groups`, `ordered` and `value` add, in reporting order."""
    names = list(group_contrasts(response))
    names += [TREND] if response["ordered"] else []
    return names + ([BY_RESPONSE, AT_BASELINE] if response["value"] else [])


def check_group_names(response: Mapping[str, Any], taken: list[str]) -> None:
    """Check that the groups name contrasts, and files, of their own.

    Raises
    ------
    StudyError
        Naming the word, the name, and what to do.
    """
    seen = {name.casefold(): f"the contrast {name}" for name in taken}
    for each in response["groups"]:
        name = change_of(sheet_word(each))
        key = name.casefold()
        if key in seen or key == "change_" or key.startswith("change_with_"):
            why = f"is taken by {seen[key]}" if key in seen else "is no name of a table of its own"
            raise StudyError(
                f"configuration: response.groups: {sheet_word(each)!r} gives the contrast {name}, "
                f"which {why}; write another word for it by intake.fields.response.values"
            )
        seen[key] = f"the group {sheet_word(each)!r}"


def check_groups(response: Mapping[str, Any]) -> None:
    """Check the keys `groups`, `responders` and `ordered` of a study against each other.

    Raises
    ------
    StudyError
        Naming the key, what was found and what to write.
    """
    groups, yes = ([sheet_word(each) for each in response[key]] for key in ("groups", "responders"))
    where = "configuration: response"
    source = str(response["source"])
    if not groups:
        for key in ("responders", "ordered"):
            if response[key]:
                raise StudyError(f"{where}.{key}: needs response.groups, the words of the groups")
        return
    if source not in ("column", "visits"):
        raise StudyError(
            f"{where}.groups: source {source} knows no groups; take column (words of the column "
            "response) or visits (levels of the definition of response)"
        )
    for key, words in (("groups", groups), ("responders", yes)):
        twice = sorted({each for each in words if words.count(each) > 1})
        if twice:
            raise StudyError(f"{where}.{key}: {twice[0]!r} is given twice")
    if source == "visits" and yes:
        raise StudyError(
            f"{where}.responders: with source visits the endpoint says who is a responder; leave "
            "the key out"
        )
    unknown = [each for each in yes if each not in groups]
    if source == "column" and (unknown or not 0 < len(yes) < len(groups)):
        found = f"{', '.join(unknown)} is not among" if unknown else f"found {len(yes)} words of"
        raise StudyError(
            f"{where}.responders: {found} the groups {', '.join(groups)}; name those that count "
            "as responders, at least one and not all"
        )
