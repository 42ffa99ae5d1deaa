"""The version for low vision: a cookie, three classes, and no way to lead a reader to another site."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import appearance
from app.appearance import Appearance, local_path


@pytest.mark.parametrize(
    ("cookie", "css_class"),
    [
        ("", ""),
        ("usual.100.usual", ""),
        ("black-on-white.125.usual", "black-on-white size-125"),
        ("white-on-black.150.spaced", "white-on-black size-150 spaced"),
        ('evil" onload="x.999.spaced', "spaced"),
        ("a.b.c.d.e", ""),
    ],
)
def test_the_cookie_gives_known_classes_only(cookie, css_class):
    assert Appearance.from_cookie(cookie).css_class == css_class


def test_the_cookie_reads_back_what_it_was_made_from():
    wanted = Appearance("black-on-white", "150", "spaced")
    assert Appearance.from_cookie(wanted.cookie) == wanted


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/seminar?page=2", "/seminar?page=2"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_stays_on_the_site(address, path):
    assert local_path(address) == path


@pytest.fixture
def client() -> FlaskClient:
    flask_app = Flask(__name__)
    appearance.register(flask_app)
    return flask_app.test_client()


def test_a_choice_is_kept_and_leads_back(client):
    choice = {"colours": "black-on-white", "size": "125", "spacing": "usual", "next": "/seminar"}
    answer = client.post("/appearance", data=choice)
    assert answer.status_code == 303
    assert answer.location == "/seminar"
    kept = client.get_cookie("appearance")
    assert kept is not None
    assert kept.value == "black-on-white.125.usual"
    assert kept.http_only


def test_the_usual_look_forgets_the_choice(client):
    client.set_cookie("appearance", "black-on-white.125.usual")
    client.post("/appearance", data={"usual": "1", "colours": "black-on-white", "next": "/"})
    assert client.get_cookie("appearance") is None
