"""Downloading a file over HTTP: resumed where it stopped, retried when the line is at fault."""

import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

from revertome.errors import PassingError, StudyError

TRIES = 5  # without a byte of progress in between
PAUSE = 2.0  # seconds before the second try, doubled each time
LONGEST_PAUSE = 120.0  # seconds, whatever the server asks for
TIMEOUT = 60.0  # seconds without a byte
LARGEST_PAGE = 20_000_000  # bytes of a folder's listing
_RETRY = {408, 425, 429, 500, 502, 503, 504}


class Absent(StudyError):
    """The server says that there is no such file."""


class _Cut(Exception):
    """Fewer bytes came than were announced."""


def download(url: str, part: Path, advice: str) -> None:
    """Fetch an address into a file.

    What has come stays in `part` when a run is stopped, and is completed by the next one with an
    HTTP range, provided the server's file is the same (`If-Range`).

    Raises
    ------
    Absent
        The server answers 404 or 410.
    StudyError
        No network, or a server that fails again and again; the message ends with `advice`.
    """
    persist(lambda: _attempt(url, part), part, url, advice)
    _tag(part).unlink(missing_ok=True)


def page(url: str, advice: str) -> str:
    """Fetch a short page, such as the listing of a folder.

    Raises
    ------
    Absent, StudyError
        As `download`.
    """

    def once() -> str:
        with open_url(url, {}) as answer:
            return bytes(answer.read(LARGEST_PAGE)).decode("utf-8", "replace")

    return str(persist(once, None, url, advice))


def persist(once: Callable[[], Any], part: Path | None, url: str, advice: str) -> Any:
    """Call `once` until it works; a try that brought bytes into `part` does not count.

    Raises
    ------
    Absent, StudyError
        As `download`.
    """
    failures, reason = 0, ""
    while failures < TRIES:
        size = _size(part)
        print(f"fetching {url}" + (f" (try {failures + 1})" if failures else ""), file=sys.stderr)
        wait = PAUSE * 2**failures
        try:
            return once()
        except urllib.error.HTTPError as error:
            error.close()
            reason = f"{error.code} {error.reason}"
            if error.code in (404, 410):
                raise Absent(f"cannot fetch {url} ({reason}); {advice}") from None
            if error.code not in _RETRY:
                break
            wait = _asked(error.headers.get("Retry-After"), wait)
        except urllib.error.URLError as error:
            reason = str(getattr(error.reason, "strerror", None) or error.reason)
            if isinstance(error.reason, socket.gaierror):
                break  # no network, or no such host: waiting does not help
        except (OSError, HTTPException, _Cut) as error:
            reason = str(error) or type(error).__name__
        failures = 1 if _size(part) > size else failures + 1
        if failures < TRIES:
            time.sleep(min(wait, LONGEST_PAUSE))
    raise PassingError(f"cannot fetch {url} ({reason}); {advice}")


def _asked(header: str | None, otherwise: float) -> float:
    """Seconds of `Retry-After`: a number, or a date."""
    if not header:
        return otherwise
    try:
        return float(header)
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(header).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError):
        return otherwise


def open_url(url: str, headers: dict[str, str]) -> Any:
    """Open an address for reading; proxies are those of the environment."""
    if not url.startswith(("http://", "https://")):
        raise StudyError(f"{url}: expected an address with http:// or https:// (intake.base_url)")
    every = {"User-Agent": "revertome", "Accept-Encoding": "identity"}
    request = urllib.request.Request(url, headers={**every, **headers})
    return urllib.request.build_opener().open(request, timeout=TIMEOUT)


def _attempt(url: str, part: Path) -> None:
    start, version = _size(part), _tag(part).read_text("utf-8") if _tag(part).is_file() else ""
    headers = {}
    if start and version:
        headers = {"Range": f"bytes={start}-", "If-Range": version}
    try:
        answer = open_url(url, headers)
    except urllib.error.HTTPError as error:
        if error.code != 416:
            raise
        error.close()
        if error.headers.get("Content-Range") == f"bytes */{start}":
            return  # the last byte had come
        part.unlink()
        raise _Cut("the part fetched before does not fit; starting anew") from None
    with answer:
        resumed = answer.status == 206
        if resumed and not str(answer.headers.get("Content-Range")).startswith(f"bytes {start}-"):
            part.unlink()
            raise _Cut("the server sent another part than was asked for")
        etag = answer.headers.get("ETag") or ""
        strong = etag if not etag.startswith("W/") else ""
        _tag(part).write_text(strong or answer.headers.get("Last-Modified") or "", "utf-8")
        _copy(answer, part, resumed)


def _copy(answer: Any, part: Path, resumed: bool) -> None:
    announced, came = answer.headers.get("Content-Length"), 0
    with part.open("ab" if resumed else "wb") as file:
        while block := answer.read1(1 << 20):
            file.write(block)
            came += len(block)
    if announced is not None and came != int(announced):
        raise _Cut(f"{came} of {announced} bytes came")


def _tag(part: Path) -> Path:
    """Where the version of a part is kept."""
    return part.with_name(f"{part.name}.version")


def _size(part: Path | None) -> int:
    return part.stat().st_size if part is not None and part.is_file() else 0
