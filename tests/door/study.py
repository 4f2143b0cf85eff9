"""One good small study as files: 12 pairs and 8 healthy people, 300 genes, a real effect.

It is text from the start, so that a mutation changes what a person or a program would have written.
"""

import copy
import gzip
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

# Two of them differ in one accented letter, and are two people.
PATIENTS = [*(f"P{i:02}" for i in range(1, 11)), "Zoé", "Zoè"]
HEALTHY = [f"H{i}" for i in range(1, 9)]
COLUMNS = ["sample", "patient", "visit", "group", "batch", "sex", "age", "neutrophils"]
# Real symbols among the made-up ones: a spreadsheet takes some of them for dates.
NAMED = ["STAT1", "IFI44", "MX1", "SEPT4", "MARCH1", "DEC1", "OAS1", "IL1B", "CD177", "HP"]
GENES = [*NAMED, *(f"GENE{i:03}" for i in range(len(NAMED), 300))]


@dataclass
class Table:
    """Rows of text, and how they are written to a file.

    Attributes
    ----------
    name
        Of the file.
    rows
        Header and rows.
    sep, end, encoding
        How rows become bytes.
    quoted, pads
        Quotes around every cell; what stands at the end of every row.
    text, raw
        What else is done to the whole text, and to the bytes.
    """

    name: str
    rows: list[list[str]]
    sep: str = "\t"
    end: str = "\n"
    encoding: str = "utf-8"
    quoted: bool = False
    text: list[Callable[[str], str]] = field(default_factory=list)
    raw: list[Callable[[bytes], bytes]] = field(default_factory=list)

    def content(self) -> bytes:
        """Return the bytes of the file."""
        quote = '"' if self.quoted else ""
        lines = [self.sep.join(f"{quote}{cell}{quote}" for cell in row) for row in self.rows]
        text = "".join(line + "\n" for line in lines)
        for change in self.text:
            text = change(text)
        made = text.replace("\n", self.end).encode(self.encoding)
        for step in self.raw:
            made = step(made)
        return made

    def column(self, name: str) -> int:
        """Position of a column."""
        return self.rows[0].index(name)

    def copy(self) -> "Table":
        """A table to change."""
        rows = [list(row) for row in self.rows]
        return replace(self, rows=rows, text=[*self.text], raw=[*self.raw])

    def get(self, name: str) -> list[str]:
        """Cells of a column."""
        return [row[self.column(name)] for row in self.rows[1:]]

    def put(self, name: str, cells: list[str]) -> None:
        """Write a column, new or known."""
        if name not in self.rows[0]:
            for row, cell in zip(self.rows, [name, *cells], strict=True):
                row.append(cell)
        else:
            at = self.column(name)
            for row, cell in zip(self.rows[1:], cells, strict=True):
                row[at] = cell


@dataclass
class Study:
    """Files of a study and its configuration; `other` holds further files by name.

    `yaml` and `raw` are done to the text and the bytes of the study file.
    """

    sheet: Table
    matrix: Table
    config: dict[str, Any]
    yaml: list[Callable[[str], str]] = field(default_factory=list)
    other: dict[str, bytes] = field(default_factory=dict)
    raw: list[Callable[[bytes], bytes]] = field(default_factory=list)

    def copy(self) -> "Study":
        """A study to change."""
        tables = {"sheet": self.sheet.copy(), "matrix": self.matrix.copy()}
        config = copy.deepcopy(self.config)
        return replace(self, **tables, config=config, yaml=[*self.yaml], other={**self.other},
                       raw=[*self.raw])  # fmt: skip

    @property
    def samples(self) -> list[str]:
        """Names of the samples in the order of the sheet."""
        return self.sheet.get("sample")

    def write(self, folder: Path) -> Path:
        """Write all files; returns the study file."""
        for table in (self.sheet, self.matrix):
            (folder / table.name).write_bytes(table.content())
        for name, content in self.other.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        config = copy.deepcopy(self.config)
        intake = config["intake"]
        intake["samples"] = str(folder / intake.get("samples", self.sheet.name))
        intake["matrix"] = str(folder / intake.get("matrix", self.matrix.name))
        if intake.get("visits") in self.other:
            intake["visits"] = str(folder / intake["visits"])
        self._place(config, folder)
        if "annotation" in intake:
            intake["annotation"]["path"] = str(folder / intake["annotation"]["path"])
        text = yaml.safe_dump(config, sort_keys=False, allow_unicode=True)
        for change in self.yaml:
            text = change(text)
        content = text.encode()
        for step in self.raw:
            content = step(content)
        (folder / "study.yaml").write_bytes(content)
        return folder / "study.yaml"

    def _place(self, config: dict[str, Any], folder: Path) -> None:
        """Paths of the further files."""
        gmt = config.get("modules", {}).get("gmt", [])
        if isinstance(gmt, list):
            gmt[:] = [str(folder / name) if name in self.other else name for name in gmt]
        definition = config.get("response", {}).get("definition")
        if definition in self.other:
            config["response"]["definition"] = str(folder / definition)


def zipped(content: bytes) -> bytes:
    """Gzip, the same bytes every time."""
    return gzip.compress(content, mtime=0)


def _sheet() -> Table:
    rng = np.random.default_rng(1)
    who = [(p, v, "patient") for p in PATIENTS for v in ("before", "after")]
    who += [(h, "", "healthy") for h in HEALTHY]
    rows = [COLUMNS]
    for i, (person, visit, group) in enumerate(who):
        n = (PATIENTS + HEALTHY).index(person)
        sex = "female" if n % 2 else "male"
        values = ["ab"[(n + (visit == "after") * (n % 3 == 0)) % 2], sex, f"{4 + n * 0.7:.1f}"]
        rows.append([f"S{i + 1:02}", person, visit, group, *values, f"{rng.uniform(35, 80):.1f}"])
    return Table("samples.tsv", rows)


def _levels(seed: int) -> pd.DataFrame:
    """Log2 values with person effects; the first 40 genes are high in disease and treated."""
    rng = np.random.default_rng(seed)
    sheet = _sheet()
    people = sheet.get("patient")
    person = {name: rng.normal(0, 0.4, len(GENES)) for name in dict.fromkeys(people)}
    level = np.linspace(4, 14, len(GENES))[rng.permutation(len(GENES))]
    shift = np.where(np.arange(len(GENES)) < 40, 1.5, 0.0)
    parts = {"before": 1.0, "after": 0.2, "": 0.0}
    columns = [
        level + person[name] + parts[visit] * shift + rng.normal(0, 0.3, len(GENES))
        for name, visit in zip(people, sheet.get("visit"), strict=True)
    ]
    return pd.DataFrame(np.transpose(columns), index=GENES, columns=sheet.get("sample"))


def _study(values: pd.DataFrame, assay: str) -> Study:
    rows = [["gene", *values.columns]]
    rows += [[g, *row] for g, row in zip(values.index, values.astype(str).to_numpy(), strict=True)]
    config = {
        "study": "door",
        "intake": {"source": "table", "assay": assay},
        "design": {"baseline": "before", "followup": "after", "healthy": "healthy"},
    }
    return Study(_sheet(), Table("matrix.tsv", rows), config)


@cache
def _microarray() -> Study:
    return _study(_levels(2).round(3), "microarray")


@cache
def _counts() -> Study:
    rng = np.random.default_rng(3)
    mean = np.exp2(_levels(3) - 3)
    made = rng.poisson(mean * rng.gamma(40, 1 / 40, mean.shape))
    return _study(pd.DataFrame(made, mean.index, mean.columns), "rnaseq")


def microarray() -> Study:
    """The study on microarrays, log2."""
    return _microarray().copy()


def counts() -> Study:
    """The study by RNA-seq, counts."""
    return _counts().copy()
