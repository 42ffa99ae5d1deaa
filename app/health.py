"""/healthz for people and monitors, /livez for a supervisor: the process answers."""

import redis
from flask import Blueprint, Flask, Response, current_app, jsonify
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.db import db
from app.jobs.queries import has_worker
from app.permissions import public

bp = Blueprint("health", __name__)


def register(flask_app: Flask) -> None:
    flask_app.register_blueprint(bp)


@bp.get("/livez")
@public("a supervisor asks without an account")
def livez() -> Response:
    return jsonify(status="ok")


@bp.get("/healthz")
@public("a monitor asks without an account")
def healthz() -> tuple[Response, int]:
    """200 when database, Redis and a worker's heartbeat are there, else 503 naming the dead one."""
    services = {"database": _database_answers(), "redis": _redis_answers()}
    services["worker"] = services["database"] and has_worker()
    is_healthy = all(services.values())
    body = {
        "status": "ok" if is_healthy else "unavailable",
        "services": {name: "ok" if answers else "dead" for name, answers in services.items()},
        "dead": [name for name, answers in services.items() if not answers],
    }
    return jsonify(body), 200 if is_healthy else 503


def _database_answers() -> bool:
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def _redis_answers() -> bool:
    try:
        with redis.Redis.from_url(
            current_app.config["REDIS_URL"],
            socket_timeout=0.5,
            socket_connect_timeout=0.5,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
