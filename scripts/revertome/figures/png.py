"""Pixels as a PNG file (W3C recommendation, third edition).

Figures are flat areas with thin lines: rows as they are become smaller files than the differences
between neighbours that most writers store, in a third of the time.
"""

import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LEVEL = 3  # of 9: the last that looks for no better match once it has one
EIGHT_BITS, COLOURS, METRE = 8, 2, 1
INCH = 0.0254  # metres


def png(pixels: np.ndarray, dpi: float) -> bytes:
    """Write opaque pixels (rows x columns x red, green, blue; of 8 bits) as a file."""
    height, width, colours = pixels.shape
    rows = np.zeros((height, 1 + width * colours), np.uint8)  # first the kind of a row: as it is
    for colour in range(colours):
        rows[:, 1 + colour :: colours] = pixels[:, :, colour]
    metre = round(dpi / INCH)
    return SIGNATURE + b"".join(
        _chunk(kind, content)
        for kind, content in (
            (b"IHDR", struct.pack(">2I5B", width, height, EIGHT_BITS, COLOURS, 0, 0, 0)),
            (b"pHYs", struct.pack(">2IB", metre, metre, METRE)),
            (b"IDAT", zlib.compress(rows.tobytes(), LEVEL)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checked
