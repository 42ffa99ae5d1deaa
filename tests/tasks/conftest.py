"""One worker process for the run, on a Redis number of its own, with a mail server the tests script."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.jobs import handlers
from app.mail import letters
from tests.mail.scripted_server import ScriptedServer
from tests.tasks import worker_kinds
from tests.tasks.processes import Worker, bell_of, ringer

WORKER_REDIS_NUMBER = 7


@pytest.fixture(scope="session")
def worker_mail_server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture(scope="session")
def worker_redis_url(redis_url: str) -> str:
    base = redis_url.partition("?")[0]
    if base.startswith("unix:"):
        return f"{base}?db={WORKER_REDIS_NUMBER}"
    return f"{base.rpartition('/')[0]}/{WORKER_REDIS_NUMBER}" if base.count("/") > 2 else f"{base}/7"


@pytest.fixture(scope="session")
def worker_process(
    database_url: str,
    worker_redis_url: str,
    worker_mail_server: ScriptedServer,
    migrated_app: Flask,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Worker]:
    worker = Worker(
        database_url=database_url,
        redis_url=worker_redis_url,
        mail_url=worker_mail_server.url,
        home=tmp_path_factory.mktemp("worker"),
    )
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture
def known_kinds(app: Flask) -> object:
    """The kinds of the worker, known to the process that adds as well; `handles` ran at import."""
    assert "test_keep" in handlers._handlers
    assert "test_hello" in letters._kinds
    return worker_kinds


@pytest.fixture
def worker(
    app: Flask, worker_process: Worker, known_kinds: object, monkeypatch: pytest.MonkeyPatch
) -> Worker:
    """The worker of the run; what the test commits rings it."""
    monkeypatch.setitem(app.extensions, "opora.bell", bell_of(worker_process))
    return worker_process


@pytest.fixture
def mail_server(worker_mail_server: ScriptedServer) -> Iterator[ScriptedServer]:
    yield worker_mail_server
    worker_mail_server.willing()


@pytest.fixture
def tick(worker: Worker) -> Callable[[], None]:
    """What beat does every 15 seconds."""
    celery = ringer(worker.redis_url)
    return lambda: celery.send_task("opora.tick", queue="mail", retry=False)


@pytest.fixture
def pid_file(tmp_path: Path) -> Path:
    return tmp_path / "pid"
