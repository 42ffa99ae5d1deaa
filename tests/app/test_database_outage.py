"""A database that went away is told apart from a mistake of ours."""

from collections.abc import Callable

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from app.db import db, driver_connection
from app.permissions import public

END_ITSELF = "SELECT pg_terminate_backend(pg_backend_pid())"
OUT_OF_TIME = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'query_canceled'; END $$"
DEAD_SOCKET = "/nonexistent/socket"


def ended_within_a_query() -> None:
    db.session.execute(text(END_ITSELF))


def ended_within_a_query_of_the_driver() -> None:
    driver_connection().execute(END_ITSELF)


def refused() -> None:
    with create_engine(f"postgresql+psycopg:///opora?host={DEAD_SOCKET}").connect():
        raise AssertionError


def refused_to_the_driver() -> None:
    psycopg.connect(host=DEAD_SOCKET)


def out_of_time() -> None:
    db.session.execute(text(OUT_OF_TIME))


def out_of_time_in_the_driver() -> None:
    driver_connection().execute(OUT_OF_TIME)


@pytest.fixture
def home_does(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    def replace_home(act: Callable[[], None]) -> None:
        monkeypatch.setitem(app.view_functions, "pages.home", public("a test")(act))

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return replace_home


@pytest.mark.parametrize(
    "outage", [ended_within_a_query, ended_within_a_query_of_the_driver, refused, refused_to_the_driver]
)
def test_a_lost_or_refused_connection_answers_503_and_the_next_request_works(
    client: FlaskClient, home_does, monkeypatch: pytest.MonkeyPatch, outage
):
    with monkeypatch.context():
        home_does(outage)
        page = client.get("/", headers={"Accept": "text/html"})
        programme = client.get("/", headers={"Accept": "application/json"})

    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "Сервис временно недоступен" in page.text
    assert (programme.status_code, programme.headers["Retry-After"]) == (503, "5")
    assert programme.json["status"] == 503
    assert client.get("/sign-in").status_code == 200


@pytest.mark.parametrize("mistake", [out_of_time, out_of_time_in_the_driver])
def test_a_statement_out_of_time_is_no_outage(client: FlaskClient, home_does, mistake):
    home_does(mistake)

    answer = client.get("/")

    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
