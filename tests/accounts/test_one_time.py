"""Invitations, recovery and printed slips: secrets that work once."""

import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import queries, services
from app.accounts.errors import AccountAlreadyActive, AddressTaken, LinkNoLongerValid, NoAddress
from app.accounts.models import AddressState, Consent, OneTimeLinkKind
from app.accounts.services import PersonData
from app.clock import utcnow
from app.db import db, transaction
from app.mail.models import Letter
from tests.accounts.conftest import PASSWORD, Place
from tests.accounts.pages import post_form
from tests.factories.people import make_account, make_person

pytestmark = pytest.mark.usefixtures("texts")


def invite(place: Place) -> str:
    """Invite the teacher and render the letter's link; returns the token."""
    with transaction():
        account = services.invite(place.teacher, utcnow())
        return services.new_token(account.id, OneTimeLinkKind.INVITATION, utcnow())


def is_signed_in(client: FlaskClient) -> bool:
    with client.session_transaction() as session:
        return "_user_id" in session


def choose_password(client: FlaskClient, page: str, password: str = PASSWORD, **more: str):
    return post_form(client, page, password=password, password_again=password, **more)


def test_an_invitation_queues_one_letter_however_often_the_button_is_pressed(place: Place):
    now = utcnow()
    for _press in range(2):
        with transaction():
            services.invite(place.teacher, now)

    letter = db.session.scalars(select(Letter)).one()
    assert (letter.kind, letter.person_id) == ("invitation", place.teacher.id)


def test_an_invitation_leads_through_consent_and_password_straight_in(client: FlaskClient, place: Place):
    page = f"/invitation/{invite(place)}"

    answer = choose_password(client, page, consent="y")

    assert answer.status_code == 302
    assert is_signed_in(client)
    account = queries.find_account_of(place.teacher.id)
    assert account.active
    consent = db.session.scalars(select(Consent)).one()
    assert consent.person_id == place.teacher.id
    assert place.cluster.name in consent.operator


def test_opening_an_invitation_changes_nothing(client: FlaskClient, place: Place):
    page = f"/invitation/{invite(place)}"

    assert [client.get(page).status_code for _ in range(2)] == [200, 200]
    assert not is_signed_in(client)
    assert not queries.find_account_of(place.teacher.id).active


def test_the_consent_is_unticked_and_asked_for(client: FlaskClient, place: Place):
    page = f"/invitation/{invite(place)}"
    box = re.search(r'<input[^>]*name="consent"[^>]*>', client.get(page).text).group()
    assert "checked" not in box

    assert choose_password(client, page).status_code == 422
    assert not queries.find_account_of(place.teacher.id).active


@pytest.mark.parametrize("password", ["короткий", "qwertyuiop123", "аааааааааааа", "ветровааня"])
def test_weak_passwords_are_refused_in_words(client: FlaskClient, place: Place, password: str):
    with transaction():
        person = queries.lock_person(place.teacher.id)
        person.surname = "Ветрова"
    answer = choose_password(client, f"/invitation/{invite(place)}", password, consent="y")

    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_a_used_invitation_is_gone(client: FlaskClient, place: Place):
    page = f"/invitation/{invite(place)}"
    choose_password(client, page, consent="y")

    assert client.get(page).status_code == 410


def test_a_newer_letter_voids_the_older_link(client: FlaskClient, place: Place):
    old = invite(place)
    account = queries.find_account_of(place.teacher.id)
    with transaction():
        new = services.new_token(account.id, OneTimeLinkKind.INVITATION, utcnow())

    assert client.get(f"/invitation/{old}").status_code == 410
    assert client.get(f"/invitation/{new}").status_code == 200


def test_a_link_of_another_kind_opens_nothing(client: FlaskClient, place: Place):
    assert client.get(f"/recovery/{invite(place)}").status_code == 410


def test_an_invitation_ends_with_its_term(place: Place):
    token = invite(place)
    after = utcnow() + timedelta(days=15)

    assert queries.find_live_link(services.token_hash(token), after) is None


@pytest.mark.parametrize("state", [AddressState.SHARED, AddressState.FAILING])
def test_no_personal_link_goes_to_a_shared_or_failing_address(place: Place, state: AddressState):
    with transaction():
        services.mark_address(place.teacher.id, state)

    with pytest.raises(NoAddress), transaction():
        services.invite(place.teacher, utcnow())


def test_an_address_that_signs_in_another_person_is_not_invited(place: Place):
    make_account(make_person(place.cluster, email=None), email=place.teacher.email)

    with pytest.raises(AddressTaken), transaction():
        services.invite(place.teacher, utcnow())


def test_a_link_used_by_two_at_once_activates_once(app: Flask, place: Place):
    token = invite(place)
    link = queries.find_live_link(services.token_hash(token), utcnow())
    link_id = link.id  # read here: the threads have sessions of their own
    db.session.rollback()
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def accept(password: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    services.accept_link(link_id, password=password, now=utcnow())
                outcomes.append(password)
            except LinkNoLongerValid:
                outcomes.append("gone")

    threads = [threading.Thread(target=accept, args=(text,)) for text in ("первый пароль", "второй пароль")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winner = next(text for text in outcomes if text != "gone")
    assert sorted(outcomes) == sorted(["gone", winner])
    db.session.expire_all()
    assert services.is_password(queries.find_account_of(place.teacher.id), winner)


# Recovery


@pytest.mark.parametrize("login", ["known", "unknown"])
def test_asking_for_recovery_does_not_tell_whether_the_login_exists(
    client: FlaskClient, place: Place, login: str
):
    login = place.coordinator.email if login == "known" else "nobody@example.org"

    answer = post_form(client, "/recovery", login=login)

    assert answer.status_code == 200
    assert login not in answer.text
    letters = db.session.scalars(select(Letter)).all()
    assert [letter.kind for letter in letters] == (["recovery"] if login == place.coordinator.email else [])


def test_a_recovered_password_ends_every_session(client: FlaskClient, place: Place):
    account = place.coordinator
    session_key = account.fs_uniquifier
    with transaction():
        token = services.new_token(account.id, OneTimeLinkKind.RECOVERY, utcnow())

    answer = choose_password(client, f"/recovery/{token}")

    assert answer.location.endswith("/sign-in")
    db.session.expire_all()
    account = queries.find_account_of(account.person_id)
    assert account.fs_uniquifier != session_key
    assert services.is_password(account, PASSWORD)
    assert client.get(f"/recovery/{token}").status_code == 410


def test_a_link_used_ends_the_others_of_the_account(place: Place):
    now = utcnow()
    with transaction():
        account = services.invite(place.teacher, now)
        invitation = services.new_token(account.id, OneTimeLinkKind.INVITATION, now)
        recovery = services.new_token(account.id, OneTimeLinkKind.RECOVERY, now)
    used = queries.find_live_link(services.token_hash(invitation), now)

    with transaction():
        services.accept_link(used.id, password=PASSWORD, now=now)

    assert queries.find_live_link(services.token_hash(recovery), now) is None


def test_an_invitation_recovers_no_password_and_a_recovery_link_activates_nothing(place: Place):
    now = utcnow()
    with transaction():
        account = services.invite(place.teacher, now)
        tokens = {
            kind: services.new_token(account.id, kind, now)
            for kind in (OneTimeLinkKind.INVITATION, OneTimeLinkKind.RECOVERY)
        }
        account.active = True
    links = {
        kind: queries.find_live_link(services.token_hash(token), now).id for kind, token in tokens.items()
    }

    with pytest.raises(LinkNoLongerValid), transaction():
        services.recover(links[OneTimeLinkKind.INVITATION], password=PASSWORD, now=now)
    with pytest.raises(LinkNoLongerValid), transaction():
        services.accept_link(links[OneTimeLinkKind.RECOVERY], password=PASSWORD, now=now)


def test_a_link_opened_in_time_and_used_too_late_is_gone(place: Place):
    link = queries.find_live_link(services.token_hash(invite(place)), utcnow())

    with pytest.raises(LinkNoLongerValid), transaction():
        services.accept_link(link.id, password=PASSWORD, now=link.expires_at)


def test_a_corrected_address_ends_the_links_sent_to_the_former(place: Place):
    token = invite(place)
    corrected = replace(PersonData.of(place.teacher), email="corrected@example.org")

    with transaction():
        services.update_person(place.teacher, corrected, actor=None, now=utcnow())

    assert queries.find_live_link(services.token_hash(token), utcnow()) is None


# Slips


def make_slip(place: Place) -> services.Slip:
    with transaction():
        person = queries.lock_person(place.teacher.id)
        person.surname, person.email = "Щукина", None
    with transaction():
        return services.make_slip(place.teacher, utcnow(), actor=None)


def test_a_slip_leads_through_its_code_to_a_password(client: FlaskClient, place: Place):
    slip = make_slip(place)
    assert slip.username == "shchukina"
    typed = f"{slip.code[:4].lower()} {slip.code[4:]}"

    answer = post_form(client, "/first-sign-in", login=slip.username, code=typed)
    assert answer.location.endswith("/first-sign-in/password")
    choose_password(client, "/first-sign-in/password", consent="y")

    assert is_signed_in(client)


def test_letters_typed_in_the_other_layout_count_as_their_twins():
    from app.accounts.services.accounts import normal_code

    assert normal_code("авсе-нкмр") == "ABCEHKMP"


def test_the_fifth_wrong_code_spoils_the_slip(place: Place):
    slip = make_slip(place)
    for _attempt in range(5):
        with transaction():
            assert services.try_slip(slip.username, "ZZZZZZZZ", utcnow()) is None

    with transaction():
        assert services.try_slip(slip.username, slip.code, utcnow()) is None


def test_a_new_slip_voids_the_old_one(place: Place):
    old = make_slip(place)
    with transaction():
        new = services.make_slip(place.teacher, utcnow(), actor=None)

    assert new.username == old.username
    with transaction():
        assert services.try_slip(old.username, old.code, utcnow()) is None
        assert services.try_slip(new.username, new.code, utcnow()) is not None


def test_namesakes_get_different_user_names(place: Place):
    first = make_slip(place)
    namesake = make_person(place.cluster, surname="Щукина", email=None)
    with transaction():
        second = services.make_slip(namesake, utcnow(), actor=None)

    assert (first.username, second.username) == ("shchukina", "shchukina2")


def test_whoever_has_an_address_restores_the_password_alone(place: Place):
    with transaction():
        account = queries.lock_account(place.coordinator.id)
        services.set_password(account, PASSWORD, utcnow())

    with pytest.raises(AccountAlreadyActive), transaction():
        services.make_slip(place.coordinator.person, utcnow(), actor=None)
