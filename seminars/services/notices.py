"""Which letters a fact of the seminar causes. Each is queued in the transaction of the fact, once."""

from collections.abc import Iterable
from datetime import datetime

from app.clock import local_date
from app.mail import letters
from seminars import places, queries
from seminars.models import Place, Registration, SeminarSession, SessionState
from seminars.places import SignUp
from seminars.services.transitions import Cause

PROMOTED, OFFERED, LOST = "session_place", "session_offer", "session_place_lost"
ANNOUNCED, REMINDED = "session_announcement", "session_reminder"
CHANGED, CANCELLED = "session_changed", "session_cancelled"

_OF_CAUSE = {
    Cause.PROMOTED: PROMOTED,
    Cause.PLACED: PROMOTED,
    Cause.OFFERED: OFFERED,
    Cause.OFFER_EXPIRED: LOST,
    Cause.REMOVED: LOST,
    Cause.SESSION_CANCELLED: CANCELLED,
}
"""What people did themselves, on a page, needs no letter."""


def tell_moved(registration_id: int, cause: Cause) -> None:
    """Write to the person whose registration others have moved."""
    kind = _OF_CAUSE.get(cause)
    if kind is not None:
        registration = queries.get_registration(registration_id)
        session = queries.get_whole_session(registration.session_id)
        _queue(kind, session, [registration], cause=cause)


def tell_changed(session_id: int, sequence: int) -> None:
    """Write to everybody with a place or a turn that the time or place has changed."""
    session = queries.get_whole_session(session_id)
    _queue(CHANGED, session, queries.list_active(session_id), period=f"change:{sequence}", sequence=sequence)


def announce(session_id: int, *, now: datetime) -> None:
    """Announce the session to its audience, once, and not before they can register."""
    session = queries.lock_session(session_id)
    if session.announced_at is not None or places.sign_up(session, now) is not SignUp.OPEN:
        return
    session.announced_at = now
    for person_id in queries.list_audience(session, local_date(now, session.cluster.time_zone)):
        letters.queue(
            ANNOUNCED,
            person_id=person_id,
            cluster_id=session.cluster_id,
            subject_key=f"session:{session.id}",
            payload={"session_id": session.id},
        )


def remind(session_id: int, *, now: datetime) -> None:
    """Remind those with a place, once for each time the session is set to."""
    session = queries.lock_session(session_id)
    if (
        session.reminded_at is not None
        or session.state is not SessionState.PUBLISHED
        or session.starts_at <= now
    ):
        return
    session.reminded_at = now
    confirmed = [r for r in queries.list_active(session_id) if r.place is Place.CONFIRMED]
    _queue(REMINDED, session, confirmed, period=f"start:{session.starts_at.isoformat()}")


def _queue(
    kind: str,
    session: SeminarSession,
    registrations: Iterable[Registration],
    period: str = "",
    **payload: str | int,
) -> None:
    for registration in registrations:
        letters.queue(
            kind,
            person_id=registration.person_id,
            cluster_id=session.cluster_id,
            subject_key=f"registration:{registration.id}",
            period=period,
            payload={"session_id": session.id, "registration_id": registration.id, **payload},
        )
