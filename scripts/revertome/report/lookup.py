"""Every gene for the look-up box of the report, as compact JSON."""

import json
from typing import Any

import numpy as np
import pandas as pd

from revertome.report.tables import heading

FILE = "trajectories/genes.tsv"
COLUMNS = ["gene", "class", "disease", "change", "residual", "recovered", "adj_p_reverted"]
COLUMNS += ["adj_p_induced", "stability", "change_nonresponders", "adj_p_interaction"]


def lookup(genes: pd.DataFrame) -> str:
    """Return `columns`, their `help` and `rows` of all genes, safe inside a script.

    Numbers are rounded to three digits.
    """
    shown = [name for name in COLUMNS if name in genes and genes[name].notna().any()]
    rows = [[_value(value) for value in row] for row in genes[shown].itertuples(index=False)]
    headings = [heading(FILE, name) for name in shown]
    record = {
        "columns": [each.name for each in headings],
        "help": [each.help for each in headings],
        "rows": rows,
    }
    text = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _value(value: Any) -> str | float | int | None:
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.3g}") if np.isfinite(value) else None
    if isinstance(value, (int, np.integer)):
        return int(value)
    return None if pd.isna(value) else str(value)
