"""Some of the samples of a study."""

from typing import Any

import pandas as pd


def samples_named(values: Any, names: pd.Index) -> Any:
    """Samples of an AnnData; where these are all in their order, `values` itself.

    A view copies the matrix whenever it is read.
    """
    return values if values.obs_names.equals(names) else values[names]
