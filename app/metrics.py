"""Prometheus figures at /metrics, for whoever holds the token; queue figures are read from the tables."""

import hmac
import os

from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select

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
    jobs = Gauge("opora_jobs", "Jobs by kind and state", ["kind", "state"], registry=registry)
    for kind, state, n in db.session.execute(
        select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state)
    ):
        jobs.labels(kind, state.value).set(n)
    letters = Gauge("opora_letters", "Letters by state", ["state"], registry=registry)
    for state, n in db.session.execute(select(Letter.state, func.count()).group_by(Letter.state)):
        letters.labels(state.value).set(n)
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
