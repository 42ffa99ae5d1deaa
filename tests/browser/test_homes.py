"""Each role of the demonstration signs in and reads its start page on a phone and on a desktop."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from app.demo.accounts import PASSWORD, list_accounts
from tests.browser.conftest import DESKTOP, PHONE
from tests.demo.conftest import LOADED_AT, demo, fresh_session  # noqa: F401

LOGINS = [account.login for account in list_accounts()]
WIDTH_OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def site(demo: Flask, served: str, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: F811
    """The application over the demonstration, on the day it was loaded."""
    monkeypatch.setattr("app.pages.utcnow", lambda: LOADED_AT + timedelta(hours=1))
    return served


@pytest.fixture
def open_home(new_context: Callable[..., BrowserContext]) -> Callable[..., tuple[Page, list[str]]]:
    """Signs in by the form; the page with everything it complained of or asked elsewhere for."""

    def sign_in(site: str, login: str, viewport: dict[str, int]) -> tuple[Page, list[str]]:
        page, complaints = new_context(viewport=viewport).new_page(), []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on(
            "request",
            lambda asked: (
                complaints.append(asked.url)
                if urlsplit(asked.url).scheme != "data" and not asked.url.startswith(site)
                else None
            ),
        )
        page.goto("/sign-in")
        page.fill("main input[name=email], main input[name=username]", login)
        page.fill("main input[type=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(f"{site}/")
        return page, complaints

    return sign_in


@pytest.mark.parametrize("login", LOGINS)
def test_a_home_has_something_to_do_or_read(site, open_home, login):
    page, complaints = open_home(site, login, PHONE)
    assert page.locator("main .panel").count() >= 1
    assert page.locator("main a:visible").count() >= 1
    assert page.evaluate(WIDTH_OVER) <= 0
    page.set_viewport_size(DESKTOP)
    assert page.evaluate(WIDTH_OVER) <= 0
    assert page.locator("nav.sections a[aria-current=page]").inner_text() == "Главная"
    assert complaints == []


def test_a_head_has_the_centre_on_one_screen(site, open_home):
    page, _complaints = open_home(site, "head", {"width": 1280, "height": 800})
    part = page.locator("#centre-head")
    box = part.bounding_box()
    assert box["y"] + box["height"] <= 800
    assert "Мой центр за квартал" in part.inner_text()
