"""Files of gene sets as people and programs write them, and what befalls them."""

import bz2
import gzip
import io
import zipfile

from door.kind import Expected, Rng, equal, kind, pick, told
from door.study import Study

NAME = "own.gmt"
SETS = {
    "INTERFERON": ["IFI44", "MX1", "OAS1", "STAT1"],
    "NEUTROPHIL": ["CD177", "HP", "GENE050", "GENE051"],
    "Müller 2019": ["IL1B", "GENE100"],
}


def lines() -> list[str]:
    """A good file."""
    return ["\t".join([name, "source", *genes]) for name, genes in SETS.items()]


def put(study: Study, content: bytes | str) -> None:
    """Give the study a file of gene sets."""
    study.other[NAME] = content.encode() if isinstance(content, str) else content
    study.config["modules"] = {"gmt": [NAME]}


def good_of(study: Study) -> Study:
    """The study with the good file."""
    found = study.copy()
    put(found, "".join(line + "\n" for line in lines()))
    return found


@kind("gene sets by other hands", "all", keeps=True)
def other_hands(rng: Rng, study: Study) -> Expected:
    good, text = good_of(study), "".join(line + "\n" for line in lines())
    ways = [
        text.replace("\n", "\r\n").encode(), text.rstrip("\n").encode(), text.encode("utf-8-sig"),
        text.encode("utf-16"), gzip.compress(text.encode()), text.encode("cp1252"),
        text.replace("\n", "\n\n").encode(), text.replace("\n", "\t\t\n").encode(),
        text.replace("\tIFI44", "\t IFI44 ").encode(), ("\n" + text).encode(),
        text.replace("\tMX1", "\tMX1\tMX1").encode(), text.replace("\tsource\t", "\t\t").encode(),
        gzip.compress(text[:40].encode()) + gzip.compress(text[40:].encode()),
    ]  # fmt: skip
    put(study, pick(rng, ways))
    return equal(good)


@kind("gene sets that are no GMT file", "all")
def no_gmt(rng: Rng, study: Study) -> Expected:
    text = "".join(line + "\n" for line in lines())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(NAME, text)
    ways = [
        text.replace("\t", " ").encode(), text.replace("\t", ",").encode(), b"",
        b"<html><title>Log in</title></html>\n", bz2.compress(text.encode()), packed.getvalue(),
        b"\n\n", b"# no sets yet\n", bytes(range(256)), b"\0" * 400, gzip.compress(b""),
        gzip.compress(text.encode())[:60], gzip.compress(text.encode()) + b"more",
        b'{"INTERFERON": ["MX1"]}\n', b"gmx\tmore\nna\tna\nMX1\tSTAT1\n",
    ]  # fmt: skip
    put(study, pick(rng, ways))
    return told(NAME)


@kind("a gene set that is damaged", "all")
def damaged(rng: Rng, study: Study) -> Expected:
    found = lines()
    at = int(rng.integers(len(found)))
    name, source, *genes = found[at].split("\t")
    bad, word = pick(rng, [
        (f"{name}\t{source}", name), (name, name), (f"\t{source}\t" + "\t".join(genes), source),
        (f"{name}\t{source}\t\t\t", name), ("\t".join([name, *genes[:1]]), name),
        (f"{name} {source} " + " ".join(genes), name),
        (found[(at + 1) % 3].split("\t")[0] + "\tx\tMX1", found[(at + 1) % 3].split("\t")[0]),
    ])  # fmt: skip
    found[at] = bad
    put(study, "".join(line + "\n" for line in found))
    return told(NAME, word)


@kind("a gene set with odd characters", "all")
def odd(rng: Rng, study: Study) -> Expected:
    mark = pick(rng, ["\u200b", "\u00ad", "\ufeff", "\u202e", "\ufe0f", "\U000e0041"])
    text = "".join(line + "\n" for line in lines())
    good = good_of(study)
    word = pick(rng, ["INTERFERON", "STAT1", "CD177"])
    put(study, text.replace(word, word[:3] + mark + word[3:], 1))
    found = told(NAME, "U+")
    return Expected(same=True, names=found.names, good=good)
