"""The start pages over the demonstration: a bounded number of statements for each role."""

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

LOGINS = [account.login for account in list_accounts()]
MOST = 12
"""With what every page asks about its reader: the account, the person, the cluster, the grants."""
MORE = {"host": 16, "head": 24, "coordinator": 36}
"""Two blocks on one page; a dozen kinds of things that may be late, each one statement."""


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


@pytest.mark.parametrize("login", LOGINS)
def test_a_home_asks_little_of_the_database(demo, monkeypatch, login):  # noqa: F811
    monkeypatch.setattr("app.pages.utcnow", lambda: LOADED_AT + timedelta(hours=1))
    client = sign_in(demo.test_client(), find_account_by_login(login))
    client.get("/")  # catalogues and definitions are read once per process
    db.session.remove()
    with statements() as seen:
        html = client.get("/").get_data(as_text=True)
    assert "Здравствуйте" in html
    assert len(seen) <= MORE.get(login, MOST), "\n".join(seen)
