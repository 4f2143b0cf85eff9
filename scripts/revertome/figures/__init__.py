"""Pictures: each `draw(table)` makes one figure from its source-data table alone."""

from importlib import import_module

import pandas as pd
from matplotlib.figure import Figure


def draw(name: str, table: pd.DataFrame) -> Figure:
    """Draw a figure of `revertome.figure_list` from its table."""
    figure: Figure = import_module(f"{__name__}.{name}").draw(table)
    return figure
