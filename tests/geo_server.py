"""A folder served on 127.0.0.1 as GEO serves its files."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


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


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    """Serve a folder until the end of the block."""
    root.mkdir(exist_ok=True)
    handler: Any = type("Handler", (_Handler,), {"failures": {}, "seen": [], "ranges": []})
    make: Callable[..., Any] = partial(handler, directory=str(root))
    server = ThreadingHTTPServer(("127.0.0.1", 0), make)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.daemon = True
    thread.start()
    try:
        yield Server(root, f"http://127.0.0.1:{server.server_port}", handler)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
