"""Sheets as people have them: rows, columns, words and people."""

from door.kind import Expected, Rng, equal, equal_or_told, kind, of_patients, pick, told
from door.later import judged
from door.spreadsheet import xlsx
from door.study import Study


@kind(".xlsx as the sheet", "sheet", keeps=True)
def spreadsheet(rng: Rng, study: Study) -> Expected:
    rows = study.sheet.rows
    typed = bool(rng.integers(2))  # numbers as numbers, or everything as text
    study.sheet.name = pick(rng, ["samples.xlsx", "Samples.XLSX"])
    study.sheet.raw.append(lambda _: xlsx(rows, typed, sheet="Sheet1"))
    return equal()


@kind("two spellings of one patient", "sheet")
def spelling(rng: Rng, study: Study) -> Expected:
    row = study.sheet.rows[pick(rng, [i for i in of_patients(study) if i <= 18])]
    name = row[1]
    row[1] = pick(rng, [name.lower(), f"P-{name[1:]}", f"P {name[1:]}", f"P{int(name[1:])}",
                        f"P_{name[1:]}", f"P0{name[1:]}"])  # fmt: skip
    return told(repr(name), repr(row[1]))


@kind("a typo in a group", "sheet")
def group_typo(rng: Rng, study: Study) -> Expected:
    row = pick(rng, study.sheet.rows[1:])
    at = study.sheet.column("group")
    word = row[at]
    n = int(rng.integers(1, len(word) - 1))
    row[at] = pick(rng, [word[:n] + word[n + 1] + word[n] + word[n + 2 :], word + "s",
                         word[:n] + word[n + 1 :], word.title() + "x"])  # fmt: skip
    return told(repr(row[at])) if row[at] != word else equal()


@kind("a visit in another case or spelling", "sheet")
def visit_case(rng: Rng, study: Study) -> Expected:
    rows = [study.sheet.rows[i] for i in of_patients(study)]
    some = rng.permutation(len(rows))[: int(rng.integers(1, 25))]
    at = study.sheet.column("visit")
    change = pick(rng, [str.upper, str.title, lambda word: word + ".", lambda word: "V " + word])
    for n in some:
        rows[n][at] = change(rows[n][at])
    return told((repr(rows[some[0]][at]), *(repr(rows[n][at]) for n in some)))


@kind("a sample twice in the sheet", "sheet")
def twice(rng: Rng, study: Study) -> Expected:
    row = list(pick(rng, study.sheet.rows[1:]))
    n = int(rng.integers(3))
    if n:  # the same row, or one that differs
        row[int(rng.integers(1, len(row)))] = "other"
    at = int(rng.integers(1, 30))
    study.sheet.rows.insert(at, row)
    words = ("samples.tsv", (row[0], f"row {at + 1}"))
    return told(*words) if n else equal_or_told(*words)


@kind("a sample too many or too few in the sheet", "sheet")
def too_few(rng: Rng, study: Study) -> Expected:
    if rng.integers(2):
        gone = study.sheet.rows.pop(int(rng.integers(1, len(study.sheet.rows))))
        return told("matrix.tsv", gone[0])
    row = ["S99", *pick(rng, study.sheet.rows[1:])[1:]]
    row[1] = "P99"
    study.sheet.rows.append(row)
    return told("S99", ("matrix.tsv", "samples.tsv"))


@kind("a row shifted by one cell", "sheet")
def shifted(rng: Rng, study: Study) -> Expected:
    n = int(rng.integers(1, len(study.sheet.rows)))
    row = study.sheet.rows[n]
    at = int(rng.integers(0, 4))
    moved = [*row[:at], *row[at + 1 :], ""]
    if rng.integers(2):
        moved = [*row[:at], "", *row[at:-1]]
    study.sheet.rows[n] = moved
    words = [str(word) for word in moved if word] + [f"row {n + 1}", row[0]]
    return told(tuple(words))


@kind("rows or columns of the sheet in another order", "sheet", keeps=True)
def order(rng: Rng, study: Study) -> Expected:
    rows, turn = study.sheet.rows, rng.permutation(len(study.sheet.rows[0]))
    study.sheet.rows = [rows[0], *(rows[1:][i] for i in rng.permutation(len(rows) - 1))]
    if rng.integers(2):
        study.sheet.rows = [[row[i] for i in turn] for row in study.sheet.rows]
    return equal()


@kind("a cell missing that is needed", "sheet")
def needed(rng: Rng, study: Study) -> Expected:
    row = pick(rng, study.sheet.rows[1:])
    name = pick(rng, ["sample", "patient", "group"])
    row[study.sheet.column(name)] = pick(rng, ["", "NA", "n/a", "--", "null"])
    return told(name, "samples.tsv")


@kind("words for missing in a column that is not needed", "sheet", keeps=True)
def missing_words(rng: Rng, study: Study) -> Expected:
    rows = [int(i) for i in rng.permutation(np_rows(study))[:4]]
    at = study.sheet.column(pick(rng, ["age", "neutrophils"]))
    for i in rows:
        study.sheet.rows[i][at] = ""
    good = study.copy()
    for i in rows:
        study.sheet.rows[i][at] = pick(rng, ["NA", "n/a", "NaN", "null", "None", "--"])
    return equal(good)


def np_rows(study: Study) -> list[int]:
    """Numbers of the rows below the header."""
    return list(range(1, len(study.sheet.rows)))


@kind("text in a column of numbers", "sheet")
def text_in_numbers(rng: Rng, study: Study) -> Expected:
    name = pick(rng, ["age", "neutrophils"])
    n = pick(rng, np_rows(study))
    word = pick(rng, ["<5", "7..5", "12 y", "4-5", "O.5", "ca. 9"])
    study.sheet.rows[n][study.sheet.column(name)] = word
    return told(name, f"row {n + 1}", word)


@kind("decimal commas in a covariate", "sheet", keeps=True)
def commas(rng: Rng, study: Study) -> Expected:
    name = pick(rng, ["age", "neutrophils"])
    study.config["design"]["covariates"] = [name]
    good = study.copy()
    study.sheet.put(name, [cell.replace(".", ",") for cell in study.sheet.get(name)])
    study.sheet.sep = pick(rng, [";", "\t"])
    return equal(good)


@kind("percent and fraction in one covariate", "sheet")
def units(rng: Rng, study: Study) -> Expected:
    study.config["design"]["covariates"] = ["neutrophils"]
    cells = study.sheet.get("neutrophils")
    chosen = set(rng.permutation(len(cells))[: int(rng.integers(3, len(cells) - 3))].tolist())
    study.sheet.put("neutrophils", [
        f"{float(cell) / 100:.3f}" if i in chosen else cell for i, cell in enumerate(cells)
    ])  # fmt: skip
    return told("neutrophils", ("percent", "fraction"))


@kind("a column of the sheet twice", "sheet")
def column_twice(rng: Rng, study: Study) -> Expected:
    name = pick(rng, study.sheet.rows[0])
    for row in study.sheet.rows:
        row.append(row[study.sheet.rows[0].index(name)])
    study.sheet.rows[pick(rng, np_rows(study))][-1] = "other"
    return told("samples.tsv", repr(name))


@kind("columns of the sheet under other names", "sheet")
def other_names(rng: Rng, study: Study) -> Expected:
    name = pick(rng, ["sample", "patient", "visit", "group"])
    at = study.sheet.column(name)
    study.sheet.rows[0][at] = pick(rng, [name.title(), name + "_id", name + "s", "x"])
    return told(name, "samples.tsv")


@kind("a patient among the healthy", "sheet")
def both(rng: Rng, study: Study) -> Expected:
    row = pick(rng, study.sheet.rows[25:])
    row[1] = pick(rng, study.sheet.get("patient")[:24])
    return told(repr(row[1]))


@kind("two samples of a patient at one visit", "sheet")
def repeated(rng: Rng, study: Study) -> Expected:
    one, other = rng.permutation(of_patients(study))[:2]
    study.sheet.rows[other][1:3] = study.sheet.rows[one][1:3]
    return told(repr(study.sheet.rows[one][1]), study.sheet.rows[one][2])


@kind("a second header line in the sheet", "sheet")
def second_header(rng: Rng, study: Study) -> Expected:
    units = ["id", "", "", "", "", "", "years", "%"]
    row = pick(rng, [units, study.sheet.rows[0], ["text"] * 8])
    study.sheet.rows.insert(1, list(row))
    return told("samples.tsv", ("row 2", *(cell for cell in row if cell)))


@kind("a patient under another name at one visit", "sheet")
def mistyped(rng: Rng, study: Study) -> Expected:
    row = study.sheet.rows[pick(rng, [i for i in of_patients(study) if i <= 20])]
    name = row[1]
    row[1] = pick(rng, [f"P9{name[2]}", f"X{name}", f"{name}b", name.replace("0", "O"),
                        name.replace("P", "\u0420"), f"{name[1:]}-Mar", name[::-1]])  # fmt: skip
    return told(name, row[1])


@kind("ids that a spreadsheet changed", "sheet")
def changed_ids(rng: Rng, study: Study) -> Expected:
    names, changed = pick(rng, [
        ([f"{n:04}" for n in range(1, 33)], [f"{n}" for n in range(1, 33)]),
        ([f"{n}E3" for n in range(1, 33)], [f"{n}000" for n in range(1, 33)]),
        ([f"{n}-3" for n in range(1, 33)], [f"{n}-Mar" for n in range(1, 32)] + ["32-3"]),
        ([f"{10**15 + n}" for n in range(32)], ["1E+15" for n in range(32)]),
    ])  # fmt: skip
    study.matrix.rows[0][1:] = names
    study.sheet.put("sample", changed)
    return told("samples.tsv", (changed[0], names[0]))


@kind("a response that is none", "sheet")
def response(rng: Rng, study: Study) -> Expected:
    people = study.sheet.get("patient")
    labels = {p: pick(rng, ["responder", "nonresponder"]) for p in people}
    groups = study.sheet.get("group")
    study.sheet.put(
        "response",
        [labels[p] if g == "patient" else "" for p, g in zip(people, groups, strict=True)],
    )
    study.config["response"] = {"source": "column"}
    row = study.sheet.rows[pick(rng, of_patients(study))]
    other = {"responder": "nonresponder", "nonresponder": "responder"}
    row[-1] = pick(rng, [other[row[-1]], "respnder", "Y", "partial"])
    return told((row[1], row[-1]), late=judged(study.config))


@kind("a visits sheet of other people or visits", "sheet")
def visits(rng: Rng, study: Study) -> Expected:
    people = [p for p in dict.fromkeys(study.sheet.get("patient")) if not p.startswith("H")]
    rows = [[p, v, f"{rng.uniform(20, 90):.0f}"] for p in people for v in ("before", "after")]
    row = pick(rng, rows)
    at = int(rng.integers(2))
    row[at] = pick(rng, [row[at].title() + "x", row[at] + "?", "V9"])
    text = "".join("\t".join(cells) + "\n" for cells in [["patient", "visit", "esr"], *rows])
    study.other["visits.tsv"] = text.encode()
    study.config["intake"]["visits"] = "visits.tsv"
    return told("visits.tsv", row[at])


@kind("a sheet written by R", "sheet", keeps=True)
def by_r(rng: Rng, study: Study) -> Expected:
    head, *rows = study.sheet.rows
    numbered = [[str(n), *row] for n, row in enumerate(rows, start=1)]
    named = bool(rng.integers(2))
    study.sheet.rows = [["", *head] if named else head, *numbered]
    study.sheet.sep = pick(rng, [",", "\t", ";"])
    # Rows with one bare comma more than the header may have decimal commas, and are refused.
    study.sheet.quoted = bool(rng.integers(2)) or (study.sheet.sep == "," and not named)
    return equal()


@kind("further columns", "sheet", keeps=True)
def further(rng: Rng, study: Study) -> Expected:
    name = pick(rng, ["ratio/x", "β", "_index", "index", "name with  spaces", "feature",
                      "used", "flag", "median", "label", "0", "NA", "library_size"])  # fmt: skip
    words = pick(rng, [["u", "v"], ["1", "2.5"], ["", "x"], ["TRUE", "FALSE"]])
    study.sheet.put(name, [pick(rng, words) for _ in study.samples])
    return Expected(same=True, stop=False, more=True)


@kind("a sample of a patient without a visit", "sheet")
def no_visit(rng: Rng, study: Study) -> Expected:
    row = study.sheet.rows[pick(rng, of_patients(study))]
    row[2] = pick(rng, ["", "NA", "n/a", "--"])
    return told("samples.tsv", row[0])


@kind("a pattern that not all visits match", "all")
def pattern(rng: Rng, study: Study) -> Expected:
    words = {"before": "V1 before", "after": "V2 after", "": ""}
    study.sheet.put("visit", [words[v] for v in study.sheet.get("visit")])
    fields = {name: {"field": name} for name in ("sample", "patient", "group")}
    fields["visit"] = {"field": "visit", "pattern": r"^V\d (\w+)$"}
    study.config["intake"]["fields"] = fields
    row = study.sheet.rows[pick(rng, of_patients(study))]
    row[2] = pick(
        rng, [row[2].lower(), row[2] + ".", row[2].replace(" ", "_"), "visit " + row[2][3:]]
    )
    return told("samples.tsv", row[0])


@kind("paths exchanged", "yaml")
def exchanged(rng: Rng, study: Study) -> Expected:
    study.config["intake"]["matrix"] = study.sheet.name
    study.config["intake"]["samples"] = study.matrix.name
    return told((study.sheet.name, study.matrix.name))
