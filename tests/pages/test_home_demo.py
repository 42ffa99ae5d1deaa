"""The start pages over the demonstration: so many statements for each role and no more."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.accounts.queries import find_account_by_login
from app.db import db
from app.demo.accounts import list_accounts
from tests.demo.conftest import LOADED_AT, demo, fresh_session  # noqa: F401
from tests.factories.people import sign_in

MOST = {
    "teacher": 5,
    "head": 12,  # heads a centre, teaches, and sits in the council
    "director": 6,
    "coordinator": 12,  # a dozen kinds of things that may be late
    "host": 7,
    "registrar": 6,
    "mentor": 5,
    "council": 8,
    "adviser": 9,
    "authority": 8,
    "observer": 3,
    "paper": 3,
    "admin": 4,
}
"""The greatest number of statements of each role's page, the one that reads who is asking among them."""


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_every_role_of_the_demonstration_is_bounded():
    assert MOST.keys() == {account.login for account in list_accounts()}


@pytest.mark.parametrize("login", MOST)
def test_a_home_asks_little_of_the_database(demo, monkeypatch, login):  # noqa: F811
    monkeypatch.setattr("app.pages.utcnow", lambda: LOADED_AT + timedelta(hours=1))
    client = sign_in(demo.test_client(), find_account_by_login(login))
    client.get("/")  # catalogues and definitions are read once per process
    db.session.remove()
    with statements() as seen:
        html = client.get("/").get_data(as_text=True)
    assert "Здравствуйте" in html
    assert len(seen) <= MOST[login], "\n".join(seen)
