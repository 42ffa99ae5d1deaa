"""Weeks in which teachers should not be asked to answer."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum


class BusyTime(StrEnum):
    EXAMS = "exams"  # state examinations
    SUMMER = "summer"  # leave of the whole staff
    NEW_YEAR = "new_year"  # public holidays


_STRETCHES: tuple[tuple[BusyTime, tuple[int, int], tuple[int, int]], ...] = (
    (BusyTime.NEW_YEAR, (1, 1), (1, 8)),
    (BusyTime.EXAMS, (5, 20), (6, 30)),
    (BusyTime.SUMMER, (6, 1), (8, 31)),
    (BusyTime.NEW_YEAR, (12, 30), (12, 31)),
)


def busy_times(first: date, last: date) -> list[BusyTime]:
    """What of the school year the days from `first` to `last` run into, in the order it comes."""
    return list(dict.fromkeys(busy for busy, begin, end in _stretches(first, last) if begin <= last))


def _stretches(first: date, last: date) -> Iterator[tuple[BusyTime, date, date]]:
    for year in range(first.year, last.year + 1):
        for busy, begin, end in _STRETCHES:
            stretch = busy, date(year, *begin), date(year, *end)
            if stretch[2] >= first:
                yield stretch
