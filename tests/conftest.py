"""The services under all tests: a real PostgreSQL and Redis, the application, a database that empties itself."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

import config
from app.db import db
from app.embedded.postgres import PostgresServer
from app.embedded.redis import RedisServer
from app.factory import create_app
from tests.browser import chromium

MIGRATIONS = str(Path(__file__).parent.parent / "migrations")
KEPT_TABLES = ("alembic_version",)


@pytest.fixture(scope="session")
def services_home() -> Iterator[Path]:
    """A short path: socket addresses are limited to about a hundred bytes."""
    with tempfile.TemporaryDirectory(prefix="opora-", ignore_cleanup_errors=True) as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path


@pytest.fixture(scope="session")
def database_server_url(services_home: Path) -> Iterator[str]:
    """A server to make databases on: the one in DATABASE_URL, else a private one of this process."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with PostgresServer(services_home / "postgres", services_home / "pg", fsync=False) as server:
        server.create_database("opora")
        yield server.url("opora")


@pytest.fixture(scope="session")
def database_url(database_server_url: str, worker_id: str) -> Iterator[str]:
    """A fresh database of this test process, dropped at the end."""
    name = f"opora_test_{worker_id}_{os.getpid()}"
    engine = create_engine(database_server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield make_url(database_server_url).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture(scope="session")
def redis_url(services_home: Path) -> Iterator[str]:
    if given := os.environ.get("REDIS_URL"):
        yield given
        return
    with RedisServer(services_home / "redis", services_home / "rd") as server:
        yield server.url()


@pytest.fixture(scope="session")
def settings(database_url: str, redis_url: str, services_home: Path) -> config.Testing:
    class Settings(config.Testing):
        def __init__(self) -> None:
            super().__init__()
            self.SQLALCHEMY_DATABASE_URI = database_url
            self.REDIS_URL = redis_url
            self.OPORA_HOME = str(services_home)
            self.FILES_URL = f"file:{services_home / 'files'}"
            self.MAIL_URL = "smtp://127.0.0.1:1"

    return Settings()


class Client(FlaskClient):
    """A client whose every request starts as in production: without what the last one left in `g`.

    The test's own application context would otherwise carry the signed-in person from one client to the next.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)  # read and closed, files included
        kept = dict(vars(g._get_current_object())) if has_app_context() else {}
        if has_app_context():
            vars(g._get_current_object()).clear()
        try:
            return super().open(*args, **kwargs)
        finally:
            if has_app_context():
                vars(g._get_current_object()).clear()
                vars(g._get_current_object()).update(kept)


@pytest.fixture(scope="session")
def migrated_app(settings: config.Testing) -> Iterator[Flask]:
    flask_app = create_app(settings)
    flask_app.test_client_class = Client
    with flask_app.app_context():
        upgrade(directory=MIGRATIONS)
        yield flask_app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """The application in its context, over a database that is emptied after the test."""
    with migrated_app.app_context():
        yield migrated_app
        db.session.remove()
    with migrated_app.app_context():
        empty_tables(db.engine)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; one for all tests, for a process can have one Playwright."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def empty_tables(engine: Engine) -> None:
    """Delete all rows, in one statement, from the tables that have any: constraints are checked at its end."""
    tables = [table.name for table in db.metadata.sorted_tables if table.name not in KEPT_TABLES]
    filled = " UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in tables)
    with engine.begin() as connection:
        names = connection.scalars(text(filled)).all()
        if not names:
            return
        connection.execute(text("SET LOCAL opora.purge = 'on'"))
        deletions = ", ".join(f'd{i} AS (DELETE FROM "{name}")' for i, name in enumerate(names))
        connection.execute(text(f"WITH {deletions} SELECT 1"))
