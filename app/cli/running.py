"""The application for one command: on the running services, or on a PostgreSQL started for it alone."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from flask import Flask

import config
from app.embedded.process import EmbeddedServiceError
from app.embedded.services import join_services, standalone_services


@contextmanager
def application(*, redis: bool = False) -> Iterator[Flask]:
    """The application in its context; a missing or broken setting is one line and exit code 1."""
    try:
        with ExitStack() as stack:
            if not os.environ.get("DATABASE_URL"):
                home = Path(os.environ.get("OPORA_HOME") or "var").absolute()
                addresses = join_services(home) or stack.enter_context(
                    standalone_services(home, redis=redis)
                )
                os.environ.update(addresses.environment)
            from app.factory import create_app

            flask_app = create_app(config.from_environment())
            stack.enter_context(flask_app.app_context())
            yield flask_app
    except (EmbeddedServiceError, config.SettingsError) as error:
        raise click.ClickException(str(error)) from error
