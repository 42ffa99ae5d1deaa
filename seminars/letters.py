"""Letters of the seminar: what they say when they leave, and when their occasion has passed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from app.mail.letters import LetterKind, register
from app.mail.models import Letter
from seminars import queries
from seminars.models import Place, Registration, SeminarSession, SessionState
from seminars.services import notices


def _context(letter: Letter) -> Mapping[str, Any]:
    session = queries.get_whole_session(letter.payload["session_id"])
    return {
        "session": session,
        "registration": _registration(letter),
        "cause": letter.payload.get("cause"),
    }


def _registration(letter: Letter) -> Registration | None:
    registration_id = letter.payload.get("registration_id")
    return queries.get_registration(registration_id) if registration_id is not None else None


def _session_ahead(letter: Letter, now: datetime) -> SeminarSession | None:
    session = queries.get_whole_session(letter.payload["session_id"])
    is_ahead = session.state is SessionState.PUBLISHED and session.starts_at > now
    return session if is_ahead else None


def _can_be_joined(letter: Letter, now: datetime) -> bool:
    session = _session_ahead(letter, now)
    return session is not None and queries.find_registration(session.id, letter.person_id) is None


def _has_place(letter: Letter, now: datetime) -> bool:
    registration = _registration(letter)
    return (
        _session_ahead(letter, now) is not None
        and registration is not None
        and registration.place is Place.CONFIRMED
    )


def _is_time_reminded_of(letter: Letter, now: datetime) -> bool:
    session = _session_ahead(letter, now)
    return (
        session is not None
        and letter.period == f"start:{session.starts_at.isoformat()}"
        and _has_place(letter, now)
    )


def _is_offer_open(letter: Letter, now: datetime) -> bool:
    registration = _registration(letter)
    return (
        registration is not None
        and registration.place is Place.OFFERED
        and registration.offer_expires_at is not None
        and registration.offer_expires_at > now
    )


def _is_latest_change(letter: Letter, now: datetime) -> bool:
    session, registration = _session_ahead(letter, now), _registration(letter)
    return (
        session is not None
        and session.calendar_sequence == letter.payload["sequence"]
        and registration is not None
        and registration.place is not Place.LEFT
    )


register(
    LetterKind(
        notices.ANNOUNCED,
        "seminars/letters/announcement",
        _context,
        title=_("Announcements of sessions"),
        is_current=_can_be_joined,
    )
)
register(
    LetterKind(
        notices.REMINDED,
        "seminars/letters/reminder",
        _context,
        title=_("Reminders of sessions"),
        is_current=_is_time_reminded_of,
    )
)
register(
    LetterKind(
        notices.PROMOTED,
        "seminars/letters/place",
        _context,
        title=_("Places from the queue"),
        is_service=True,
        is_current=_has_place,
    )
)
register(
    LetterKind(
        notices.OFFERED,
        "seminars/letters/offer",
        _context,
        title=_("Offers of places"),
        is_service=True,
        is_current=_is_offer_open,
    )
)
register(
    LetterKind(
        notices.LOST,
        "seminars/letters/place_lost",
        _context,
        title=_("Registrations taken off"),
        is_service=True,
    )
)
register(
    LetterKind(
        notices.CHANGED,
        "seminars/letters/changed",
        _context,
        title=_("Changes of sessions"),
        is_service=True,
        is_current=_is_latest_change,
    )
)
register(
    LetterKind(
        notices.CANCELLED,
        "seminars/letters/cancelled",
        _context,
        title=_("Cancelled sessions"),
        is_service=True,
    )
)
