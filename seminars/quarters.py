"""Quarters of the calendar: the rhythm of the permanent seminar."""

from dataclasses import dataclass
from datetime import date, datetime

from app.clock import start_of_day

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a calendar year, numbered 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def parse(cls, text: str) -> "Quarter | None":
        """The quarter written as "2026-4", or None for anything else."""
        year, _, number = text.partition("-")
        if not (year.isdecimal() and number.isdecimal() and len(text) == 6):
            return None
        quarter = cls(int(year), int(number))
        return quarter if FIRST_YEAR <= quarter.year <= LAST_YEAR and 1 <= quarter.number <= 4 else None

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def following(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> "Quarter":
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    def bounds(self, time_zone: str) -> tuple[datetime, datetime]:
        """Its first moment by the clock of the cluster, and the first moment after it."""
        return start_of_day(self.first_day, time_zone), start_of_day(self.following.first_day, time_zone)

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"
