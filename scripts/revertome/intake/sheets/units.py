"""Blood counts that hold two units in one column."""

import re

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import place

# Other columns, such as CRP, may well fall a hundredfold.
_BLOOD = re.compile(
    r"percent|pct|%|fraction|proportion|(neutro|lympho|mono|eosino|baso|leuko|leuco|granulo)"
    r"(phil|cyte)|platelet|thrombocyte|ha?ematocrit|(^|_)(wbc|hct|pmn)($|_)",
    re.IGNORECASE,
)
UNITS = {100: "fractions and percent", 1000: "10^9/l and cells per microlitre"}
CLEFT = 5  # ratio of neighbours that sets two units apart
TYPICAL_PERCENT = 5  # of rarer cells a hundredth may be measured


def one_unit(table: pd.DataFrame, source: str) -> None:
    """Refuse columns of blood counts of which some rows are in another unit.

    Parameters
    ----------
    table
        Typed columns, one row a sample or visit.
    source
        File or series, for the message.

    Raises
    ------
    StudyError
        Names column, rows and values.
    """
    for name in table.select_dtypes("number"):
        values = table[name][np.isfinite(table[name]) & (table[name] > 0)]
        if _BLOOD.search(str(name)) and (found := _two_units(values)):
            small, factor = found
            of = [small, values.drop(small.index)]
            odd, others = sorted(of, key=len)
            named = [row for row in table.index if row in odd.index]
            rows = ", ".join(place(row, table.index) for row in named[:5])
            more = f" and {len(odd) - 5} more" if len(odd) > 5 else ""
            raise StudyError(
                f"{source}: column '{name}' holds two units, as {UNITS[factor]}: {rows}{more} "
                f"({_span(odd)}), the other {len(others)} ({_span(others)}); give all in one unit"
            )


def _span(values: pd.Series) -> str:
    low, high = f"{values.min():g}", f"{values.max():g}"
    return low if low == high else f"{low} to {high}"


def _two_units(values: pd.Series) -> tuple[pd.Series, int] | None:
    """Values of the smaller unit and the factor between the units; None where there is one."""
    ranked = values.sort_values()
    if len(ranked) < 3:
        return None
    steps = (ranked / ranked.shift()).to_numpy()[1:]
    cut = int(np.argmax(steps)) + 1
    small, large = ranked.iloc[:cut], ranked.iloc[cut:]
    for factor in UNITS:
        percent = small.max() <= 1 and large.max() <= 100 and large.median() >= TYPICAL_PERCENT
        size = np.log(large.median() / small.median() / factor)
        if steps[cut - 1] >= CLEFT and abs(size) < np.log(3) and (percent or factor != 100):
            return small, factor
    return None
