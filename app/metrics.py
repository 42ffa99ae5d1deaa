"""Prometheus figures at /metrics, for whoever holds the token; queue figures are read from the tables."""

import hmac
import os

from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select, text

from app.db import db
from app.errors import NotFound
from app.jobs.models import Job
from app.mail.models import Letter
from app.permissions import public

bp = Blueprint("metrics", __name__)


def register(flask_app: Flask) -> None:
    flask_app.register_blueprint(bp)


@bp.get("/metrics")
@public("its own token guards it")
def metrics() -> Response:
    token = current_app.config["METRICS_TOKEN"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise NotFound
    registry = CollectorRegistry()
    _count_jobs(registry)
    _count_letters(registry)
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _count_jobs(registry: CollectorRegistry) -> None:
    jobs = Gauge("opora_jobs", "Jobs by kind and state", ["kind", "state"], registry=registry)
    counts = select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state)
    for kind, state, n in db.session.execute(counts):
        jobs.labels(kind, state.value).set(n)
    overdue = Gauge(
        "opora_jobs_overdue_seconds", "How long the oldest due job has waited", ["queue"], registry=registry
    )
    waits = (
        select(Job.queue, func.extract("epoch", func.now() - func.min(Job.run_after)))
        .where(text("job.state = 'waiting'"), Job.run_after <= func.now())
        .group_by(Job.queue)
    )
    for queue, seconds in db.session.execute(waits):
        overdue.labels(queue).set(seconds)


def _count_letters(registry: CollectorRegistry) -> None:
    letters = Gauge("opora_letters", "Letters by state", ["state"], registry=registry)
    for state, n in db.session.execute(select(Letter.state, func.count()).group_by(Letter.state)):
        letters.labels(state.value).set(n)
