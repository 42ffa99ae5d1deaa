"""The host's pages: people, places, attendance."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from seminars import queries
from seminars.models import (
    AttendanceMark,
    AttendanceScan,
    Outcome,
    Place,
    Registration,
    SessionState,
)
from tests.factories.people import make_cluster, make_person
from tests.factories.seminars import make_registration, make_session
from tests.seminars.pages import address, places, post, soon

NONCES = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(9)]


def test_people_and_attendance_are_for_hosts_of_the_session_and_the_coordinator(cluster, enter):
    host = make_person(cluster)
    session = make_session(cluster, hosts=(host,), starts_at=soon())
    for page in ("/people", "/attendance", "/sign-sheet"):
        assert enter(Role.TEACHER, Role.HOST).get(address(session, page)).status_code == 404
        assert enter(Role.CENTRE_HEAD).get(address(session, page)).status_code == 404
        assert enter(Role.COORDINATOR).get(address(session, page)).status_code == 200
    registrar = enter(Role.REGISTRAR)
    assert registrar.get(address(session, "/people")).status_code == 404
    assert registrar.get(address(session, "/attendance")).status_code == 200
    assert enter(Role.TEACHER, person=host).get(address(session, "/people")).status_code == 200


def test_capacity_below_taken_names_both_numbers(cluster, enter):
    session = make_session(cluster, capacity=3, starts_at=soon())
    for _ in range(2):
        make_registration(session, now=utcnow())
    coordinator = enter(Role.COORDINATOR)
    page = address(session, "/people")
    answer = post(coordinator, page, address(session, "/capacity"), capacity="1")
    assert answer.status_code == 409
    assert "2" in answer.text
    assert post(coordinator, page, address(session, "/capacity"), capacity="0").status_code == 422
    assert post(coordinator, page, address(session, "/capacity"), capacity="5").status_code == 303
    db.session.expire_all()
    assert session.capacity == 5


def test_a_second_click_takes_nobody_else_off(cluster, enter):
    session = make_session(cluster, capacity=1, starts_at=soon())
    first, _second = make_registration(session, now=utcnow()), make_registration(session, now=utcnow())
    coordinator, page = enter(Role.COORDINATOR), address(session, "/people")
    for _ in range(2):
        answer = post(coordinator, page, f"{page}/{first.person.public_id}/remove")
        assert answer.status_code == 303
    assert places(session) == [Place.LEFT, Place.CONFIRMED]
    stranger = make_person(cluster)
    assert post(coordinator, page, f"{page}/{stranger.public_id}/remove").status_code == 404


def test_a_host_adds_gives_places_and_takes_off(cluster, enter):
    session = make_session(cluster, capacity=1, starts_at=soon(hours=2))
    first, second = make_registration(session, now=utcnow()), make_registration(session, now=utcnow())
    coordinator, page = enter(Role.COORDINATOR), address(session, "/people")
    caller = make_person(cluster, surname="Ёлкина")
    assert "Ёлкина" in coordinator.get(f"{page}?q=елк").text
    post(coordinator, page, f"{page}/{first.person.public_id}/remove")
    assert "вручную" in coordinator.get(page).text
    post(coordinator, page, f"{page}/{second.person.public_id}/place")
    post(coordinator, page, f"{page}/{caller.public_id}/add")
    assert places(session) == [Place.LEFT, Place.CONFIRMED, Place.QUEUED]
    stranger = make_person(make_cluster())
    assert post(coordinator, page, f"{page}/{stranger.public_id}/add").status_code == 404


def test_attendance_is_marked_replayed_corrected_and_closed(cluster, enter):
    host = make_person(cluster)
    session = make_session(cluster, hosts=(host,), starts_at=soon(), capacity=2)
    here, _away = (make_registration(session, now=utcnow()) for _ in range(2))
    client, page = enter(Role.TEACHER, person=host), address(session, "/attendance")
    early = post(client, address(session), f"{page}/{here.person.public_id}", mark="present", nonce=NONCES[0])
    assert early.status_code == 409
    with transaction():
        session.starts_at, session.ends_at = soon(hours=-2), soon(hours=-1)
    for mark, nonce in (("present", NONCES[1]), ("absent", NONCES[2]), ("present", NONCES[1])):
        answer = post(client, page, f"{page}/{here.person.public_id}", mark=mark, nonce=nonce)
        assert answer.status_code == 303
        assert answer.location == f"{page}#p-{here.person.public_id}"
    assert f'id="p-{here.person.public_id}"' in client.get(page).text
    assert queries.attendance_marks(session.id) == {here.person_id: AttendanceMark.ABSENT}
    assert len(db.session.scalars(select(AttendanceScan)).all()) == 2  # the replay left no row
    post(client, page, f"{page}/{here.person.public_id}", mark="present", nonce=NONCES[3])
    walk_in = make_person(cluster, surname="Новикова")
    assert "Новикова" in client.get(f"{page}?q=нов").text
    post(client, page, f"{page}/{walk_in.public_id}/walk-in", nonce=NONCES[4])
    db.session.expire_all()
    assert session.capacity == 3  # the room was full, yet the person is here
    assert post(client, page, address(session, "/close")).status_code == 303
    db.session.expire_all()
    outcomes = db.session.scalars(select(Registration.outcome).order_by(Registration.id)).all()
    assert outcomes == [Outcome.ATTENDED, Outcome.ABSENT, Outcome.ATTENDED]
    table = openpyxl.load_workbook(BytesIO(client.get(address(session, "/participants.xlsx")).data)).active
    assert sorted(row[0].value for row in table["F2:F4"]) == ["здесь", "здесь", "отсутствует"]
    assert "отсутствует" in client.get(page).text
    reader = enter(Role.TEACHER, person=here.person)
    assert "Вы участвовали" in reader.get(address(session)).text
    assert post(client, page, address(session, "/reopen")).status_code == 303
    db.session.expire_all()
    assert (session.state, here.outcome) == (SessionState.PUBLISHED, None)


@pytest.mark.parametrize("fields", [{"mark": "maybe", "nonce": NONCES[0]}, {"mark": "present", "nonce": "x"}])
def test_a_mark_that_cannot_be_read_is_refused(cluster, enter, fields):
    session = make_session(cluster, starts_at=soon(hours=1))
    registration = make_registration(session, now=utcnow())
    page = address(session, "/attendance")
    answer = post(enter(Role.COORDINATOR), page, f"{page}/{registration.person.public_id}", **fields)
    assert answer.status_code == 422
