"""A small study on disk, and a local server."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest

from options import load
from revertome.intake import StudyData

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


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder with ranges and validators as GEO does; fails in the ways asked for."""

    failures: dict[str, list[Any]]
    seen: list[str]
    ranges: list[str | None]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.ranges.append(self.headers.get("Range"))
        fault = self.failures[self.path].pop(0) if self.failures.get(self.path) else None
        self.path = urlsplit(self.path).path  # a proxy is asked for whole addresses
        if isinstance(fault, int):
            self.send_error(fault)
        elif callable(fault):
            fault(self)
        else:
            self._serve(fault)

    def _serve(self, fault: str | None) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            super().do_GET()
            return
        content, start = path.read_bytes(), 0
        etag = f'"{hashlib.md5(content).hexdigest()}"'
        wanted = self.headers.get("Range")
        if wanted and self.headers.get("If-Range") == etag and fault != "no ranges":
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        rest = content[start:]
        self.wfile.write(rest[: len(rest) // 2] if fault == "cut" else rest)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server:
    """A folder served on 127.0.0.1.

    `failures[path]` lists what to do first: a status code, "cut" (half of the bytes), "no ranges",
    or a function of the handler.
    """

    def __init__(self, root: Path, url: str, handler: type[_Handler]) -> None:
        self.root = root
        self.url = url
        self.failures = handler.failures
        self.seen = handler.seen
        self.ranges = handler.ranges


@pytest.fixture
def geo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("revertome.intake.fetch.download.PAUSE", 0.01)
    root = tmp_path / "server"
    root.mkdir()
    handler: Any = type("Handler", (_Handler,), {"failures": {}, "seen": [], "ranges": []})
    make: Callable[..., Any] = partial(handler, directory=str(root))
    server = ThreadingHTTPServer(("127.0.0.1", 0), make)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.daemon = True
    thread.start()
    yield Server(root, f"http://127.0.0.1:{server.server_port}", handler)
    server.shutdown()
    server.server_close()
    thread.join()
