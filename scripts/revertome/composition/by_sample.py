"""Cell content as a matrix."""

import pandas as pd


def by_sample(cells: pd.DataFrame, value: str = "percent") -> pd.DataFrame:
    """Values of each type of cells, samples x types, both sorted; NaN where there is none.

    Parameters
    ----------
    cells : DataFrame
        `composition/cells.tsv`.
    value : str
        Its column.
    """
    numbers = cells.astype({value: float})
    return numbers.pivot_table(value, "sample", "cell_type", dropna=False)
