"""A small study on disk, and a local server."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from revertome.intake import Study, load

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

    def load(self) -> Study:
        matrix, sheet = self.folder / "matrix.tsv", self.folder / "samples.tsv"
        self.matrix.to_csv(matrix, sep="\t", index_label="id")
        self.sheet.to_csv(sheet, sep="\t", index=False)
        local = {"matrix": str(matrix), "samples": str(sheet)}
        return load({**local, **self.intake}, self.design)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


class _Handler(SimpleHTTPRequestHandler):
    failures: dict[str, list[int]]
    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        codes = self.failures.get(self.path, [])
        if codes:
            self.send_error(codes.pop(0))
            return
        super().do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server:
    """A folder served on 127.0.0.1; `failures` lists status codes to answer first."""

    def __init__(self, root: Path, url: str, handler: type[_Handler]) -> None:
        self.root = root
        self.url = url
        self.failures = handler.failures
        self.seen = handler.seen


@pytest.fixture
def geo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("revertome.intake.fetch._PAUSE", 0.01)
    root = tmp_path / "server"
    root.mkdir()
    handler: Any = type("Handler", (_Handler,), {"failures": {}, "seen": []})
    make: Callable[..., Any] = partial(handler, directory=str(root))
    server = ThreadingHTTPServer(("127.0.0.1", 0), make)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Server(root, f"http://127.0.0.1:{server.server_port}", handler)
    server.shutdown()
    server.server_close()
    thread.join()
