"""An application with only what drawing needs, and a browser for the script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from playwright.sync_api import Browser, sync_playwright

import surveys
from tests.browser.chromium import find


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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium from PATH, else the one Playwright brings."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        yield browser
        browser.close()
