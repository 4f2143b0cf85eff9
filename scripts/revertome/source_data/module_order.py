"""The one order of modules in figures: that of the files of modules.

The study decides it (`modules.files`; the shipped ones begin with interferon), every result table
keeps it, and a module stands at the same place whichever figure is read. Where they are more than a
page holds, the leading ones are drawn, in the same order.
"""

import pandas as pd

from revertome.source_data.tidy import count

PAGE = 36  # modules that fit on a page, a line each


def leading(strength: pd.Series, most: int = PAGE) -> list[str]:
    """Return the modules to draw.

    Parameters
    ----------
    strength
        Number of each module by its name, the smallest leading, in the order of a result table.
    most
        How many are drawn.

    Returns
    -------
    list of str
        In the order of `strength`.
    """
    kept = set(strength.sort_values(kind="stable").head(most).index)
    return [str(name) for name in strength.index if name in kept]


def not_drawn(left: int, why: str, file: str) -> str:
    """Word what a page did not hold; empty where it holds all."""
    if left < 1:
        return ""
    return f" Not drawn: {count(left, 'module')} {why} (in {file})."
