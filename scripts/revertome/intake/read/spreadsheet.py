"""Gene symbols that a spreadsheet turned to dates or numbers (Ziemann 2016, Genome Biol 17:177)."""

import re
import warnings

import pandas as pd

from revertome.intake.columns import few

_MONTH = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|march|april|june|july|september|october|"
    "december|mrz|mär|mai|okt|dez|mars|avr|juin|juil|août|déc|ene|abr|ago|dic"
)
DATE = re.compile(
    rf"\d{{1,2}}[-./ ]{{1,2}}({_MONTH})\.?([-./ ]\d{{2,4}})?|({_MONTH})\.?[-./ ]\d{{1,4}}|"
    r"(19|20)\d\d-\d\d-\d\d( 00:00:00)?|\d{1,2}[/.]\d{1,2}[/.](19|20)?\d\d",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"(3[5-9]|4\d)\d{3}(\.0)?")  # days since 1900: 1995 to 2036
_FLOAT = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)  # 2310009E13 (Riken) to 2.31E+19


def damaged(symbols: pd.Series) -> pd.Series:
    """Which symbols are dates (`1-Mar`, `2-Sep`, `2019-03-01`), serial days (`43891`) or floats.

    Parameters
    ----------
    symbols
        Gene symbols, NaN where none.

    Returns
    -------
    bool, same index.
    """
    text = symbols.astype(str).str.strip()
    every = f"(?:{DATE.pattern})|(?:{_SERIAL.pattern})|(?:{_FLOAT.pattern})"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # groups are not wanted here
        found = text.str.fullmatch(every, case=False)
    return found & symbols.notna()


def without_damaged(symbols: pd.Series, source: str) -> tuple[pd.Series, list[str]]:
    """Take away damaged symbols and say so: which gene they were cannot be told.

    Returns
    -------
    Symbols with NaN for the damaged, and the damaged.
    """
    wrong = damaged(symbols)
    names = sorted(symbols[wrong].astype(str).unique())
    if names:
        warnings.warn(
            f"{source}: {int(wrong.sum())} gene symbols were turned to dates or numbers by a "
            f"spreadsheet ({few(names)}) and are left out; give the table as it was before",
            stacklevel=3,
        )
    return symbols.mask(wrong), names
