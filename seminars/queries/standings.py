"""How a person stands to sessions: registered or not, where in the queue, and what may be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from app.db import db
from seminars import places
from seminars.models import Place, Registration, SeminarSession
from seminars.places import SignUp
from seminars.queries.registrations import queue_positions


class Step(StrEnum):
    """The one thing a person can do about a session now."""

    REGISTER = "register"
    JOIN_QUEUE = "join_queue"
    ANSWER_OFFER = "answer_offer"
    CANCEL = "cancel"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Standing:
    """A person and a session."""

    registration: Registration | None
    position: int | None  # in the queue
    waiting: int  # how many wait in it
    sign_up: SignUp
    step: Step


def standings(person_id: int, sessions: Sequence[SeminarSession], now: datetime) -> dict[int, Standing]:
    """How the person stands to each of these sessions, by session."""
    found = _read(person_id, [session.id for session in sessions])
    queued = [key for key, (own, _waiting) in found.items() if own and own.place is Place.QUEUED]
    positions = queue_positions(person_id, queued)
    return {
        session.id: Standing(
            registration=own,
            position=positions.get(session.id),
            waiting=waiting,
            sign_up=places.sign_up(session, now),
            step=_step(session, own, waiting, now),
        )
        for session in sessions
        for own, waiting in (found[session.id],)
    }


def _step(session: SeminarSession, registration: Registration | None, waiting: int, now: datetime) -> Step:
    if registration is not None:
        if places.sign_up(session, now) is SignUp.NOT_PUBLISHED or now >= session.starts_at:
            return Step.NOTHING
        return Step.ANSWER_OFFER if registration.place is Place.OFFERED else Step.CANCEL
    if places.sign_up(session, now) is not SignUp.OPEN:
        return Step.NOTHING
    return Step.REGISTER if session.seats_free and not waiting else Step.JOIN_QUEUE


def _read(person_id: int, session_ids: Sequence[int]) -> dict[int, tuple[Registration | None, int]]:
    """The person's own registration in each session, and how many wait for a place there."""
    if not session_ids:
        return {}
    queued = aliased(Registration)
    waiting = (
        select(func.count())
        .where(queued.session_id == SeminarSession.id, queued.place == Place.QUEUED)
        .scalar_subquery()
    )
    is_own = and_(
        Registration.session_id == SeminarSession.id,
        Registration.person_id == person_id,
        Registration.place != Place.LEFT,
    )
    rows = db.session.execute(
        select(SeminarSession.id, Registration, waiting)
        .outerjoin(Registration, is_own)
        .where(SeminarSession.id.in_(session_ids))
    )
    return {session_id: (own, count) for session_id, own, count in rows}
