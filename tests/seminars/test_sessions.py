"""A session from draft to cancelled, its attendance, wishes and the quarter it stands in."""

import threading
import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.db import db, transaction
from seminars import queries
from seminars.errors import (
    AttendanceNotOpen,
    CapacityBelowTaken,
    SessionInThePast,
    SessionNotOver,
    SessionStateWrong,
)
from seminars.models import (
    AttendanceMark,
    AttendanceScan,
    LeftReason,
    Outcome,
    Place,
    Registration,
    SeminarSession,
    SessionSlot,
    SessionState,
)
from seminars.quarters import Quarter
from seminars.queries import AttendanceBand
from seminars.services import attendance, registrations, sessions, wishes
from seminars.services.moves import By
from seminars.services.transitions import Mover
from tests.factories.people import make_person
from tests.factories.seminars import NOW, make_registration, make_series, make_session

ORGANISER = By(Mover.ORGANISER)


def when(session, **changes):
    values = {
        name: getattr(session, name)
        for name in ("starts_at", "ends_at", "organisation_id", "room", "online_url")
    }
    return sessions.When(**{**values, **changes})


def details(**changes):
    return sessions.Details(**{"title": "Датчики", "form": "masterclass", "capacity": 20, **changes})


def test_a_session_begins_as_a_draft_with_hosts(cluster):
    host = make_person(cluster)
    series = make_series(cluster)
    at = sessions.When(NOW, NOW + timedelta(hours=1), None, None, None)
    with transaction():
        session = sessions.plan_session(series, details(host_ids=(host.id, host.id)), at)
    assert session.state is SessionState.DRAFT
    assert queries.is_host(session.id, host.id)


def test_publishing_twice_is_publishing_once_and_the_past_is_refused(cluster):
    session = make_session(cluster, state=SessionState.DRAFT)
    for _ in range(2):
        with transaction():
            sessions.publish_session(session.id, now=NOW)
    assert session.published_at == NOW
    late = make_session(cluster, state=SessionState.DRAFT, starts_at=NOW)
    with pytest.raises(SessionInThePast), transaction():
        sessions.publish_session(late.id, now=NOW)


def test_publishing_answers_the_wishes_for_its_competences(cluster):
    person, foreign = make_person(cluster), make_person()
    for asking in (person, foreign):
        for competence in ("DLAB", "DLAB", "PROJ"):
            with transaction():
                wishes.wish_for_session(asking, competence, now=NOW)
    assert queries.count_wishes(cluster.id) == [("DLAB", 1), ("PROJ", 1)]
    session = make_session(cluster, state=SessionState.DRAFT, competences=["DLAB"])
    with transaction():
        sessions.publish_session(session.id, now=NOW)
    assert queries.count_wishes(cluster.id) == [("PROJ", 1)]
    assert queries.count_wishes(foreign.cluster_id) == [("DLAB", 1), ("PROJ", 1)]
    with transaction():
        wishes.withdraw_wish(person, "PROJ")
        wishes.wish_for_session(person, "DLAB", now=NOW)  # answered once, asked again
    assert queries.count_wishes(cluster.id) == [("DLAB", 1)]


def test_moving_takes_the_programme_along(cluster):
    session = make_session(cluster)
    line = sessions.SlotDetails(
        session.starts_at, session.starts_at + timedelta(minutes=30), "seminar", "Начало"
    )
    with transaction():
        sessions.set_slot(session.id, line)
    later = timedelta(days=1, hours=2)
    with transaction():
        sessions.reschedule(
            session.id,
            when(session, starts_at=session.starts_at + later, ends_at=session.ends_at + later),
            now=NOW,
        )
    db.session.expire_all()
    slot = db.session.scalars(select(SessionSlot)).one()
    assert slot.starts_at == session.starts_at
    assert session.calendar_sequence == 1


def test_moving_to_the_same_time_and_place_is_no_move(cluster):
    session = make_session(cluster)
    with transaction():
        assert not sessions.reschedule(session.id, when(session), now=NOW)
    assert session.calendar_sequence == 0


@pytest.mark.parametrize("act", ["reschedule", "cancel_session"])
def test_a_session_that_has_begun_stays_as_it_is(cluster, act):
    session = make_session(cluster)
    with pytest.raises(SessionInThePast), transaction():
        if act == "reschedule":
            sessions.reschedule(session.id, when(session, room="7"), now=session.starts_at)
        else:
            sessions.cancel_session(session.id, "", by=ORGANISER, now=session.starts_at)


def test_cancelling_lets_everybody_go_and_repeats_harmlessly(cluster):
    session = make_session(cluster, capacity=1)
    for _ in range(3):
        make_registration(session)
    with transaction():
        assert sessions.cancel_session(session.id, "Болезнь", by=ORGANISER, now=NOW) == 3
    with transaction():
        assert sessions.cancel_session(session.id, "Ещё раз", by=ORGANISER, now=NOW) == 0
    db.session.expire_all()
    rows = db.session.scalars(select(Registration)).all()
    assert {(row.place, row.left_reason) for row in rows} == {(Place.LEFT, LeftReason.SESSION_CANCELLED)}
    assert (session.seats_taken, session.cancelled_reason) == (0, "Болезнь")
    for act in (
        lambda: sessions.publish_session(session.id, now=NOW),
        lambda: sessions.describe_session(session.id, details(), now=NOW),
        lambda: sessions.reschedule(session.id, when(session, room="7"), now=NOW),
    ):
        with pytest.raises(SessionStateWrong), transaction():
            act()


def test_describing_changes_places_by_the_same_rule(cluster):
    session = make_session(cluster, capacity=1)
    for _ in range(3):
        make_registration(session)
    with transaction():
        sessions.describe_session(session.id, details(capacity=2), now=NOW)
    assert session.seats_taken == 2
    with pytest.raises(CapacityBelowTaken), transaction():
        sessions.describe_session(session.id, details(capacity=1), now=NOW)


def mark(session, registration, value=AttendanceMark.PRESENT, *, nonce=None, now=None):
    with transaction():
        return attendance.mark_attendance(
            session.id,
            registration.person_id,
            value,
            nonce=nonce or uuid.uuid4(),
            by=ORGANISER,
            now=now or session.starts_at,
        )


def test_a_replayed_mark_is_dropped_and_the_latest_counts(cluster):
    session = make_session(cluster)
    registration, nonce = make_registration(session), uuid.uuid4()
    assert mark(session, registration, nonce=nonce)
    assert mark(session, registration, AttendanceMark.ABSENT)
    assert not mark(session, registration, nonce=nonce)
    assert queries.attendance_marks(session.id) == {registration.person_id: AttendanceMark.ABSENT}


def test_marks_cannot_be_rewritten(cluster):
    session = make_session(cluster)
    mark(session, make_registration(session))
    scan = db.session.scalars(select(AttendanceScan)).one()
    with pytest.raises(Exception, match="insert-only"), transaction():
        scan.mark = AttendanceMark.ABSENT


def test_attendance_opens_on_the_day(cluster):
    session = make_session(cluster)
    registration = make_registration(session)
    with pytest.raises(AttendanceNotOpen):
        mark(session, registration, now=session.starts_at - timedelta(days=1))
    assert mark(session, registration, now=session.starts_at - timedelta(hours=1))


def test_closing_derives_outcomes_and_is_taken_back(cluster):
    session = make_session(cluster, capacity=2)
    there, missing, waiting = (make_registration(session) for _ in range(3))
    mark(session, there)
    with pytest.raises(SessionNotOver), transaction():
        attendance.close_session(session.id, now=session.starts_at)
    for _ in range(2):
        with transaction():
            attendance.close_session(session.id, now=session.ends_at)
    db.session.expire_all()
    assert [row.outcome for row in (there, missing, waiting)] == [Outcome.ATTENDED, Outcome.ABSENT, None]
    with pytest.raises(AttendanceNotOpen):
        mark(session, missing, now=session.ends_at)
    with transaction():
        attendance.reopen_session(session.id)
    db.session.expire_all()
    assert (session.state, there.outcome) == (SessionState.PUBLISHED, None)


def test_who_comes_to_the_door_gets_a_place_even_from_the_queue(cluster):
    session = make_session(cluster, capacity=1)
    _first, waiting = make_registration(session), make_registration(session)
    stranger = make_person(cluster)
    for person_id in (waiting.person_id, stranger.id, stranger.id):
        with transaction():
            attendance.admit_walk_in(
                session.id, person_id, nonce=uuid.uuid4(), by=ORGANISER, now=session.starts_at
            )
    db.session.expire_all()
    assert (session.capacity, session.seats_taken) == (3, 3)
    assert set(queries.attendance_marks(session.id)) == {waiting.person_id, stranger.id}


def test_bands_count_closed_sessions_of_the_period(cluster):
    people = [make_person(cluster) for _ in range(3)]
    for number, attending in enumerate([people[:2], people[:1], people[:1], people[:1]]):
        session = make_session(cluster, starts_at=NOW + timedelta(days=1 + number), capacity=5)
        for person in attending:
            mark(session, make_registration(session, person))
        with transaction():
            attendance.close_session(session.id, now=session.ends_at)
    ids = [person.id for person in people]
    bands = queries.attendance_bands(ids, NOW, NOW + timedelta(days=30))
    assert list(bands.values()) == [AttendanceBand.MANY, AttendanceBand.FEW, AttendanceBand.NONE]
    shorter = queries.attendance_bands(ids, NOW, NOW + timedelta(days=4))
    assert shorter[people[0].id] is AttendanceBand.FEW


def test_a_move_and_a_registration_at_once_both_hold(app, cluster):
    session, person = make_session(cluster), make_person(cluster)
    barrier, errors = threading.Barrier(2), []
    new = when(session, room="каб. 7")

    def run(act):
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    act()
            except Exception as error:
                errors.append(error)

    threads = [
        threading.Thread(target=run, args=(act,))
        for act in (
            lambda: sessions.reschedule(session.id, new, now=NOW),
            lambda: registrations.register(session.id, person.id, by=By(Mover.PERSON, person.id), now=NOW),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert errors == []
    found = db.session.get_one(SeminarSession, session.id)
    assert (found.room, found.seats_taken) == ("каб. 7", 1)


@pytest.mark.parametrize(
    ("day", "quarter"), [(date(2026, 1, 1), Quarter(2026, 1)), (date(2026, 12, 31), Quarter(2026, 4))]
)
def test_a_day_has_its_quarter(day, quarter):
    assert Quarter.of(day) == quarter


def test_quarters_follow_one_another_by_the_clock_of_the_cluster():
    last = Quarter(2026, 4)
    assert (last.following, Quarter(2027, 1).previous) == (Quarter(2027, 1), last)
    starts, ends = last.bounds("Asia/Novokuznetsk")
    assert (starts.isoformat(), ends.isoformat()) == (
        "2026-09-30T17:00:00+00:00",
        "2026-12-31T17:00:00+00:00",
    )


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-5", "2026-0", "1026-1", "2026-1 ", "²026-1", "-1", "9999-4"]
)
def test_what_is_no_quarter_is_none(text):
    assert Quarter.parse(text) is None


def test_a_quarter_is_read_as_it_is_written():
    assert Quarter.parse(str(Quarter(2026, 4))) == Quarter(2026, 4)
