"""Forms in which people and programs write a date, and the day that it is."""

import re
from datetime import date

from revertome.intake.names_of_people import without_marks

# First letters of the months in English, German, French, Spanish, Italian and Dutch.
MONTHS = {
    word: month
    for month, words in enumerate(
        ("jan ene gen", "feb fev", "mar mrt", "apr avr abr", "may mai mei mag", "jun juin giu",
         "jul juil lug", "aug aou ago", "sep set", "oct okt ott", "nov", "dec dez dic"),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_TIME = r"(?:[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?: ?[ap]m)?(?:Z| ?[+-]\d{2}:?\d{2})?)?"
_WEEKDAY = r"(?:[^\W\d]{2,10}[., ]+)?"
ISO = re.compile(rf"(\d{{4}})([-/. ])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.IGNORECASE)
COMPACT = re.compile(rf"((?:19|20)\d\d)(\d\d)(\d\d){_TIME}", re.IGNORECASE)
NUMBERS = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d\d){_TIME}", re.IGNORECASE)
DAY_FIRST = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|er)?[-/. ]*([^\W\d]{{3,10}})"
    rf"[-/., ]*(\d{{4}}|\d\d){_TIME}",
    re.IGNORECASE,
)
MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}([^\W\d]{{3,10}})[-/. ]*(\d{{1,2}})(?:st|nd|rd|th)?[-/., ]+(\d{{4}}){_TIME}",
    re.IGNORECASE,
)
_MONTH_OF_YEAR = r"(?:0?[1-9]|1[0-2])"
_CENTURY = r"(?:19|20)\d\d"
WITHOUT_DAY = re.compile(rf"{_CENTURY}[-/.]{_MONTH_OF_YEAR}|{_MONTH_OF_YEAR}[-/.]{_CENTURY}")
_MONTH = "(?:" + "|".join(MONTHS) + ")[a-z]*"
# A date among other words.
WITHIN = re.compile(
    r"(?<![\d.])(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d\d)|"
    rf"{_CENTURY}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|"
    rf"\d{{1,2}}[. -]*{_MONTH}[., -]*{_CENTURY}|"
    rf"{_MONTH}[. -]+\d{{1,2}}\b.*\b{_CENTURY})(?![\d.])",
    re.IGNORECASE,
)
EPOCH = date(1899, 12, 30)
PIVOT = 69  # years of two digits after it are of the last century


def readings(cell: str) -> tuple[int | None, int | None] | None:
    """Day of a cell with the day first and with the month first; None where it is no date.

    Days count from 30 December 1899, as in spreadsheets.
    """
    if found := ISO.fullmatch(cell) or COMPACT.fullmatch(cell):
        year, month, day = (one for one in found.groups() if one.isdigit())
        return _both(day_number(int(year), int(month), int(day)))
    if found := NUMBERS.fullmatch(cell):
        one, sign, two, year = found.groups()
        day_first = day_number(_year(year), int(two), int(one))
        month_first = None if sign == "." else day_number(_year(year), int(one), int(two))
        return None if day_first is month_first is None else (day_first, month_first)
    if found := DAY_FIRST.fullmatch(cell):
        day, word, year = found.groups()
    elif found := MONTH_FIRST.fullmatch(cell):
        word, day, year = found.groups()
    else:
        return None
    known = _month(word)
    return None if known is None else _both(day_number(_year(year), known, int(day)))


def _both(day: int | None) -> tuple[int, int] | None:
    return None if day is None else (day, day)


def _month(word: str) -> int | None:
    plain = without_marks(word).casefold()
    return MONTHS.get(plain[:4]) or MONTHS.get(plain[:3])


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year > PIVOT else 2000)


def day_number(year: int, month: int, day: int) -> int | None:
    """Days since the day from which spreadsheets count; None where there is no such day."""
    try:
        return (date(year, month, day) - EPOCH).days if 1900 <= year <= 2100 else None
    except ValueError:
        return None
