"""The results, searched for names once more before they are certified."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from revertome.errors import StudyError

# Shorter names, and numbers, stand by chance among so many values and encoded pictures.
SHORTEST = 5
COMPRESSED = {".png"}


GONE = (
    "privacy: the table of codes is gone from the private folder, so that nothing can tell whether "
    "the report names people; put it back, or begin anew with `--forcerun intake`"
)


def check_table(path: str, folder: Path) -> None:
    """Stop before new codes are drawn for results that have those of a table that is gone.

    Raises
    ------
    StudyError
        Naming the table.
    """
    record = folder / "logs/intake.record.json"
    if Path(path).exists() or not record.is_file():
        return
    # Inputs have numbers in place of names where intake gave codes (see `records.inputs`).
    if '"intake:1"' in record.read_text(encoding="utf-8", errors="replace"):
        raise StudyError(GONE)


def check_words(private: Mapping[str, Any], folder: Path) -> None:
    """Stop where words or files of the results name people, or the table that could tell is gone.

    Raises
    ------
    StudyError
        Naming the keys, the files or the table.
    """
    if private.get("path") is None:
        return
    from own_words import own_words
    from private_codes import Private, read_codes

    codes = read_codes(private["path"])
    if not codes:
        raise StudyError(GONE)
    Private(**private).refuse(codes)
    files = holding(folder, {name for kind in codes.values() for name in kind} - own_words())
    if files:
        raise StudyError(
            f"privacy: identifiers stand in {', '.join(files[:5])} of the results; a file that an "
            "earlier run left has to be removed or made again (--forceall), and a gene of "
            "modules.gmt that is called like somebody has to go from that file"
        )


def holding(folder: Path, names: Iterable[str]) -> list[str]:
    """Files of a result folder in which a name stands as a whole word, whatever its case.

    An earlier run without `privacy`, `snakemake sheet` or a person may have left them there.
    """
    wanted = [name.lower().encode() for name in names if _telling(name)]
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [
        path.relative_to(folder).as_posix()
        for path in files
        if path.suffix not in COMPRESSED and any(_stands(path.read_bytes().lower(), wanted))
    ]


def _telling(name: str) -> bool:
    return len(re.findall(r"[^\W_]", name)) >= SHORTEST and not name.isdecimal()


def _stands(data: bytes, wanted: list[bytes]) -> Iterator[bool]:
    for name in wanted:
        at = data.find(name)
        while at >= 0:
            around = data[max(at - 1, 0) : at], data[at + len(name) : at + len(name) + 1]
            if not any(each.isalnum() for each in around):
                yield True
            at = data.find(name, at + 1)
