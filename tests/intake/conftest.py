"""A small study on disk, and a local server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo_server import Server, serving
from options import load
from revertome.intake.load import StudyData

DESIGN: dict[str, Any] = {
    "baseline": "before",
    "followup": "after",
    "healthy": "healthy",
    "covariates": [],
}


class Case:
    """Matrix and sheet of 5 patients before and after and 4 healthy samples, 40 genes, log2."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        patients = [f"P{i}" for i in range(1, 6)]
        rows = [
            [f"{p}_{v}", p, v, "patient", "1" if p < "P3" else "2", "F", "9.5"]
            for p in patients
            for v in ("before", "after")
        ] + [[f"H{i}", f"H{i}", "", "healthy", str(1 + i % 2), "male", "8"] for i in range(4)]
        names = ["sample", "patient", "visit", "group", "batch", "sex", "age"]
        self.sheet = pd.DataFrame(rows, columns=names, dtype=object)
        values = np.random.default_rng(0).normal(8, 2.5, (40, len(rows))).clip(2, 15).round(3)
        self.matrix = pd.DataFrame(
            values, index=[f"GENE{i:02}" for i in range(40)], columns=list(self.sheet["sample"])
        ).astype(object)
        self.intake: dict[str, Any] = {"source": "table"}
        self.design = dict(DESIGN)

    def load(self) -> StudyData:
        matrix, sheet = self.folder / "matrix.tsv", self.folder / "samples.tsv"
        self.matrix.to_csv(matrix, sep="\t", index_label="id")
        self.sheet.to_csv(sheet, sep="\t", index=False)
        local = {"matrix": str(matrix), "samples": str(sheet)}
        return load({**local, **self.intake}, self.design)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


@pytest.fixture
def geo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("revertome.intake.fetch.download.PAUSE", 0.01)
    with serving(tmp_path / "server") as server:
        yield server
