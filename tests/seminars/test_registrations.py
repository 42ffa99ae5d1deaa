"""Registering, leaving, offers, and the places that fall free."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db, transaction
from seminars import queries
from seminars.errors import (
    CapacityBelowTaken,
    MoveNotPossible,
    NoFreePlace,
    OfferOver,
    SessionNotOpen,
    SignUpNotOpenYet,
    SignUpOver,
)
from seminars.models import LeftReason, Place, Registration, RegistrationLogEntry, SessionState
from seminars.services import audit, registrations
from seminars.services.moves import By
from seminars.services.transitions import Cause, Mover
from tests.factories.people import make_person
from tests.factories.seminars import NOW, make_registration, make_session

pytestmark = pytest.mark.usefixtures("app")


def by(person):
    return By(Mover.PERSON, person.id)


def act(service, session, person, *, now=NOW, **arguments):
    with transaction():
        return service(session.id, person.id, by=by(person), now=now, **arguments)


def fill(session, now=NOW):
    with transaction():
        registrations.fill_session(session.id, now)


def places_of(session):
    db.session.expire_all()
    rows = db.session.scalars(
        select(Registration).where(Registration.session_id == session.id).order_by(Registration.id)
    )
    return [registration.place for registration in rows]


def causes(registration):
    rows = select(RegistrationLogEntry).where(RegistrationLogEntry.registration_id == registration.id)
    return [entry.cause for entry in db.session.scalars(rows.order_by(RegistrationLogEntry.id))]


def test_places_go_in_order_then_the_queue_begins(cluster):
    session = make_session(cluster)
    for _ in range(4):
        make_registration(session)
    assert places_of(session) == [Place.CONFIRMED, Place.CONFIRMED, Place.QUEUED, Place.QUEUED]
    assert session.seats_taken == 2
    assert audit.audit(cluster.id, now=NOW) == []


def test_a_second_click_changes_nothing(cluster):
    session, person = make_session(cluster), make_person(cluster)
    first = act(registrations.register, session, person)
    second = act(registrations.register, session, person)
    assert first.id == second.id
    assert places_of(session) == [Place.CONFIRMED]
    assert causes(first) == [Cause.REGISTERED]


def test_who_leaves_lets_the_next_in(cluster):
    session = make_session(cluster, capacity=1)
    first, second, third = (make_registration(session) for _ in range(3))
    act(registrations.cancel, session, first.person)
    assert places_of(session) == [Place.LEFT, Place.CONFIRMED, Place.QUEUED]
    assert first.left_reason is LeftReason.CANCELLED
    assert causes(second) == [Cause.QUEUED, Cause.PROMOTED]
    assert queries.queue_positions(third.person_id, [session.id]) == {session.id: 1}


def test_leaving_twice_frees_one_place(cluster):
    session = make_session(cluster, capacity=1)
    first, *_ = [make_registration(session) for _ in range(3)]
    act(registrations.cancel, session, first.person)
    act(registrations.cancel, session, first.person)
    assert places_of(session) == [Place.LEFT, Place.CONFIRMED, Place.QUEUED]


def test_who_left_may_register_again_at_the_end_of_the_queue(cluster):
    session = make_session(cluster, capacity=1)
    first, second = make_registration(session), make_registration(session)
    act(registrations.cancel, session, first.person)
    again = act(registrations.register, session, first.person)
    assert again.id != first.id
    assert places_of(session) == [Place.LEFT, Place.CONFIRMED, Place.QUEUED]
    assert second.place is Place.CONFIRMED


def test_a_newcomer_waits_behind_those_who_wait_though_a_place_is_free(cluster):
    session = make_session(cluster, capacity=1)
    first, second = make_registration(session), make_registration(session)
    late = session.starts_at - timedelta(hours=1)  # after the cut-off nobody is let in by itself
    act(registrations.cancel, session, first.person, now=late)
    third = make_registration(session, now=late)
    assert second.place is Place.QUEUED
    assert third.place is Place.QUEUED
    assert queries.queue_positions(third.person_id, [session.id]) == {session.id: 2}


def test_priority_goes_before_time(cluster):
    session = make_session(cluster, capacity=1)
    first, second, third = (make_registration(session) for _ in range(3))
    with transaction():
        third.priority = 1
    act(registrations.cancel, session, first.person)
    db.session.expire_all()
    assert (second.place, third.place) == (Place.QUEUED, Place.CONFIRMED)


def test_near_the_start_a_place_is_offered_until_a_deadline(cluster):
    session = make_session(cluster, capacity=1)
    first, second = make_registration(session), make_registration(session)
    near = session.starts_at - timedelta(hours=40)
    act(registrations.cancel, session, first.person, now=near)
    db.session.expire_all()
    assert second.place is Place.OFFERED
    assert second.offer_expires_at == near + timedelta(hours=12)
    assert session.seats_taken == 1  # an offered place is held


def test_an_accepted_offer_is_a_place_and_a_repeat_changes_nothing(cluster):
    session = make_session(cluster, capacity=1)
    first, second = make_registration(session), make_registration(session)
    near = session.starts_at - timedelta(hours=40)
    act(registrations.cancel, session, first.person, now=near)
    for _ in range(2):
        act(registrations.accept_offer, session, second.person, now=near)
    assert places_of(session) == [Place.LEFT, Place.CONFIRMED]
    assert causes(second) == [Cause.QUEUED, Cause.OFFERED, Cause.ACCEPTED]


def test_a_declined_offer_goes_to_the_next(cluster):
    session = make_session(cluster, capacity=1)
    first, second, third = (make_registration(session) for _ in range(3))
    near = session.starts_at - timedelta(hours=40)
    act(registrations.cancel, session, first.person, now=near)
    for _ in range(2):
        act(registrations.decline_offer, session, second.person, now=near)
    assert places_of(session) == [Place.LEFT, Place.LEFT, Place.OFFERED]
    assert second.left_reason is LeftReason.DECLINED
    assert third.place is Place.OFFERED


def test_an_offer_whose_time_is_over_goes_to_the_next(cluster):
    session = make_session(cluster, capacity=1)
    first, second, third = (make_registration(session) for _ in range(3))
    near = session.starts_at - timedelta(hours=40)
    act(registrations.cancel, session, first.person, now=near)
    over = near + timedelta(hours=12)
    with pytest.raises(OfferOver):
        act(registrations.accept_offer, session, second.person, now=over)
    assert queries.list_sessions_with_expired_offers(over) == [session.id]
    for _ in range(2):
        fill(session, over)
    assert places_of(session) == [Place.LEFT, Place.LEFT, Place.OFFERED]
    assert second.left_reason is LeftReason.OFFER_EXPIRED
    assert third.place is Place.OFFERED
    assert queries.list_sessions_with_expired_offers(over) == []


def test_after_the_cut_off_places_are_given_by_hand(cluster):
    session, host = make_session(cluster, capacity=1), make_person(cluster)
    first, second, third = (make_registration(session) for _ in range(3))
    late = session.starts_at - timedelta(hours=1)
    act(registrations.cancel, session, first.person, now=late)
    fill(session, late)
    assert places_of(session) == [Place.LEFT, Place.QUEUED, Place.QUEUED]
    organiser = By(Mover.ORGANISER, host.id)
    for _ in range(2):
        with transaction():
            registrations.place_by_hand(session.id, third.person_id, by=organiser, now=late)
    assert places_of(session) == [Place.LEFT, Place.QUEUED, Place.CONFIRMED]
    with pytest.raises(NoFreePlace), transaction():
        registrations.place_by_hand(session.id, second.person_id, by=organiser, now=late)


def test_who_leaves_the_cluster_frees_places_ahead_alone(cluster):
    ahead = make_session(cluster, capacity=1)
    past = make_session(cluster, starts_at=NOW + timedelta(hours=1))
    leaver = make_registration(ahead)
    waiting = make_registration(ahead)
    make_registration(past, leaver.person)
    for _ in range(2):
        with transaction():
            registrations.release_places(leaver.person_id, now=NOW + timedelta(days=1))
    assert places_of(ahead) == [Place.LEFT, Place.CONFIRMED]
    assert places_of(past) == [Place.CONFIRMED]
    assert causes(waiting) == [Cause.QUEUED, Cause.PROMOTED]


def test_more_places_let_the_queue_in(cluster):
    session = make_session(cluster, capacity=1)
    for _ in range(4):
        make_registration(session)
    with transaction():
        registrations.change_capacity(session.id, 3, now=NOW)
    assert places_of(session) == [Place.CONFIRMED] * 3 + [Place.QUEUED]
    assert session.seats_taken == 3


def test_fewer_places_than_taken_are_refused_with_both_numbers(cluster):
    session = make_session(cluster, capacity=3)
    for _ in range(2):
        make_registration(session)
    with pytest.raises(CapacityBelowTaken) as refused, transaction():
        registrations.change_capacity(session.id, 1, now=NOW)
    assert refused.value.details == {"taken": 2, "capacity": 1}
    with transaction():
        registrations.change_capacity(session.id, 2, now=NOW)
    db.session.expire_all()
    assert session.capacity == 2


def test_sign_up_keeps_its_window(cluster):
    session = make_session(cluster, sign_up_opens_at=NOW, sign_up_closes_at=NOW + timedelta(days=1))
    person = make_person(cluster)
    with pytest.raises(SignUpNotOpenYet):
        act(registrations.register, session, person, now=NOW - timedelta(minutes=1))
    with pytest.raises(SignUpOver):
        act(registrations.register, session, person, now=NOW + timedelta(days=1))
    organiser = By(Mover.ORGANISER, person.id)
    with transaction():  # whoever runs it may still add people by hand
        registrations.register(session.id, person.id, by=organiser, now=NOW + timedelta(days=2))
    assert places_of(session) == [Place.CONFIRMED]


@pytest.mark.parametrize("state", [SessionState.DRAFT, SessionState.CLOSED])
def test_only_a_published_session_takes_people(cluster, state):
    session, person = make_session(cluster, state=state), make_person(cluster)
    with pytest.raises(SessionNotOpen):
        act(registrations.register, session, person)
    with pytest.raises(SessionNotOpen), transaction():
        registrations.register(session.id, person.id, by=By(Mover.ORGANISER, person.id), now=NOW)


def test_a_place_is_not_given_up_once_the_session_has_begun(cluster):
    session = make_session(cluster)
    registration = make_registration(session)
    with pytest.raises(MoveNotPossible):
        act(registrations.cancel, session, registration.person, now=session.starts_at)


def test_the_log_cannot_be_changed(cluster):
    registration = make_registration(make_session(cluster))
    entry = db.session.scalars(select(RegistrationLogEntry)).one()
    assert entry.registration_id == registration.id
    with pytest.raises(Exception, match="insert-only"), transaction():
        entry.cause = "nothing"


def test_positions_are_the_order_of_the_queue(cluster):
    session = make_session(cluster, capacity=0)
    waiting = [make_registration(session, now=NOW + timedelta(minutes=n)) for n in (3, 1, 2)]
    order = [registration.id for registration in queries.list_queue(session.id)]
    assert order == [waiting[1].id, waiting[2].id, waiting[0].id]
    positions = [queries.queue_positions(r.person_id, [session.id])[session.id] for r in waiting]
    assert positions == [3, 1, 2]
