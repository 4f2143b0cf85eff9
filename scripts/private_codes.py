"""Study codes in the place of identifiers: their private table, and words without names."""

import csv
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from files import write

Codes = dict[str, dict[str, str]]


class Private:
    """Codes of one study; `path` is their private table, None where identifiers are kept."""

    def __init__(self, path: str | None) -> None:
        self.path, self.codes = path, Codes()

    def coded(self, study: Any, exclude: list[str], leaves: Mapping[str, Any]) -> Any:
        """The study with codes for identifiers; new people get codes that no one can foretell."""
        if self.path is None:
            return study
        from revertome.privacy import assign, identifiers, pseudonymise

        found = identifiers(study, exclude)
        self.codes = assign(found, read_codes(self.path), random.SystemRandom())
        write_codes(self.codes, self.path)
        return pseudonymise(study, self.codes, leaves)

    def redacted(self, words: str) -> str:
        """Words of the log without the names of people."""
        from revertome.privacy import redacted

        if self.path is None:
            return words
        if not self.codes:
            return "The words of this job may name people and went to the terminal alone.\n"
        return redacted(words, self.codes)


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
        temporary.touch(mode=0o600)
        with temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter="\t", lineterminator="\n")
            writer.writerows([("kind", "identifier", "code"), *rows])

    write(path, save)
