"""Tables of values as they go wrong: cells, samples, scale, features, headers."""

from typing import Any

import numpy as np

from door.kind import Expected, Rng, equal, equal_or_told, kind, pick, place, told
from door.later import quality
from door.study import GENES, Study, counts, microarray, zipped

WORDS = ["", "NA", "NaN", "null", "#N/A"]


@kind("one odd cell", "matrix", only=microarray)
def odd_cell(rng: Rng, study: Study) -> Expected:
    i, j = place(rng, study)
    row = study.matrix.rows[i]
    factor = pick(rng, [100, 1000, 10000, -100])
    row[j] = f"{float(row[j]) * factor:g}"
    return told(row[0], study.matrix.rows[0][j])


@kind("some samples on another scale", "matrix")
def other_scale(rng: Rng, study: Study) -> Expected:
    logged = study.config["intake"]["assay"] == "microarray"
    ways = [np.exp2, lambda x: x * np.log(2), lambda x: x * np.log10(2)]
    if not logged:
        ways = [lambda x: np.log2(x + 1), lambda x: x / 37.5, lambda x: np.log2(x + 0.5) - 4]
    way = pick(rng, ways)
    some = sorted(rng.permutation(np.arange(1, 33))[: int(rng.integers(1, 5))])
    for row in study.matrix.rows[1:]:
        for j in some:
            row[j] = f"{way(float(row[j])):.4f}"
    return told("matrix.tsv", tuple(study.matrix.rows[0][j] for j in some))


@kind("a sample without values", "matrix", only=microarray)
def empty_sample(rng: Rng, study: Study) -> Expected:
    j, word = int(rng.integers(1, 33)), pick(rng, WORDS)
    for row in study.matrix.rows[1:]:
        row[j] = word
    return told(study.matrix.rows[0][j])


@kind("most values of a sample missing", "matrix", only=microarray)
def poor_sample(rng: Rng, study: Study) -> Expected:
    j, word = int(rng.integers(1, 33)), pick(rng, WORDS)
    for i in rng.permutation(np.arange(1, 301))[: int(rng.integers(100, 250))]:
        study.matrix.rows[i][j] = word
    return told(study.matrix.rows[0][j])


@kind("scattered missing values", "matrix", only=microarray)
def scattered(rng: Rng, study: Study) -> Expected:
    share, word = pick(rng, [0.02, 0.05, 0.15]), pick(rng, WORDS)
    for row in study.matrix.rows[1:]:
        for j in np.flatnonzero(rng.random(32) < share) + 1:
            row[j] = word

    def kept(data: Any) -> str:
        n = data.adata.n_vars
        return f"missing values: {n} features kept" if n > 285 else ""

    return told("missing", "features", late=kept)


@kind("an infinite value", "matrix", only=microarray)
def infinite(rng: Rng, study: Study) -> Expected:
    i, j = place(rng, study)
    study.matrix.rows[i][j] = pick(rng, ["inf", "-Inf", "-inf", "Infinity"])
    return told("matrix.tsv", study.matrix.rows[i][0], study.matrix.rows[0][j])


@kind("a cell that is no number", "matrix")
def no_number(rng: Rng, study: Study) -> Expected:
    i, j = place(rng, study)
    cell = study.matrix.rows[i][j]
    study.matrix.rows[i][j] = pick(rng, [f"<{cell}", f"{cell}*", "low", f"{cell} ?", "1..5", "O.5"])
    return told(study.matrix.rows[i][0], study.matrix.rows[0][j])


@kind("a negative count", "matrix", only=counts)
def negative(rng: Rng, study: Study) -> Expected:
    i, j = place(rng, study)
    study.matrix.rows[i][j] = f"-{int(study.matrix.rows[i][j]) + 1}"
    return told("matrix.tsv", study.matrix.rows[i][0], study.matrix.rows[0][j])


@kind("thousands set apart", "matrix", only=counts)
def thousands(rng: Rng, study: Study) -> Expected:
    mark = pick(rng, [",", "'", " ", "\u00a0", "\u202f", "."])
    for row in study.matrix.rows[1:]:
        row[1:] = [f"{int(cell):,}".replace(",", mark) for cell in row[1:]]
    return equal_or_told("matrix.tsv", repr(mark)[1:-1])


@kind("scientific notation", "matrix", keeps=True)
def scientific(rng: Rng, study: Study) -> Expected:
    letter = pick(rng, ["e", "E"])
    for row in study.matrix.rows[1:]:
        if rng.random() < 0.5:
            row[1:] = [f"{float(cell):.6e}".replace("e", letter) for cell in row[1:]]
    return equal()


@kind("decimal commas in the matrix", "matrix", keeps=True, only=microarray)
def decimal_commas(rng: Rng, study: Study) -> Expected:
    for row in study.matrix.rows[1:]:
        row[1:] = [cell.replace(".", ",") for cell in row[1:]]
    study.matrix.sep = pick(rng, [";", "\t"])
    return equal()


@kind("samples or features in another order", "matrix", keeps=True)
def order(rng: Rng, study: Study) -> Expected:
    rows = study.matrix.rows
    study.matrix.rows = [rows[0], *(rows[1:][i] for i in rng.permutation(len(rows) - 1))]
    turn = [0, *(rng.permutation(32) + 1)]
    study.matrix.rows = [[row[i] for i in turn] for row in study.matrix.rows]
    return equal()


@kind("features in columns", "matrix", keeps=True)
def turned(rng: Rng, study: Study) -> Expected:
    study.matrix.rows = [list(row) for row in zip(*study.matrix.rows, strict=True)]
    return equal_or_told("matrix.tsv", ("transpose", "samples in rows"))


@kind("a sample twice in the matrix", "matrix")
def twice(rng: Rng, study: Study) -> Expected:
    one, other = rng.permutation(np.arange(1, 33))[:2]
    head = study.matrix.rows[0]
    lost = head[other]
    head[other] = head[one] + pick(rng, ["", "", ".1", "_1"])
    return told("matrix.tsv", (head[one], lost))


@kind("a sample too many or too few in the matrix", "matrix")
def too_few(rng: Rng, study: Study) -> Expected:
    j = int(rng.integers(1, 33))
    name = study.matrix.rows[0][j]
    if rng.integers(2):
        for row in study.matrix.rows:
            row.pop(j)
        return told("matrix.tsv", name)
    for row in study.matrix.rows:
        row.append(row[j])
    study.matrix.rows[0][-1] = "S99"
    return told("matrix.tsv", "S99")


@kind("names as R changes them", "matrix", keeps=True)
def r_names(rng: Rng, study: Study) -> Expected:
    names = [f"{name}-{name[1:]}" for name in study.samples]
    study.sheet.put("sample", names)
    study.matrix.rows[0][1:] = names
    good = study.copy()
    study.matrix.rows[0][1:] = [name.replace("-", ".") for name in names]
    return Expected(same=True, names=(("matrix.tsv",), ("make.names",)), good=good)


@kind("a header cut at its first cell, as R writes it", "matrix", keeps=True)
def r_header(rng: Rng, study: Study) -> Expected:
    study.matrix.rows[0] = study.matrix.rows[0][1:]
    study.matrix.sep = pick(rng, ["\t", ",", " "])
    study.matrix.quoted = bool(rng.integers(2))
    return equal()


@kind("a second header line in the matrix", "matrix")
def second_header(rng: Rng, study: Study) -> Expected:
    name = pick(rng, ["group", "visit", "batch", "age", "neutrophils", "sample", "patient"])
    cells = study.sheet.get(name)
    study.matrix.rows.insert(1, [name, *(cell or "-" for cell in cells)])
    return told("matrix.tsv", repr(name))


@kind("columns of annotation among the values", "matrix", keeps=True)
def annotated(rng: Rng, study: Study) -> Expected:
    name = pick(rng, ["description", "chr", "Length", "gene_biotype", "start"])
    number = name in ("Length", "start")
    at = pick(rng, [1, len(study.matrix.rows[0])])
    study.matrix.rows[0].insert(at, name)
    for i, row in enumerate(study.matrix.rows[1:]):
        row.insert(at, str(1000 + i) if number else f"text {i % 7}")
    return equal()


@kind("genes turned to dates", "matrix")
def dates(rng: Rng, study: Study) -> Expected:
    made = {"SEPT4": ["4-Sep", "Sep-04", "2019-09-04"], "MARCH1": ["1-Mar", "Mar-01", "43525"],
            "DEC1": ["1-Dec", "01/12/2019"]}  # fmt: skip
    gene = pick(rng, list(made))
    word = pick(rng, made[gene])
    study.matrix.rows[1 + GENES.index(gene)][0] = word
    return told("matrix.tsv", word)


@kind("a feature twice, with other values", "matrix")
def feature_twice(rng: Rng, study: Study) -> Expected:
    for _ in range(int(rng.integers(1, 4))):
        row = list(pick(rng, study.matrix.rows[1:]))
        row[1:] = pick(rng, study.matrix.rows[1:])[1:]
        study.matrix.rows.append(row)
    return told("matrix.tsv", row[0])


@kind("a row without a feature", "matrix")
def nameless(rng: Rng, study: Study) -> Expected:
    i = int(rng.integers(1, 301))
    study.matrix.rows[i][0] = pick(rng, ["", "NA", "nan", "#N/A"])
    return told("matrix.tsv", (f"{study.matrix.rows[i][0]!r}", "without", "no feature"))


@kind("centred or z-scored", "matrix", only=microarray)
def centred(rng: Rng, study: Study) -> Expected:
    scale = bool(rng.integers(2))
    for row in study.matrix.rows[1:]:
        x = np.array(row[1:], dtype=float)
        x = (x - x.mean()) / (x.std() if scale else 1)
        row[1:] = [f"{value:.4f}" for value in x]
    return told("matrix.tsv", ("centred", "z-scores"))


@kind("two identical samples", "matrix")
def identical(rng: Rng, study: Study) -> Expected:
    one, other = (int(j) for j in rng.permutation(np.arange(1, 33))[:2])
    for row in study.matrix.rows[1:]:
        row[other] = row[one]
    names = study.matrix.rows[0]
    return told(names[one], names[other], late=quality(study.config))


@kind("one decimal comma among points", "matrix", only=microarray)
def one_comma(rng: Rng, study: Study) -> Expected:
    i, j = place(rng, study)
    row = study.matrix.rows[i]
    row[j] = row[j].replace(".", ",")
    return equal_or_told("matrix.tsv", row[j], row[0], study.matrix.rows[0][j])


@kind("a header that begins with #", "matrix", keeps=True)
def marked_header(rng: Rng, study: Study) -> Expected:
    head = study.matrix.rows[0]
    head[0] = pick(rng, ["#", "# ", "#"]) + head[0]
    return equal()


@kind("a file of another kind", "matrix")
def other_file(rng: Rng, study: Study) -> Expected:
    name, content = pick(rng, [
        ("counts.rds", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03X\n\x00\x00\x00\x03"),
        ("counts.rds", zipped(b"X\n\x00\x00\x00\x03\x00\x04\x03\x02" * 20)),
        ("m.parquet", b"PAR1\x15\x04\x15\x80" * 9), ("m.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" * 5),
        ("m.docx", b"PK\x03\x04" + b"word" * 30), ("m.tsv", b""), ("m.tsv", b"\n\n"),
        ("m.html", b"<!DOCTYPE html>\n<html><body>404 not found</body></html>\n"),
        ("m.txt", b"see the shared drive\n"), ("m.rtf", b"{\\rtf1\\ansi gene S01 S02}\n"),
    ])  # fmt: skip
    study.other[name] = content
    if rng.integers(2):
        study.config["intake"]["matrix"] = name
    else:
        study.config["intake"]["samples"] = name
    return told(name)


@kind("numbers spelled otherwise", "matrix", keeps=True)
def spelled(rng: Rng, study: Study) -> Expected:
    whole = study.config["intake"]["assay"] == "rnaseq"
    ways = [lambda x: f"+{x}", lambda x: f"{float(x):.5f}", lambda x: f"0{x}", lambda x: f" {x} "]
    if whole:
        ways += [lambda x: f"{x}.", lambda x: f"{float(x):.17g}"]
    way = pick(rng, ways)
    for row in study.matrix.rows[1:]:
        if rng.random() < 0.6:
            row[1:] = [way(cell) for cell in row[1:]]
    return equal()


@kind("a missing count", "matrix", only=counts)
def missing_count(rng: Rng, study: Study) -> Expected:
    i, j = place(rng, study)
    study.matrix.rows[i][j] = pick(rng, WORDS)
    return told("matrix.tsv", "missing")
