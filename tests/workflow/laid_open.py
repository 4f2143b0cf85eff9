"""Everything that a file says: what is compressed, encoded or stored in it laid open."""

import base64
import gzip
import html
import io
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import h5py
import numpy as np
from PIL import Image


def laid_open(data: bytes) -> Iterator[bytes]:
    """The bytes themselves, and whatever can be unpacked from them."""
    yield data
    if data.startswith(b"\x1f\x8b"):
        yield from laid_open(gzip.decompress(data))
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from laid_open(archive.read(name))
    if data.startswith(b"\x89HDF"):
        yield from _stored(data)
    if data.startswith(b"\x89PNG"):
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            yield "\n".join(map(str, picture.info.items())).encode()
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.S):
        yield from _inflated(stream)
    for encoded in re.findall(rb"base64,\s*([A-Za-z0-9+/=\s]{24,})", data):
        yield from laid_open(base64.b64decode(encoded))


def _inflated(data: bytes) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj().decompress(data)
    except zlib.error:
        return


def _stored(data: bytes) -> Iterator[bytes]:
    """Names, attributes and texts of an HDF5 file: unused categories among them."""
    found: list[bytes] = []

    def visit(name: str, item: h5py.Group | h5py.Dataset) -> None:
        found.append(name.encode())
        values = [*item.attrs.keys(), *item.attrs.values()]
        if isinstance(item, h5py.Dataset):
            values.append(item[()])
        for value in values:
            for one in np.atleast_1d(np.asarray(value, dtype=object)).ravel():
                found.append(one if isinstance(one, bytes) else str(one).encode())

    with h5py.File(io.BytesIO(data)) as file:
        visit("/", file)
        file.visititems(visit)
    yield b"\n".join(found)


def forms(name: str) -> set[bytes]:
    """An identifier in clear, in addresses, in HTML and in base64, all in lower case."""
    plain = {name, urllib.parse.quote(name), urllib.parse.quote_plus(name), html.escape(name)}
    plain |= {repr(name)[1:-1], name.encode("unicode_escape").decode()}
    found = {form.casefold().encode() for form in plain}
    raw = name.encode()
    for start in range(3):  # by its place among groups of three bytes; whole letters of the code
        coded = base64.b64encode(b"\0" * start + raw)
        found.add(coded[-(-8 * start // 6) : 8 * (start + len(raw)) // 6].lower())
    return found


def squeezed(data: bytes) -> bytes:
    """Letters and digits alone, in lower case."""
    text = data.decode("utf-8", errors="replace").casefold()
    return re.sub(r"[\W_]+", "", text).encode()


class Opened:
    """Files, each laid open once."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.parts = {p: [p.name.encode(), *laid_open(p.read_bytes())] for p in paths}
        self.lower = {p: b"\n".join(parts).lower() for p, parts in self.parts.items()}
        self.letters = {p: squeezed(b"\n".join(parts)) for p, parts in self.parts.items()}

    def holding(self, name: str) -> list[str]:
        """Files that hold an identifier in any form."""
        wanted, letters = forms(name), squeezed(name.encode())
        return [
            str(path)
            for path, text in self.lower.items()
            if any(form in text for form in wanted) or letters in self.letters[path]
        ]
