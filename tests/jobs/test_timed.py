"""Timed work is planned for periods: once each, whatever the clock says when a worker gets to it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.jobs import timed
from app.jobs.models import Job
from app.jobs.timed import Period, Timed
from tests.factories.jobs import run_jobs

HOUR = timedelta(hours=1)
MOMENT = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)


@pytest.fixture
def planned(monkeypatch):
    """A table of one hourly entry, and the periods it was planned for."""
    periods = []
    table = (Timed("remind", HOUR, periods.append),)
    monkeypatch.setattr("tasks.schedule.TIMED", table)
    return table, periods


def test_the_period_holds_the_moment():
    entry = Timed("remind", HOUR, print)
    at_ten = Period(datetime(2026, 11, 24, 10, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
    assert entry.period_of(MOMENT) == at_ten
    assert entry.period_of(at_ten.start) == at_ten
    assert entry.period_of(at_ten.end).start == at_ten.end


def test_a_week_begins_on_monday():
    week = Timed("sum up", timedelta(days=7), print).period_of(MOMENT)
    assert week.start == datetime(2026, 11, 23, tzinfo=UTC)
    assert week.start.isoweekday() == 1


def test_a_period_is_planned_once_however_often_the_clock_ticks(app, planned):
    table, periods = planned
    for minutes in (0, 1, 30):
        timed.plan_new_periods(table, now=MOMENT + timedelta(minutes=minutes))
        run_jobs()
    assert [period.name for period in periods] == ["2026-11-24T10:00Z"]


def test_the_next_period_is_planned_anew_and_missed_ones_are_not_made_up_for(app, planned):
    table, periods = planned
    for moment in (MOMENT, MOMENT + HOUR, MOMENT + 5 * HOUR):
        timed.plan_new_periods(table, now=moment)
        run_jobs()
    assert [period.start.hour for period in periods] == [10, 11, 15]


def test_a_late_worker_plans_for_the_period_it_is_for(app, planned):
    table, periods = planned
    timed.plan_new_periods(table, now=MOMENT)
    timed.plan_new_periods(table, now=MOMENT + HOUR)
    run_jobs()
    assert [period.start.hour for period in periods] == [10, 11]


def test_a_clock_that_goes_back_plans_nothing_twice(app, planned):
    table, periods = planned
    timed.plan_new_periods(table, now=MOMENT)
    timed.plan_new_periods(table, now=MOMENT - HOUR)
    run_jobs()
    assert len(periods) == 1


def test_two_ticks_at_once_plan_once(app, planned):
    entry = planned[0][0]
    with app.app_context(), timed.transaction():
        timed._plan_later(entry, entry.period_of(MOMENT))
    with app.app_context(), timed.transaction():
        timed._plan_later(entry, entry.period_of(MOMENT))
    assert len(db.session.scalars(select(Job)).all()) == 1


def test_an_entry_that_is_gone_is_left_out(app, planned, monkeypatch):
    table, periods = planned
    timed.plan_new_periods(table, now=MOMENT)
    monkeypatch.setattr("tasks.schedule.TIMED", ())
    assert run_jobs() == 1
    assert periods == []
