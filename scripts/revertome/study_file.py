"""YAML that people write: read, or refused in words where it would not mean what it seems to.

PyYAML takes the last of two equal keys without a word, 010 for 8 and 1:30 for 90; a few lines of
aliases of aliases stand for more values than a memory holds, and deep nesting ends the process.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from revertome.errors import StudyError
from revertome.unseen import unseen

MOST_CHARACTERS = 10_000_000
MOST_VALUES = 1_000_000  # aliases followed
DEEPEST = 40
# Under these keys stand words of the data, which a sheet may well spell so: see `meant`.
OF_THE_DATA = {"fields", "keep", "exclude", "healthy_samples", "same_patient", "subset"}
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9_]*|(?=\.))(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]{1,3})?")
_LONGEST_NUMBER = 40


@dataclass
class _Section:
    """A mapping or list that is being read."""

    place: tuple[str, ...]
    mapping: bool
    anchor: str | None
    keys: dict[str, int] = field(default_factory=dict)  # with their lines
    key: str | None = None  # the one that awaits its value
    size: int = 1

    @property
    def awaits_key(self) -> bool:
        """Whether a key comes next."""
        return self.mapping and self.key is None


def read(text: str, path: str) -> Any:
    """Content of a YAML text.

    Parameters
    ----------
    text : str
        Of a study file, a definition of response or a style.
    path : str
        The file, for messages.

    Raises
    ------
    StudyError
        No YAML; a key twice in one section; aliases that stand for too much or for themselves;
        nesting without end; a number that is read as another than it looks; a character that
        cannot be seen. Names the file, the line and the key.
    """
    import yaml

    if len(text) > MOST_CHARACTERS:
        raise StudyError(
            f"{path}: has {len(text):,} characters, more than {MOST_CHARACTERS:,}; it is no file "
            "that people write: give the path of another"
        )
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _Walk(path).through(yaml.parse(text, loader))
        return yaml.load(text, loader)
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise StudyError(f"{path}: cannot be read, not valid YAML: {said}") from None
    except StudyError:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        # PyYAML's own, of `!!timestamp x` and 2019-02-30
        raise StudyError(
            f"{path}: cannot be read: {error}; write dates and the like in quotes"
        ) from None


class _Walk:
    """Goes through the events of a YAML text: unlike a tree of it, they cannot grow."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.open: list[_Section] = []
        self.sizes: dict[str, int] = {}  # of what an alias stands for

    def through(self, events: Any) -> None:
        """Check every event, in the order of the text."""
        from yaml import events as kinds

        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, kinds.CollectionStartEvent):
                self._enter(event, isinstance(event, kinds.MappingStartEvent), line)
            elif isinstance(event, kinds.CollectionEndEvent):
                done = self.open.pop()
                self._close(done.anchor, done.size, line)
            elif isinstance(event, kinds.AliasEvent):
                self._refuse_as_key(line)
                if event.anchor in {section.anchor for section in self.open}:
                    self._refuse(line, f"*{event.anchor} stands within what it stands for")
                self._close(None, self.sizes.get(str(event.anchor), 1), line)
            elif isinstance(event, kinds.ScalarEvent):
                self._scalar(event, line)

    def _refuse(self, line: int, what: str) -> None:
        raise StudyError(f"{self.path}: line {line}: {what}")

    def _enter(self, event: Any, mapping: bool, line: int) -> None:
        if len(self.open) == DEEPEST:
            self._refuse(line, f"more than {DEEPEST} sections within each other; correct it")
        self._refuse_as_key(line)
        self.open.append(_Section(self._place(), mapping, event.anchor))

    def _refuse_as_key(self, line: int) -> None:
        if self.open and self.open[-1].awaits_key:
            self._refuse(line, "a list, a section or an alias stands for a key; write a word")

    def _place(self) -> tuple[str, ...]:
        if not self.open:
            return ()
        section = self.open[-1]
        return section.place if section.key is None else (*section.place, section.key)

    def _close(self, anchor: str | None, size: int, line: int) -> None:
        """Add a value that was read to the section around it."""
        if anchor is not None:
            self.sizes[anchor] = size
        if not self.open:
            return
        section = self.open[-1]
        section.key = None
        section.size += size
        if section.size > MOST_VALUES:
            self._refuse(
                line,
                f"holds more than {MOST_VALUES:,} values, those that its aliases (*name) stand for "
                "counted; write out what is meant",
            )

    def _scalar(self, event: Any, line: int) -> None:
        self._refuse_unseen(event.value, line)
        if self.open and self.open[-1].awaits_key:
            self._key(self.open[-1], event.value, line)
            return
        if event.implicit[0]:
            self._refuse_odd_number(event.value, line)
        self._close(event.anchor, 1, line)

    def _key(self, section: _Section, key: str, line: int) -> None:
        if key == "__use_yte__" and not section.place:
            self._refuse(
                line, f"{key} has Snakemake run the file as a program; write the values themselves"
            )
        if key in section.keys and key != "<<":
            where = f" of {'.'.join(section.place)}" if section.place else ""
            raise StudyError(
                f"{self.path}: key '{key}'{where} stands in line {section.keys[key]} and again in "
                f"line {line}; keep one of them"
            )
        section.keys.setdefault(key, line)
        section.key = key
        section.size += 1

    def _refuse_unseen(self, text: str, line: int) -> None:
        if character := unseen(text):
            shown = "".join(c for c in text if c.isprintable())[:40]
            self._refuse(
                line,
                f"'{shown}' holds the character {character}, which cannot be seen; write the word "
                "anew",
            )

    def _refuse_odd_number(self, text: str, line: int) -> None:
        place = self._place()
        tag = _tag(text)
        if tag not in ("int", "float") or _fits(text):
            return
        if OF_THE_DATA.intersection(place) and tag == "int" and len(text) <= _LONGEST_NUMBER:
            return
        self._refuse(
            line,
            f"{'.'.join(place)}: {text[:_LONGEST_NUMBER]} would be read as another number, or as "
            "none; write digits (8, 0.5, 1.0e-5), or, where it is a word, quotes around it",
        )


def _tag(text: str) -> str:
    """What YAML takes a word without quotes for: int, float, str, ..."""
    from yaml import ScalarNode
    from yaml.resolver import Resolver

    resolve: Any = Resolver().resolve
    return str(resolve(ScalarNode, text, (True, False))).rpartition(":")[2]


def _fits(text: str) -> bool:
    """Whether a number is the one it looks like."""
    if len(text) > _LONGEST_NUMBER or not _DECIMAL.fullmatch(text):
        return False
    number = float(text.replace("_", ""))
    return abs(number) != float("inf") and (number != 0 or not re.search("[1-9]", text))
