"""An application with only what drawing needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

import surveys


@pytest.fixture(scope="session")
def items_app() -> Flask:
    folder = Path(surveys.__file__).parent / "templates"
    app = Flask("items", template_folder=str(folder))
    Babel(app, default_locale="en")
    return app


@pytest.fixture
def drawing_context(items_app: Flask) -> Iterator[None]:
    with items_app.app_context():
        yield
