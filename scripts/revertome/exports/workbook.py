"""The main tables as one workbook for a spreadsheet."""

import datetime
import io
from collections.abc import Mapping
from typing import Any

import pandas as pd
import xlsxwriter

TOP = 1000  # genes of a contrast
NAME = 31  # letters of the name of a sheet
MADE = datetime.datetime(1980, 1, 1)  # the same bytes whenever it is written
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))


def main_tables(
    genes: pd.DataFrame, contrasts: Mapping[str, pd.DataFrame], others: Mapping[str, pd.DataFrame]
) -> dict[str, tuple[pd.DataFrame, str]]:
    """Choose what a reader opens in a spreadsheet, with what each sheet holds.

    Genes of which nothing was shown are left out, and of every contrast all but those with the
    smallest p: a workbook of all would take minutes to open. The files have all.

    Parameters
    ----------
    genes
        `trajectories/genes.tsv`.
    contrasts
        Differential tables by contrast.
    others
        Further tables by the path of their file, whole.

    Returns
    -------
    dict
        Table and description by the name of the sheet.
    """
    shown = genes[~genes["class"].eq("unchanged")] if "class" in genes else genes
    more = f"{len(shown):,} of {len(genes):,} genes, without those of which nothing was shown"
    sheets = {"genes": (shown, f"trajectories/genes.tsv: {more}")}
    for name, table in contrasts.items():
        part = table.sort_values(["P.Value", "gene"], kind="stable").head(TOP)
        told = f"{len(part):,} of {len(table):,} genes, those with the smallest p"
        sheets[name] = (part, f"differential/{name}.tsv: {told}")
    for path, table in others.items():
        sheets[path.removesuffix(".tsv").replace("/", " ")] = (table, f"{path}: all rows")
    return sheets


def workbook(title: str, sheets: Mapping[str, tuple[pd.DataFrame, str]]) -> bytes:
    """Write sheets behind one that lists them; text is never a formula nor a link.

    Parameters
    ----------
    title
        Of the study.
    sheets
        Table and description by name; long names are cut and told apart by numbers.

    Returns
    -------
    The bytes of an .xlsx file, the same every time.
    """
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "in_memory": True, "nan_inf_to_errors": False}  # fmt: skip
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title, "created": MADE})
        bold = book.add_format({"bold": True})
        names = _sheet_names(list(sheets))
        first = book.add_worksheet("contents")
        first.set_column(0, 0, NAME)
        first.set_column(1, 1, 90)
        told = [(names[name], words) for name, (_, words) in sheets.items()]
        for row, cells in enumerate([(title, ""), ("sheet", "what it holds"), *told]):
            first.write_row(row, 0, cells, bold if row < 2 else None)
        for name, (table, _) in sheets.items():
            _fill(book.add_worksheet(names[name]), table, bold)
    return buffer.getvalue()


def _sheet_names(names: list[str]) -> dict[str, str]:
    """Names that a spreadsheet takes: no sign of those it forbids, not too long, none twice."""
    found: dict[str, str] = {}
    taken = {"contents", "history"}
    for name in names:
        whole = name.translate(FORBIDDEN)
        for number in range(1, len(names) + 2):
            mark = "" if number == 1 else f" {number}"
            short = whole[: NAME - len(mark)] + mark
            if short.lower() not in taken:
                break
        taken.add(short.lower())
        found[name] = short
    return found


def _fill(sheet: Any, table: pd.DataFrame, bold: Any) -> None:
    """Head and rows of a table; the head stays in view, and missing cells are empty."""
    sheet.write_row(0, 0, list(table.columns), bold)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(table), 1), max(table.shape[1] - 1, 0))
    sheet.set_column(0, 0, 16)
    for at, name in enumerate(table):
        values = table[name]
        number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        for row, value in enumerate(values.to_list(), start=1):
            if pd.isna(value) or value in (float("inf"), -float("inf")):
                continue
            if number:
                sheet.write_number(row, at, value)
            else:
                sheet.write_string(row, at, str(value))
