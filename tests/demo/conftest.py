"""The demonstration loaded once for the tests that only read it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.db import db
from app.demo.loading import ensure_demo
from tests.conftest import empty_tables

LOADED_AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(migrated_app: Flask) -> Iterator[Flask]:
    """The application over a database with the demonstration; emptied after the module."""
    with migrated_app.app_context():
        assert ensure_demo(LOADED_AT)
    with migrated_app.app_context():
        yield migrated_app
        db.session.remove()
    with migrated_app.app_context():
        empty_tables(db.engine)


@pytest.fixture(autouse=True)
def fresh_session(request: pytest.FixtureRequest) -> Iterator[None]:
    """Objects one test has read are not another's."""
    yield
    if "demo" in request.fixturenames:
        db.session.rollback()
