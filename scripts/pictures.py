"""Figures drawn from their source data and written, by format.

Imports nothing heavy, so that a job may put off looking for garbage before it does.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from files import write_bytes

if TYPE_CHECKING:
    import pandas as pd


def by_figure(paths: Iterable[str | Path]) -> dict[str, dict[str, Path]]:
    """Files of each figure by format."""
    found: dict[str, dict[str, Path]] = {}
    for path in map(Path, paths):
        found.setdefault(path.stem, {})[path.suffix[1:]] = path
    return found


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage seldom: a figure is some ten thousand objects that refer to each other.

    So are the libraries, which stay.
    """
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def draw_files(name: str, source: pd.DataFrame, files: Mapping[str, Path]) -> dict[str, bytes]:
    """Draw one figure and write it in every format asked for; what was written, by format."""
    from revertome.figures import draw
    from revertome.figures.style import encoded

    with seldom_collected():
        figure = draw(name, source)
        images = encoded(figure, files)
    for form, image in images.items():
        write_bytes(image, files[form])
    return images


def draw_source(folder: Path, targets: Mapping[str, Mapping[str, Path]]) -> dict[str, bytes]:
    """Draw the figure that a folder of source data is named after; see `draw_files`."""
    from figure_tables import read_source

    return draw_files(folder.name, read_source(folder), targets[folder.name])
