"""Pages about letters: rows of ordinary ones, counts of diagnostic ones, and the mailbox of the demo."""

import uuid
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select, update

from app.accounts.models import Person
from app.db import db, transaction
from app.mail.models import Letter, LetterState
from app.permissions import Role
from tests.accounts.pages import post_form
from tests.factories.people import make_account, make_cluster, make_person, sign_in

NAME = "20261124T050000.000001Z.eml"
EML = """Subject: =?utf-8?b?0J/RgNC40LLQtdGC?=
From: opora@example.org
To: vetrova@example.org
MIME-Version: 1.0
Content-Type: text/html; charset="utf-8"

<p style="color:#000;position:fixed" onclick="x()">Hello <script>alert(1)</script>
<img src="http://elsewhere.example/p.gif"><a href="javascript:x()">one</a> <a href="http://127.0.0.1/y">two</a></p>
"""


@pytest.fixture
def cluster(app):
    return make_cluster()


@pytest.fixture
def admin(client, cluster):
    return sign_in(client, make_account(make_person(cluster), Role.ADMINISTRATOR))


def become(state, kind="hello"):
    with transaction():
        db.session.execute(update(Letter).where(Letter.kind == kind).values(state=state))


def state():
    db.session.expire_all()
    return db.session.scalar(select(Letter.state))


def test_ordinary_letters_are_rows_with_search(admin, cluster, kinds, queue_letter):
    kinds()
    queue_letter(make_person(cluster, surname="Щукина"))
    queue_letter(make_person(cluster, surname="Ёлкин"))
    page = admin.get("/admin/letters").text
    assert "Щукина" in page
    assert "Ёлкин" in page
    page = admin.get("/admin/letters?q=елк").text
    assert "Щукина" not in page
    assert "Ёлкин" in page
    assert "Щукина" not in admin.get("/admin/letters?state=sent").text


def test_ordinary_letters_are_exported_as_filtered(admin, cluster, kinds, queue_letter):
    kinds()
    for surname in ("Щукина", "Ёлкин"):
        queue_letter(make_person(cluster, surname=surname))
    sheet = openpyxl.load_workbook(BytesIO(admin.get("/admin/letters/export.xlsx?q=елк").data)).active
    (row,) = sheet.iter_rows(min_row=2, values_only=True)
    assert row[1].startswith("Ёлкин")
    assert row[5] == "ждёт отправки"


def test_diagnostic_letters_are_only_counted(admin, cluster, kinds, queue_letter):
    kinds("invitation", is_diagnostic=True, title="приглашения на диагностику")
    kinds("reminder", is_diagnostic=True, title="напоминания")
    person = make_person(cluster, surname="Щукина")
    queue_letter(person, "invitation")
    queue_letter(person, "reminder")
    page = admin.get("/admin/letters").text
    assert "Щукина" not in page
    assert "напоминания" not in page.replace("Диагностика: приглашения, напоминания, результаты", "")
    assert '<td data-label="ждёт отправки" class="num">2</td>' in page


@pytest.mark.parametrize("state", [LetterState.SENT, LetterState.CANCELLED])
def test_a_new_link_does_not_tell_the_administrator_who_is_awaited(
    admin, cluster, kinds, queue_letter, state
):
    """It is sent to whoever is, and called off for whoever has answered or declined."""
    kinds("invitation", is_diagnostic=True)
    queue_letter(make_person(cluster), "invitation")
    with transaction():
        db.session.execute(update(Letter).values(state=state))
    row = admin.get("/admin/letters").text.split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    assert ">1</td>" not in row
    assert row.count(">—</td>") == 2


def test_a_diagnostic_letter_cannot_be_reached_by_its_address(admin, cluster, kinds, queue_letter):
    kinds("invitation", is_diagnostic=True)
    queue_letter(make_person(cluster), "invitation")
    become(LetterState.FAILED, "invitation")
    letter_id = db.session.scalar(select(Letter.public_id))
    assert post_form(admin, "/admin/letters", action=f"/admin/letters/{letter_id}/retry").status_code == 404
    assert post_form(admin, "/admin/letters", action="/admin/letters/retry-diagnostic").status_code == 302
    assert state() is LetterState.QUEUED


def test_failed_and_unknown_letters_are_sent_again_by_hand(admin, cluster, kinds, queue_letter):
    kinds()
    queue_letter(make_person(cluster))
    letter_id = db.session.scalar(select(Letter.public_id))
    for stuck in (LetterState.FAILED, LetterState.UNKNOWN):
        become(stuck)
        post_form(admin, "/admin/letters", action=f"/admin/letters/{letter_id}/retry")
        assert state() is LetterState.QUEUED
    become(LetterState.SENT)
    post_form(admin, "/admin/letters", action=f"/admin/letters/{letter_id}/retry")
    assert state() is LetterState.SENT


def test_before_an_unknown_letter_is_sent_again_there_is_a_warning(admin, cluster, kinds, queue_letter):
    kinds()
    queue_letter(make_person(cluster))
    become(LetterState.UNKNOWN)
    page = admin.get("/admin/letters").text
    assert "data-confirm=" in page
    assert "может прийти дважды" in page


def test_letters_of_another_cluster_are_not_there(admin, kinds, queue_letter):
    kinds()
    stranger = make_person(make_cluster(), surname="Чужая")
    queue_letter(stranger)
    become(LetterState.FAILED)
    assert "Чужая" not in admin.get("/admin/letters").text
    letter_id = db.session.scalar(select(Letter.public_id))
    assert post_form(admin, "/admin/letters", action=f"/admin/letters/{letter_id}/retry").status_code == 404
    assert (
        post_form(admin, "/admin/letters", action=f"/admin/letters/{uuid.uuid4()}/retry").status_code == 404
    )


@pytest.mark.parametrize("role", [Role.TEACHER, Role.COORDINATOR])
def test_others_may_not_see_letters(app, client, role):
    sign_in(client, make_account(None, role))
    assert client.get("/admin/letters").status_code == 403


def test_a_persons_letters_go_with_the_person(app, cluster, kinds, queue_letter):
    kinds()
    person = make_person(cluster)
    queue_letter(person)
    with transaction():
        db.session.delete(db.session.get_one(Person, person.id))
    assert db.session.scalars(select(Letter)).all() == []


@pytest.fixture
def mailbox(app, tmp_path, monkeypatch):
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / NAME).write_text(EML)
    monkeypatch.setitem(app.config, "OPORA_HOME", str(tmp_path))
    monkeypatch.setitem(app.config, "OPORA_DEMO", True)


def test_everybody_reads_the_letters_of_the_demo(mailbox, client):
    page = client.get("/admin/mailbox").text
    assert "Привет" in page
    page = client.get(f"/admin/mailbox/{NAME}").text
    assert "vetrova@example.org" in page
    assert 'sandbox="' in page


def test_the_html_of_a_letter_is_cleaned_and_fenced_in(mailbox, client):
    answer = client.get(f"/admin/mailbox/{NAME}/html")
    for bad in ("script", "onclick", "elsewhere", "javascript", "position"):
        assert bad not in answer.text
    assert 'href="http://127.0.0.1/y"' in answer.text
    assert "color:#000" in answer.text.replace(" ", "")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy


@pytest.mark.parametrize("name", ["..%2Fsecrets", "20261124T050000.000002Z.eml", "x.eml"])
def test_what_is_not_a_letter_is_not_there(mailbox, client, name):
    assert client.get(f"/admin/mailbox/{name}").status_code == 404


def test_outside_the_demo_there_is_no_mailbox(mailbox, app, client, monkeypatch):
    monkeypatch.setitem(app.config, "OPORA_DEMO", False)
    for path in ("/admin/mailbox", f"/admin/mailbox/{NAME}", f"/admin/mailbox/{NAME}/html"):
        assert client.get(path).status_code == 404
