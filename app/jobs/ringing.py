"""Telling workers that a queue has work: a hint over Redis that may be lost or doubled without harm."""

import time
from dataclasses import dataclass
from typing import Any

import redis
import structlog
from flask import current_app
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.db import db, on_commit
from app.jobs.celery_settings import PRODUCER_TIMEOUT

log = structlog.get_logger()

PAUSE = 15.0  # seconds without a try after a failure; the tick rings meanwhile
HINT_LIVES = 15  # seconds until a hint nobody heard may be given again


class Bell:
    """Rings queues over Celery, at most one unheard hint a queue."""

    def __init__(self, celery_app: Any, redis_url: str) -> None:
        self._celery = celery_app
        self._redis = redis.Redis.from_url(
            redis_url,
            socket_timeout=PRODUCER_TIMEOUT,
            socket_connect_timeout=PRODUCER_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
        self._silent_until = 0.0

    def ring(self, queue: str) -> None:
        """Say that `queue` has work; never raises, a lost hint costs seconds."""
        if time.monotonic() < self._silent_until:
            return
        try:
            # One message is enough for a thousand submits: each costs a worker about 2 ms.
            if self._redis.set(_mark(queue), 1, nx=True, ex=HINT_LIVES):
                self._celery.send_task("opora.work", args=[queue], queue=queue, retry=False)
        except (redis.RedisError, OperationalError, OSError) as error:
            self._silent_until = time.monotonic() + PAUSE
            log.warning("ring_failed", queue=queue, error=type(error).__name__)

    def heard(self, queue: str) -> None:
        """Let the next job ring again; called before looking for work, so that nothing falls between."""
        try:
            self._redis.delete(_mark(queue))
        except redis.RedisError as error:
            log.warning("hint_not_cleared", queue=queue, error=type(error).__name__)


def _mark(queue: str) -> str:
    return f"opora:rung:{queue}"


@dataclass(frozen=True)
class _Ring:
    queue: str

    def __call__(self) -> None:
        bell().ring(self.queue)


def bell() -> Bell:
    """The bell of the current application."""
    found: Bell = current_app.extensions["opora.bell"]
    return found


def ring_on_commit(queue: str) -> None:
    """Ring `queue` once the open transaction has committed, once however often this is called."""
    ring = _Ring(queue)
    if ring not in db.session().info.get("on_commit", ()):
        on_commit(ring)
