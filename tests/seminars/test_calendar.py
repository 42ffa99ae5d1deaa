"""Calendar files, read back by the library calendars are made with."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from seminars.calendar import Entry, calendar_file
from seminars.links import calendar_token
from seminars.models import CalendarFeed
from seminars.services import registrations, sessions
from seminars.services.moves import By
from seminars.services.transitions import Mover
from tests.factories.people import make_account, make_person, make_school, sign_in
from tests.factories.seminars import NOW, make_registration, make_session
from tests.seminars.pages import post

SENDER = "Опора <opora@example.org>"


def events(body):
    return {str(event["uid"]): event for event in Calendar.from_ical(body).walk("VEVENT")}


def event_of(body, session):
    return events(body)[f"{session.public_id}@opora"]


def written(session, **entry):
    return calendar_file([Entry(session, "https://opora.example.org/s", **entry)], name="Моё", sender=SENDER)


def test_a_session_is_an_event_in_utc_with_the_sender_as_organizer(cluster):
    school = make_school(cluster, short_name="СОШ № 21")
    session = make_session(
        cluster, title="Датчики; pH, щёлочи", room="каб. 12", organisation_id=school.id, starts_at=NOW
    )
    body = written(session)
    assert b"DTSTART:20261123T030000Z" in body
    assert b"DTEND:20261123T043000Z" in body
    event = event_of(body, session)
    assert event["summary"] == "Датчики; pH, щёлочи"
    assert event["location"].replace("\N{NO-BREAK SPACE}", " ") == "СОШ № 21, каб. 12"
    assert event["organizer"] == "mailto:opora@example.org"
    assert event["organizer"].params["CN"] == "Опора"
    assert (event["sequence"], event["status"]) == (0, "CONFIRMED")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75


def test_the_same_rows_give_the_same_bytes(cluster):
    session = make_session(cluster)
    assert written(session) == written(session)


def test_moving_and_cancelling_grow_the_sequence_and_keep_the_uid(cluster):
    session = make_session(cluster, room="каб. 1")
    uid = event_of(written(session), session)["uid"]
    when = sessions.When(session.starts_at, session.ends_at, None, "каб. 2", None)
    with transaction():
        assert sessions.reschedule(session.id, when, now=NOW)
    db.session.refresh(session)
    moved = event_of(written(session), session)
    assert (moved["uid"], moved["sequence"], moved["location"]) == (uid, 1, "каб. 2")
    with transaction():
        sessions.cancel_session(session.id, "", by=By(Mover.ORGANISER), now=NOW)
    db.session.refresh(session)
    cancelled = event_of(written(session), session)
    assert (cancelled["uid"], cancelled["sequence"], cancelled["status"]) == (uid, 2, "CANCELLED")
    assert cancelled["transp"] == "TRANSPARENT"


def test_waiting_is_tentative_and_blocks_no_time(cluster):
    session = make_session(cluster)
    event = event_of(written(session, is_tentative=True), session)
    assert (event["status"], event["transp"]) == ("TENTATIVE", "TRANSPARENT")


@pytest.fixture
def teacher(app, cluster):
    client = app.test_client()
    client.person = make_person(cluster)
    return sign_in(client, make_account(client.person, Role.TEACHER))


def ask_for_address(client):
    page = client.get("/seminar/calendar").text
    token = re.search(r'csrf_token" value="([^"]+)"', page).group(1)
    assert client.post("/seminar/calendar", data={"csrf_token": token}).status_code == 303
    address = re.search(r'value="([^"]+\.ics)"', client.get("/seminar/calendar").text).group(1)
    return re.sub(r"^https?://[^/]+", "", address)


def test_the_feed_holds_own_sessions_alone(app, cluster, teacher):
    ahead = {"starts_at": utcnow() + timedelta(days=5)}
    own, hosted = make_session(cluster, **ahead), make_session(cluster, hosts=(teacher.person,), **ahead)
    full, foreign = make_session(cluster, capacity=0, **ahead), make_session(cluster, **ahead)
    for session in (own, full):
        make_registration(session, teacher.person, now=utcnow())
    make_registration(foreign, now=utcnow())
    address = ask_for_address(teacher)
    answer = app.test_client().get(address)  # a calendar program has no cookie
    assert answer.mimetype == "text/calendar"
    statuses = {uid.split("@")[0]: str(event["status"]) for uid, event in events(answer.data).items()}
    assert statuses == {
        str(own.public_id): "CONFIRMED",
        str(hosted.public_id): "CONFIRMED",
        str(full.public_id): "TENTATIVE",
    }


def test_a_session_called_off_stays_in_the_feed_as_cancelled(app, cluster, teacher):
    session = make_session(cluster, starts_at=utcnow() + timedelta(days=5))
    make_registration(session, teacher.person, now=utcnow())
    with transaction():
        sessions.cancel_session(session.id, "", by=By(Mover.ORGANISER), now=utcnow())
    event = event_of(app.test_client().get(ask_for_address(teacher)).data, session)
    assert event["status"] == "CANCELLED"


def test_who_leaves_finds_the_session_no_more(app, cluster, teacher):
    session = make_session(cluster, starts_at=utcnow() + timedelta(days=5))
    registration = make_registration(session, teacher.person, now=utcnow())
    with transaction():
        registrations.cancel(
            session.id, registration.person_id, by=By(Mover.PERSON, teacher.person.id), now=utcnow()
        )
    assert events(app.test_client().get(ask_for_address(teacher)).data) == {}


def test_an_unchanged_feed_is_not_sent_again(app, cluster, teacher):
    session = make_session(cluster, starts_at=utcnow() + timedelta(days=5))
    address, reader = ask_for_address(teacher), app.test_client()
    first = reader.get(address)
    again = reader.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    make_registration(session, teacher.person, now=utcnow())
    assert reader.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_replaced_address_opens_nothing(app, teacher):
    former = ask_for_address(teacher)
    present = ask_for_address(teacher)
    assert former != present
    assert app.test_client().get(former).status_code == 404
    assert app.test_client().get(present).status_code == 200


def test_an_address_switched_off_opens_nothing_until_another_is_made(app, teacher):
    former = ask_for_address(teacher)
    assert post(teacher, "/seminar/calendar", "/seminar/calendar/close").status_code == 303
    assert app.test_client().get(former).status_code == 404
    assert "Адреса пока нет" in teacher.get("/seminar/calendar").text
    present = ask_for_address(teacher)
    assert app.test_client().get(present).status_code == 200
    assert app.test_client().get(former).status_code == 404


def test_the_page_shows_what_the_calendar_holds(cluster, teacher):
    session = make_session(cluster, title="Датчики", starts_at=utcnow() + timedelta(days=5))
    assert "Впереди у Вас пока нет занятий" in teacher.get("/seminar/calendar").text
    make_registration(session, teacher.person, now=utcnow())
    assert "Датчики" in teacher.get("/seminar/calendar").text


def test_the_address_is_derived_and_only_its_hash_is_stored(app, teacher):
    address = ask_for_address(teacher)
    feed = db.session.get(CalendarFeed, teacher.person.id)
    assert address == f"/calendar/{calendar_token(teacher.person.id, 1)}.ics"
    assert feed.link_hash not in address.encode()
    for guess in ("x", "%00", "ё", "a" * 300):
        assert app.test_client().get(f"/calendar/{guess}.ics").status_code == 404


def test_asking_for_the_page_makes_no_address(app, teacher):
    teacher.get("/seminar/calendar")
    assert db.session.get(CalendarFeed, teacher.person.id) is None
