"""Days of the demonstration: the archive ended last spring, this school year runs around the day of loading."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.clock import at_local, local_date

SCHOOL_YEAR_BEGINS = 9  # September
HOLIDAYS = ((2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4))
LESSONS_OVER = "14:30"


@dataclass(frozen=True)
class DemoCalendar:
    """Dates counted from the day of loading, in the cluster's time zone."""

    today: date
    time_zone: str

    @classmethod
    def of(cls, now: datetime, time_zone: str) -> "DemoCalendar":
        return cls(local_date(now, time_zone), time_zone)

    @property
    def school_year(self) -> int:
        """The calendar year this school year began in."""
        return self.today.year - (self.today.month < SCHOOL_YEAR_BEGINS)

    def archive_day(self, year: int, month_day: str) -> date:
        """A day of the finished programme; `year` counts calendar years from its first September."""
        month, day = month_day.split("-")
        return date(self.school_year - 2 + year, int(month), int(day))

    def day(self, weeks: int, weekday: int) -> date:
        """A weekday so many weeks from this one, moved off holidays: away from today."""
        found = self.today - timedelta(days=self.today.weekday()) + timedelta(weeks=weeks, days=weekday)
        while _is_holiday(found):
            found += timedelta(weeks=1 if weeks > 0 else -1)
        return found

    def at(self, day: date, clock: str = LESSONS_OVER) -> datetime:
        """A local time of a day."""
        return at_local(day, time.fromisoformat(clock), self.time_zone)


def spread(first: date, last: date, count: int) -> list[date]:
    """`count` working days from `first` to `last` at even distances."""
    step = (last - first).days / max(count - 1, 1)
    days = [first + timedelta(days=round(step * number)) for number in range(count)]
    return [day - timedelta(days=max(0, day.weekday() - 4)) for day in days]


def _is_holiday(day: date) -> bool:
    month_day = (day.month, day.day)
    return month_day >= (12, 29) or month_day <= (1, 10) or month_day in HOLIDAYS
