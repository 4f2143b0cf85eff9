"""htseq-count: gene and count, and counters that begin with two underscores."""

import re

from revertome.intake.read.per_sample import Form

NAME = "htseq"
FORM = Form(header=None, feature=0, count=1, special="__", cells=2,
            ending=r"[._-]?(htseq)?[._-]?(counts?)?\.(txt|tsv|tab|counts?|out)")  # fmt: skip
_ROW = re.compile(r"\S+\t\d+")


def recognises(lines: list[str]) -> bool:
    """No header; two columns, an id and a whole number."""
    return all(_ROW.fullmatch(line) for line in lines)
