"""Names of samples in the matrix and in the sheet that differ only in what programs did to them."""

import re
from collections.abc import Callable, Iterable

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few
from revertome.intake.read.sample_names import bare_name, names_of

_PLACE = re.compile(r"(_S\d+)?(_L\d{3})?(_R[12])?(_001)?$")
Names = dict[str, str]  # name in the sheet by name in the matrix


def match_samples(
    samples: pd.Index,
    listed: Iterable[str],
    columns: pd.Index,
    others: pd.DataFrame | None,
    source: str,
    matrix: str,
) -> Names:
    """Find the columns of samples whose names the matrix writes in another way.

    In this order: another column of names in the matrix's own file; the rewriting of names by R
    (make.names); what aligners, counting programs and sequencers add (`S01.sorted.bam`,
    `S01_quant`, `S01_S12_L001`); one beginning and one ending that all columns share. A way counts
    only when it finds every sample that is missing, and each of them once.

    Parameters
    ----------
    samples
        Samples of the study.
    listed
        All samples of the sheet.
    columns
        Of the matrix.
    others
        Further names of the columns, None where there are none.
    source, matrix
        Files, for the messages.

    Returns
    -------
    Name in the sheet by name in the matrix, for the columns to rename; empty where nothing is to
    do or no way leads there.

    Raises
    ------
    StudyError
        Several columns that would fit.
    """
    absent = _absent(samples, columns)
    if not absent:
        return {}
    every = list(dict.fromkeys([*samples, *(str(name) for name in listed if pd.notna(name))]))
    found = _by_other_names(samples, every, others, f"{source}, {matrix}")
    found = found or _rewritten(samples, every, columns, matrix)
    if others is not None and not found:
        found = _by_rewritten_others(samples, every, others, matrix)
    if set(found.values()) & (set(columns) - set(found)) or not set(absent) <= set(found.values()):
        return {}  # a name of another column, or not all of them
    if found:
        old, new = next((old, new) for old, new in found.items() if new == absent[0])
        print(
            f"{matrix}: {len(found)} names of samples taken as those of {source} that they stand "
            f"for, such as '{old}' for '{new}'"
        )
    return found


def _absent(samples: Iterable[str], columns: pd.Index) -> list[str]:
    present = set(columns)
    return [name for name in samples if name not in present]


def _rewritten(samples: pd.Index, every: list[str], columns: pd.Index, matrix: str) -> Names:
    """By what R and programs do to names."""
    absent, found = _absent(samples, columns), Names()
    for key in (_as_they_are, _bare, _without_lanes):
        found = found or _by_key(absent, every, columns, key)
    for bare in (False, True) if len(absent) == len(samples) else ():
        found = found or _by_affixes(absent, _absent(every, columns), columns, bare, matrix)
    return found


def r_name(name: str) -> str:
    """Change a name as R's make.names does."""
    dotted = re.sub(r"[^A-Za-z0-9._]", ".", name)
    return dotted if re.match(r"^([A-Za-z]|\.(?!\d))", dotted) else f"X{dotted}"


def _by_other_names(
    samples: pd.Index, every: list[str], others: pd.DataFrame | None, source: str
) -> Names:
    """By the one column of other names that holds every sample."""
    ways: dict[str, Names] = {}
    for name, column in () if others is None else others.items():
        old = {str(new): str(known) for known, new in column.items()}
        if all(sample in old for sample in samples):
            ways[str(name)] = {old[new]: new for new in every if new in old}
    if len({tuple(sorted(way.items())) for way in ways.values()}) > 1:
        raise StudyError(
            f"{source}: the columns {few(ways)} of obs name the samples differently; keep the one "
            "that is meant"
        )
    return next(iter(ways.values()), {})


def _as_they_are(names: list[str]) -> list[str]:
    return names


def _bare(names: list[str]) -> list[str]:
    """Without what programs add, and without folders where all are paths of files."""
    if names and all(re.search(r"[/\\]", name) for name in names):
        return names_of(names)
    return [bare_name(name) for name in names]


def _without_lanes(names: list[str]) -> list[str]:
    """Without the place on the flow cell that Illumina's programs add (`S01_S12_L001_R1_001`)."""
    return [_PLACE.sub("", name) or name for name in _bare(names)]


def _by_rewritten_others(
    samples: pd.Index, every: list[str], others: pd.DataFrame, matrix: str
) -> Names:
    """By the one column of other names that programs rewrote; none where several lead there."""
    ways: list[Names] = []
    for name, column in others.items():
        known = {str(other): str(mine) for mine, other in column.items()}
        way = {new: new for new in every if new in known}
        way |= _rewritten(samples, every, pd.Index(known), f"{matrix}, {name}")
        found = {known[old]: new for old, new in way.items()}
        if set(samples) <= set(found.values()) and found not in ways:
            ways.append(found)
    return ways[0] if len(ways) == 1 else {}


def _by_key(
    absent: list[str], every: list[str], columns: pd.Index, key: Callable[[list[str]], list[str]]
) -> Names:
    """By names that are equal under `key`, and to R.

    None unless every absent sample has a column of its own.
    """
    known, present = set(every), set(columns)
    free = [name for name in columns if name not in known]
    held = _grouped(zip(key(free), free, strict=True))
    wanted = _grouped(zip(key(every), every, strict=True))
    found = {held[k][0]: names[0] for k, names in wanted.items()
             if len(names) == len(held.get(k, [])) == 1 and names[0] not in present}  # fmt: skip
    return found if set(absent) <= set(found.values()) else {}


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for key, name in pairs:
        groups.setdefault(r_name(key), []).append(name)
    return groups


def _by_affixes(
    samples: list[str], every: list[str], columns: pd.Index, bare: bool, matrix: str
) -> Names:
    """By one beginning and one ending around every sample, set off by a mark."""
    held = _grouped((bare_name(name) if bare else name, name) for name in columns)
    wanted = {name: re.sub("^X(?=[0-9])", "", r_name(name)) for name in every}
    first = wanted[samples[0]]
    ways: list[Names] = []
    for column in held:
        for at in re.finditer(re.escape(first), column):
            before, after = column[: at.start()], column[at.end() :]
            # R sets an X before a name that begins with a digit.
            begins = before in ("", "X" if first[0].isdigit() else "") or before[-1] in "._"
            if begins and (not after or after[0] in "._"):
                around = {name: held.get(f"{before}{wanted[name]}{after}", []) for name in every}
                if all(len(around[name]) == 1 for name in samples):
                    ways.append({old[0]: name for name, old in around.items() if len(old) == 1})
    if len(ways) > 1:
        fit = [old for way in ways for old, new in way.items() if new == samples[0]]
        raise StudyError(
            f"{matrix}: {few(fit)} could all be sample '{samples[0]}'; keep one column a sample, "
            "named as in the sheet"
        )
    return ways[0] if ways else {}
