"""The Celery application: two tasks that say "there is work"; the job table knows which."""

import importlib
import importlib.util
import os
import pkgutil
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from celery import Celery, signals
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

import tasks
from app.db import db
from app.jobs import timed, worker
from app.jobs.handlers import all_handlers, all_sources
from app.jobs.ringing import TIMEOUT, Bell

log = structlog.get_logger()

QUEUES = ("score", "mail", "report", "import")
FEATURES = ("app.accounts", "surveys", "seminars", "programme", "reports")
TICK_EVERY = 15.0  # seconds
HEARTBEAT_EVERY = 15.0
KILLED_AFTER = 60.0  # seconds beyond a handler's own limit until a process stuck in foreign code is killed

# A request must not wait for a Redis that is away: one try, half a second.
PRODUCER_OPTIONS = {
    "socket_timeout": TIMEOUT,
    "socket_connect_timeout": TIMEOUT,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}

celery_app = Celery("opora", set_as_current=False)
celery_app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=False,
    task_default_queue=QUEUES[0],
    task_create_missing_queues=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    worker_enable_remote_control=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options=PRODUCER_OPTIONS,
    task_routes={"opora.tick": {"queue": "mail"}},
    # A tick nobody heard is worth nothing once the next one is due.
    beat_schedule={
        "tick": {"task": "opora.tick", "schedule": TICK_EVERY, "options": {"expires": TICK_EVERY}}
    },
)


def init(flask_app: Flask) -> None:
    """Give Celery the broker of `flask_app` and the application its tasks run in; load all handlers."""
    redis_url = flask_app.config["REDIS_URL"]
    celery_app.conf.broker_url = broker_url(redis_url)
    celery_app.flask_app = flask_app
    flask_app.extensions["opora.bell"] = Bell(celery_app, redis_url)
    load_handlers()


def load_handlers() -> None:
    """Import every module of `tasks` and every feature's `letters`: each registers what it knows."""
    for module in pkgutil.iter_modules(tasks.__path__, "tasks."):
        importlib.import_module(module.name)
    for feature in FEATURES:
        if importlib.util.find_spec(f"{feature}.letters") is not None:
            importlib.import_module(f"{feature}.letters")


def broker_url(redis_url: str) -> str:
    """REDIS_URL as Celery writes it: unix://PATH?db=N is redis+socket://PATH?virtual_host=N there."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{unquote(parts.path)}?virtual_host={number}"


def work(queue: str) -> None:
    """There is work in `queue`."""
    with celery_app.flask_app.app_context():
        worker.work(queue)


def tick() -> None:
    """Time has passed: plan timed work, free what dead workers hold, ring for what is due."""
    # Imported here: the table names features, and features name handlers.
    from tasks.schedule import TIMED

    with celery_app.flask_app.app_context():
        timed.tick(TIMED)


# Signals of the worker's and beat's own processes


def _prepare_worker(instance: Any, conf: Any, **_: Any) -> None:
    conf.broker_transport_options = {}  # a worker waits for its broker with the usual retries
    limits = [handler.time_limit for handler in all_handlers()]
    longest = max(limits + [source.time_limit for source in all_sources()])
    conf.task_time_limit = worker.TURN + longest + KILLED_AFTER


def _prepare_beat(**_: Any) -> None:
    celery_app.conf.broker_transport_options = {}


def _prepare_child(**_: Any) -> None:
    celery_app.conf.broker_transport_options = PRODUCER_OPTIONS
    with celery_app.flask_app.app_context():
        # The sockets belong to the parent: forget them without a word to the server.
        db.engine.dispose(close=False)


def _leave_database(**_: Any) -> None:
    with celery_app.flask_app.app_context():
        db.engine.dispose()


def _start_heartbeat(sender: Any, **_: Any) -> None:
    """The worker's main process says that it is there, however long its children work."""
    name = f"worker@{os.uname().nodename}:{os.getpid()}"

    def beat() -> None:
        with celery_app.flask_app.app_context():
            try:
                worker.show_alive(name)
            except SQLAlchemyError as error:
                # Without its database a worker is rightly seen as dead; it shows itself again when it is back.
                log.warning("heartbeat_failed", error=type(error).__name__)

    beat()
    sender.timer.call_repeatedly(HEARTBEAT_EVERY, beat)


celery_app.task(work, name="opora.work")
celery_app.task(tick, name="opora.tick")
signals.celeryd_init.connect(_prepare_worker)
signals.beat_init.connect(_prepare_beat)
signals.worker_process_init.connect(_prepare_child)
signals.worker_process_shutdown.connect(_leave_database)
signals.worker_ready.connect(_start_heartbeat)
