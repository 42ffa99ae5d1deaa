"""Letters of the seminar: who gets which, once, what stands in it, and when it is late."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from app.accounts.services import leave_cluster
from app.clock import utcnow
from app.db import db, transaction
from app.jobs.timed import Period
from app.mail import letters
from app.mail.models import Letter
from app.mail.rendering import render
from app.permissions import Role
from seminars.models import Place, SeminarSession
from seminars.services import registrations, sessions
from seminars.services.moves import By
from seminars.services.transitions import Mover
from tasks import seminars as tasks
from tests.factories.jobs import run_jobs
from tests.factories.people import make_account, make_person, make_school
from tests.factories.seminars import make_registration, make_session


def soon(**left):
    return utcnow() + timedelta(**left)


def waiting():
    """(kind, person) of each letter not yet sent."""
    return Counter(
        db.session.execute(select(Letter.kind, Letter.person_id)).all(),
    )


def kinds():
    return sorted(db.session.scalars(select(Letter.kind)))


def only(kind):
    return db.session.scalars(select(Letter).where(Letter.kind == kind)).one()


def is_current(letter, now=None):
    return letters.kind_of(letter.kind).is_current(letter, now or utcnow())


def text_of(letter):
    message = render(letter, letters.kind_of(letter.kind), letter.person, now=utcnow())
    plain, html = message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()
    return message["Subject"], plain, html


def leave(session, registration):
    with transaction():
        registrations.cancel(
            session.id,
            registration.person_id,
            by=By(Mover.PERSON, registration.person_id),
            now=utcnow(),
        )


def plan(planner):
    with transaction():
        planner(Period(utcnow() - timedelta(minutes=1), utcnow() + timedelta(minutes=1)))
    run_jobs()


def test_who_acts_for_themselves_gets_no_letter(cluster):
    session = make_session(cluster, starts_at=soon(days=10))
    leave(session, make_registration(session, now=utcnow()))
    assert kinds() == []


def test_who_is_let_in_from_the_queue_is_told_once(cluster):
    session = make_session(cluster, capacity=1, starts_at=soon(days=10), title="Датчики <pH>")
    first, second = (make_registration(session, now=utcnow()) for _ in range(2))
    leave(session, first)
    with transaction():
        registrations.fill_session(session.id, utcnow())
    assert waiting() == {("session_place", second.person_id): 1}
    letter = only("session_place")
    subject, plain, html = text_of(letter)
    assert subject.startswith("У Вас есть место: Датчики <pH>")
    assert f"/seminar/sessions/{session.public_id}" in plain
    assert "Датчики &lt;pH&gt;" in html
    assert is_current(letter)
    leave(session, second)
    db.session.expire_all()
    assert not is_current(letter)


def test_an_offer_names_its_deadline_and_ends_with_it(cluster):
    session = make_session(cluster, capacity=1, starts_at=soon(hours=30))
    first, second = (make_registration(session, now=utcnow()) for _ in range(2))
    leave(session, first)
    letter = only("session_offer")
    assert letter.person_id == second.person_id
    _subject, plain, _html = text_of(letter)
    assert "Принять" in plain
    db.session.expire_all()
    assert is_current(letter)
    assert not is_current(letter, second.offer_expires_at)


def test_an_offer_not_answered_goes_on_by_the_clock_alone(cluster):
    session = make_session(cluster, capacity=1, starts_at=soon(hours=30))
    first, second, third = (make_registration(session, now=utcnow()) for _ in range(3))
    leave(session, first)
    with transaction():
        second.offer_expires_at = utcnow() - timedelta(seconds=1)
    for _ in range(2):
        plan(tasks.plan_filling)
    db.session.expire_all()
    assert (second.place, third.place) == (Place.LEFT, Place.OFFERED)
    assert waiting() == {
        ("session_offer", second.person_id): 1,
        ("session_place_lost", second.person_id): 1,
        ("session_offer", third.person_id): 1,
    }
    assert "перешло следующему" in text_of(only("session_place_lost"))[1]


def test_leaving_the_cluster_lets_the_next_in(cluster):
    session = make_session(cluster, capacity=1, starts_at=soon(days=10))
    first, second = (make_registration(session, now=utcnow()) for _ in range(2))
    with transaction():
        leave_cluster(first.person, on=utcnow().date(), actor=None, now=utcnow())
    run_jobs()
    assert (first.place, second.place) == (Place.LEFT, Place.CONFIRMED)
    assert waiting() == {("session_place", second.person_id): 1}


def test_a_move_is_told_to_places_and_queue_and_the_last_move_counts(cluster):
    school = make_school(cluster, short_name="Лебяжинская СОШ")
    session = make_session(cluster, capacity=1, starts_at=soon(days=10))
    people = {make_registration(session, now=utcnow()).person_id for _ in range(2)}
    for room in ("каб. 7", "каб. 8"):
        when = sessions.When(session.starts_at, session.ends_at, school.id, room, None)
        with transaction():
            sessions.reschedule(session.id, when, now=utcnow())
    found = db.session.scalars(select(Letter).order_by(Letter.id)).all()
    assert {letter.person_id for letter in found} == people
    assert [letter.kind for letter in found] == ["session_changed"] * 4
    assert [is_current(letter) for letter in found] == [False, False, True, True]
    assert "Лебяжинская СОШ, каб. 8" in text_of(found[-1])[1]


def test_a_cancelled_session_is_told_with_its_reason(cluster):
    session = make_session(cluster, starts_at=soon(days=10))
    registration = make_registration(session, now=utcnow())
    with transaction():
        sessions.cancel_session(session.id, "Болезнь ведущей", by=By(Mover.ORGANISER), now=utcnow())
    assert waiting() == {("session_cancelled", registration.person_id): 1}
    subject, plain, html = text_of(only("session_cancelled"))
    assert subject.startswith("Отменено")
    assert "Болезнь ведущей" in plain
    assert "Болезнь ведущей" in html


def test_a_week_ahead_the_audience_is_told_once(cluster):
    chemist = make_person(cluster, subjects=["chemistry"])
    others = {
        "another subject": make_person(cluster, subjects=["physics"]),
        "no address": make_person(cluster, subjects=["chemistry"], email=None),
        "left": make_person(cluster, subjects=["chemistry"], left_on=utcnow().date()),
        "foreign": make_person(subjects=["chemistry"]),
    }
    registered = make_person(cluster, subjects=["chemistry"])
    observer = make_person(cluster, subjects=["chemistry"])
    make_account(observer, Role.OBSERVER)
    for person in (chemist, registered, *others.values()):
        make_account(person, Role.TEACHER)
    session = make_session(cluster, subjects=["chemistry"], starts_at=soon(days=6))
    later = make_session(cluster, starts_at=soon(days=8))
    closed = make_session(cluster, starts_at=soon(days=6), sign_up_opens_at=soon(days=1))
    make_registration(session, registered, now=utcnow())
    for _ in range(2):
        plan(tasks.plan_announcements)
    assert waiting() == {("session_announcement", chemist.id): 1}
    assert db.session.get_one(SeminarSession, session.id).announced_at is not None
    assert later.announced_at is None
    assert closed.announced_at is None
    letter = only("session_announcement")
    subject, plain, _html = text_of(letter)
    assert session.title in subject
    assert "Чтобы не получать такие письма" in plain or "Не получать" in plain
    assert is_current(letter)
    make_registration(session, chemist, now=utcnow())
    assert not is_current(letter)


def test_a_day_ahead_those_with_places_are_reminded_once_a_date(cluster):
    session = make_session(
        cluster, capacity=1, starts_at=soon(hours=20), online_url="https://video.example.org/room"
    )
    registered, _queued = (make_registration(session, now=utcnow()) for _ in range(2))
    for _ in range(2):
        plan(tasks.plan_reminders)
    assert waiting() == {("session_reminder", registered.person_id): 1}
    first = only("session_reminder")
    assert is_current(first)
    assert "https://video.example.org/room" in text_of(first)[1]
    with transaction():
        when = sessions.When(
            session.starts_at + timedelta(hours=1), session.ends_at + timedelta(hours=1), None, None, None
        )
        sessions.reschedule(session.id, when, now=utcnow())
    plan(tasks.plan_reminders)
    found = db.session.scalars(
        select(Letter).where(Letter.kind == "session_reminder").order_by(Letter.id)
    ).all()
    assert [is_current(letter) for letter in found] == [False, True]
