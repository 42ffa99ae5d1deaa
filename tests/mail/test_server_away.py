"""Mail servers that want TLS and a password, and what an administrator reads when no letter leaves."""

import socket
from urllib.parse import quote

import pytest
from sqlalchemy import update

from app.db import db, transaction
from app.mail import queries
from app.mail.models import Letter, LetterState
from app.mail.smtp import Away, Server
from app.permissions import Role
from config import SettingsError
from tests.accounts.pages import post_form
from tests.factories.mail import only_letter, send_letters, wait_is_over
from tests.factories.people import make_account, make_cluster, make_person, sign_in
from tests.mail.scripted_server import CUT
from tests.mail.secure_server import PASSWORD, USER, SecureServer, make_identity


@pytest.fixture
def secure(tmp_path, monkeypatch):
    identity = make_identity(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(identity.certificate))
    with SecureServer(identity) as server:
        yield server


@pytest.fixture
def mail_url(app, monkeypatch):
    return lambda url: monkeypatch.setitem(app.config, "MAIL_URL", url)


@pytest.fixture
def cluster(app):
    return make_cluster()


@pytest.fixture
def letter(kinds, queue_letter, cluster):
    kinds()
    queue_letter(make_person(cluster))


@pytest.fixture
def admin(client, cluster):
    return sign_in(client, make_account(make_person(cluster), Role.ADMINISTRATOR))


def address(server, password=PASSWORD, scheme="smtp", query="?tls=starttls"):
    return f"{scheme}://{quote(USER)}:{quote(password, safe='')}@127.0.0.1:{server.port}{query}"


def test_a_letter_leaves_by_starttls_with_a_password(secure, mail_url, letter):
    mail_url(address(secure))
    send_letters()
    assert only_letter().state is LetterState.SENT
    assert len(secure.received) == 1


def reason_after_a_try():
    send_letters()
    tried = only_letter()
    assert tried.state is LetterState.QUEUED
    return tried.last_error


def test_a_wrong_password_is_named(secure, mail_url, letter):
    mail_url(address(secure, password="another"))
    assert reason_after_a_try() == Away.LOGIN


def test_a_certificate_of_an_unknown_authority_is_named(secure, mail_url, letter, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    mail_url(address(secure))
    assert reason_after_a_try() == Away.CERTIFICATE


def test_a_certificate_of_another_name_is_named(secure, mail_url, letter):
    mail_url(address(secure).replace("127.0.0.1", "127.0.0.2"))
    assert reason_after_a_try() in (Away.CERTIFICATE, Away.REFUSED)


def test_a_server_without_starttls_is_named(server, mail_url, letter):
    mail_url(f"{server.url}?tls=starttls")
    assert reason_after_a_try() == Away.TLS


def test_a_server_without_sign_in_is_named(server, mail_url, letter):
    mail_url(server.url.replace("smtp://", "smtp://user:password@"))
    assert reason_after_a_try() == Away.TLS


def test_a_port_without_a_server_is_named(app, mail_url, letter):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    mail_url(f"smtp://127.0.0.1:{port}")
    assert reason_after_a_try() == Away.REFUSED


def test_a_name_that_does_not_exist_is_named(app, mail_url, letter):
    mail_url("smtp://mail.invalid")
    assert reason_after_a_try() == Away.NO_HOST


def test_a_server_that_breaks_off_is_named(server, mail_url, letter):
    server.rcpt = lambda recipient: CUT
    assert reason_after_a_try() == Away.BROKEN


def test_the_page_says_why_no_letter_leaves_and_lets_it_be_tried_at_once(
    app, admin, cluster, server, mail_url, letter
):
    mail_url("smtp://127.0.0.1:1")
    send_letters()
    page = admin.get("/admin/letters").text
    assert "Письма не уходят" in page
    assert "никто не отвечает: проверьте порт в MAIL_URL" in page
    mail_url(server.url)
    send_letters()
    assert server.received == []  # its next try is a minute away
    assert post_form(admin, "/admin/letters", action="/admin/letters/try-now").status_code == 302
    send_letters()
    assert only_letter().state is LetterState.SENT
    assert "Письма не уходят" not in admin.get("/admin/letters").text


def test_a_letter_that_left_later_tells_that_the_server_is_back(
    app, cluster, server, mail_url, letter, queue_letter
):
    mail_url("smtp://127.0.0.1:1")
    send_letters()
    assert queries.find_server_trouble([cluster.id]) == Away.REFUSED
    mail_url(server.url)
    queue_letter(make_person(cluster))
    send_letters()
    assert queries.find_server_trouble([cluster.id]) is None


def test_what_only_one_recipient_is_refused_for_is_no_trouble_of_the_server(app, cluster, server, letter):
    server.rcpt = lambda recipient: "450 greylisted, come again"
    send_letters()
    assert queries.find_server_trouble([cluster.id]) is None


def test_another_clusters_trouble_is_not_shown(app, cluster, letter):
    send_letters()
    assert queries.find_server_trouble([make_cluster().id]) is None


@pytest.mark.parametrize(
    ("state", "error", "said"),
    [
        ("queued", "450 4.2.0 greylisted", "Ответ почтового сервера: 450 4.2.0 greylisted"),
        ("failed", "550 5.1.1 no such user", "Ответ почтового сервера: 550 5.1.1 no such user"),
        ("failed", Away.LOGIN, "не принимает имя или пароль"),
        ("queued", "KeyError: x (app/a.py:1)", "Письмо не удалось составить: KeyError"),
        ("unknown", "BrokenPipeError", "Связь прервалась во время передачи письма"),
        ("cancelled", "declined", "отказал"),
    ],
)
def test_reasons_are_told_in_words(app, admin, letter, state, error, said):
    with transaction():
        db.session.execute(update(Letter).values(state=state, last_error=error))
    assert said in admin.get("/admin/letters").text


def test_a_waiting_letter_says_when_it_is_tried_next(app, admin, server, letter):
    server.rcpt = lambda recipient: "450 greylisted"
    send_letters()
    wait_is_over()
    assert "не раньше" in admin.get("/admin/letters").text


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail",
        "smtp://",
        "smtp://mail:port",
        "smtp://mail?tls=yes",
        "smtp://user:%D0%BF@mail",
        "smtps://mail?tls=starttls",
    ],
)
def test_an_address_that_leads_nowhere_is_refused(url):
    with pytest.raises(SettingsError, match="MAIL_URL"):
        Server.from_url(url)
