"""How a person stands to sessions: registered or not, where in the queue, and what may be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from app.db import db
from seminars import places
from seminars.models import Place, Registration, SeminarSession
from seminars.places import SignUp
from seminars.queries.registrations import queue_positions, registrations_of


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
    ids = [session.id for session in sessions]
    registrations = registrations_of(person_id, ids)
    queued = [key for key, value in registrations.items() if value.place is Place.QUEUED]
    positions, waiting = queue_positions(person_id, queued), _count_waiting(ids)
    return {
        session.id: Standing(
            registration=registrations.get(session.id),
            position=positions.get(session.id),
            waiting=waiting.get(session.id, 0),
            sign_up=places.sign_up(session, now),
            step=_step(session, registrations.get(session.id), waiting.get(session.id, 0), now),
        )
        for session in sessions
    }


def _step(session: SeminarSession, registration: Registration | None, waiting: int, now: datetime) -> Step:
    if registration is not None:
        if places.sign_up(session, now) is SignUp.NOT_PUBLISHED or now >= session.starts_at:
            return Step.NOTHING
        return Step.ANSWER_OFFER if registration.place is Place.OFFERED else Step.CANCEL
    if places.sign_up(session, now) is not SignUp.OPEN:
        return Step.NOTHING
    return Step.REGISTER if session.seats_free and not waiting else Step.JOIN_QUEUE


def _count_waiting(session_ids: Sequence[int]) -> dict[int, int]:
    if not session_ids:
        return {}
    rows = db.session.execute(
        select(Registration.session_id, func.count())
        .where(Registration.session_id.in_(session_ids), Registration.place == Place.QUEUED)
        .group_by(Registration.session_id)
    )
    return dict(rows.all())
