"""htseq-count with `--additional-attr`: gene, its name, count, and counters without a name."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd

from revertome.intake.columns import open_text
from revertome.intake.layouts import htseq
from revertome.intake.read.annotation import strip_version

NAME = "htseq_named"
FORM = replace(htseq.FORM, count=2, cells=3)
_ROW = re.compile(r"\S+\t(?!\d+\t)[^\t]*\t\d+")


def recognises(lines: list[str]) -> bool:
    """No header; three columns, an id, a word and a whole number."""
    return all(_ROW.fullmatch(line) for line in lines)


def symbols(path: Path) -> pd.Series:
    """Names by id without Ensembl version."""
    with open_text(path) as file:
        rows = [line.split("\t")[:2] for line in file if not line.startswith(FORM.special)]
    named = pd.DataFrame(rows, columns=["id", "name"], dtype=object)
    named = named[named["name"].str.strip() != ""]
    found = named.set_index(strip_version(named["id"]))["name"]
    return found[~found.index.duplicated(keep=False)]
