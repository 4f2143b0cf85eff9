"""Names that a study gives (`labels`), checked: as far as the study file tells, and by its tables.

What is checked by tables is only warned of: it is known when all statistics are done, and a name
for nothing changes nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from revertome import naming
from revertome.differential.group_names import response_contrasts
from revertome.differential.names import STANDARD, WITH, of_the_data
from revertome.errors import StudyError
from revertome.naming.known import CONTRASTS, GROUPS, VARIABLES
from revertome.near_names import unknown
from revertome.visits import followups

SINGULAR = {"responders": "responder", "nonresponders": "nonresponder"}
LONGEST = 80  # letters that still fit beside a figure
FORMULA = re.compile(r"\s*[=+\-@]")  # how a spreadsheet begins what it runs
ONE = {kind: kind.removesuffix("s") for kind in naming.KINDS}
# Kinds of which two with one name are told whoever named them.
MIXED_UP = ("visits", "arms", "modules")
# A name for one of these may be for nothing: study files are copied.
USUAL: Mapping[str, Any] = {"groups": GROUPS, "contrasts": CONTRASTS, "variables": VARIABLES}


def check_labels(config: Mapping[str, Any]) -> None:
    """Check names as far as the study file tells.

    Parameters
    ----------
    config : dict
        Completed configuration.

    Raises
    ------
    StudyError
        A name that cannot be shown, two with one name, or one for a contrast that cannot be.
    """
    for kind, names in config["labels"].items():
        where = f"configuration: labels.{kind}"
        for name, text in names.items():
            if fault := _fault(text):
                raise StudyError(f"{where}.{str(name)[:LONGEST]}: {fault}")
        if twins := _at_the_door(kind, names, config.get("design") or {}):
            first, second, text = twins[0]
            raise StudyError(
                f"{where}: {first} and {second} are both called {text!r}, so that nobody could "
                "tell them apart; give them different names"
            )
    if "differential" in config and "design" in config:
        _contrasts(config)


def _at_the_door(
    kind: str, names: Mapping[Any, str], design: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Own names alike, or like what another that the study file knows is called without one."""
    # The sheet's word for healthy people and ours are of the same people; so are two of ours.
    same = {str(design.get("healthy")): "healthy"} | SINGULAR if kind == "groups" else {}
    own = [(same.get(str(name), str(name)), text) for name, text in names.items()]
    given = {name for name, _ in own}
    known: list[Any] = [*GROUPS] if kind == "groups" else []
    if kind == "visits":
        known = [each for each in (design.get("baseline"), *followups(design)) if each is not None]
    elif kind == "arms":
        known = [design["arm"]["control"]] if design.get("arm") else []
    called = getattr(naming, ONE[kind])
    others = [(same.get(str(name), str(name)), called(name)) for name in known]
    others = [pair for pair in others if pair[0] not in given]
    return [twin for twin in _alike([*own, *others]) if given & {*twin[:2]}]


def _contrasts(config: Mapping[str, Any]) -> None:
    own = config["differential"]
    known = [*STANDARD, *own["custom"], *[f"{WITH}{name}" for name in own["change_with"]]]
    known = [*dict.fromkeys([*known, *response_contrasts(config["response"]), *CONTRASTS])]
    for name in config["labels"].get("contrasts", {}):
        if name not in known and not of_the_data(str(name), config["design"]):
            told = unknown("contrast", str(name), known)
            raise StudyError(f"configuration: labels.contrasts: {told}")


def _fault(text: str) -> str:
    """Why a name cannot be shown everywhere; empty where it can."""
    if not text.strip():
        return "found nothing to be read; write a name, or leave the key out"
    if len(text) > LONGEST:
        return f"found {len(text):,} letters; a name has at most {LONGEST}"
    hidden = [letter for letter in text if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp")]
    if hidden:
        return (
            f"holds a line break or a letter that does not show (U+{ord(hidden[0]):04X}); write "
            "the name on one line"
        )
    if FORMULA.match(text):
        return (
            f"{text[:20]!r} begins as a formula does, and a spreadsheet would run it in the source "
            "data of figures; begin with a letter"
        )
    return ""


def _alike(names: Iterable[tuple[Any, str]]) -> list[tuple[str, str, str]]:
    """Two names with one text, each time it happens."""
    first: dict[str, str] = {}
    found = []
    for name, text in names:
        other = first.setdefault(" ".join(text.casefold().split()), str(name))
        if other != str(name):
            found.append((other, str(name), text))
    return found


def label_warnings(
    labels: Mapping[str, Mapping[str, str]], held: Mapping[str, Iterable[Any]]
) -> list[str]:
    """Sentences on names for nothing, and on two things with one name.

    To be asked while the names of the study are written (`naming.named_as`).

    Parameters
    ----------
    labels
        `labels` of the configuration.
    held
        What the tables of the study hold, by kind of `naming.KINDS`.
    """
    words = []
    for kind in naming.KINDS:
        given = {str(name): text for name, text in labels.get(kind, {}).items()}
        known = [str(name) for name in dict.fromkeys(held.get(kind, ()))]
        for name in given:
            if name not in known and name not in USUAL.get(kind, ()):
                told = unknown(ONE[kind], name, known)
                words.append(f"labels.{kind}: {told}; nothing has this name in the report")
        called = getattr(naming, ONE[kind])
        every = {name: called(name) for name in known if kind != "groups" or name not in GROUPS}
        for first, second, text in _alike(every.items()):
            if kind in MIXED_UP or {first, second} & set(given):
                words.append(
                    f"labels.{kind}: {first} and {second} are both called {text!r} in the report: "
                    "name one of them otherwise"
                )
    return words
