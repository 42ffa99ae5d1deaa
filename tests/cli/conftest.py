"""Commands run in the test's process, on the application of the tests."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from app.cli import running
from app.cli.main import cli

Opora = Callable[..., Result]


@pytest.fixture
def opora(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Opora:
    """`opora ARGUMENTS` over the test's database."""
    monkeypatch.setenv("DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])
    monkeypatch.setenv("REDIS_URL", app.config["REDIS_URL"])
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    monkeypatch.setattr(running, "_make_app", lambda: app)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments)

    return run
