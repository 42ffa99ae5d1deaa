"""The application for one command: on the running services, or on its own PostgreSQL and Redis for a while."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path

from flask import Flask

import config
from app.cli.output import Refused
from app.embedded.process import EmbeddedServiceError
from app.embedded.services import join_services, standalone_services

MISSING = ("42P01", "42703")
"""SQLSTATE of a table or a column that is not there."""
NO_MAIL = "smtp://127.0.0.1:25"
"""Where no service runs nothing is sent: a command queues letters, the worker's mail server is its own."""


def home() -> Path:
    """The data folder the command is for."""
    return Path(os.environ.get("OPORA_HOME") or "var").absolute()


@contextmanager
def application() -> Iterator[Flask]:
    """The application in its context; what the operator can mend is one line and exit code 1."""
    try:
        with ExitStack() as stack:
            if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
                addresses = join_services(home()) or stack.enter_context(
                    standalone_services(home(), redis=True)
                )
                os.environ.update(addresses.environment)
                os.environ.setdefault("MAIL_URL", NO_MAIL)
            os.environ.setdefault("LOG_LEVEL", "WARNING")
            flask_app = _make_app()
            stack.enter_context(flask_app.app_context())
            # Messages of errors are lazy texts: an operator reads them as a visitor of the site would.
            stack.enter_context(flask_app.test_request_context())
            with _one_line():
                yield flask_app
    except (EmbeddedServiceError, config.SettingsError) as error:
        raise Refused(str(error)) from error


def _make_app() -> Flask:
    # What a command prints is for a person or a program: its log goes the other way.
    with redirect_stdout(sys.stderr):
        from app.factory import create_app

        return create_app(config.from_environment())


@contextmanager
def _one_line() -> Iterator[None]:
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from app.errors import DomainError

    try:
        yield
    except DomainError as error:
        raise Refused(str(error)) from error
    except OperationalError as error:
        raise Refused(f"база данных не отвечает ({_first_line(error.orig)})") from error
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") not in MISSING:
            raise
        raise Refused(
            f"схема базы не той версии, выполните `opora migrate` ({_first_line(error.orig)})"
        ) from error


def _first_line(error: BaseException | None) -> str:
    """The driver's words; the lines after the first ask questions that an operator cannot answer there."""
    return str(error).partition("\n")[0]
