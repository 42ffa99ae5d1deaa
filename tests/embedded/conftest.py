"""Servers of their own for the tests of the servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.embedded.postgres import PostgresServer
from app.embedded.redis import RedisServer


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path / "pg", tmp_path / "run", fsync=False)
    yield server
    server.stop()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis", tmp_path / "run-redis")
    yield server
    server.stop()
