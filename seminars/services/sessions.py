"""A session from draft to cancelled: planned, published, moved, called off; its programme."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Interval, literal, update

from app.db import db
from seminars import queries
from seminars.errors import SessionInThePast, SessionStateWrong
from seminars.models import (
    SeminarSession,
    Series,
    SessionHost,
    SessionSlot,
    SessionState,
    SessionWish,
    SlotSpeaker,
)
from seminars.services.moves import By, move
from seminars.services.registrations import fill, set_capacity
from seminars.services.transitions import Cause
from seminars.signals import session_changed, session_published


@dataclass(frozen=True)
class When:
    """When and where a session is held: what people must be told of when it changes."""

    starts_at: datetime
    ends_at: datetime
    organisation_id: int | None
    room: str | None
    online_url: str | None


@dataclass(frozen=True)
class Details:
    """What a session is about, and how one gets into it."""

    title: str
    form: str
    capacity: int
    summary: str | None = None
    what_to_bring: str | None = None
    competences: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    level: str = "municipal"
    sign_up_opens_at: datetime | None = None
    sign_up_closes_at: datetime | None = None
    host_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class SlotDetails:
    """A line of the programme; speakers are people of the cluster or guests by name."""

    starts_at: datetime
    ends_at: datetime
    form: str
    title: str
    room: str | None = None
    online_url: str | None = None
    speaker_ids: tuple[int, ...] = ()
    guests: tuple[str, ...] = ()


_KEPT_APART = {"capacity", "host_ids", "competences", "subjects"}


def create_series(cluster_id: int, title: str, description: str | None = None) -> Series:
    series = Series(cluster_id=cluster_id, title=title, description=description)
    db.session.add(series)
    db.session.flush()
    return series


def plan_session(series: Series, details: Details, when: When) -> SeminarSession:
    """A draft, seen by its planners and hosts alone."""
    session = SeminarSession(
        cluster_id=series.cluster_id,
        series_id=series.id,
        capacity=details.capacity,
        **{field.name: getattr(when, field.name) for field in fields(when)},
    )
    _describe(session, details)
    db.session.add(session)
    db.session.flush()
    return session


def describe_session(session_id: int, details: Details, *, now: datetime) -> None:
    """Change what a session is about; a change of places moves the queue."""
    session = queries.lock_session(session_id)
    _ensure_not_finished(session)
    set_capacity(session, details.capacity)
    _describe(session, details)
    session.updated_at = now
    db.session.flush()
    fill(session, now)


def _describe(session: SeminarSession, details: Details) -> None:
    for field in fields(details):
        if field.name not in _KEPT_APART:
            setattr(session, field.name, getattr(details, field.name))
    session.competences, session.subjects = list(details.competences), list(details.subjects)
    known = {host.person_id: host for host in session.hosts}
    wanted = dict.fromkeys(details.host_ids)
    session.hosts = [known.get(person_id) or SessionHost(person_id=person_id) for person_id in wanted]


def _ensure_not_finished(session: SeminarSession) -> None:
    if session.state in (SessionState.CANCELLED, SessionState.CLOSED):
        raise SessionStateWrong


def reschedule(session_id: int, when: When, *, now: datetime) -> bool:
    """Hold the session at another time or place, its programme moved along; False if nothing changes."""
    session = queries.lock_session(session_id)
    _ensure_not_finished(session)
    if session.state is SessionState.PUBLISHED and now >= session.starts_at:
        raise SessionInThePast
    changed = {
        field.name: getattr(when, field.name)
        for field in fields(when)
        if getattr(session, field.name) != getattr(when, field.name)
    }
    if not changed:
        return False
    _shift_programme(session, when.starts_at - session.starts_at)
    for name, value in changed.items():
        setattr(session, name, value)
    session.updated_at = now
    session.calendar_sequence += 1
    session.reminded_at = None
    db.session.flush()
    if session.state is SessionState.PUBLISHED:
        session_changed.send(session_id=session.id, sequence=session.calendar_sequence)
        fill(session, now)  # an offer's deadline may have passed, or time enough come back
    return True


def _shift_programme(session: SeminarSession, by: timedelta) -> None:
    if by:
        shift = literal(by, Interval())
        db.session.execute(
            update(SessionSlot)
            .where(SessionSlot.session_id == session.id)
            .values(starts_at=SessionSlot.starts_at + shift, ends_at=SessionSlot.ends_at + shift)
            .execution_options(synchronize_session=False)
        )
        db.session.expire(session, ["slots"])


def publish_session(session_id: int, *, now: datetime) -> None:
    """Open the session to its audience; wishes for its competences count as answered. A repeat changes nothing."""
    session = queries.lock_session(session_id)
    if session.state is SessionState.PUBLISHED:
        return
    if session.state is not SessionState.DRAFT:
        raise SessionStateWrong
    if session.starts_at <= now:
        raise SessionInThePast
    session.state, session.published_at = SessionState.PUBLISHED, now
    db.session.execute(
        update(SessionWish)
        .where(
            SessionWish.cluster_id == session.cluster_id,
            SessionWish.competence.in_(session.competences),
            SessionWish.answered_at.is_(None),
        )
        .values(answered_at=now)
        .execution_options(synchronize_session=False)
    )
    session_published.send(session_id=session.id)


def cancel_session(session_id: int, reason: str, *, by: By, now: datetime) -> int:
    """Call a session off; everybody with a place or a turn is let go and told. Returns how many they were."""
    session = queries.lock_session(session_id)
    if session.state is SessionState.CANCELLED:
        return 0
    _ensure_not_finished(session)
    if session.state is SessionState.PUBLISHED and now >= session.starts_at:
        raise SessionInThePast
    session.state, session.cancelled_reason = SessionState.CANCELLED, reason
    session.calendar_sequence += 1
    session.updated_at = now
    registrations = queries.list_active(session_id)
    for registration in registrations:
        move(registration, session, Cause.SESSION_CANCELLED, by=by, now=now)
    return len(registrations)


def set_slot(session_id: int, details: SlotDetails, *, slot_id: UUID | None = None) -> SessionSlot:
    """Add a line to the programme, or change one."""
    session = queries.lock_session(session_id)
    _ensure_not_finished(session)
    slot = (
        queries.get_slot(session_id, slot_id) if slot_id is not None else SessionSlot(session_id=session.id)
    )
    for name in ("starts_at", "ends_at", "form", "title", "room", "online_url"):
        setattr(slot, name, getattr(details, name))
    slot.speakers = _speakers(slot, details.speaker_ids, details.guests)
    db.session.add(slot)
    db.session.flush()
    return slot


def _speakers(slot: SessionSlot, person_ids: Sequence[int], guests: Sequence[str]) -> list[SlotSpeaker]:
    """The wanted speakers; those that stand already keep their rows, certificates hang on them."""
    known = {(speaker.person_id, speaker.guest_name): speaker for speaker in slot.speakers}
    wanted: list[tuple[int | None, str | None]] = [
        (person_id, None) for person_id in dict.fromkeys(person_ids)
    ]
    wanted += [(None, guest) for guest in dict.fromkeys(guests)]
    return [
        known.get((person_id, guest)) or SlotSpeaker(person_id=person_id, guest_name=guest)
        for person_id, guest in wanted
    ]


def remove_slot(session_id: int, slot_id: UUID) -> None:
    """Take a line out of the programme."""
    session = queries.lock_session(session_id)
    _ensure_not_finished(session)
    db.session.delete(queries.get_slot(session_id, slot_id))
