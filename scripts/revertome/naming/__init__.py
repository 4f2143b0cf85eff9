"""Names for people: how visits, groups, arms, modules, variables and contrasts are written.

Tables keep the names of the study's files; whatever is read by people (figures, sentences,
headings) asks here. A study's own names (`labels` of the configuration) come first, then those
known for the shipped modules and for common clinical variables, then the name itself with its
underscores as spaces. The names of a run are set once, by the script that writes (`named_as`),
so that no sentence has to hand them on.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from revertome.naming.known import (
    ACRONYMS,
    ALSO,
    BEFORE_AND_AFTER,
    CELL_TYPES,
    COLLECTIONS,
    CONTRASTS,
    ENDPOINTS,
    ENGINES,
    GROUPS,
    METHODS,
    MODULES,
    ORDINALS,
    SYMBOLS,
    VARIABLES,
)

KINDS = ("visits", "groups", "arms", "modules", "variables", "contrasts")
UNIT = re.compile(r" \([^()]*\)$")
NUMBER = re.compile(r"-?\d+([.,]\d+)?")
NUMBERED = re.compile(
    r"^(day|week|month|year|hour|visit|cycle|dose|period|time|arm)_?(\d.*)$", re.I
)

Own = Mapping[str, Mapping[str, str]]
NOTHING: Mapping[str, Any] = MappingProxyType({})

_own: ContextVar[Own] = ContextVar("_own", default=NOTHING)
_design: ContextVar[Mapping[str, Any]] = ContextVar("_design", default=NOTHING)


@contextmanager
def named_as(labels: Own | None, design: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Write the names of a study.

    Parameters
    ----------
    labels
        `labels` of the configuration: names by kind (`KINDS`) and name in the files.
    design
        Design of the study, for the names of contrasts: baseline, followup, healthy, arm.
    """
    labels, design = by_word(labels or {}), design or {}
    groups = labels.get("groups", {})
    # The sheet has its own word for healthy people, and `labels` may name it by that or by ours.
    known = (
        {str(design["healthy"]): groups.get("healthy", "healthy")} if "healthy" in design else {}
    )
    own = _own.set({**labels, "groups": {**known, **groups}})
    asked = _design.set(design)
    try:
        yield
    finally:
        _own.reset(own)
        _design.reset(asked)


def visit(name: Any) -> str:
    """Name of a visit: `month6` is `month 6`, `6` is `time 6`, `before` is `baseline`."""
    name = str(name)
    if (own := _given("visits", name)) is not None:
        return own
    if NUMBER.fullmatch(name):  # days, hours or a place in a row: only the study can say
        return f"time {name}"
    if name.lower() in BEFORE_AND_AFTER and (time := _time(name)) is not None:
        return time
    if name.lower() in ORDINALS:
        return f"{name} visit"
    if numbered := NUMBERED.match(name):
        return " ".join(numbered.groups()).replace("_", " ")
    return _spaced(name)


def _time(name: str) -> str | None:
    """The baseline, or the one follow-up: no sentence can say `at before` and `by after`."""
    design = _design.get()
    if str(design.get("baseline")) == name:
        return "baseline"
    only = len(design.get("followups") or ()) < 2
    return "follow-up" if only and str(design.get("followup")) == name else None


def group(name: Any) -> str:
    """Name of a group of people: healthy, of a response, or as the sheet has it."""
    name = str(name)
    own = _given("groups", name) or _given("groups", ALSO.get(name, name))
    if own is None and name == "responders_vs_nonresponders":
        return f"{group('responders')} less {group('nonresponders')}"
    return own or GROUPS.get(name) or _spaced(name)


def arm(name: Any) -> str:
    """Name of an arm."""
    return _given("arms", str(name)) or _spaced(str(name))


def module(name: Any) -> str:
    """Name of a module: what it measures, for those that are shipped."""
    name = str(name)
    found = _given("modules", name) or MODULES.get(name)
    if found is None and " - " in name:  # a difference of two
        return " less ".join(map(module, name.split(" - ")))
    return found or _collected(name) or _spaced(name)


def variable(name: Any, unit: bool = True) -> str:
    """Name of a clinical variable, of a covariate or of the score of a module, with its unit.

    Parameters
    ----------
    name
        As in the sheet; the channel that GEO adds (`:ch1`) is left out.
    unit
        Without it the unit in brackets at the end is left out, as sentences need it.
    """
    name = re.sub(r":ch\d$", "", str(name))
    found = _given("variables", name) or VARIABLES.get(name)
    if found is None and (name in MODULES or _given("modules", name)):
        return module(name)
    found = found or _variable(name)
    return found if unit else UNIT.sub("", found)


def contrast(name: Any, at: Any = None) -> str:
    """Name of a contrast: what is subtracted from what, at follow-up `at` if not the main one."""
    name, design = str(name), _design.get()
    design = design if at is None else {**design, "followup": at}
    if (own := _given("contrasts", name)) is not None:
        return own
    if name in CONTRASTS:
        known = design.get("arm") or {}
        return CONTRASTS[name].format(
            healthy=healthy(),
            responders=group("responders"),
            nonresponders=group("nonresponders"),
            control=arm(known["control"]) if known else "the control arm",
            **{
                time: visit(design[time]) if design.get(time) else word
                for time, word in (("baseline", "baseline"), ("followup", "follow-up"))
            },
        )
    if name.startswith("change_with_"):
        what = variable(name.removeprefix("change_with_"), unit=False)
        return f"change with that of {what}"
    if name.startswith("drug_effect_"):
        return f"change in {arm(name.removeprefix('drug_effect_'))} less that in control"
    if name.startswith("change_"):
        return f"change in {people(name.removeprefix('change_'))}"
    return _spaced(name)


def endpoint(name: Any) -> str:
    """Name of an endpoint of the clinical response: `acr_pedi_30` is `ACR Pedi 30`."""
    return ENDPOINTS.get(str(name)) or _words(_spaced(str(name)))


def method(name: Any) -> str:
    """Name of a method that scores modules: `ssgsea` is `ssGSEA`."""
    return METHODS.get(str(name)) or _spaced(str(name))


def engine(name: Any) -> str:
    """Name of an engine of differential expression: `voom` is `limma-voom`."""
    return ENGINES.get(str(name)) or _spaced(str(name))


def cell_type(name: Any) -> str:
    """Name of a type of cells: `cd4_t_cells` is `CD4 T cells`."""
    return CELL_TYPES.get(str(name)) or _words(_spaced(str(name)))


def capital(words: str) -> str:
    """Begin a sentence or a heading: the first letter large, the others as they are."""
    return words[:1].upper() + words[1:]


def healthy() -> str:
    """Healthy people in a sentence."""
    named = group(_design.get().get("healthy", "healthy"))
    return "healthy people" if named == "healthy" else named


def people(name: str) -> str:
    """An arm or a group, whichever has a name."""
    return _given("arms", name) or group(name)


def by_word(labels: Own) -> dict[str, dict[str, str]]:
    """Names by what the files call a thing: YAML has a number for a visit `12`."""
    return {kind: {str(name): text for name, text in own.items()} for kind, own in labels.items()}


def _given(kind: str, name: str) -> str | None:
    found = _own.get().get(kind, {}).get(name)
    return None if found is None else str(found)


def _spaced(name: str) -> str:
    return re.sub(r"_+", " ", name).strip() or name


def _words(text: str) -> str:
    """Words with acronyms in capitals."""
    words = text.split(" ")
    return " ".join(ACRONYMS.get(word.lower(), word) if word.islower() else word for word in words)


def _variable(name: str) -> str:
    """Words of a variable: acronyms in capitals, `_percent` as its unit."""
    percent = name.endswith(("_percent", "_pct"))
    text = _words(_spaced(re.sub(r"_(percent|pct)$", "", name)))
    return f"{text} (%)" if percent else text


def _collected(name: str) -> str | None:
    """Name of a set of MSigDB: `HALLMARK_HEME_METABOLISM` is `Heme metabolism (Hallmark)`."""
    collection, _, rest = name.partition("_")
    if collection not in COLLECTIONS or not rest or name != name.upper():
        return None
    first, *others = rest.split("_")
    words = [first if _symbol(first) else first.capitalize()]
    words += [word if _symbol(word) else word.lower() for word in others]
    return f"{' '.join(words)} ({COLLECTIONS[collection]})"


def _symbol(word: str) -> bool:
    return word in SYMBOLS or any(letter.isdigit() for letter in word)
