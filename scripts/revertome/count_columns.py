"""Which columns of a sheet hold counts of white cells, by their names."""

import re
from collections.abc import Iterable

TOTAL = "leukocytes"
MAIN = ("neutrophils", "lymphocytes", "monocytes", "eosinophils", "basophils")
LYMPHOCYTES = ("b_cells", "t_cells", "cd4_t_cells", "cd8_t_cells", "nk_cells")
IS_PERCENT = re.compile(r"percent|pct|%|fraction|proportion|share", re.IGNORECASE)
# What a name says of the unit. Without it an abbreviation may be anything.
UNIT = re.compile(
    r"percent(age)?|pct|fraction|proportion|share|counts?|number|abs(olute)?|per|in|of"
    r"|x?10e?[3-9]?|[36789]|g|giga|k|l|litre|liter|[um]l|mm3"
)
TOTALS = (TOTAL, "leukocyte", "leucocytes", "leucocyte", "wbc", "white_blood_cells", "white_cells")
ABBREVIATED = {
    "neutrophils": ("neut", "neuts", "neutro", "neu"),
    "lymphocytes": ("lymph", "lymphs", "lympho", "lym"),
    "monocytes": ("mono", "monos"),
    "eosinophils": ("eos", "eo", "eosin"),
    "basophils": ("baso", "basos"),
}
SPELLED = {
    spelling: name for name in (*MAIN, *LYMPHOCYTES) for spelling in (name, name.removesuffix("s"))
} | dict.fromkeys(TOTALS, TOTAL)
SHORT = {short: name for name, shorts in ABBREVIATED.items() for short in shorts}
# What SDRF and GEOquery put around the name of a characteristic.
ARCHIVE = re.compile(r"^(characteristics|factor ?value|comment) ?(?=\[)|:ch\d$")
# Other names that speak of white cells: other languages, and words that are used for more.
LIKE = re.compile(
    r"neut(ro|s?\b)|neu\b|lymph?o?s?\b|l[iy][mn](ph|f)o[cz]|mono\b|mono[cz][iy]|eosin|\beos?\b"
    r"|baso(f|p|\b)|leu[ck]o|\bwbc\b|\ba[nlme]c\b|granulo[cz]|polynuc|polymorph|\bpmn|\bsegs?\b"
    r"|\b(b|t|nk) cells?\b|\bcd(4|8|19|56)\b"
)
NO_CELLS = re.compile(r"score|ratio|nlr|granuloma|leukopenia|neutropenia|lymphopenia")


def cell_type(column: object) -> str | None:
    """Cell type of a column with a usual name, `leukocytes` of all white cells, else None.

    `neutrophil_percent`, `Neutrophils (%)`, `percent_neutrophils`, `NEUT%`, `NEUT#`, `wbc` and
    `lymphocytes (10^9/L)` are usual names.
    """
    words = _words(column)
    rest = [word for word in words if not UNIT.fullmatch(word)]
    percent = bool(IS_PERCENT.search(str(column)))
    if percent and len(rest) > 1 and rest[-1] in TOTALS:  # percent of leukocytes
        rest = rest[:-1]
    name = "_".join(rest)
    found = SPELLED.get(name) or (SHORT.get(name) if len(rest) < len(words) else None)
    return None if percent and found == TOTAL else found


def is_share(column: str) -> bool:
    """Whether a name says share of 1."""
    return bool(re.search("fraction|proportion|share", column, re.IGNORECASE))


def usual(columns: Iterable[object]) -> tuple[dict[str, str], dict[str, str]]:
    """Columns by their usual names, and those that say the same as one before.

    Returns
    -------
    chosen : dict of str to str
        Column to cell type, by types; of a type at most one column of percent and one of numbers.
    others : dict of str to str
        Column left out to the one that stands for it.
    """
    first: dict[tuple[str, bool], str] = {}
    others: dict[str, str] = {}
    for column in map(str, columns):
        if (name := cell_type(column)) is None:
            continue
        key = name, bool(IS_PERCENT.search(column))
        if key in first:
            others[column] = first[key]
        first.setdefault(key, column)
    order = [*MAIN, *LYMPHOCYTES, TOTAL]
    named = sorted(first.items(), key=lambda one: (order.index(one[0][0]), not one[0][1]))
    return {column: name for (name, _), column in named}, others


def like_counts(columns: Iterable[object]) -> list[str]:
    """Columns whose names speak of white cells, but not so that their type is known."""
    return [
        column for column in map(str, columns)
        if cell_type(column) is None and LIKE.search(text := " ".join(_words(column)))
        and not NO_CELLS.search(text)
    ]  # fmt: skip


def _words(column: object) -> list[str]:
    text = ARCHIVE.sub(" ", str(column).lower()).replace("%", " percent ").replace("#", " count ")
    text = re.sub(r"[\[(] ?cells?\b", " per ", text)
    return re.sub(r"[^a-z0-9]+", " ", text).split()
