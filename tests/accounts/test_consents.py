"""Consents: versions of texts, giving, withdrawing."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts import queries, services
from app.accounts.errors import LastCoordinator
from app.accounts.models import Account, ConsentKind, ConsentText
from app.accounts.services import consents
from app.accounts.signals import consent_withdrawn
from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from tests.accounts.conftest import Place
from tests.accounts.pages import post_form
from tests.factories.people import make_account, sign_in

pytestmark = pytest.mark.usefixtures("texts")


def give(person_id: int, *kinds: ConsentKind) -> None:
    with transaction():
        for kind in kinds:
            services.give_consent(person_id, kind, utcnow())


def withdraw(person_id: int, kind: ConsentKind) -> None:
    with transaction():
        services.withdraw_consent(person_id, kind, None, utcnow())


@pytest.mark.parametrize("kind", list(ConsentKind))
def test_texts_name_what_the_law_asks_for(kind: ConsentKind):
    body = queries.find_consent_text(kind).body_ru

    for part in ("{operator}", "Цель", "Перечень данных", "Действия с данными", "Срок", "Отзыв"):
        assert part in body


def test_the_same_wording_is_not_stored_twice_and_a_new_one_is_the_next_version(tmp_path, monkeypatch):
    with transaction():
        services.ensure_consent_texts(utcnow())
    assert db.session.scalar(select(func.count(ConsentText.id))) == 3

    for path in consents.TEXTS.glob("*.md"):
        (tmp_path / path.name).write_text(path.read_text("utf-8") + "\nНовая строка.\n", "utf-8")
    monkeypatch.setattr(consents, "TEXTS", tmp_path)
    with transaction():
        services.ensure_consent_texts(utcnow())

    assert queries.find_consent_text(ConsentKind.ACCOUNT).version == 2


def test_giving_twice_is_one_consent(place: Place):
    give(place.teacher.id, ConsentKind.DIAGNOSTICS, ConsentKind.DIAGNOSTICS)

    assert len(queries.list_consents(place.teacher.id)) == 1


def test_withdrawing_one_leaves_the_others_and_says_so_once(place: Place):
    give(place.teacher.id, *ConsentKind)
    heard = []

    def listen(_sender, **fact):
        heard.append((fact["person_id"], fact["kind"]))

    with consent_withdrawn.connected_to(listen):
        withdraw(place.teacher.id, ConsentKind.DIAGNOSTICS)
        withdraw(place.teacher.id, ConsentKind.DIAGNOSTICS)

    assert heard == [(place.teacher.id, ConsentKind.DIAGNOSTICS)]
    assert queries.find_consent(place.teacher.id, ConsentKind.DIAGNOSTICS) is None
    assert queries.find_consent(place.teacher.id, ConsentKind.ACCOUNT) is not None


def test_without_the_consent_to_an_account_everything_falls(place: Place):
    account = make_account(place.teacher, Role.TEACHER)
    give(place.teacher.id, *ConsentKind)
    heard = []

    def listen(_sender, **fact):
        heard.append(fact["kind"])

    with consent_withdrawn.connected_to(listen):
        withdraw(place.teacher.id, ConsentKind.ACCOUNT)

    db.session.expire_all()
    assert set(heard) == set(ConsentKind)
    assert db.session.get(Account, account.id) is None
    person = queries.find_person(place.teacher.id)
    assert (person.email, person.position, person.subjects) == (None, None, [])
    assert person.surname == place.teacher.surname
    assert person.left_on is not None


def test_the_only_coordinator_cannot_vanish(place: Place):
    give(place.coordinator.person_id, ConsentKind.ACCOUNT)

    with pytest.raises(LastCoordinator):
        withdraw(place.coordinator.person_id, ConsentKind.ACCOUNT)


def test_withdrawal_is_one_click_on_my_page_and_is_told_before(client: FlaskClient, place: Place):
    account = make_account(place.teacher, Role.TEACHER)
    sign_in(client, account)
    give(place.teacher.id, ConsentKind.ACCOUNT, ConsentKind.DIAGNOSTICS)
    assert "результаты и маршрут будут стёрты" in client.get("/account/consents").text

    answer = post_form(client, "/account/consents", "/account/consents/diagnostics/withdraw")

    assert answer.status_code == 302
    assert queries.find_consent(place.teacher.id, ConsentKind.DIAGNOSTICS) is None


def test_withdrawing_the_account_signs_out_to_a_farewell(client: FlaskClient, place: Place):
    sign_in(client, make_account(place.teacher, Role.TEACHER))
    give(place.teacher.id, ConsentKind.ACCOUNT)

    answer = post_form(client, "/account/consents", "/account/consents/account/withdraw")

    assert client.get(answer.location).status_code == 200
    assert client.get("/account").status_code == 302


def test_an_unknown_consent_is_not_there(as_coordinator: FlaskClient):
    assert post_form(as_coordinator, "/account/consents", "/account/consents/marketing").status_code == 404


def test_a_withdrawn_consent_to_diagnostics_is_not_in_the_history_coordinators_read(
    as_coordinator: FlaskClient, place: Place
):
    give(place.teacher.id, ConsentKind.DIAGNOSTICS)
    withdraw(place.teacher.id, ConsentKind.DIAGNOSTICS)

    assert queries.list_audit(place.teacher.id) == []
    assert "consent" not in as_coordinator.get(f"/people/{place.teacher.public_id}").text
