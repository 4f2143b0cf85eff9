"""Pictures: each `draw(table)` makes one figure from its source-data table alone."""

from importlib import import_module

import pandas as pd
from matplotlib import artist

# While it is read, Matplotlib describes the settings of each kind of artist in words that nobody
# reads here: a third of the time of its import.
described = artist.kwdoc
vars(artist)["kwdoc"] = lambda _: ""
from matplotlib.figure import Figure  # noqa: E402

vars(artist)["kwdoc"] = described


def draw(name: str, table: pd.DataFrame) -> Figure:
    """Draw a figure of `revertome.figure_list` from its table."""
    figure: Figure = import_module(f"{__name__}.{name}").draw(table)
    return figure
