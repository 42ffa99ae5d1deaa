"""Many at once: threads over real connections, let go by a barrier."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from seminars import queries
from seminars.errors import OfferOver
from seminars.models import HOLDING, Place, Registration, SeminarSession
from seminars.queries import registrations as registration_queries
from seminars.services import audit, registrations
from seminars.services.moves import By
from seminars.services.transitions import Mover
from tests.factories.people import make_person
from tests.factories.seminars import NOW, make_registration, make_session

THREADS = 10


def at_once(app, jobs):
    """Run every job in a thread of its own, THREADS of them let go together; returns what each raised or None."""
    outcomes = [None] * len(jobs)
    barrier = threading.Barrier(THREADS)
    shares = [list(range(start, len(jobs), THREADS)) for start in range(THREADS)]

    def run(share):
        barrier.wait()
        for number in share:
            with app.app_context():
                try:
                    with transaction():
                        jobs[number]()
                except Exception as error:
                    outcomes[number] = error

    threads = [threading.Thread(target=run, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def registering(session, person):
    by = By(Mover.PERSON, person.id)
    return lambda: registrations.register(session.id, person.id, by=by, now=NOW)


def cancelling(session, person):
    by = By(Mover.PERSON, person.id)
    return lambda: registrations.cancel(session.id, person.id, by=by, now=NOW)


def count_holding(session):
    return db.session.scalar(
        select(func.count()).where(Registration.session_id == session.id, Registration.place.in_(HOLDING))
    )


def test_two_hundred_race_for_thirty_places_with_double_clicks(app, cluster):
    session = make_session(cluster, capacity=30)
    people = [make_person(cluster) for _ in range(200)]
    jobs = [registering(session, person) for person in people for _ in range(2)]
    assert at_once(app, jobs) == [None] * 400
    rows = db.session.scalars(
        select(Registration).where(Registration.session_id == session.id).order_by(Registration.id)
    ).all()
    assert [row.place for row in rows] == [Place.CONFIRMED] * 30 + [Place.QUEUED] * 170
    assert len({row.person_id for row in rows}) == 200
    assert audit.audit(cluster.id, now=NOW) == []


def test_registering_cancelling_and_changing_places_at_once_leaves_no_gap(app, cluster):
    session = make_session(cluster, capacity=10)
    there = [make_registration(session).person for _ in range(20)]
    newcomers = [make_person(cluster) for _ in range(20)]
    jobs = [
        *(cancelling(session, person) for person in there[:15]),
        *(registering(session, person) for person in newcomers),
        lambda: registrations.change_capacity(session.id, 14, now=NOW),
        lambda: registrations.fill_session(session.id, NOW),
    ]
    outcomes = at_once(app, jobs)
    assert outcomes == [None] * len(jobs)
    db.session.expire_all()
    assert count_holding(session) == 14
    assert db.session.get_one(SeminarSession, session.id).seats_taken == 14
    assert audit.audit(cluster.id, now=NOW) == []


def test_two_cancels_of_one_person_promote_one(app, cluster):
    session = make_session(cluster, capacity=1)
    first, *_ = [make_registration(session) for _ in range(4)]
    assert at_once(app, [cancelling(session, first.person)] * THREADS) == [None] * THREADS
    places = Counter(db.session.scalars(select(Registration.place)))
    assert places == {Place.LEFT: 1, Place.CONFIRMED: 1, Place.QUEUED: 2}


def test_an_offer_is_accepted_or_passed_on_never_both(app, cluster):
    for _ in range(5):
        session = make_session(cluster, capacity=1)
        first, second, third = (make_registration(session) for _ in range(3))
        near = session.starts_at - timedelta(hours=40)
        with transaction():
            registrations.cancel(session.id, first.person_id, by=By(Mover.PERSON, first.person_id), now=near)
        over, by = near + timedelta(hours=12), By(Mover.PERSON, second.person_id)

        def accept(session=session, second=second, by=by, near=near):
            registrations.accept_offer(session.id, second.person_id, by=by, now=near)

        def expire(session=session, over=over):
            registrations.fill_session(session.id, over)

        outcomes = at_once(app, [accept, expire] * (THREADS // 2))
        db.session.expire_all()
        if second.place is Place.CONFIRMED:
            assert (third.place, outcomes) == (Place.QUEUED, [None] * THREADS)
        else:
            assert (second.place, third.place) == (Place.LEFT, Place.OFFERED)
            assert {type(outcome) for outcome in outcomes} == {type(None), OfferOver}
        assert audit.audit(cluster.id, now=near) == []


@pytest.fixture
def unlocked(monkeypatch):
    """The session's row is read without its lock, and everybody counts before anybody writes."""
    counted = threading.Barrier(THREADS)
    count = registration_queries.count_places

    def read(session_id):
        return db.session.get_one(SeminarSession, session_id)

    def count_together(session_id):
        counts = count(session_id)
        counted.wait()
        return counts

    monkeypatch.setattr(queries, "lock_session", read)
    monkeypatch.setattr(queries, "count_places", count_together)


def test_without_the_lock_the_counter_still_refuses_the_surplus(app, cluster, unlocked):
    session = make_session(cluster, capacity=3)
    people = [make_person(cluster) for _ in range(THREADS)]
    outcomes = at_once(app, [registering(session, person) for person in people])
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == THREADS - 3
    assert count_holding(session) == 3


@pytest.fixture
def without_check(app):
    """The database's own guard is taken down for one test."""
    definition = "CHECK (seats_taken BETWEEN 0 AND capacity)"
    name = "ck_seminar_session_seats"
    with db.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE seminar_session DROP CONSTRAINT {name}"))
    yield
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(SeminarSession).values(seats_taken=0))
        connection.execute(text(f"ALTER TABLE seminar_session ADD CONSTRAINT {name} {definition}"))


def test_with_both_guards_off_the_race_overbooks(app, cluster, unlocked, without_check):
    """Proves that the tests above can fail: this is what they guard against."""
    session = make_session(cluster, capacity=3)
    people = [make_person(cluster) for _ in range(THREADS)]
    assert at_once(app, [registering(session, person) for person in people]) == [None] * THREADS
    assert count_holding(session) == THREADS
    assert {finding.kind for finding in audit.audit(cluster.id, now=NOW)} == {"overbooked"}
