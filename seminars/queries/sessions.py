"""Sessions: the quarter's list by the rule that guards one session, and what stands around them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.db import db
from app.errors import NotFound
from app.permissions import Actor, Permission
from app.text import sort_key
from seminars.models import (
    Place,
    Registration,
    SeminarSession,
    Series,
    SessionHost,
    SessionSlot,
    SessionState,
    SlotSpeaker,
)


@dataclass(frozen=True)
class SessionFilter:
    """What the list of sessions is narrowed by; dates are the quarter's ends."""

    starts_from: datetime | None = None
    starts_before: datetime | None = None
    search: str = ""
    subject: str = ""
    form: str = ""
    competence: str = ""
    only_free: bool = False
    only_of_person: int | None = None
    only_hosted_by: int | None = None


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Published and later ones of one's clusters; drafts to who plans or hosts them. `policies` says the same."""
    clusters = actor.clusters(Permission.SEMINAR_VIEW)
    planned = actor.whole_clusters(Permission.SEMINAR_MANAGE)
    hosted = SeminarSession.id.in_(
        select(SessionHost.session_id).where(SessionHost.person_id == actor.person_id)
    )
    return and_(
        SeminarSession.cluster_id.in_(clusters) if clusters else false(),
        or_(
            SeminarSession.state != SessionState.DRAFT,
            SeminarSession.cluster_id.in_(planned) if planned else false(),
            hosted,
        ),
    )


def get_session(public_id: UUID, actor: Actor) -> SeminarSession:
    """The session with its programme and hosts, if the actor may see it; else it is not there."""
    found = db.session.scalar(_whole().where(SeminarSession.public_id == public_id, visible_to(actor)))
    if found is None:
        raise NotFound
    return found


def find_session_id(public_id: UUID, actor: Actor) -> int:
    """The id of a session the actor may see: all that a move of a place needs."""
    found = db.session.scalar(
        select(SeminarSession.id).where(SeminarSession.public_id == public_id, visible_to(actor))
    )
    if found is None:
        raise NotFound
    return found


def get_whole_session(session_id: int) -> SeminarSession:
    """The session with its programme and hosts, for letters and calendars."""
    return db.session.execute(_whole().where(SeminarSession.id == session_id)).unique().scalar_one()


def _whole() -> Select[SeminarSession]:
    return select(SeminarSession).options(
        joinedload(SeminarSession.organisation),
        joinedload(SeminarSession.cluster),
        joinedload(SeminarSession.series),
        selectinload(SeminarSession.slots).selectinload(SessionSlot.speakers).joinedload(SlotSpeaker.person),
        selectinload(SeminarSession.hosts).joinedload(SessionHost.person),
    )


def list_sessions(actor: Actor, wanted: SessionFilter) -> Sequence[SeminarSession]:
    """Sessions the actor may see, by date."""
    statement = (
        select(SeminarSession)
        .options(joinedload(SeminarSession.organisation))
        .where(visible_to(actor))
        .order_by(SeminarSession.starts_at, SeminarSession.id)
    )
    return db.session.scalars(_narrowed(statement, wanted)).all()


def _narrowed(statement: Select[SeminarSession], wanted: SessionFilter) -> Select[SeminarSession]:
    if wanted.starts_from is not None:
        statement = statement.where(SeminarSession.starts_at >= wanted.starts_from)
    if wanted.starts_before is not None:
        statement = statement.where(SeminarSession.starts_at < wanted.starts_before)
    for word in sort_key(wanted.search).split():
        text = func.replace(
            func.lower(func.concat_ws(" ", SeminarSession.title, SeminarSession.summary)), "ё", "е"
        )
        statement = statement.where(text.contains(word, autoescape=True))
    if wanted.subject:
        statement = statement.where(
            or_(
                SeminarSession.subjects.contains([wanted.subject]),
                func.cardinality(SeminarSession.subjects) == 0,
            )
        )
    if wanted.form:
        statement = statement.where(SeminarSession.form == wanted.form)
    if wanted.competence:
        statement = statement.where(SeminarSession.competences.contains([wanted.competence]))
    if wanted.only_free:
        statement = statement.where(
            SeminarSession.state == SessionState.PUBLISHED,
            SeminarSession.seats_taken < SeminarSession.capacity,
        )
    if wanted.only_of_person is not None:
        statement = statement.where(
            SeminarSession.id.in_(
                select(Registration.session_id).where(
                    Registration.person_id == wanted.only_of_person, Registration.place != Place.LEFT
                )
            )
        )
    if wanted.only_hosted_by is not None:
        statement = statement.where(
            SeminarSession.id.in_(
                select(SessionHost.session_id).where(SessionHost.person_id == wanted.only_hosted_by)
            )
        )
    return statement


def list_to_announce(until: datetime, now: datetime) -> Sequence[int]:
    """Published sessions ahead that begin before `until` and have not been announced."""
    return _list_ahead(until, now, SeminarSession.announced_at.is_(None))


def list_to_remind(until: datetime, now: datetime) -> Sequence[int]:
    """Published sessions ahead that begin before `until` and have not been reminded of."""
    return _list_ahead(until, now, SeminarSession.reminded_at.is_(None))


def _list_ahead(until: datetime, now: datetime, condition: ColumnElement[bool]) -> Sequence[int]:
    return db.session.scalars(
        select(SeminarSession.id)
        .where(
            SeminarSession.state == SessionState.PUBLISHED,
            SeminarSession.starts_at > now,
            SeminarSession.starts_at < until,
            condition,
        )
        .order_by(SeminarSession.id)
    ).all()


def list_hosted(person_id: int, *, since: datetime) -> Sequence[SeminarSession]:
    """Sessions the person hosts that have not ended before `since`, by date."""
    return db.session.scalars(
        select(SeminarSession)
        .join(SessionHost, SessionHost.session_id == SeminarSession.id)
        .options(joinedload(SeminarSession.organisation))
        .where(
            SessionHost.person_id == person_id,
            SeminarSession.ends_at >= since,
            SeminarSession.state != SessionState.CANCELLED,
        )
        .order_by(SeminarSession.starts_at)
    ).all()


def list_own(
    person_id: int, *, since: datetime, limit: int | None = None
) -> Sequence[tuple[SeminarSession, Registration]]:
    """Sessions the person has a place or a turn in, with the registration, by date."""
    rows = db.session.execute(
        select(SeminarSession, Registration)
        .join(Registration, Registration.session_id == SeminarSession.id)
        .options(joinedload(SeminarSession.organisation))
        .where(
            Registration.person_id == person_id,
            Registration.place != Place.LEFT,
            SeminarSession.ends_at >= since,
        )
        .order_by(SeminarSession.starts_at)
        .limit(limit)
    )
    return [(session, registration) for session, registration in rows]


def list_series(cluster_ids: Collection[int]) -> Sequence[Series]:
    return db.session.scalars(
        select(Series).where(Series.cluster_id.in_(cluster_ids)).order_by(Series.created_at, Series.id)
    ).all()


def list_possible_hosts(cluster_id: int) -> Sequence[Person]:
    """People at work in the cluster: each of them may host or speak."""
    return db.session.scalars(
        select(Person)
        .options(joinedload(Person.organisation))
        .where(Person.cluster_id == cluster_id, Person.left_on.is_(None))
        .order_by(Person.sort_key, Person.id)
    ).all()


def is_host(session_id: int, person_id: int) -> bool:
    return db.session.get(SessionHost, (session_id, person_id)) is not None


def get_slot(session_id: int, public_id: UUID) -> SessionSlot:
    """A line of this session's programme."""
    slot = db.session.scalar(
        select(SessionSlot)
        .options(selectinload(SessionSlot.speakers).joinedload(SlotSpeaker.person))
        .where(SessionSlot.public_id == public_id, SessionSlot.session_id == session_id)
    )
    if slot is None:
        raise NotFound
    return slot
