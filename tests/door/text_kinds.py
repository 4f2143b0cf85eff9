"""The same rows as other programs and people write them: bytes, line ends, quotes, spaces."""

import unicodedata

from door.kind import Expected, Rng, equal, equal_or_told, kind, of_patients, pick, told
from door.study import Study, Table, zipped

ACCENTED = "Zoé"


def either(rng: Rng, study: Study) -> Table:
    """The sheet or the matrix."""
    return pick(rng, [study.sheet, study.matrix])


@kind("sheet in Windows-1252 or Latin-1", "sheet", keeps=True)
def one_byte(rng: Rng, study: Study) -> Expected:
    study.sheet.encoding = pick(rng, ["cp1252", "latin-1", "iso8859-15"])
    return equal()


@kind("one accented letter apart", "sheet", keeps=True)
def one_letter_apart(rng: Rng, study: Study) -> Expected:
    one, other = pick(rng, [("Åse", "Äse"), ("Jö", "Jô"), ("Muñoz", "Muñóz"), ("Noël", "Noèl")])
    people = {"Zoé": one, "Zoè": other}
    study.sheet.put("patient", [people.get(name, name) for name in study.sheet.get("patient")])
    good = study.copy()
    study.sheet.encoding = pick(rng, ["cp1252", "utf-8-sig", "utf-16"])
    return equal(good)


@kind("UTF-16 or a byte-order mark", "text", keeps=True)
def marked(rng: Rng, study: Study) -> Expected:
    either(rng, study).encoding = pick(rng, ["utf-16", "utf-8-sig", "utf-32"])
    return equal()


@kind("a one-byte encoding that is not Windows-1252", "sheet")
def other_encoding(rng: Rng, study: Study) -> Expected:
    study.sheet.encoding = pick(rng, ["mac_roman", "cp850"])
    return told("samples.tsv", ("Windows-1252", "encoding"))


@kind("text encoded twice at one visit", "sheet")
def twice_encoded(rng: Rng, study: Study) -> Expected:
    name = pick(rng, ["Zoé", "Zoè"])
    rows = [i for i in of_patients(study) if study.sheet.rows[i][1] == name]
    row = study.sheet.rows[pick(rng, rows)]
    row[1] = name.encode().decode("cp1252")
    return told(("Zoé", "Zoè"), row[1])


@kind("composed and decomposed letters", "sheet", keeps=True)
def decomposed(rng: Rng, study: Study) -> Expected:
    rows = [row for row in study.sheet.rows if row[1].startswith("Zo")]
    for row in [pick(rng, rows)] if rng.integers(2) else rows:
        row[1] = unicodedata.normalize("NFD", row[1])
    return equal()


@kind("line ends", "text", keeps=True)
def line_ends(rng: Rng, study: Study) -> Expected:
    either(rng, study).end = pick(rng, ["\r\n", "\r"])
    return equal()


@kind("empty lines", "text", keeps=True)
def empty_lines(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    at = int(rng.integers(0, 20))
    empty = "\n" * int(rng.integers(1, 3))

    def add(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join([*lines[:at], empty, *lines[at:]])

    table.text.append(add if rng.integers(2) else lambda text: text + empty)
    return equal()


@kind("no line end at the end", "text", keeps=True)
def no_last_end(rng: Rng, study: Study) -> Expected:
    either(rng, study).text.append(lambda text: text.rstrip("\n"))
    return equal()


@kind("comma or semicolon for tab", "text", keeps=True)
def separators(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    table.sep = pick(rng, [",", ";"])
    if rng.integers(2):  # the name says what it is, or not
        table.name = table.name.replace(".tsv", ".csv")
    return equal()


@kind("tabs in a file called CSV", "text", keeps=True)
def tabs_in_csv(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    table.name = table.name.replace(".tsv", pick(rng, [".csv", ".CSV", ".txt"]))
    return equal()


@kind("quotes", "text", keeps=True)
def quotes(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    table.quoted = True
    if rng.integers(2):
        table.sep = pick(rng, [",", ";"])
    return equal()


@kind("spaces around cells", "text", keeps=True)
def spaces(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    space = pick(rng, [" ", "  ", "\u00a0", " \u00a0"])
    for _ in range(int(rng.integers(1, 12))):
        row = pick(rng, table.rows)
        at = int(rng.integers(len(row)))
        row[at] = pick(rng, [space + row[at], row[at] + space])
    return equal()


@kind("characters that cannot be seen", "text", keeps=True)
def unseen(rng: Rng, study: Study) -> Expected:
    mark = pick(rng, ["\u200b", "\ufeff", "\u200e", "\u202c", "\u2060"])
    table = either(rng, study)
    for _ in range(int(rng.integers(1, 4))):
        row = table.rows[int(rng.integers(0, 25))]
        at = int(rng.integers(0, 4)) if table is study.sheet else 0
        row[at] = pick(rng, [mark + row[at], row[at] + mark, row[at][:1] + mark + row[at][1:]])
    return equal()


@kind("no-break spaces within a name", "sheet", keeps=True)
def no_break(rng: Rng, study: Study) -> Expected:
    names = {name: name.replace("P", "P ") for name in study.sheet.get("patient")}
    study.sheet.put("patient", [names[name] for name in study.sheet.get("patient")])
    good = study.copy()
    space = pick(rng, ["\u00a0", "\u202f", "\u2009", "  "])
    row = study.sheet.rows[pick(rng, of_patients(study)[:20])]
    row[1] = row[1].replace(" ", space)
    return Expected(same=True, stop=True, names=((repr(row[1]), row[1]),), good=good)


@kind("comment lines", "text", keeps=True)
def comments(rng: Rng, study: Study) -> Expected:
    note = pick(rng, ["# made by hand", "#exported 2020-03-01", "# Program:x v2; Command:y"])
    table = either(rng, study)
    table.text.append(lambda text: f"{note}\n{text}")
    return equal_or_told(table.name, "line 1") if table is study.sheet else equal()


@kind("trailing empty columns", "text", keeps=True)
def trailing(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    empty = [""] * int(rng.integers(1, 4))
    skip = int(rng.integers(2))  # with or without the header
    for row in table.rows[skip if len(empty) == 1 else 0 :]:
        row += empty
    return equal()


@kind("a caption above the header", "text", keeps=True)
def caption(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    text = pick(rng, ["Trial of 2019, as locked", "Table S1. Samples", "Supplementary Data 2"])
    tail = table.sep * int(rng.integers(0, 4))
    table.text.append(lambda rows: f"{text}{tail}\n{rows}")
    return equal_or_told(table.name, "caption")


@kind("gzip, cut", "matrix")
def cut_gzip(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    table.raw.append(zipped)
    share = float(rng.uniform(0.2, 0.95))
    table.raw.append(lambda made: made[: int(len(made) * share)])
    return told(table.name, ("cut", "damaged"))


@kind("gzip, whole", "matrix", keeps=True)
def whole_gzip(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    table.raw.append(zipped)
    if rng.integers(2):
        table.name += ".gz"
    return equal()


@kind("cut within a row", "text")
def cut_row(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    n = int(rng.integers(2, len(table.rows)))
    cells = int(rng.integers(1, len(table.rows[0]) - 1))
    table.rows = [*table.rows[:n], table.rows[n - 1][:cells]]
    return told(table.name, ("cells", "not in"))


@kind("a line that tells the separator", "text", keeps=True)
def separator_line(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    table.sep = pick(rng, [",", ";", "\t"])
    table.text.append(lambda text: f"sep={table.sep}\n{text}")
    return equal()


@kind("separators within quotes", "text", keeps=True)
def within_quotes(rng: Rng, study: Study) -> Expected:
    table = study.sheet
    table.sep = pick(rng, [",", ";"])
    centres = [pick(rng, ["Paris, Necker", "Bonn; Nord", "Rome"]) for _ in study.samples]
    table.put("batch", centres)
    good = study.copy()
    good.sheet.sep = "\t"
    table.quoted = True
    return equal(good)


@kind("a quote that is not closed", "text")
def unclosed(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    row = table.rows[int(rng.integers(1, len(table.rows) - 1))]
    at = int(rng.integers(0, 4))
    row[at] = f'"{row[at] or "x"}'
    return told(table.name)
