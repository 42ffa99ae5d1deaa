"""The clock of the person who reads the page."""

from datetime import date, datetime

from flask_login import current_user

from app.clock import local_date, start_of_day


def time_zone() -> str:
    """That of the reader's cluster."""
    return str(current_user.person.cluster.time_zone)


def today(now: datetime) -> date:
    return local_date(now, time_zone())


def midnight(now: datetime) -> datetime:
    """When the reader's day began."""
    return start_of_day(today(now), time_zone())
