"""What must never be true of places, asked of the tables themselves: for `opora check`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from app.db import db
from seminars.models import HOLDING, Place, Registration, SeminarSession, SessionState
from seminars.services.transitions import HOLDING_NEEDS

GRACE = timedelta(minutes=30)
"""Longer than the timed job needs to take an offer back."""


@dataclass(frozen=True)
class Finding:
    """A session, by its public id, and what is wrong with it."""

    kind: str
    session: str
    details: str


def audit(cluster_id: int | None, *, now: datetime) -> list[Finding]:
    """All findings of a cluster, or of all; an empty list is health."""
    return [
        *_overbooked(cluster_id),
        *_miscounted(cluster_id),
        *_doubled(cluster_id),
        *_expired_offers(cluster_id, now),
        *_unapproved(cluster_id),
        *_left_over(cluster_id),
    ]


_TAKEN = (
    select(func.count())
    .where(Registration.session_id == SeminarSession.id, Registration.place.in_(HOLDING))
    .correlate(SeminarSession)
    .scalar_subquery()
)


def _within(statement: Select[*tuple[Any, ...]], cluster_id: int | None) -> Iterable[Any]:
    if cluster_id is not None:
        statement = statement.where(SeminarSession.cluster_id == cluster_id)
    return db.session.execute(statement)


def _overbooked(cluster_id: int | None) -> Iterator[Finding]:
    statement = select(SeminarSession.public_id, _TAKEN, SeminarSession.capacity).where(
        SeminarSession.capacity < _TAKEN
    )
    for session, taken, capacity in _within(statement, cluster_id):
        yield Finding("overbooked", str(session), f"taken {taken}, capacity {capacity}")


def _miscounted(cluster_id: int | None) -> Iterator[Finding]:
    statement = select(SeminarSession.public_id, SeminarSession.seats_taken, _TAKEN).where(
        SeminarSession.seats_taken != _TAKEN
    )
    for session, counted, taken in _within(statement, cluster_id):
        yield Finding("miscounted", str(session), f"counter {counted}, registrations {taken}")


def _doubled(cluster_id: int | None) -> Iterator[Finding]:
    statement = (
        select(SeminarSession.public_id, Registration.person_id, func.count())
        .join(Registration, Registration.session_id == SeminarSession.id)
        .where(Registration.place != Place.LEFT)
        .group_by(SeminarSession.public_id, Registration.person_id)
        .having(func.count() > 1)
    )
    for session, person_id, count in _within(statement, cluster_id):
        yield Finding("doubled", str(session), f"person {person_id} stands {count} times")


def _expired_offers(cluster_id: int | None, now: datetime) -> Iterator[Finding]:
    statement = (
        select(SeminarSession.public_id, func.count())
        .join(Registration, Registration.session_id == SeminarSession.id)
        .where(Registration.offer_expires_at < now - GRACE)
        .group_by(SeminarSession.public_id)
    )
    for session, count in _within(statement, cluster_id):
        yield Finding("expired_offers", str(session), f"{count} offers are over and still hold places")


def _unapproved(cluster_id: int | None) -> Iterator[Finding]:
    statement = (
        select(SeminarSession.public_id, func.count())
        .join(Registration, Registration.session_id == SeminarSession.id)
        .where(Registration.place.in_(HOLDING), Registration.approval.not_in(HOLDING_NEEDS))
        .group_by(SeminarSession.public_id)
    )
    for session, count in _within(statement, cluster_id):
        yield Finding("unapproved", str(session), f"{count} places are held without approval")


def _left_over(cluster_id: int | None) -> Iterator[Finding]:
    statement = (
        select(SeminarSession.public_id, func.count())
        .join(Registration, Registration.session_id == SeminarSession.id)
        .where(SeminarSession.state == SessionState.CANCELLED, Registration.place != Place.LEFT)
        .group_by(SeminarSession.public_id)
    )
    for session, count in _within(statement, cluster_id):
        yield Finding("left_over", str(session), f"{count} registrations stand in a cancelled session")
