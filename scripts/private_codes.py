"""Study codes in the place of identifiers: their private table, and words without names."""

import csv
import random
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from files import write
from own_words import own_words, words_in
from private_folder import HEADER, open_private, private_folder
from revertome.errors import StudyError
from revertome.private_words import MASK, public_words, refuse_names
from revertome.worksheet_name import parted

Codes = dict[str, dict[str, str]]


class Private:
    """Codes of one study, and what a process that reads identifiers may say.

    Parameters
    ----------
    path
        Private table, None where identifiers are kept.
    results
        Folder of results.
    words
        Free text that results, logs or records show, by the key that holds it.
    """

    def __init__(self, path: str | None, results: str, words: Mapping[str, str]) -> None:
        self.path, self.results, self.words, self.codes = path, results, words, Codes()

    def coded(self, study: Any, exclude: list[str], leaves: Mapping[str, Any]) -> Any:
        """The study with codes for identifiers; new people get codes that no one can foretell."""
        if self.path is None:
            return study
        from revertome.privacy import assign, identifiers, pseudonymise

        found, known = identifiers(study, exclude), read_codes(self.path)
        self.refuse(found)
        self.refuse(known)
        self.codes = assign(found, known, random.SystemRandom())
        write_codes(self.codes, self.path)
        made = pseudonymise(study, self.codes, leaves)
        notes = [self.shown(str(note)).rstrip("\n") for note in made.flow["note"].fillna("")]
        return replace(made, flow=made.flow.assign(note=notes))

    def refuse(self, names: Mapping[str, Any]) -> None:
        """Stop where the words of the study name people."""
        if any(names.values()):
            refuse_names(self.words, names, own_words())

    def open(self, log: str = "log") -> TextIO:
        """Open a private log, which takes all words."""
        private_folder(Path(self.path or "").parent, Path(self.results))
        return open_private(self._log(log))

    def public(self, log: str = "log") -> str:
        """What the results and the terminal may show of a private log."""
        return self.told(self._log(log).read_text(encoding="utf-8", errors="replace"), log)

    def told(self, text: str, log: str = "log") -> str:
        """Words without names, and where all words stand."""
        shown = self.shown(text)
        if shown.rstrip() != text.rstrip():
            place = str(self._log(log)) if self.codes else f"the folder of `private`, in *.{log}"
            shown += f"\n{MASK} is what may name people: all words stand in {place}\n"
        return shown

    def shown(self, text: str) -> str:
        """Words without names: before there are codes, those of the program alone."""
        if not self.codes:
            return public_words(text, None, {}, own_words())
        from revertome.privacy import redacted

        codes = [code for kind in self.codes.values() for code in kind.values()]
        known = own_words() | words_in(*self.words.values(), *codes)
        return public_words(text, lambda line: redacted(line, self.codes), self.codes, known)

    def _log(self, ending: str) -> Path:
        return Path(self.path or "").with_suffix(f".{ending}")


def known_names(path: str, intake: Mapping[str, Any]) -> dict[str, set[str]]:
    """Identifiers of the private table, and those of a local sample sheet as they stand there."""
    from revertome.intake.columns import read_sheet

    found = {kind: set(codes) for kind, codes in read_codes(path).items()}
    if "samples" not in intake or not Path(parted(intake["samples"])[0]).is_file():
        return found
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the job tells of the sheet, of its faults too
        try:
            sheet = read_sheet(intake["samples"])
        except StudyError:
            return found
    for role in ("patient", "sample"):
        column = intake["fields"].get(role, {}).get("field", role)
        if column in sheet:
            found.setdefault(role, set()).update(sheet[column].dropna().astype(str))
    return found


def read_codes(path: str | Path) -> Codes:
    """Read the private table of identifiers; empty when there is none yet."""
    codes: Codes = {}
    if Path(path).exists():
        with Path(path).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                codes.setdefault(row["kind"], {})[row["identifier"]] = row["code"]
    return codes


def write_codes(codes: Mapping[str, Mapping[str, str]], path: str | Path) -> None:
    """Write the private table of identifiers, for its owner's eyes alone."""
    rows = [(kind, name, code) for kind in codes for name, code in sorted(codes[kind].items())]

    def save(temporary: Path) -> None:
        with open_private(temporary) as file:
            writer = csv.writer(file, delimiter="\t", lineterminator="\n")
            writer.writerows([HEADER, *rows])

    write(path, save)
