"""Wishes for sessions, and sessions to suggest for growth zones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.db import db
from seminars.models import Place, Registration, SeminarSession, SessionState, SessionWish

SUGGESTED_AT_MOST = 3


@dataclass(frozen=True)
class Suggestion:
    """A session for one of the person's growth zones."""

    session: SeminarSession
    competence: str
    in_own_subject: bool


def suggest_sessions(
    *,
    person_id: int,
    cluster_id: int,
    subjects: Collection[str],
    competences: Sequence[str],
    now: datetime,
) -> list[Suggestion]:
    """At most three sessions with free places on these competences: own subject first, then the nearest.

    A session open to every subject is anybody's own. Where somebody waits a free place is theirs, so such a
    session is not suggested, nor one the person has a place in already.
    """
    if not competences:
        return []
    waiting = select(Registration.session_id).where(Registration.place == Place.QUEUED)
    own = select(Registration.session_id).where(
        Registration.person_id == person_id, Registration.place != Place.LEFT
    )
    found = db.session.scalars(
        select(SeminarSession)
        .options(joinedload(SeminarSession.organisation))
        .where(
            SeminarSession.cluster_id == cluster_id,
            SeminarSession.state == SessionState.PUBLISHED,
            SeminarSession.starts_at > now,
            func.coalesce(SeminarSession.sign_up_opens_at, now) <= now,
            func.coalesce(SeminarSession.sign_up_closes_at, SeminarSession.starts_at) > now,
            SeminarSession.seats_taken < SeminarSession.capacity,
            SeminarSession.competences.overlap(list(competences)),
            SeminarSession.id.not_in(waiting),
            SeminarSession.id.not_in(own),
        )
        .order_by(SeminarSession.starts_at, SeminarSession.id)
    ).all()
    suggestions = [
        Suggestion(
            session=session,
            competence=next(code for code in competences if code in session.competences),
            in_own_subject=not session.subjects or bool(set(session.subjects) & set(subjects)),
        )
        for session in found
    ]
    suggestions.sort(key=lambda suggestion: not suggestion.in_own_subject)
    return suggestions[:SUGGESTED_AT_MOST]


def competences_ahead(person_id: int, now: datetime) -> set[str]:
    """Competences of sessions ahead in which the person has a place or a turn."""
    rows = db.session.scalars(
        select(SeminarSession.competences)
        .join(Registration, Registration.session_id == SeminarSession.id)
        .where(
            Registration.person_id == person_id,
            Registration.place != Place.LEFT,
            SeminarSession.starts_at > now,
        )
    )
    return {competence for competences in rows for competence in competences}


def count_wishes(cluster_id: int) -> list[tuple[str, int]]:
    """Competences people wait for a session on, with how many they are, the most wanted first."""
    rows = db.session.execute(
        select(SessionWish.competence, func.count())
        .where(SessionWish.cluster_id == cluster_id, SessionWish.answered_at.is_(None))
        .group_by(SessionWish.competence)
        .order_by(func.count().desc(), SessionWish.competence)
    )
    return [(competence, count) for competence, count in rows]


def list_open_wishes(person_id: int, competences: Collection[str]) -> set[str]:
    """Those of the competences the person has already asked a session for."""
    return set(
        db.session.scalars(
            select(SessionWish.competence).where(
                SessionWish.person_id == person_id,
                SessionWish.competence.in_(list(competences)),
                SessionWish.answered_at.is_(None),
            )
        )
    )
