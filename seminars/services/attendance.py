"""Who was there: marks as they come, people at the door, closing with outcomes."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert

from app.db import db
from seminars import queries
from seminars.errors import AttendanceNotOpen, SessionNotOver, SessionStateWrong
from seminars.models import (
    AttendanceMark,
    AttendanceScan,
    Outcome,
    Place,
    Registration,
    SeminarSession,
    SessionState,
)
from seminars.services.moves import By, enter, move
from seminars.services.transitions import Cause

OPENS_BEFORE = timedelta(hours=12)


def is_open(session: SeminarSession, now: datetime) -> bool:
    """Marks are taken from the day of the session until it is closed."""
    return session.state is SessionState.PUBLISHED and now >= session.starts_at - OPENS_BEFORE


def mark_attendance(
    session_id: int,
    person_id: int,
    mark: AttendanceMark,
    *,
    nonce: uuid.UUID,
    by: By,
    now: datetime,
    source: str = "list",
) -> bool:
    """Note a mark; the latest counts. False for a nonce seen before: a replay changes nothing."""
    session = queries.lock_session(session_id)
    if not is_open(session, now):
        raise AttendanceNotOpen
    inserted = db.session.scalar(
        insert(AttendanceScan)
        .values(
            session_id=session_id,
            person_id=person_id,
            mark=mark,
            at=now,
            by_person_id=by.person_id,
            source=source,
            nonce=nonce,
        )
        .on_conflict_do_nothing(index_elements=["nonce"])
        .returning(AttendanceScan.id)
    )
    return inserted is not None


def admit_walk_in(session_id: int, person_id: int, *, nonce: uuid.UUID, by: By, now: datetime) -> bool:
    """Let somebody in at the door and mark them present; True where a place had to be added.

    Whoever stands in the room has a seat: a full session grows by one instead of turning a person into a ghost.
    """
    session = queries.lock_session(session_id)
    if not is_open(session, now):
        raise AttendanceNotOpen
    registration = queries.find_registration(session_id, person_id)
    is_added = False
    if registration is None or registration.place is not Place.CONFIRMED:
        holds_seat = registration is not None and registration.holds_seat
        if not holds_seat and queries.count_places(session_id).taken >= session.capacity:
            session.capacity += 1
            db.session.flush()
            is_added = True
        if registration is None:
            enter(session, person_id, Cause.WALKED_IN, by=by, now=now)
        else:
            move(registration, session, Cause.WALKED_IN, by=by, now=now)
    mark_attendance(
        session_id, person_id, AttendanceMark.PRESENT, nonce=nonce, by=by, now=now, source="walk_in"
    )
    return is_added


def close_session(session_id: int, *, now: datetime) -> None:
    """Fix the outcome of everybody with a place: attended by the latest mark, else absent. Repeats harmlessly."""
    session = queries.lock_session(session_id)
    if session.state is SessionState.CLOSED:
        return
    if session.state is not SessionState.PUBLISHED:
        raise SessionStateWrong
    if now < session.ends_at:
        raise SessionNotOver
    marks = queries.attendance_marks(session_id)
    derive_outcomes(queries.list_active(session_id), marks)
    session.state, session.closed_at = SessionState.CLOSED, now


def derive_outcomes(registrations: Collection[Registration], marks: dict[int, AttendanceMark]) -> None:
    """Only who had a confirmed place was there or was missed; who waited in the queue has no outcome."""
    for registration in registrations:
        if registration.place is Place.CONFIRMED:
            was_there = marks.get(registration.person_id) is AttendanceMark.PRESENT
            registration.outcome = Outcome.ATTENDED if was_there else Outcome.ABSENT


def reopen_session(session_id: int) -> None:
    """Take the closing back: outcomes are open again, marks stay."""
    session = queries.lock_session(session_id)
    if session.state is not SessionState.CLOSED:
        raise SessionStateWrong
    for registration in queries.list_active(session_id):
        registration.outcome = None
    session.state, session.closed_at = SessionState.PUBLISHED, None
