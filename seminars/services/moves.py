"""The one way a registration changes its place: checked by the table, counted, logged, announced."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from app.db import db
from seminars import places
from seminars.models import (
    HOLDING,
    Approval,
    Place,
    Registration,
    RegistrationLogEntry,
    SeminarSession,
)
from seminars.services.transitions import Cause, Mover, find_move
from seminars.signals import registration_moved


@dataclass(frozen=True)
class By:
    """Who makes a move, and in which capacity."""

    mover: Mover
    person_id: int | None = None


SYSTEM = By(Mover.SYSTEM)


def enter(
    session: SeminarSession,
    person_id: int,
    cause: Cause,
    *,
    by: By,
    now: datetime,
    approval: Approval = Approval.NOT_NEEDED,
) -> Registration:
    """A person's new registration in the locked `session`."""
    to = find_move(cause, origin=None, approval=approval, mover=by.mover).to
    registration = Registration(
        session_id=session.id, person_id=person_id, approval=approval, place=to, queued_at=now
    )
    _stamp(registration, session, now)
    db.session.add(registration)
    db.session.flush()
    _count(session, None, to)
    _log(registration, None, cause, by, now)
    return registration


def move(registration: Registration, session: SeminarSession, cause: Cause, *, by: By, now: datetime) -> None:
    """Move a registration of the locked `session`; what the table does not know is refused."""
    found = find_move(cause, origin=registration.place, approval=registration.approval, mover=by.mover)
    origin, registration.place = registration.place, found.to
    registration.left_reason = found.left_reason
    _stamp(registration, session, now)
    _count(session, origin, found.to)
    _log(registration, origin, cause, by, now)


def _stamp(registration: Registration, session: SeminarSession, now: datetime) -> None:
    is_offered = registration.place is Place.OFFERED
    registration.offer_expires_at = places.offer_deadline(session, now) if is_offered else None
    if registration.place is Place.CONFIRMED:
        registration.confirmed_at = now


def _count(session: SeminarSession, origin: Place | None, to: Place) -> None:
    """Keep the session's counter; the database adds, so that its CHECK guards even where the lock does not."""
    change = (to in HOLDING) - (origin in HOLDING)
    if change:
        taken = db.session.scalar(
            update(SeminarSession)
            .where(SeminarSession.id == session.id)
            .values(seats_taken=SeminarSession.seats_taken + change)
            .returning(SeminarSession.seats_taken)
            .execution_options(synchronize_session=False)
        )
        set_committed_value(session, "seats_taken", taken)


def _log(registration: Registration, origin: Place | None, cause: Cause, by: By, now: datetime) -> None:
    db.session.add(
        RegistrationLogEntry(
            registration_id=registration.id,
            at=now,
            actor_person_id=by.person_id,
            cause=cause,
            from_place=origin,
            to_place=registration.place,
        )
    )
    registration_moved.send(registration_id=registration.id, cause=cause)
