"""The whole worker is killed, or Redis stops for a while: what was committed is done afterwards, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.db import transaction
from app.embedded.redis import RedisServer
from app.jobs import queue
from app.jobs.models import JobState
from tests.tasks.processes import Worker, bell_of, let_leases_end, only_job, results, ringer, wait_for


@pytest.fixture
def own_redis(services_home: Path) -> Iterator[RedisServer]:
    """A Redis this test may stop."""
    with RedisServer(services_home / "own-redis", services_home / "ord") as server:
        yield server


@pytest.fixture
def own_worker(
    app: Flask,
    own_redis: RedisServer,
    database_url: str,
    tmp_path: Path,
    known_kinds: object,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Worker]:
    """A worker this test may kill."""
    worker = Worker(
        database_url=database_url,
        redis_url=own_redis.url(),
        mail_url="smtp://127.0.0.1:1",
        home=tmp_path,
    )
    worker.start()
    monkeypatch.setitem(app.extensions, "opora.bell", bell_of(worker))
    yield worker
    worker.stop()


def tick(worker: Worker) -> None:
    ringer(worker.redis_url).send_task("opora.tick", queue="mail", retry=False)


def test_a_worker_killed_with_all_its_processes_is_replaced_by_the_next(own_worker, pid_file):
    with transaction():
        queue.add("test_stall", key="a", payload={"pid_file": str(pid_file)})
    wait_for(pid_file.exists, own_worker)
    own_worker.kill()
    assert results() == []
    own_worker.start()
    let_leases_end()
    tick(own_worker)
    wait_for(lambda: only_job().state is JobState.DONE, own_worker)
    assert results() == ["a"]


def test_redis_stops_and_returns_and_nothing_is_lost(own_worker, own_redis):
    own_redis.stop()
    with transaction():
        queue.add("test_keep", key="a")  # the request goes on: its hint is lost, its job is not
    assert only_job().state is JobState.WAITING
    own_redis.start()
    tick(own_worker)
    wait_for(lambda: only_job().state is JobState.DONE, own_worker)
    assert results() == ["a"]
