"""The one place that reads the wall clock, so that tests can hold it still."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def utcnow() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime, time_zone: str) -> date:
    """The calendar day of `moment` in the cluster's time zone."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def end_of_day(day: date, time_zone: str) -> datetime:
    """24:00 local time of `day`, in UTC: «до 30 апреля» includes the whole of the 30th."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(time_zone)).astimezone(UTC)


def start_of_day(day: date, time_zone: str) -> datetime:
    """00:00 local time of `day`, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC)


def at_local(day: date, at: time, time_zone: str) -> datetime:
    """A local wall-clock time of `day`, in UTC."""
    return datetime.combine(day, at, ZoneInfo(time_zone)).astimezone(UTC)
