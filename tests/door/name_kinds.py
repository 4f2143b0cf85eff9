"""Names in which something cannot be seen, or that look like others."""

from door.kind import Expected, Rng, equal, kind, of_patients, pick, told
from door.study import Study, Table

MARKS = [
    "\u00ad", "\u034f", "\u061c", "\u180e", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f",
    "\u202a", "\u202d", "\u202e", "\u2060", "\u2064", "\u2066", "\u2069", "\u206a", "\u3164",
    "\ufe00", "\ufe0f", "\ufeff", "\ufff9", "\U000e0001", "\U000e0061", "\U000e01ef",
]  # fmt: skip
CONTROLS = ["\x01", "\x07", "\x08", "\x0e", "\x1b", "\x1f", "\x7f", "\x80", "\x92", "\x9f"]
CYRILLIC = str.maketrans("PSHMaeop", "РЅНМаеор")


def within(rng: Rng, name: str, mark: str) -> str:
    """A name with a mark at any place."""
    at = int(rng.integers(len(name) + 1))
    return name[:at] + mark + name[at:]


@kind("marks that cannot be seen, anywhere", "text", keeps=True)
def marks(rng: Rng, study: Study) -> Expected:
    table = pick(rng, [study.sheet, study.matrix])
    for _ in range(int(rng.integers(1, 6))):
        row = table.rows[int(rng.integers(0, len(table.rows) if table is study.sheet else 40))]
        at = int(rng.integers(0, 6))
        if row[at] or table is study.matrix:
            row[at] = within(rng, row[at], pick(rng, MARKS))
    return equal()


@kind("a control character in a name", "text")
def controls(rng: Rng, study: Study) -> Expected:
    mark = pick(rng, CONTROLS)
    where = int(rng.integers(4))
    if where == 0:
        row = study.sheet.rows[pick(rng, of_patients(study))]
        row[pick(rng, [0, 1, 2, 3])] += mark + "x"
        return told(("samples.tsv", "matrix.tsv"))
    if where == 1:
        at = int(rng.integers(1, len(study.matrix.rows[0])))
        study.matrix.rows[0][at] += mark + "x"
        return told(("samples.tsv", "matrix.tsv"))
    if where == 2:
        row = study.matrix.rows[int(rng.integers(1, len(study.matrix.rows)))]
        row[0] = row[0][:2] + mark + row[0][2:]
        return told("matrix.tsv", "U+")
    name = pick(rng, ["batch", "sex", "neutrophils"])
    study.sheet.rows[0][study.sheet.column(name)] = f"no{mark}te"
    return told("samples.tsv", "U+")


@kind("two samples that differ in what cannot be seen", "all")
def twins(rng: Rng, study: Study) -> Expected:
    mark = pick(rng, MARKS)
    table: Table = pick(rng, [study.sheet, study.matrix])
    if table is study.sheet:
        one, other = (study.sheet.rows[i] for i in (3, 9))
        other[0] = within(rng, one[0], mark)
        return told(one[0], "samples.tsv")
    header = table.rows[0]
    header[5] = within(rng, header[9], mark)
    return told(header[9], "matrix.tsv")


@kind("letters of another alphabet", "all")
def lookalikes(rng: Rng, study: Study) -> Expected:
    where = pick(rng, ["sample", "matrix", "visit", "group", "healthy", "patient"])
    row = study.sheet.rows[pick(rng, of_patients(study)[:20])]
    if where == "matrix":
        at = int(rng.integers(1, 20))
        study.matrix.rows[0][at] = study.matrix.rows[0][at].translate(CYRILLIC)
        return told("looks like", "matrix.tsv", "CYRILLIC")
    if where == "healthy":
        study.config["design"]["healthy"] = "healthy".translate(CYRILLIC)
        return told("looks like", "design.healthy", "CYRILLIC")
    at = study.sheet.column(where)
    row[at] = row[at].translate(CYRILLIC)
    if where == "patient":
        return told("samples.tsv", row[at])
    return told("looks like", "samples.tsv", "CYRILLIC")


@kind("names that a spreadsheet takes for formulas", "sheet")
def formulas(rng: Rng, study: Study) -> Expected:
    sign = pick(rng, ["=", "+", "-", "@"])
    good = study.copy()
    names = {name: name for name in study.samples}
    old = pick(rng, study.samples)
    names[old] = f"{sign}{old}"
    for each in (study, good):
        each.sheet.put("sample", [names[name] for name in each.samples])
        each.matrix.rows[0][1:] = [names[name] for name in each.matrix.rows[0][1:]]
    return told("samples.tsv", f"{sign}{old}", "quality/samples.tsv")
