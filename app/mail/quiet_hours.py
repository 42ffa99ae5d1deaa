"""From 21 to 8 by the clock of the cluster only letters a person waits for are sent."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.clock import at_local

EVENING = time(21)
MORNING = time(8)


def after_quiet_hours(moment: datetime, time_zone: str) -> datetime:
    """`moment`, or the next morning where it lies in quiet hours."""
    local = moment.astimezone(ZoneInfo(time_zone))
    if MORNING <= local.time() < EVENING:
        return moment
    day = local.date() + timedelta(days=1) if local.time() >= EVENING else local.date()
    return at_local(day, MORNING, time_zone)
