"""Registrations: who holds a place, who waits, in which order, and the locks moves are made under."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Grant, Person
from app.db import db
from app.errors import NotFound
from app.permissions import Role
from seminars.models import (
    HOLDING,
    Approval,
    Place,
    Registration,
    RegistrationLogEntry,
    SeminarSession,
    SessionHost,
)
from seminars.places import Counts

_INVITED_ROLES = (Role.TEACHER, Role.HOST, Role.CENTRE_HEAD)
QUEUE_ORDER = (Registration.priority.desc(), Registration.queued_at, Registration.id)


def lock_session(session_id: int) -> SeminarSession:
    """The session as it stands now, held until the end of the transaction: every move of a place starts here."""
    return db.session.execute(
        select(SeminarSession)
        .where(SeminarSession.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def find_registration(session_id: int, person_id: int) -> Registration | None:
    """The person's registration that has not been left, as it stands now."""
    return db.session.scalar(
        select(Registration)
        .where(
            Registration.session_id == session_id,
            Registration.person_id == person_id,
            Registration.place != Place.LEFT,
        )
        .execution_options(populate_existing=True)
    )


def get_registration(registration_id: int) -> Registration:
    return db.session.get_one(Registration, registration_id)


def count_places(session_id: int) -> Counts:
    """The registrations of the session, counted in the table itself."""
    row = db.session.execute(
        select(
            func.count().filter(Registration.place == Place.QUEUED),
            func.count().filter(Registration.place == Place.OFFERED),
            func.count().filter(Registration.place == Place.CONFIRMED),
            func.count().filter(
                Registration.place == Place.QUEUED, Registration.approval == Approval.PENDING
            ),
        ).where(Registration.session_id == session_id, Registration.place != Place.LEFT)
    ).one()
    return Counts(*row)


def list_next_in_queue(session_id: int, limit: int) -> Sequence[Registration]:
    """Those a free place goes to next; who waits for approval is not among them."""
    return db.session.scalars(
        select(Registration)
        .where(
            Registration.session_id == session_id,
            Registration.place == Place.QUEUED,
            Registration.approval.in_((Approval.NOT_NEEDED, Approval.APPROVED)),
        )
        .order_by(*QUEUE_ORDER)
        .limit(limit)
        .execution_options(populate_existing=True)
    ).all()


def list_expired_offers(session_id: int, now: datetime) -> Sequence[Registration]:
    return db.session.scalars(
        select(Registration)
        .where(Registration.session_id == session_id, _offer_is_over(now))
        .order_by(Registration.offer_expires_at, Registration.id)
        .execution_options(populate_existing=True)
    ).all()


def list_sessions_with_expired_offers(now: datetime) -> Sequence[int]:
    return db.session.scalars(select(Registration.session_id).where(_offer_is_over(now)).distinct()).all()


def list_sessions_ahead_of(person_id: int, now: datetime) -> Sequence[int]:
    """Sessions that have not begun in which the person has a place or a turn, in the order they are locked."""
    return db.session.scalars(
        select(Registration.session_id)
        .join(SeminarSession, SeminarSession.id == Registration.session_id)
        .where(
            Registration.person_id == person_id,
            Registration.place != Place.LEFT,
            SeminarSession.starts_at > now,
        )
        .order_by(Registration.session_id)
    ).all()


def _offer_is_over(now: datetime) -> ColumnElement[bool]:
    return Registration.offer_expires_at <= now


def list_active(session_id: int) -> Sequence[Registration]:
    """All registrations of the session that have not been left, alphabetically."""
    return db.session.scalars(
        select(Registration)
        .join(Person, Person.id == Registration.person_id)
        .options(joinedload(Registration.person).joinedload(Person.organisation))
        .where(Registration.session_id == session_id, Registration.place != Place.LEFT)
        .order_by(Person.sort_key, Person.id)
        .execution_options(populate_existing=True)
    ).all()


def list_audience(session: SeminarSession, on: date) -> Sequence[int]:
    """People the session is announced to: those who may register, of its subjects, and have not yet."""
    statement = select(Person.id).where(
        Person.cluster_id == session.cluster_id,
        Person.left_on.is_(None),
        Person.email.is_not(None),
        Person.id.in_(
            select(Grant.person_id).where(
                Grant.cluster_id == session.cluster_id,
                Grant.role.in_(_INVITED_ROLES),
                or_(Grant.from_on.is_(None), Grant.from_on <= on),
                or_(Grant.until_on.is_(None), Grant.until_on >= on),
            )
        ),
        Person.id.not_in(
            select(Registration.person_id).where(
                Registration.session_id == session.id, Registration.place != Place.LEFT
            )
        ),
        Person.id.not_in(select(SessionHost.person_id).where(SessionHost.session_id == session.id)),
    )
    if session.subjects:
        statement = statement.where(Person.subjects.overlap(session.subjects))
    return db.session.scalars(statement.order_by(Person.id)).all()


def list_holding(session_id: int) -> list[Registration]:
    return [registration for registration in list_active(session_id) if registration.place in HOLDING]


def list_queue(session_id: int) -> Sequence[Registration]:
    """Those who wait, in the order they get places."""
    return db.session.scalars(
        select(Registration)
        .options(joinedload(Registration.person).joinedload(Person.organisation))
        .where(Registration.session_id == session_id, Registration.place == Place.QUEUED)
        .order_by(*QUEUE_ORDER)
    ).all()


def get_registered(session_id: int, person_public_id: UUID) -> Person:
    """Somebody who is or was registered for the session; else they are not there."""
    found = db.session.scalar(
        select(Person)
        .join(Registration, Registration.person_id == Person.id)
        .where(Registration.session_id == session_id, Person.public_id == person_public_id)
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


def get_active_of(session_id: int, person_public_id: UUID) -> Registration:
    """A registration of the session by its person; else it is not there."""
    found = db.session.scalar(
        select(Registration)
        .join(Person, Person.id == Registration.person_id)
        .options(joinedload(Registration.person))
        .where(
            Registration.session_id == session_id,
            Registration.place != Place.LEFT,
            Person.public_id == person_public_id,
        )
    )
    if found is None:
        raise NotFound
    return found


def queue_positions(person_id: int, session_ids: Sequence[int]) -> dict[int, int]:
    """The person's place in the queue of each of these sessions where they wait."""
    if not session_ids:
        return {}
    ranked = (
        select(
            Registration.session_id,
            Registration.person_id,
            func.row_number()
            .over(partition_by=Registration.session_id, order_by=QUEUE_ORDER)
            .label("position"),
        )
        .where(Registration.session_id.in_(session_ids), Registration.place == Place.QUEUED)
        .subquery()
    )
    rows = db.session.execute(
        select(ranked.c.session_id, ranked.c.position).where(ranked.c.person_id == person_id)
    )
    return dict(rows.all())


def registrations_of(person_id: int, session_ids: Sequence[int]) -> dict[int, Registration]:
    """The person's registrations in these sessions, by session."""
    if not session_ids:
        return {}
    found = db.session.scalars(
        select(Registration).where(
            Registration.person_id == person_id,
            Registration.session_id.in_(session_ids),
            Registration.place != Place.LEFT,
        )
    )
    return {registration.session_id: registration for registration in found}


def list_log(session_id: int, limit: int = 50) -> Sequence[tuple[RegistrationLogEntry, Person]]:
    """The latest moves of the session's registrations and whose they were."""
    rows = db.session.execute(
        select(RegistrationLogEntry, Person)
        .join(Registration, Registration.id == RegistrationLogEntry.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.session_id == session_id)
        .order_by(RegistrationLogEntry.id.desc())
        .limit(limit)
    )
    return [(entry, person) for entry, person in rows]


def list_candidates(session: SeminarSession, words: Sequence[str], limit: int = 20) -> Sequence[Person]:
    """People of the cluster without a place in the session whose names hold these words."""
    statement = _candidates(session).order_by(Person.sort_key, Person.id).limit(limit)
    for word in words:
        statement = statement.where(Person.sort_key.contains(word, autoescape=True))
    return db.session.scalars(statement).all()


def get_candidate(session: SeminarSession, public_id: UUID) -> Person:
    """Somebody at work in the cluster of the session, registered or not; else they are not there."""
    person = db.session.scalar(
        select(Person).where(
            Person.public_id == public_id,
            Person.cluster_id == session.cluster_id,
            Person.left_on.is_(None),
        )
    )
    if person is None:
        raise NotFound
    return person


def _candidates(session: SeminarSession) -> Select[Person]:
    return (
        select(Person)
        .options(joinedload(Person.organisation))
        .where(
            Person.cluster_id == session.cluster_id,
            Person.left_on.is_(None),
            Person.id.not_in(
                select(Registration.person_id).where(
                    Registration.session_id == session.id, Registration.place.in_(HOLDING)
                )
            ),
        )
    )
