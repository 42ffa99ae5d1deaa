"""Days of the demonstration, whenever it is loaded."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.db import db
from app.demo.calendar import DemoCalendar, spread
from app.demo.loading import ensure_demo
from app.demo.source import read
from seminars.models import SeminarSession, SessionState
from surveys.models import Wave, WaveState

ZONE = "Asia/Novokuznetsk"


@pytest.mark.parametrize(
    ("day", "began"),
    [("2026-09-01", 2026), ("2026-08-31", 2025), ("2027-01-12", 2026), ("2028-02-29", 2027)],
)
def test_the_school_year_begins_in_september(day, began):
    assert DemoCalendar(date.fromisoformat(day), ZONE).school_year == began


def test_the_day_of_loading_is_the_cluster_s():
    evening_in_london = datetime(2026, 8, 31, 18, 0, tzinfo=UTC)
    assert DemoCalendar.of(evening_in_london, ZONE).today == date(2026, 9, 1)


@pytest.mark.parametrize("first", [date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1)])
def test_sessions_held_lie_behind_sessions_to_come_ahead_on_every_day_of_a_year(first):
    source = read("sessions")
    for number in range(366):
        calendar = DemoCalendar(first + timedelta(days=number), ZONE)
        held = [calendar.day(entry["weeks"], entry["weekday"]) for entry in source["past"]]
        coming = [calendar.day(entry["weeks"], entry["weekday"]) for entry in source["future"]]
        assert max(held) < calendar.today < min(coming), calendar.today
        assert all(day.weekday() < 5 and (day.month, day.day) != (2, 23) for day in [*held, *coming])


def test_a_quarter_s_sessions_are_spread_over_working_days():
    days = spread(date(2026, 10, 12), date(2026, 12, 14), 6)
    assert (days[0], days[-1]) == (date(2026, 10, 12), date(2026, 12, 14))
    assert len(set(days)) == 6
    assert all(day.weekday() < 5 for day in days)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("loaded_on", ["2027-01-11", "2027-07-04"])
def test_loads_after_the_holidays_and_in_summer(loaded_on):
    now = datetime.fromisoformat(f"{loaded_on}T05:00:00+00:00")
    assert ensure_demo(now)
    closed = select(func.max(SeminarSession.ends_at)).where(SeminarSession.state == SessionState.CLOSED)
    assert db.session.scalar(closed) < now
    assert db.session.scalars(select(Wave.state).order_by(Wave.id)).all() == [
        WaveState.PUBLISHED,
        WaveState.PUBLISHED,
        WaveState.OPEN,
    ]
