"""The fonts of all figures, which ship with them.

A font of the machine with the same name, a font list that Matplotlib cached, or no font at all
change nothing: `register` puts the shipped files in the place of whatever bears their names.
"""

import os
import re
from functools import cache
from importlib import resources
from pathlib import Path

import matplotlib
from matplotlib import font_manager

FAMILY = "Liberation Sans"  # widths of Arial; its licence and version stand in `vendor`
SPARE = "DejaVu Sans"  # of Matplotlib, for signs that the first lacks, such as ⁰ and ⁻
CUTS = ("Regular", "Bold", "Italic")
SPARE_CUTS = ("", "-Bold", "-Oblique", "-BoldOblique")
# What other people's programs are offered: an SVG keeps its words as words, which stay searchable,
# editable and small (as paths: twice the size). Arial and Helvetica have the same widths.
OFFERED = ("Arial", "Helvetica", FAMILY)


@cache
def files() -> dict[str, bytes]:
    """Contents of the shipped fonts by path."""
    own = [resources.files(__package__) / f"vendor/LiberationSans-{cut}.ttf" for cut in CUTS]
    spare = resources.files(matplotlib) / "mpl-data/fonts/ttf"
    own += [spare / f"DejaVuSans{cut}.ttf" for cut in SPARE_CUTS]
    return {os.path.realpath(str(file)): file.read_bytes() for file in own}


@cache
def register() -> None:
    """Register the shipped fonts with Matplotlib, before and instead of others of their names."""
    manager = font_manager.fontManager
    # A file of the cached list that is gone would have the list made again, without ours.
    others = [
        font
        for font in manager.ttflist
        if font.name not in (FAMILY, SPARE) and Path(font.fname).is_file()
    ]
    manager.ttflist = []
    for path in files():
        manager.addfont(path)
    manager.ttflist += others


def offered(svg: bytes) -> bytes:
    """Name the fonts of the same widths in an SVG, for programs that lack the shipped one."""
    mine = ", ".join(map(repr, (FAMILY, SPARE))).encode()
    every = ", ".join((*map(repr, (*OFFERED, SPARE)), "sans-serif")).encode()
    return re.sub(rb'(?<=font-family: )([^";]*?)' + mine, rb"\1" + every, svg)
