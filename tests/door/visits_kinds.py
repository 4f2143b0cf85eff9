"""The sheet of clinical visits: by other hands, and damaged."""

import gzip

from door.kind import Expected, Rng, equal, kind, pick, told
from door.spreadsheet import xlsx
from door.study import PATIENTS, Study

NAME = "visits.tsv"
COLUMNS = ["patient", "visit", "arm", "esr", "crp", "active_joints", "note_score"]
RANGES = {"esr": (5, 90), "crp": (1, 150), "active_joints": (0, 30), "note_score": (0, 9)}


def rows() -> list[list[str]]:
    """A good sheet."""
    made = [COLUMNS]
    for n, patient in enumerate(PATIENTS):
        for v, visit in enumerate(("before", "after")):
            cells = [str(low + (7 * n + 5 * v + 3) % (high - low)) for low, high in RANGES.values()]
            made.append([patient, visit, "drug" if n % 2 else "placebo", *cells])
    return made


def text_of(cells: list[list[str]], sep: str = "\t") -> str:
    """The sheet as text."""
    return "".join(sep.join(row) + "\n" for row in cells)


def put(study: Study, content: bytes | str) -> None:
    """Give the study a visits sheet."""
    study.other[NAME] = content.encode() if isinstance(content, str) else content
    study.config["intake"]["visits"] = NAME


def good_of(study: Study) -> Study:
    """The study with the good sheet."""
    found = study.copy()
    put(found, text_of(rows()))
    return found


@kind("visits by other hands", "all", keeps=True)
def other_hands(rng: Rng, study: Study) -> Expected:
    good, found = good_of(study), rows()
    order = rng.permutation(len(COLUMNS))
    text = text_of(found)
    ways = [
        text.replace("\n", "\r\n"), text_of(found, ","), text_of(found, ";"),
        gzip.compress(text.encode()), text.encode("utf-8-sig"), text.encode("utf-16"),
        text.encode("cp1252"), xlsx(found, typed=bool(rng.integers(2)), sheet="visits"),
        text_of([[row[i] for i in order] for row in found]), text_of(
            [found[0], *(found[i] for i in 1 + rng.permutation(len(found) - 1))]),
        text_of([[f" {c} " for c in row] for row in found]), text + "\t" * 6 + "\n",
        "\n" + text, text_of([[f'"{c}"' for c in row] for row in found], ","),
        "# exported\n" + text,
    ]  # fmt: skip
    put(study, pick(rng, ways))
    return equal(good)


@kind("a visits sheet that is damaged", "all")
def damaged(rng: Rng, study: Study) -> Expected:
    found = rows()
    at = int(rng.integers(1, len(found)))
    row, column = found[at], int(rng.integers(3, len(COLUMNS)))
    name = COLUMNS[column]
    way = int(rng.integers(9))
    if way == 0:
        row[column] = pick(rng, ["high", "7/9", "<5", "x", "12 mg", "1e", "--5", "3..4"])
        words = [name, row[column]]
    elif way == 1:
        found.insert(at, list(row))
        words = [row[0], row[1], "twice"]
    elif way == 2:
        key = int(rng.integers(2))
        row[key] = ""
        words = [COLUMNS[key], "fill it in"]
    elif way == 3:
        key = int(rng.integers(2))
        found = [cells[:key] + cells[key + 1 :] for cells in found]
        words = [COLUMNS[key]]
    elif way == 4:
        row[3] = pick(rng, ["-5", "-0.1", "1e300", "1e9", "inf", "99999999999"])
        words = ["esr"]
    elif way == 5:
        found[at] = row[:-2] if rng.integers(2) else [*row, "7", "8"]
        words = [f"row {at + 1}"]
    elif way == 6:
        found[0] = [*COLUMNS[:-1], pick(rng, ["esr", "ESR", "crp", "patient"])]
        words = [found[0][-1]]
    elif way == 7:
        row[1] = pick(rng, ["Before ", "baseline", "befor", "aftr", "V1"]).strip() + "x"
        words = [row[1]]
    else:
        row[2] = "other arm"
        words = [row[0], "other arm"]
    put(study, text_of(found))
    return told(NAME, *words)


@kind("a visits sheet that is no sheet", "all")
def no_sheet(rng: Rng, study: Study) -> Expected:
    text = text_of(rows())
    ways = [
        b"", b"\n\n", text.split("\n")[0].encode() + b"\n", gzip.compress(text.encode())[:80],
        bytes(300), b"PK\x03\x04" + bytes(60), b"<html><table></table></html>",
        gzip.compress(text.encode()) + b"x", xlsx(rows(), False, "visits")[:900],
        text.replace("\t", "").encode(),
    ]  # fmt: skip
    put(study, pick(rng, ways))
    return told(NAME)
