"""Registering, leaving, answering an offer, and filling the places that fall free.

Each of these locks the session's row first, then counts, then writes: the last place is never given twice, and
two clicks of one person are one registration.
"""

from datetime import datetime

from seminars import places, queries
from seminars.errors import (
    CapacityBelowTaken,
    MoveNotPossible,
    NoFreePlace,
    OfferOver,
    SessionNotOpen,
    SignUpNotOpenYet,
    SignUpOver,
)
from seminars.models import Place, Registration, SeminarSession, SessionState
from seminars.places import Filling, SignUp
from seminars.services.moves import SYSTEM, By, enter, move
from seminars.services.transitions import Cause, Mover

_REFUSALS = {
    SignUp.NOT_PUBLISHED: SessionNotOpen,
    SignUp.NOT_YET: SignUpNotOpenYet,
    SignUp.OVER: SignUpOver,
}


def register(session_id: int, person_id: int, *, by: By, now: datetime) -> Registration:
    """Give the person a place, or the next place in the queue; whoever has one keeps it.

    An organiser may register people outside the sign-up window, up to the start.
    """
    session = queries.lock_session(session_id)
    registration = queries.find_registration(session_id, person_id)
    if registration is not None:
        return registration
    _ensure_open(session, by, now)
    counts = queries.count_places(session_id)
    at_once = places.gets_place_at_once(counts, session.capacity)
    return enter(session, person_id, Cause.REGISTERED if at_once else Cause.QUEUED, by=by, now=now)


def _ensure_open(session: SeminarSession, by: By, now: datetime) -> None:
    sign_up = places.sign_up(session, now)
    if sign_up is SignUp.OPEN:
        return
    is_published = sign_up is not SignUp.NOT_PUBLISHED
    if by.mover is Mover.ORGANISER and is_published and now < session.starts_at:
        return
    raise _REFUSALS[sign_up]


def cancel(session_id: int, person_id: int, *, by: By, now: datetime) -> None:
    """Give up the place, held or waited for, and let the next in; who has none loses nothing."""
    session = queries.lock_session(session_id)
    registration = queries.find_registration(session_id, person_id)
    if registration is None:
        return
    if now >= session.starts_at or session.state is not SessionState.PUBLISHED:
        raise MoveNotPossible
    cause = Cause.CANCELLED if by.mover is Mover.PERSON else Cause.REMOVED
    move(registration, session, cause, by=by, now=now)
    fill(session, now)


def release_places(person_id: int, *, now: datetime) -> None:
    """Let somebody who has left the cluster go from every session ahead; a repeat changes nothing."""
    for session_id in queries.list_sessions_ahead_of(person_id, now):
        session = queries.lock_session(session_id)
        registration = queries.find_registration(session_id, person_id)
        if registration is not None and now < session.starts_at:
            move(registration, session, Cause.PERSON_LEFT, by=SYSTEM, now=now)
            fill(session, now)


def accept_offer(session_id: int, person_id: int, *, by: By, now: datetime) -> None:
    """Take the offered place; a repeat changes nothing."""
    session = queries.lock_session(session_id)
    registration = queries.find_registration(session_id, person_id)
    if registration is not None and registration.place is Place.CONFIRMED:
        return
    if registration is None or registration.offer_expires_at is None or registration.offer_expires_at <= now:
        raise OfferOver
    move(registration, session, Cause.ACCEPTED, by=by, now=now)


def decline_offer(session_id: int, person_id: int, *, by: By, now: datetime) -> None:
    """Leave the offered place to the next in the queue; a repeat changes nothing."""
    session = queries.lock_session(session_id)
    registration = queries.find_registration(session_id, person_id)
    if registration is None:
        return
    move(registration, session, Cause.DECLINED, by=by, now=now)
    fill(session, now)


def place_by_hand(session_id: int, person_id: int, *, by: By, now: datetime) -> None:
    """Take somebody out of the queue into a free place, whatever their turn; a repeat changes nothing."""
    session = queries.lock_session(session_id)
    registration = queries.find_registration(session_id, person_id)
    if registration is None or session.state is not SessionState.PUBLISHED:
        raise MoveNotPossible
    if registration.place is Place.CONFIRMED:
        return
    if registration.place is Place.QUEUED and queries.count_places(session_id).taken >= session.capacity:
        raise NoFreePlace
    move(registration, session, Cause.PLACED, by=by, now=now)


def change_capacity(session_id: int, capacity: int, *, now: datetime) -> SeminarSession:
    """Set the number of places; fewer than are taken is refused, more are filled from the queue."""
    session = queries.lock_session(session_id)
    set_capacity(session, capacity)
    fill(session, now)
    return session


def set_capacity(session: SeminarSession, capacity: int) -> None:
    """Set the number of places of a locked session."""
    taken = queries.count_places(session.id).taken
    if capacity < taken:
        raise CapacityBelowTaken(taken=taken, capacity=capacity)
    session.capacity = capacity


def fill_session(session_id: int, now: datetime) -> None:
    """Give free places to those who wait, after taking back offers whose time is over.

    Idempotent: called on every cause, it does what is left to do.
    """
    fill(queries.lock_session(session_id), now)


def fill(session: SeminarSession, now: datetime) -> None:
    """`fill_session` for a session locked already."""
    for registration in queries.list_expired_offers(session.id, now):
        move(registration, session, Cause.OFFER_EXPIRED, by=SYSTEM, now=now)
    cause = {Filling.CONFIRM: Cause.PROMOTED, Filling.OFFER: Cause.OFFERED}.get(places.filling(session, now))
    if cause is None:
        return
    free = session.capacity - queries.count_places(session.id).taken
    if free <= 0:
        return
    for registration in queries.list_next_in_queue(session.id, free):
        move(registration, session, cause, by=SYSTEM, now=now)
