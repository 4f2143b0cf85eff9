"""The submitter's table of a platform: the head of a SOFT file that may hold gigabytes."""

import gzip
import zlib
from pathlib import Path

from revertome.errors import StudyError
from revertome.intake.fetch import download
from revertome.intake.fetch.archive import unpacked

LARGEST = 1 << 30  # bytes unpacked
_END = b"!platform_table_end"


def fetch_platform_table(url: str, target: Path, advice: str) -> None:
    """Read a platform's family file up to the end of the platform's own table, and keep that.

    Raises
    ------
    StudyError
        No such file, no network, or no table in it.
    """
    head = bytes(download.persist(lambda: _head(url), None, url, advice))
    if _END not in head:
        raise StudyError(f"{url}: holds no platform table; {advice}")
    raw = target.with_name(f".{target.name}.raw")
    raw.write_bytes(gzip.compress(head, mtime=0))
    raw.replace(target)


def _head(url: str) -> bytes:
    parts: list[bytes] = []
    size, tail = 0, b""
    with download.open_url(url, {}) as answer:
        try:
            for block in unpacked(answer.read):
                parts.append(block)
                size += len(block)
                if _END in tail + block or size > LARGEST:
                    break
                tail = block[-len(_END) :]
        except zlib.error as error:
            raise OSError(f"no complete gzip file: {error}") from None
    whole = b"".join(parts)
    found = whole.find(_END)
    return whole[: found + len(_END)] + b"\n" if found >= 0 else whole
