"""Nobody changes the way into another's account unseen."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import queries, services
from app.accounts.errors import AccountAlreadyActive
from app.accounts.models import Account, AuditEntry
from app.accounts.services import PersonData
from app.accounts.services.people import close_account
from app.clock import utcnow
from app.db import db, transaction
from app.mail import outbox, sender
from app.mail.letters import kind_of
from app.mail.models import Letter, LetterState
from app.mail.rendering import render
from app.permissions import Actor, Role
from tests.accounts.conftest import PASSWORD, Place
from tests.accounts.pages import post_form
from tests.factories.mail import only_letter
from tests.factories.people import make_account, sign_in

FORMER, NEW = "former@example.org", "new@example.org"


@pytest.fixture
def teacher(place: Place) -> Account:
    """An account that has been activated, by the address of the person."""
    return activated(place, email=FORMER)


def activated(place: Place, **login: str | None) -> Account:
    with transaction():
        queries.lock_person(place.teacher.id).email = login["email"]
    account = make_account(place.teacher, Role.TEACHER, **login)
    with transaction():
        services.set_password(queries.lock_account(account.id), PASSWORD, utcnow())
    return account


def change_address(place: Place, actor: Actor | None, email: str = NEW) -> None:
    with transaction():
        person = queries.lock_person(place.teacher.id)
        services.update_person(person, replace(PersonData.of(person), email=email), actor=actor, now=utcnow())


def text_of(letter: Letter) -> str:
    with transaction():
        message = render(letter, kind_of(letter.kind), letter.person, now=utcnow())
    return message.get_body(("plain",)).get_content()


def enter(app: Flask, login: str) -> str:
    """Sign in by the form; returns the first page."""
    client = app.test_client()
    post_form(client, "/sign-in", email=login, password=PASSWORD)
    return client.get("/account").text


def test_a_letter_about_the_change_goes_to_the_former_address(place: Place, teacher: Account):
    change_address(place, place.coordinator.as_actor())

    letter = only_letter()
    (claimed,) = outbox.claim(1)
    assert sender.prepare(claimed).recipient == FORMER
    words = text_of(letter)
    assert "координатор Соколова" in words
    assert "сообщите директору" in words
    assert NEW not in words


def test_the_former_address_is_forgotten_with_the_letter_sent(place: Place, teacher: Account):
    change_address(place, place.coordinator.as_actor())
    (claimed,) = outbox.claim(1)

    outbox.mark_sending(claimed)
    outbox.mark_sent(claimed)

    db.session.expire_all()
    letter = only_letter()
    assert letter.state is LetterState.SENT
    assert "address" not in letter.payload


def test_the_former_address_is_forgotten_with_the_account(place: Place, teacher: Account):
    change_address(place, place.coordinator.as_actor())

    with transaction():
        close_account(queries.lock_person(place.teacher.id), actor=None, now=utcnow())

    db.session.expire_all()
    (claimed,) = outbox.claim(1)
    assert sender.prepare(claimed) is None
    assert FORMER not in str(db.session.scalars(select(Letter.payload)).all())


def test_sessions_end_and_the_person_is_told_at_sign_in_and_on_the_account_page(
    app: Flask, client: FlaskClient, as_coordinator: FlaskClient, place: Place, teacher: Account
):
    hers = sign_in(app.test_client(), teacher)
    assert hers.get("/account").status_code == 200

    page = f"/people/{place.teacher.public_id}/edit"
    assert "письмо о том, кто его изменил" in as_coordinator.get(page).text
    change_address(place, place.coordinator.as_actor())

    assert hers.get("/account").status_code == 302
    told = "Кто изменил: координатор Соколова"
    assert told in enter(app, NEW)
    assert told in enter(app, NEW)  # whoever got in first has not read it away
    db.session.expire_all()
    account = db.session.get(Account, teacher.id)
    assert told in sign_in(app.test_client(), account).get("/account/security").text


def test_an_address_given_to_whoever_had_none_is_told_of(app: Flask, place: Place):
    account = activated(place, email=None, username="vetrova")
    session = account.fs_uniquifier

    change_address(place, place.coordinator.as_actor())

    db.session.expire_all()
    assert db.session.get(Account, account.id).fs_uniquifier != session
    assert db.session.scalars(select(Letter)).all() == []
    assert "Кто изменил: координатор Соколова" in enter(app, "vetrova")


def test_an_address_for_letters_alone_opens_the_account_too(place: Place, teacher: Account):
    """Recovery letters go to the person's address, whichever the account signs in by."""
    with transaction():
        queries.lock_person(place.teacher.id).email = "shared@example.org"

    change_address(place, place.coordinator.as_actor())

    assert only_letter().payload["address"] == FORMER


def test_a_change_of_ones_own_is_no_news(app: Flask, place: Place, teacher: Account):
    change_address(place, teacher.as_actor())

    assert db.session.scalars(select(Letter)).all() == []
    assert "Кто изменил" not in enter(app, NEW)


def test_an_account_not_active_yet_is_corrected_quietly(place: Place):
    with transaction():
        queries.lock_person(place.teacher.id).email = FORMER
    make_account(place.teacher, email=FORMER)

    change_address(place, place.coordinator.as_actor())

    assert db.session.scalars(select(Letter)).all() == []


def test_a_slip_for_an_active_account_is_asked_for_by_name_and_told_of(
    app: Flask, as_coordinator: FlaskClient, place: Place
):
    activated(place, email=None, username="vetrova")
    ticked = {"person": [str(place.teacher.public_id)]}
    with pytest.raises(AccountAlreadyActive), transaction():
        services.make_slip(place.teacher, utcnow(), actor=place.coordinator.as_actor())

    assert "Листков нет" in post_form(as_coordinator, "/people", "/people/slips", **ticked).text
    card = f"/people/{place.teacher.public_id}"
    assert "Печатайте листок, только если Вас об этом попросили" in as_coordinator.get(card).text
    page = post_form(as_coordinator, card, "/people/slips", for_new_password="1", **ticked)

    assert "<code>vetrova</code>" in page.text
    assert "Кто напечатал: координатор Соколова" in enter(app, "vetrova")
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert "slip_for_new_password_printed" in actions
