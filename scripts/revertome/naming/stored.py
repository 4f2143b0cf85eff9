"""Names for people in sentences that stand in result tables.

The stages write such sentences with the names of the study's files. What a page shows of them has
the names for people: where a name cannot be meant otherwise (`month6`, `steroid_dose`, `crp`)
everywhere, else (`before`, `A`, `12`) only where the sentences of the stages set a visit or an arm.
A name that is left as it stood is still the study's own.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.naming.known import ACRONYMS, GROUPS
from revertome.naming.rows import HOLD

SENTENCES = ("statement", "sentence", "dropped")
Change = Callable[[str], str]
CLOSE = r"(?=[:,;)]|\.(?!\d)|$"  # what may follow a name
VISIT = rf"{CLOSE}| (?:less|and|to|on|only|has|have|of|is|\()\b|\s\()"
# A number is a visit only where no count can stand.
NUMBER = rf"{CLOSE}| less that | and healthy | on\b|\s\([-\d])"
ARM = rf"{CLOSE}|\s\(| (?:were|was|less|and|with|changed|could) )"
ARMS = r"((?:\barm|\bagainst|\b[Pp]atients? (?:of|in)|\bbeside|\bassigned to|\bthe group) )"


def wording(known: Mapping[str, Iterable[Any]], at: Any = None) -> Change:
    """Return what writes a stored sentence with names for people.

    Parameters
    ----------
    known
        Names that may stand in it, by kind: visits, arms, variables, contrasts.
    at
        The visit that contrasts are about, if not the main follow-up.
    """
    told = {kind: [str(name) for name in dict.fromkeys(names)] for kind, names in known.items()}
    named = {
        **{name: naming.contrast(name, at) for name in told.get("contrasts", ())},
        **{name: naming.variable(name, unit=False) for name in told.get("variables", ())},
        **{name: naming.arm(name) for name in told.get("arms", ())},
        **{name: naming.visit(name) for name in told.get("visits", ())},
    }
    sure = {name: text for name, text in named.items() if text != name and _alone(name)}
    steps = [_heads(told.get("visits", ()))]
    steps += [_everywhere(sure)] if sure else []
    steps += [_visit(name) for name in told.get("visits", ()) if not _alone(name)]
    steps += [_arm(name, naming.arm(name)) for name in told.get("arms", ()) if not _alone(name)]
    steps += [_counted(name, naming.group(name)) for name in GROUPS]

    def change(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return change


def worded(
    tables: Mapping[str, Any],
    known: Mapping[str, Iterable[Any]],
    genes: Iterable[str] = (),
) -> dict[str, Any]:
    """Tables of which the sentences have names for people.

    Parameters
    ----------
    tables
        Result tables by name; what is none is left as it is.
    known
        Of `names_in`.
    genes
        Whose courses are told; those of the others stay as they are.
    """
    change, found = wording(known), dict(tables)
    for name, table in _frames(tables).items():
        if "in_words" in table:
            asked = table["in_words"].where(table["gene"].isin(list(genes)))
            told = asked.map(change, na_action="ignore")
            told = told.where(told.notna(), table["in_words"])
            found[name] = table.assign(in_words=told)
        for column in SENTENCES:
            if column in table:
                found[name] = found[name].assign(**{column: _told(table, column, known)})
    return found


def _told(table: pd.DataFrame, column: str, known: Mapping[str, Iterable[Any]]) -> pd.Series:
    """Sentences of a table; one on a contrast begins with its name at its visit."""
    if not {"contrast", "visit"} <= set(table):
        return table[column].map(wording(known), na_action="ignore")
    changes = {visit: wording(known, visit) for visit in table["visit"].unique()}
    told = []
    for contrast, visit, text in table[["contrast", "visit", column]].itertuples(index=False):
        rest = str(text).removeprefix(f"{contrast}: ")
        head = "" if rest == text else f"{naming.contrast(contrast, visit)}: "
        told.append(text if pd.isna(text) else head + changes[visit](rest))
    return pd.Series(told, table.index, dtype=object)


def names_in(tables: Mapping[str, Any], design: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Names of a study that sentences may hold, by kind: of its tables and of its design."""
    arm = design.get("arm") or {}
    asked = {
        "visits": [design.get("baseline"), *(design.get("followups") or ()), arm.get("until")],
        "arms": [arm.get("control")],
        "variables": [*(design.get("covariates") or ()), design.get("dose")],
    }
    found = {}
    for kind, columns in HOLD.items():
        held = [
            table[column].dropna().unique()
            for table in _frames(tables).values()
            for column in columns
            if column in table and not pd.api.types.is_float_dtype(table[column])
        ]
        every = [*asked.get(kind, ()), *(name for names in held for name in names)]
        found[kind] = [name for name in every if name is not None and str(name) != "all"]
    return found


def _frames(tables: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    return {name: table for name, table in tables.items() if isinstance(table, pd.DataFrame)}


def _alone(name: str) -> bool:
    """Whether a name can be meant by nothing else in a sentence."""
    return name.lower() in ACRONYMS or bool(
        re.search(r"[^\W\d_]", name) and re.search(r"[\d_]", name)
    )


def _everywhere(names: Mapping[str, str]) -> Change:
    longest = sorted(names, key=lambda name: (-len(name), name))
    found = re.compile(rf"(?<![\w.'“`-])(?:{'|'.join(map(re.escape, longest))})(?![\w-]|\.\w)")
    return lambda text: found.sub(lambda match: names[match[0]], text)


def _heads(visits: Iterable[str]) -> Change:
    """Change the visits that a sentence is about: `5, 12: of the 17 patients`."""
    known = {name: naming.visit(name) for name in visits}

    def change(text: str) -> str:
        head, colon, rest = text.partition(": ")
        parts = head.split(", ")
        if not colon or not known.keys() >= set(parts):
            return text
        return f"{', '.join(known[part] for part in parts)}: {rest}"

    return change


def _visit(name: str) -> Change:
    """Change a visit that is a word or a number, where a sentence sets a visit."""
    number = not re.search(r"[^\W\d_]", name)
    before = (
        r"(^|\bat |\bfrom |\bby (?=[-\d.,]+[:;]))"
        if number
        else r"(^|\b(?:at|from|to|by|until) |\()"
    )
    after = rf"{NUMBER[:-1]}| to \d)" if number else VISIT
    return _where(before, name, after, naming.visit(name))


def _arm(name: str, text: str) -> Change:
    named, counted = _where(ARMS, name, ARM, text), _counted(name, text)
    return lambda sentence: counted(named(sentence))


def _counted(name: str, text: str) -> Change:
    """Change a group of which so many are counted: `placebo 0 of 12`."""
    return _where(r"((?:: |, ))", name, r"(?= \d+ of \d)", text)


def _where(before: str, name: str, after: str, text: str) -> Change:
    if text == name:
        return lambda sentence: sentence
    # A name at the very start of a sentence is followed by what is said of it.
    found = re.compile(f"{before}{re.escape(name)}{after}")
    return lambda sentence: found.sub(lambda match: f"{match[1]}{text}", sentence)
