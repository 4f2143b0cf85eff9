"""Names of samples, people, visits, columns and genes that are not what they look like."""

import warnings
from collections.abc import Iterable

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few
from revertome.spreadsheets import warn_of_formulas
from revertome.unseen import control_in, controls_in, look, lookalike

_ROLES = ("patient", "visit", "group", "arm", "batch", "sex", "response")


def check_names(
    samples: pd.DataFrame, symbols: pd.Series, sheet: str, matrix: str, build: str
) -> None:
    """Stop at names that hold control characters or others that nobody sees, and warn of odd ones.

    What nobody sees is left out of text files where they are read, but for control characters,
    which may have been letters.

    Parameters
    ----------
    samples
        Index sample; roles in columns.
    symbols
        Gene symbols by feature.
    sheet, matrix, build
        Files, for the message.
    """
    _refuse(samples.index, sheet, "sample")
    _refuse(samples.columns, sheet, "column")
    for role in _ROLES:
        if role in samples and not pd.api.types.is_numeric_dtype(samples[role]):
            _refuse(samples[role].dropna().unique(), sheet, role)
    _refuse(symbols.index, matrix, "feature")
    genes = symbols.dropna()
    _refuse(genes, build or matrix, "gene symbol")
    _warn_of_foreign_letters(genes, build or matrix)
    warn_of_formulas(samples.index, "sample", sheet)
    warn_of_formulas(samples["patient"], "patient", sheet)
    warn_of_formulas(genes, "gene", build or matrix)


def check_names_of_visits(visits: pd.DataFrame, source: str | None) -> None:
    """The same for the visits sheet."""
    _refuse(visits.columns, str(source), "column")
    for role in ("patient", "visit", "arm"):
        if role in visits:
            _refuse(visits[role].dropna().unique(), str(source), role)


def _refuse(names: Iterable[str], source: str, what: str) -> None:
    wrong = controls_in(names)
    if wrong:
        raise StudyError(
            f"{source}: {what} {few(wrong)} holds a character that cannot be seen "
            f"({control_in(wrong[0])}); write the name anew"
        )


def _warn_of_foreign_letters(symbols: pd.Series, source: str) -> None:
    """Warn of gene symbols with letters of other alphabets, which no gene set will find."""
    odd = [name for name in symbols.astype(str).unique()
           if not name.isascii() and look(name).isascii()]  # fmt: skip
    if odd:
        said = lookalike(odd[0], [look(odd[0])])
        warnings.warn(
            f"{source}: gene symbol {few(odd)}: {said}; gene sets and modules do not find it. "
            "Correct the letters",
            stacklevel=4,
        )
