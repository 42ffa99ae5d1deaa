"""Periods as plans write them, and what is odd about a pair of dates. Pure."""

import re
from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

from app.imports.cells import YEARS, parse_date
from app.text import sort_key

_MONTHS = ("янв", "фев", "март", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_DASH = re.compile(r"\s*[-–—]\s*")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_LONGEST = timedelta(days=2 * 366)


class Oddity(StrEnum):
    """What makes a period worth a second look; never an error: paper plans hold such rows."""

    ENDS_BEFORE_START = "ends_before_start"
    VERY_LONG = "very_long"


def find_oddity(from_on: date | None, until_on: date | None) -> Oddity | None:
    """The one thing most worth saying about a period."""
    if from_on is None or until_on is None:
        return None
    if until_on < from_on:
        return Oddity.ENDS_BEFORE_START
    return Oddity.VERY_LONG if until_on - from_on > _LONGEST else None


def parse_period(text: str) -> tuple[date, date] | None:
    """First and last day of «сентябрь–октябрь 2026», «IV квартал 2026 г.», «09.2026–01.2027», «01.09–30.09.2026».

    None for what has no dates of its own («ежеквартально», «в течение года»).
    """
    key = re.sub(r"\s*г(?:ода|\.)?$", "", sort_key(text.strip()))
    parts = _DASH.split(key)
    if len(parts) > 2:
        return None
    last = _span(parts[-1], None)
    if last is None:
        return None
    # «сентябрь–октябрь 2026»: the year stands once, at the end.
    first = last if len(parts) == 1 else _span(parts[0], last[0].year)
    if first is None or first[0] > last[1]:
        return None
    return first[0], last[1]


def _span(text: str, year: int | None) -> tuple[date, date] | None:
    """The days one end of a period covers; `year` where it is not written."""
    if (day := parse_date(text)) or (year and (day := parse_date(f"{text}.{year}"))):
        return day, day
    if match := re.fullmatch(r"(\w{1,3}) квартал(?: (\d{4}))?", text):
        quarter, written = _QUARTERS.get(match[1]), _year(match[2], year)
        return _months(written, 3 * quarter - 2, 3 * quarter) if quarter and written else None
    if match := re.fullmatch(r"(\d{1,2})\.(\d{4})", text):
        month = int(match[1])
        return _months(int(match[2]), month, month) if 1 <= month <= 12 else None
    if match := re.fullmatch(r"([а-я]+)(?: (\d{4}))?", text):
        named = next((n for n, stem in enumerate(_MONTHS, start=1) if match[1].startswith(stem)), None)
        written = _year(match[2], year)
        return _months(written, named, named) if named and written else None
    return None


def _year(written: str | None, otherwise: int | None) -> int | None:
    return int(written) if written else otherwise


def _months(year: int, first: int, last: int) -> tuple[date, date] | None:
    if year not in YEARS:
        return None
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
