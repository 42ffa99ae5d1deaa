"""Signing in through the real form."""

import re
from contextlib import suppress
from datetime import timedelta
from html import unescape
from threading import Barrier, Thread
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.errors import TooManyAttempts
from app.accounts.models import Account, SignInAttempts
from app.accounts.services import password_hash
from app.accounts.services.throttling import (
    LONGEST_WAIT,
    begin_attempt,
    forget_attempts,
    sign_in_tallies,
    wait_after,
)
from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from tests.accounts.pages import post_form
from tests.factories.people import make_account, make_person

PASSWORD = "тихая река за школой"


@pytest.fixture
def account(app: Flask) -> Account:
    return make_account(None, Role.TEACHER, username="vetrova", password=password_hash(PASSWORD))


def sign_in_by_form(client: FlaskClient, login: str, password: str):
    return post_form(client, "/sign-in", email=login, password=password)


def is_signed_in(client: FlaskClient) -> bool:
    with client.session_transaction() as session:
        return "_user_id" in session


@pytest.mark.parametrize("typed", ["{email}", "  {EMAIL} ", "vetrova", "VETROVA"])
def test_signs_in_by_address_or_user_name_in_any_case(client: FlaskClient, account: Account, typed: str):
    login = typed.format(email=account.email, EMAIL=account.email.upper())

    answer = sign_in_by_form(client, login, PASSWORD)

    assert answer.status_code == 302
    assert is_signed_in(client)


@pytest.mark.parametrize("login", ["vetrova", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_login_answer_alike(
    client: FlaskClient, account: Account, login: str
):
    answer = sign_in_by_form(client, login, "wrong password")

    assert not is_signed_in(client)
    assert answer.text.count("alert-danger") == 1
    assert answer.text.replace(login, "") == sign_in_by_form(
        client, "nobody@example.org", "wrong"
    ).text.replace("nobody@example.org", "")


def test_an_account_that_is_not_active_does_not_sign_in(client: FlaskClient, app: Flask):
    account = make_account(make_person(), password=password_hash(PASSWORD), active=False)

    sign_in_by_form(client, account.email, PASSWORD)

    assert not is_signed_in(client)


def test_sign_in_returns_to_the_page_asked_for(client: FlaskClient, account: Account):
    sent = client.get("/seminar?quarter=2026-4&q=%D1%83%D1%80%D0%BE%D0%BA").location

    answer = post_form(client, sent, email="vetrova", password=PASSWORD)

    assert answer.location == "/seminar?quarter=2026-4&q=%D1%83%D1%80%D0%BE%D0%BA"


def test_a_wrong_password_does_not_lose_the_page_asked_for(client: FlaskClient, account: Account):
    opened = post_form(client, "/sign-in?next=/account", email="vetrova", password="another")

    assert 'name="next" value="/account"' in opened.text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.com/",
        "//example.com",
        "/%5Cexample.com",
        "%5C%5Cexample.com",
        "/%09/example.com",
        "http:///example.com",
        "javascript:alert(1)",
    ],
)
def test_a_page_of_another_site_is_forgotten(client: FlaskClient, account: Account, elsewhere: str):
    opened = client.get(f"/sign-in?next={elsewhere}").text
    form = {
        name: unescape(value)
        for name, value in re.findall(r'name="(csrf_token|next)" value="([^"]+)"', opened)
    }
    assert set(form) == {"csrf_token", "next"}

    answer = client.post("/sign-in", data=form | {"email": "vetrova", "password": PASSWORD})

    assert answer.status_code == 302
    assert urlsplit(urljoin("http://localhost/sign-in", answer.location)).netloc == "localhost"
    assert is_signed_in(client)


def test_what_a_guest_sends_leads_to_sign_in_and_not_to_an_address_one_cannot_open(client: FlaskClient):
    answer = post_form(client, "/sign-in", "/account/consents/diagnostics")

    assert answer.location == "/sign-in"


def test_guessing_one_login_from_one_address_is_slowed_down(client: FlaskClient, account: Account):
    for _attempt in range(5):
        assert sign_in_by_form(client, "vetrova", "wrong password").status_code == 200

    assert sign_in_by_form(client, "vetrova", PASSWORD).status_code == 429
    assert not is_signed_in(client)


def test_a_burst_gains_no_guesses(app: Flask):
    """Thirty at the same moment, and again after a quiet hour, when the old counts still stand."""
    tallies = sign_in_tallies("vetrova", "192.0.2.1")
    for now in (utcnow(), utcnow() + timedelta(hours=2)):
        barrier, let_through = Barrier(30), []

        def guess(now=now, barrier=barrier, let_through=let_through):
            with app.app_context():
                barrier.wait()
                with suppress(TooManyAttempts), transaction():
                    begin_attempt(tallies, now)
                    let_through.append(1)

        threads = [Thread(target=guess) for _ in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(let_through) == 5


def test_another_person_signs_in_from_the_same_address_meanwhile(client: FlaskClient, account: Account):
    other = make_account(make_person(), password=password_hash(PASSWORD))
    for _attempt in range(6):
        sign_in_by_form(client, "vetrova", "wrong password")

    sign_in_by_form(client, other.email, PASSWORD)

    assert is_signed_in(client)


def test_waiting_doubles_up_to_a_limit_and_never_lasts_for_ever():
    assert wait_after(4, free=5) == timedelta(0)
    assert wait_after(5, free=5) == timedelta(seconds=30)
    assert wait_after(7, free=5) == timedelta(minutes=2)
    assert wait_after(1000, free=5) == LONGEST_WAIT


def test_one_success_does_not_forgive_a_whole_school_its_guesses(app: Flask):
    def attempts_from(address: str) -> int:
        shared = next(tally for tally in sign_in_tallies("anybody", address) if tally.is_shared)
        return db.session.get_one(SignInAttempts, shared.key, populate_existing=True).count

    for number in range(5):
        with transaction():
            begin_attempt(sign_in_tallies(f"guess{number}", "192.0.2.1"), utcnow())
    with transaction():
        forget_attempts(sign_in_tallies("guess4", "192.0.2.1"))

    assert attempts_from("192.0.2.1") == 4


def test_bytes_that_cannot_be_stored_are_refused(client: FlaskClient, account: Account):
    assert sign_in_by_form(client, "a\x00b", "x").status_code == 422


def test_pages_of_sign_in_stay_in_no_cache(client: FlaskClient, app: Flask):
    """They show the secret of a second factor and its recovery codes."""
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


def test_signing_out_ends_the_session(client: FlaskClient, account: Account):
    sign_in_by_form(client, "vetrova", PASSWORD)

    post_form(client, "/appearance", "/sign-out")

    assert not is_signed_in(client)
