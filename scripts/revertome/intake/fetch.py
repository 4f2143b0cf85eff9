"""Fetching the files of a GEO series into a cache folder."""

import gzip
import os
import re
import socket
import sys
import time
import urllib.error
import urllib.request
import zlib
from http.client import HTTPException
from pathlib import Path

from revertome.errors import StudyError

_TRIES = 4
_PAUSE = 2.0  # seconds before the second try, doubled each time
_RETRY = {408, 429, 500, 502, 503, 504}


def folder(base_url: str, kind: str, accession: str) -> str:
    """Address of GEO's folder of a series or platform: the last three digits become `nnn`."""
    stub = re.sub(r"\d{1,3}$", "nnn", accession)
    return f"{base_url.rstrip('/')}/{kind}/{stub}/{accession}"


def fetch_series_matrix(
    accession: str, platform: str | None, base_url: str, cache: str | Path
) -> Path:
    """Return the cached series matrix file, fetched when absent.

    Raises
    ------
    StudyError
        Several platforms and none named, a platform the series does not have, or no network.
    """
    plain = f"{accession}_series_matrix.txt.gz"
    names = [f"{accession}-{platform}_series_matrix.txt.gz"] if platform else []
    store = Path(cache) / accession
    for name in [*names, plain]:
        if (store / name).is_file():
            return store / name
    url = f"{folder(base_url, 'series', accession)}/matrix/"
    advice = f"obtain {plain} by other means and save it as {store / plain}, or set intake.matrix"
    page = _get(url, advice).decode("utf-8", "replace")
    pattern = rf'href="[^"]*?({accession}[^"/]*_series_matrix\.txt\.gz)"'
    listed = sorted(set(re.findall(pattern, page)))
    if not listed:
        raise StudyError(f"{url} lists no series matrix; {advice}")
    chosen = [n for n in listed if n in names] if platform and listed != [plain] else listed
    if len(chosen) != 1:
        held = ", ".join(n.removesuffix("_series_matrix.txt.gz").split("-")[-1] for n in listed)
        found = f"has no {platform}" if platform else "was measured on several platforms"
        raise StudyError(f"{accession} {found}: set intake.platform to one of {held}")
    return _fetch(url + chosen[0], store / chosen[0], "intake.matrix")


def fetch_supplementary(accession: str, name: str, base_url: str, cache: str | Path) -> Path:
    """Return a cached supplementary file of a series, fetched when absent."""
    url = f"{folder(base_url, 'series', accession)}/suppl/{name}"
    return _fetch(url, Path(cache) / accession / name, "intake.matrix")


def fetch_annotation(platform: str, base_url: str, cache: str | Path) -> Path:
    """Return GEO's annotation table of a platform (columns `ID`, `Gene symbol`)."""
    name = f"{platform}.annot.gz"
    url = f"{folder(base_url, 'platforms', platform)}/annot/{name}"
    return _fetch(url, Path(cache) / platform / name, "intake.annotation")


def _fetch(url: str, target: Path, key: str) -> Path:
    if target.is_file():
        return target
    advice = f"obtain the file by other means and save it as {target}, or set {key}"
    content = _get(url, advice)
    if target.suffix == ".gz":
        try:
            gzip.decompress(content)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise StudyError(f"{url}: what came is no complete gzip file; {advice}") from None
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _get(url: str, advice: str) -> bytes:
    """Fetch an address; retry with back-off when the server or the line is at fault."""
    reason = ""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE * 2 ** (attempt - 1))
        print(f"fetching {url}" + (f" (try {attempt + 1})" if attempt else ""), file=sys.stderr)
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            reason = f"{error.code} {error.reason}"
            if error.code not in _RETRY:
                break
        except urllib.error.URLError as error:
            reason = str(getattr(error.reason, "strerror", None) or error.reason)
            if isinstance(error.reason, socket.gaierror):
                break  # no network, or no such host: waiting does not help
        except (OSError, HTTPException) as error:
            reason = str(error) or type(error).__name__
    raise StudyError(f"cannot fetch {url} ({reason}); {advice}")
