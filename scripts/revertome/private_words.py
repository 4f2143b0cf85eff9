"""Words that name people: refused in a configuration, left out of what is said.

Looked for is every way in which an identifier is commonly spelt: case, accents, characters that do
not show, separators between its letters, and the escapes of addresses and of HTML.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from revertome.errors import StudyError

Names = Mapping[str, Iterable[str]]
# Keys that name people by their nature: intake alone reads them, and nothing shows them.
NAMING = ("keep", "exclude", "fields", "same_patient", "healthy_samples")
GIVEN = ("intake.accession", "intake.platform", "intake.sha256")  # names that an archive gave
PERSON = (
    r"(?:patient|sample|subject|participant|person|people|proband|child|case|control)(?:ren|s)?"
)
# What an identifier of one or two characters is told by: words and other numbers before it.
BEFORE = (
    rf"(?<![^\W_])(?:{PERSON}|id|nr|no)[\W_]{{1,3}}"
    r"(?:(?:\d\w{0,9}|and|or|no|nr|number|id|code)[\W_]{1,3}){0,9}"
)
MASK = "[...]"
SEAM = "\0"  # between texts that do not stand beside each other: no name goes over it
SEPARATORS = r"(?:[^\w\0]|_)*"
DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"


def plain(text: str) -> str:
    """Text without case, accents and characters that do not show."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in letters if unicodedata.category(c) not in ("Mn", "Cf")).casefold()


def finder(names: Names, common: Collection[str] = ()) -> re.Pattern[str]:
    """Pattern of identifiers in `plain` text; a word of one patient's name alone too."""
    every = {plain(str(name)) for kind in names.values() for name in kind}
    people = {plain(str(name)) for name in names.get("patient", ())}
    words = Counter(w for name in people for w in {*re.findall(r"[^\W\d_]{4,}", name)})
    usual = {plain(word) for word in common}
    rare = {word for word, people in words.items() if people == 1 and word not in usual}
    forms = {_form(name) for name in every | rare}
    return re.compile(
        "|".join(sorted(forms - {""}, key=lambda form: (-len(form), form))) or r"(?!)"
    )


def _form(identifier: str) -> str:
    """How an identifier is found: the shorter it is, the more it must stand alone."""
    letters = re.findall(r"[^\W_]", identifier)
    name = "".join(letters)
    digits, year = name.isdecimal(), re.fullmatch(r"(?:19|20)\d\d", name)
    body = SEPARATORS.join(map(re.escape, letters))
    if digits and len(letters) < 6:  # patient 10 at month 0 is no 100
        body = r"[\W_]".join(re.findall(r"\d+", identifier))
    if len(letters) < 3 or year:
        return rf"{BEFORE}{body}(?![^\W_])" if letters else ""
    if len(letters) < 5 and not digits:
        return rf"(?<![^\W_]){body}(?![^\W_])"
    first, last = (r"(?<!\d)" * letters[0].isdecimal(), r"(?!\d)" * letters[-1].isdecimal())
    if digits and len(letters) < 5:  # nor are the decimals of 16.111
        first, last = r"(?<!\d)(?<!\d\.)", r"(?!\.?\d)"
    return f"{first}{body}{last}"


def names_somebody(text: str, find: re.Pattern[str]) -> bool:
    """Whether an identifier stands in a text, in clear or escaped."""
    return any(find.search(plain(form)) for form in (text, unquote(text), html.unescape(text)))


def words_of(config: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, str]:
    """Free text of a configuration by the key that holds it, less what is withheld anyway.

    Parameters
    ----------
    config : dict
        Completed configuration.
    schema : dict
        Its JSON schema: names that it does not have are the author's own words.
    """
    found: dict[str, list[str]] = {}
    for key, text in _texts(config, schema, ""):
        section, _, rest = key.partition(".")
        naming = section == "intake" and rest.partition(".")[0] in NAMING
        if not naming and key not in GIVEN:
            found.setdefault(key, []).append(text)
    reasons = config["intake"]["exclude"] if "intake" in config else {}
    if reasons:  # which the flow of samples shows
        found["the reasons of intake.exclude"] = list(map(str, reasons.values()))
    return {key: SEAM.join(texts) for key, texts in found.items()}


def _texts(value: Any, schema: Mapping[str, Any], key: str) -> Iterator[tuple[str, str]]:
    if value == schema.get("default", None) and key:
        return
    if isinstance(value, Mapping):
        known, other = schema.get("properties", {}), schema.get("additionalProperties")
        for name, part in value.items():
            if name in known:
                yield from _texts(part, known[name], f"{key}.{name}".removeprefix("."))
            else:
                yield key, str(name)
                yield from _texts(part, other if isinstance(other, dict) else {}, key)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part, schema.get("items", {}), key)
    elif "enum" not in schema and (isinstance(value, str) or "string" in schema.get("type", [])):
        yield key, str(value)


def refuse_names(words: Mapping[str, str], names: Names, common: Collection[str] = ()) -> None:
    """Stop where words that the results would show name people.

    Parameters
    ----------
    words : dict
        Text by the key, or the words for the file, that holds it.
    names : dict
        Identifiers by kind, `patient` and `sample`.
    common : collection of str
        Words of which a name of several words may be made without being known by them.

    Raises
    ------
    StudyError
        Naming the keys, and nobody.
    """
    find = finder(names, common)
    named = [key for key, text in words.items() if names_somebody(text, find)]
    if named:
        raise StudyError(
            f"privacy: an identifier of a patient or a sample stands in {', '.join(named)}, which "
            "results, logs or Snakemake's records would show; write it without, or with the "
            "code of the private table (files and folders: rename them)"
        )


def public_words(
    text: str, redact: Callable[[str], str] | None, names: Names, known: Collection[str]
) -> str:
    """What may be shown of the words of a process that reads identifiers.

    Those words pass that the program or the checked configuration has; all others may name people.

    Parameters
    ----------
    text : str
        What was said.
    redact : callable or None
        Puts codes for identifiers; None where they are not known yet: then no number passes.
    names : dict
        Identifiers by kind, as far as they are known.
    known : collection of str
        Words that pass, as they are written, codes among them.

    Returns
    -------
    str
        As many lines, `[...]` for what does not pass.
    """
    find = finder(names)
    numbers = re.compile(rf"{DATE}|{BEFORE}\d+" if redact else r"\d+(?:[.,]\d+)*", re.I)

    def shown(line: str) -> str:
        severity = re.match(r"(?:(?:alarm|warning|flagged): )?", line)[0]  # type: ignore[index]
        words = redact(line) if redact else line
        if names_somebody(re.sub(r"\b[PS]\d{4,}\b", "", words), find):
            return f"{severity}{MASK}"
        words = re.sub(r"\w+", lambda m: _passing(m[0], known), numbers.sub(MASK, words))
        return re.sub(r"(?:\[\.\.\.\]\W{0,3})*\[\.\.\.\]", MASK, words)

    return "".join(f"{shown(line)}\n" for line in text.splitlines())


def _passing(word: str, known: Collection[str]) -> str:
    """The word where it may be shown; numbers of more than four digits are nobody's count."""
    return word if word in known or (word.isdecimal() and len(word) < 5) else MASK
