"""A real browser over the real application: served by threads of this process, on the database of the tests."""

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from app.accounts.models import Account
from tests.factories.people import sign_in

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def served(migrated_app: Flask) -> Iterator[str]:
    """Address of the application; pages are asked for while a test runs."""
    server = make_server("127.0.0.1", 0, migrated_app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def site(app: Flask, served: str) -> str:
    """Address of the application over a database that is emptied after the test."""
    return served


@pytest.fixture
def new_context(browser: Browser, site: str) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a fresh browser at the site; `java_script_enabled=False` for one without script."""
    contexts: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**{"base_url": site, "viewport": DESKTOP, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of a fresh browser; what its scripts or the security policy complain of fails the test."""
    return watched(new_context().new_page())


def watched(page: Page) -> Page:
    """The page, raising where a script fails or the policy refuses something."""

    def fail(error: object) -> None:
        raise AssertionError(f"the page complains: {error}")

    page.on("pageerror", fail)
    page.on("console", lambda message: fail(message.text) if "Content Security" in message.text else None)
    return page


@pytest.fixture
def signed_in(app: Flask, site: str, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A page of a fresh browser signed in as an account, without the sign-in page."""

    def make(account: Account, **options: object) -> Page:
        client = sign_in(app.test_client(), account)
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        context = new_context(**options)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
        return watched(context.new_page())

    return make
