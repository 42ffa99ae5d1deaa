"""Logs go thirty days after a wave, and with them nothing else."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from app.clock import utcnow
from app.db import db, transaction
from app.jobs.timed import Timed
from surveys.models import Assignment, Response, ResponseLogEntry, Wave, WaveState
from surveys.services import erasure
from tasks import surveys
from tests.factories.jobs import run_jobs
from tests.factories.people import add
from tests.factories.surveys import make_assignment, make_response, make_wave


def closed_wave(days_ago: int) -> Wave:
    closed_at = utcnow() - timedelta(days=days_ago)
    wave = make_wave(
        state=WaveState.CLOSED,
        opens_at=closed_at - timedelta(days=10),
        closes_at=closed_at,
        closed_at=closed_at,
    )
    response = make_response(make_assignment(wave), submitted_at=closed_at)
    add(
        ResponseLogEntry(
            response_id=response.id,
            device="d",
            client="form",
            sequence=0,
            revision=1,
            changes={},
            overwritten={},
        )
    )
    return wave


def test_only_logs_past_their_term_are_purged(app: Flask) -> None:
    old, recent = closed_wave(31), closed_wave(29)
    assert erasure.list_waves_with_old_log(utcnow()) == [old.id]
    period = Timed("purge_response_log", timedelta(days=1), surveys.plan_log_purge).period_of(
        utcnow() + timedelta(hours=12)
    )
    with transaction():
        surveys.plan_log_purge(period)
    run_jobs("report")
    left = db.session.scalars(
        select(Assignment.wave_id)
        .join(Response, Response.assignment_id == Assignment.id)
        .join(ResponseLogEntry, ResponseLogEntry.response_id == Response.id)
    ).all()
    assert left == [recent.id]
    assert db.session.scalar(select(func.count()).select_from(Response)) == 2
    assert erasure.list_waves_with_old_log(utcnow()) == []
