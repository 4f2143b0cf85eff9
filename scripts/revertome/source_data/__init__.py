"""One long tidy table a figure: everything a figure shows, numbers and words.

Tables are selected from results, and worded. Beside them stand counts and summaries of what is
drawn (means, medians, standard deviations, places of dots); whatever is tested or estimated, with
an interval or a p-value, stands in a result table of its stage and is read from there.

Every table has the columns `element` (which kind of row: a point, a threshold, a count, ...) and
`text` (the words of that row), and rows `caption` and `alt` with the words printed under and read
out for the figure. Rows `name` hold names for people (see `naming.rows`). A table whose only other
row is `absent` says in a plain sentence why there is nothing to draw. A new kind of row, or column
of one, is named in `figure_rows`: on disk each kind is a table of its own.
"""

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pandas as pd

from revertome.figure_list import BY_NAME, FIGURES
from revertome.naming.rows import with_names
from revertome.naming.stored import names_in, worded


def build(figure: str, results: Mapping[str, Any]) -> pd.DataFrame:
    """Build the source data of one figure.

    Parameters
    ----------
    figure
        A name of `figure_list.LIST`.
    results
        Result tables and options by name; `source_data.<figure>.table` takes those its
        parameters name.

    Returns
    -------
    DataFrame
        Long table with at least `element` and `text`.
    """
    if figure not in BY_NAME:
        raise ValueError(f'unknown figure "{figure}"; choose one of {", ".join(FIGURES)}')
    table = import_module(f"{__name__}.{figure}").table
    asked = {
        name: results[name]
        for name, wanted in inspect.signature(table).parameters.items()
        if name in results or wanted.default is wanted.empty
    }
    known = names_in(results, results.get("design", {}))
    built: pd.DataFrame = table(**worded(asked, known))
    return with_names(built)
