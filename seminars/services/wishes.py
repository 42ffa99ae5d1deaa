"""«Нужно такое занятие»: one tap, counted for the coordinator until a session for it is published."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Person
from app.db import db
from seminars.models import SessionWish


def wish_for_session(person: Person, competence: str, *, now: datetime) -> None:
    """Ask for a session on a competence; a repeat changes nothing."""
    db.session.execute(
        insert(SessionWish)
        .values(cluster_id=person.cluster_id, person_id=person.id, competence=competence, created_at=now)
        .on_conflict_do_nothing(
            index_elements=["person_id", "competence"], index_where=SessionWish.answered_at.is_(None)
        )
    )


def withdraw_wish(person: Person, competence: str) -> None:
    """Take an open wish back."""
    db.session.execute(
        delete(SessionWish).where(
            SessionWish.person_id == person.id,
            SessionWish.competence == competence,
            SessionWish.answered_at.is_(None),
        )
    )
