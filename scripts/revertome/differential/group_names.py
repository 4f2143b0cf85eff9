"""Names of the contrasts of a response in groups or as a number; imports nothing heavy."""

from collections.abc import Collection, Mapping
from typing import Any

from revertome.errors import StudyError
from revertome.sheet_word import TREND, baseline_of, change_of, sheet_word

BY_RESPONSE = "change_by_response"
AT_BASELINE = "baseline_by_response"


RESERVED = ("healthy", "unlabelled", "time_control")  # labels of others
WITH_GROUPS = ("change_all", "change_responders", "change_nonresponders", "interaction")


def group_contrasts(response: Mapping[str, Any]) -> list[str]:
    """Contrasts of the changes of the groups, in the order of `response.groups`."""
    names = [change_of(sheet_word(each)) for each in response.get("groups", ())]
    return names + ([TREND] if response.get("ordered") else [])


def response_contrasts(response: Mapping[str, Any]) -> list[str]:
    """Contrasts that `response.groups`, `ordered` and `value` add, in reporting order."""
    names = [baseline_of(sheet_word(each)) for each in response.get("groups", ())[1:]]
    value = [BY_RESPONSE, AT_BASELINE] if response.get("value") else []
    return [*group_contrasts(response), *names, *value]


def home_of(term: str, groups: Collection[str]) -> str:
    """The model of its own that a contrast is in; empty for the models of all contrasts.

    `groups` are the words of the groups of response.
    """
    if term == TREND or term in map(change_of, groups):
        return "groups"
    if term in map(baseline_of, groups):
        return "groups at baseline"
    return term if term in (BY_RESPONSE, AT_BASELINE, "dose_trend") else ""


def check_sums(sums: Mapping[str, Collection[str]], groups: Collection[str]) -> None:
    """Check that every contrast of a study is a sum within one model.

    Parameters
    ----------
    sums : mapping
        Terms of each contrast of `differential.custom`.
    groups : collection of str
        Words of `response.groups`.

    Raises
    ------
    StudyError
        Naming the contrast and the terms.
    """
    for name, terms in sums.items():
        homes = {home_of(term, groups) for term in terms}
        beside = [term for term in terms if not home_of(term, groups)]
        joined = homes == {"groups", ""} and set(beside) <= set(WITH_GROUPS)
        if len(homes) > 1 and not joined:
            own = [term for term in terms if home_of(term, groups)]
            more = f", or with {', '.join(WITH_GROUPS)}" if "groups" in homes else ""
            raise StudyError(
                f"configuration: differential.custom: {name}: {', '.join(own)} "
                "cannot be added to the others, which are estimated in another model; write sums "
                f"of one kind{more}"
            )


def check_group_names(response: Mapping[str, Any], taken: Collection[str]) -> None:
    """Check that the groups name contrasts, and files, of their own.

    Parameters
    ----------
    response : mapping
        Section of the study file.
    taken : collection of str
        Names of all other contrasts.

    Raises
    ------
    StudyError
        Naming the word, the name, and what to do.
    """
    seen = {name.casefold(): f"the contrast {name}" for name in taken}
    for word in map(sheet_word, response["groups"]):
        name = change_of(word)
        key = name.casefold()
        why = f"is taken by {seen[key]}" if key in seen else ""
        if word in RESERVED or key == "change_" or key.startswith("change_with_"):
            why = "is no name for a group of response"
        if why:
            raise StudyError(
                f"configuration: response.groups: {word!r} gives the contrast {name}, which {why}; "
                "write another word for it by intake.fields.response.values"
            )
        seen[key] = f"the group {word!r}"


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
