"""Pictures: each `draw(table)` makes one figure from its source-data table alone."""

import importlib.util
import sys
from importlib import import_module
from typing import Any

import fontTools
import pandas as pd
from matplotlib import artist

# While it is read, Matplotlib describes the settings of each kind of artist in words that nobody
# reads here: a third of the time of its import.
described = artist.kwdoc
vars(artist)["kwdoc"] = lambda _: ""
from matplotlib.figure import Figure  # noqa: E402

vars(artist)["kwdoc"] = described

# Matplotlib's own way to the parts of fonts, which is seldom asked (see `embedded`): as long in
# reading as Matplotlib's figures.
if "fontTools.subset" not in sys.modules:
    spec: Any = importlib.util.find_spec("fontTools.subset")
    spec.loader = importlib.util.LazyLoader(spec.loader)
    fontTools.subset = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fontTools.subset)


def draw(name: str, table: pd.DataFrame) -> Figure:
    """Draw a figure of `revertome.figure_list` from its table."""
    figure: Figure = import_module(f"{__name__}.{name}").draw(table)
    return figure
