"""The Celery application: two tasks that say "there is work"; the job table knows which."""

import gc
import importlib
import importlib.util
import os
import pkgutil
import warnings
from typing import Any

import structlog
from celery import Celery, signals
from celery.platforms import SecurityWarning
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers

import tasks
from app.db import db
from app.jobs import timed, worker
from app.jobs.celery_settings import PRODUCER_OPTIONS, SETTINGS, broker_url
from app.jobs.handlers import all_handlers, all_sources
from app.jobs.ringing import Bell

log = structlog.get_logger()

FEATURES = ("app.accounts", "surveys", "seminars", "programme", "reports", "app.pages")
HEARTBEAT_EVERY = 15.0  # seconds
LARGEST_CHILD = (
    250_000  # KiB; drawing charts loads a browser's engine, and memory once used is not given back
)
KILLED_AFTER = 60.0  # seconds beyond a handler's own limit until a process stuck in foreign code is killed

celery_app = Celery("opora", set_as_current=False)
celery_app.conf.update(SETTINGS, broker_transport_options=PRODUCER_OPTIONS)


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
    # Said to every root, also in a container; what it warns of is pickle, and we accept JSON only.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    limits = [handler.time_limit for handler in all_handlers()]
    longest = max(limits + [source.time_limit for source in all_sources()])
    conf.task_time_limit = worker.TURN + longest + KILLED_AFTER
    conf.worker_max_memory_per_child = LARGEST_CHILD


def _prepare_beat(**_: Any) -> None:
    celery_app.conf.broker_transport_options = {}


def _share_with_children(**_: Any) -> None:
    """Load now what every child would load, and keep the collector from writing into pages they share."""
    configure_mappers()
    gc.collect()
    gc.freeze()


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
signals.worker_before_create_process.connect(_share_with_children)
signals.worker_process_init.connect(_prepare_child)
signals.worker_process_shutdown.connect(_leave_database)
signals.worker_ready.connect(_start_heartbeat)
