"""The second factor: set up, asked for, recovered, obligatory for those who see everybody's data."""

import re
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP

from app.accounts import queries, services
from app.accounts.models import Account
from app.clock import utcnow
from app.db import db, transaction
from app.extensions import security
from app.permissions import Role
from tests.accounts.conftest import PASSWORD
from tests.accounts.pages import post_form
from tests.factories.people import make_account, make_person


@pytest.fixture
def account(app: Flask) -> Account:
    account = make_account(make_person(), Role.COORDINATOR)
    with transaction():
        services.set_password(queries.lock_account(account.id), PASSWORD, utcnow())
    return account


@pytest.fixture
def obliged(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR_REQUIRED", True)


def enter_password(client: FlaskClient, account: Account):
    return post_form(client, "/sign-in", email=account.email, password=PASSWORD)


def connect(client: FlaskClient) -> str:
    """Connect an application on the page; returns its key."""
    page = post_form(client, "/second-factor", setup="authenticator")
    key = re.search(r"<code[^>]*>([A-Z2-7 -]+)</code>", page.text).group(1)
    action = re.search(r'action="(/second-factor/[^"]+)"', page.text).group(1)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    answer = client.post(action, data={"csrf_token": token, "code": code_of(key)})
    assert answer.status_code == 302
    return key


def shown_key(client: FlaskClient) -> str:
    page = post_form(client, "/second-factor", setup="authenticator")
    return re.search(r"<code[^>]*>([A-Z2-7 -]+)</code>", page.text).group(1)


def code_of(key: str, steps: int = 0) -> str:
    totp = TOTP(key=re.sub("[ -]", "", key), format="base32")
    return totp.generate(time=int(utcnow().timestamp()) + 30 * steps).token


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_a_coordinator_without_it_is_sent_to_set_it_up(client: FlaskClient, account: Account, obliged: None):
    enter_password(client, account)

    assert client.get("/people").location.endswith("/second-factor")
    connect(client)
    assert client.get("/people").status_code == 200


def test_a_mistyped_code_leaves_the_key_that_the_application_has(app: Flask, account: Account):
    client = app.test_client()
    enter_password(client, account)
    key = shown_key(client)
    assert shown_key(client) == key
    assert connect(client) == key
    assert shown_key(client) != key  # another phone


def test_a_teacher_is_not_obliged(client: FlaskClient, app: Flask, obliged: None):
    teacher = make_account(make_person(), Role.TEACHER)
    with transaction():
        services.set_password(queries.lock_account(teacher.id), PASSWORD, utcnow())

    enter_password(client, teacher)

    assert is_signed_in(client)


def test_the_code_is_asked_for_after_the_password_and_works_once(app: Flask, account: Account):
    first = app.test_client()
    enter_password(first, account)
    key = connect(first)
    client = app.test_client()

    assert "/sign-in/code" in enter_password(client, account).location
    assert not is_signed_in(client)
    # the code that connected the application is spent: the next one is not
    spent = post_form(client, "/sign-in/code", code=code_of(key))
    assert spent.status_code == 200
    assert not is_signed_in(client)
    post_form(client, "/sign-in/code", code=code_of(key, steps=1))
    assert is_signed_in(client)


def test_a_code_sent_twice_at_the_same_moment_passes_once(app: Flask, account: Account, monkeypatch):
    factory = security.totp_factory
    with app.test_request_context():
        secret = factory.generate_totp_secret()
    code = factory.generate_totp_password(secret)
    both_have_read, passed = Barrier(2), []
    read = factory.get_last_counter

    def read_with_the_other(user: Account) -> int | None:
        counter = read(user)
        both_have_read.wait()
        return counter

    monkeypatch.setattr(factory, "get_last_counter", read_with_the_other)

    def send() -> None:
        with app.app_context():
            passed.append(factory.verify_totp(code, secret, queries.get_account(account.id), window=30))

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(passed) == [False, True]


def test_the_page_asked_for_survives_the_second_factor(app: Flask, account: Account):
    first = app.test_client()
    enter_password(first, account)
    key = connect(first)

    client = app.test_client()
    asked = post_form(client, "/sign-in?next=/people", email=account.email, password=PASSWORD).location
    answer = post_form(client, asked, code=code_of(key, steps=1))

    assert answer.location == "/people"


def test_guessing_codes_is_slowed_down(app: Flask, account: Account):
    first = app.test_client()
    enter_password(first, account)
    connect(first)
    client = app.test_client()
    enter_password(client, account)

    answers = [post_form(client, "/sign-in/code", code="000000").status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]


def test_a_recovery_code_signs_in_once_and_lies_encrypted(app: Flask, account: Account):
    first = app.test_client()
    enter_password(first, account)
    connect(first)
    page = post_form(first, "/second-factor/recovery-codes", generate_new_codes="1")
    code = re.findall(r"<li><code>([^<]+)</code>", page.text)[0]
    db.session.expire_all()
    assert code not in str(db.session.get(Account, account.id).mf_recovery_codes)

    outcomes = []
    for _attempt in range(2):
        client = app.test_client()
        enter_password(client, account)
        post_form(client, "/sign-in/recovery-code", code=code)
        outcomes.append(is_signed_in(client))

    assert outcomes == [True, False]


def test_a_reset_takes_it_off_and_ends_sessions(app: Flask, account: Account):
    client = app.test_client()
    enter_password(client, account)
    connect(client)

    with transaction():
        services.reset_second_factor(queries.lock_person(account.person_id), actor=None)

    assert not is_signed_in(client)
    enter_password(client, account)
    assert is_signed_in(client)
