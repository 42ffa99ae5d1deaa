"""Run background work in the test's own process, by the code a worker runs."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from sqlalchemy import insert, select

from app.db import db, transaction
from app.jobs import claims, worker
from app.jobs.celery_settings import QUEUES
from app.jobs.handlers import handler_of
from app.jobs.models import Job, JobState


def run_jobs(queue: str | None = None) -> int:
    """Do all due jobs (of one queue, or of all) and those they add; returns how many were run.

    Letters are not sent. A job that fails raises here instead of waiting for its next attempt. Objects the test
    holds are read anew afterwards.
    """
    n = 0
    with current_app.app_context():  # a session of its own, as in a worker
        while claimed := _claim_any([queue] if queue else QUEUES):
            worker.run(claimed)
            n += len(claimed.jobs)
            errors = db.session.scalars(
                select(Job.last_error).where(Job.id.in_(claimed.ids), Job.state != JobState.DONE)
            ).all()
            assert not errors, f"{claimed.kind} failed: {errors}"
    db.session.rollback()
    db.session.expire_all()
    return n


def _claim_any(queues: Iterable[str]) -> claims.Claim | None:
    return next((found for queue in queues if (found := claims.claim(queue)) is not None), None)


def make_job(kind: str, *, key: str = "1", payload: Mapping[str, Any] | None = None, **overrides: Any) -> int:
    """A waiting job of a registered kind, without a hint to anybody; returns its id."""
    values = {
        "kind": kind,
        "queue": handler_of(kind).queue,
        "key": key,
        "payload": dict(payload or {}),
        "run_after": datetime(2026, 1, 1, tzinfo=UTC),
        **overrides,
    }
    with transaction():
        return int(db.session.execute(insert(Job).values(**values).returning(Job.id)).scalar_one())
