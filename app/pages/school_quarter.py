"""«Мой центр за квартал»: what a school did in a period and what lies ahead; never who answered a diagnostic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true

from app.accounts.models import AddressState, Organisation, Person
from app.db import db
from app.formats import surname_initials
from app.permissions import ROLE_PERMISSIONS, Actor, Permission
from seminars.models import (
    HOLDING,
    Material,
    MaterialVersion,
    Outcome,
    Place,
    Registration,
    SeminarSession,
    SessionState,
)


@dataclass(frozen=True)
class Scope:
    """A school, or another organisation, as a part of a cluster."""

    organisation_id: int
    cluster_id: int


@dataclass(frozen=True)
class Reach:
    """Sessions that people of the school had places in, held and closed in the period, in counts."""

    sessions: int
    registered: int
    attended: int
    people_attended: int


@dataclass(frozen=True)
class Ahead:
    """A session ahead with the people of the school who have a place or a turn in it."""

    public_id: UUID
    title: str
    form: str
    starts_at: datetime
    names: Sequence[str]


@dataclass(frozen=True)
class Contribution:
    """A material somebody of the school made."""

    title: str
    author: str
    downloads: int


@dataclass(frozen=True)
class SchoolPeriod:
    """A school between two moments, and from now on."""

    school: Organisation
    people: int
    failing: int
    reach: Reach
    ahead: Sequence[Ahead]
    materials: Sequence[Contribution]

    @property
    def is_empty(self) -> bool:
        """Nothing happened, nothing lies ahead, nothing waits."""
        return not (self.reach.registered or self.ahead or self.materials or self.failing)


def scopes_of(actor: Actor) -> list[Scope]:
    """Schools the actor looks after; for a role without a school of its own, the one the person works in."""
    own = {
        Scope(scope.organisation_id, scope.cluster_id)
        for scope in actor.scopes
        if scope.organisation_id is not None and Permission.SCHOOL_VIEW in ROLE_PERMISSIONS[scope.role]
    }
    whole = actor.whole_clusters(Permission.SCHOOL_VIEW)
    if whole and not own:
        person = db.session.get_one(Person, actor.person_id)
        if person.organisation_id is not None and person.cluster_id in whole:
            own = {Scope(person.organisation_id, person.cluster_id)}
    return sorted(own, key=lambda scope: (scope.cluster_id, scope.organisation_id))


def describe_period(
    scope: Scope, starts_from: datetime, starts_before: datetime, *, now: datetime
) -> SchoolPeriod:
    """The school's part in the seminar, by the people who work there now."""
    school, people, failing, *reach = _count(scope, starts_from, min(starts_before, now))
    return SchoolPeriod(
        school=school,
        people=people,
        failing=failing,
        reach=Reach(*reach),
        ahead=_list_ahead(scope, now),
        materials=_list_materials(scope, starts_from, starts_before),
    )


def _count(scope: Scope, starts_from: datetime, starts_before: datetime) -> tuple[Any, ...]:
    """The school, its people, those no letter reaches, and what `Reach` holds."""
    people = (
        select(
            func.count(),
            func.count().filter(Person.email.is_not(None), Person.email_state == AddressState.FAILING),
        )
        .where(*_works_there(scope))
        .subquery()
    )
    reach = _reach(scope, starts_from, starts_before).subquery()
    row = db.session.execute(
        select(Organisation, people, reach)
        .select_from(Organisation)
        .join(people, true())
        .join(reach, true())
        .where(Organisation.id == scope.organisation_id)
    ).one()
    return tuple(row)


def _reach(scope: Scope, starts_from: datetime, starts_before: datetime) -> Select[int, int, int, int]:
    """Sessions that have begun; a session counts as attended once its host has closed it."""
    has_attended = Registration.outcome == Outcome.ATTENDED
    return (
        select(
            func.count(SeminarSession.id.distinct()),
            func.count(),
            func.count().filter(has_attended),
            func.count(Registration.person_id.distinct()).filter(has_attended),
        )
        .select_from(Registration)
        .join(SeminarSession, SeminarSession.id == Registration.session_id)
        .join(Person, Person.id == Registration.person_id)
        .where(
            *_works_there(scope),
            Registration.place.in_(HOLDING) | has_attended,
            SeminarSession.cluster_id == scope.cluster_id,
            SeminarSession.state.in_((SessionState.PUBLISHED, SessionState.CLOSED)),
            SeminarSession.starts_at >= starts_from,
            SeminarSession.starts_at < starts_before,
        )
    )


def _list_ahead(scope: Scope, now: datetime) -> list[Ahead]:
    rows = db.session.execute(
        select(SeminarSession, Person)
        .join(Registration, Registration.session_id == SeminarSession.id)
        .join(Person, Person.id == Registration.person_id)
        .where(
            *_works_there(scope),
            Registration.place != Place.LEFT,
            SeminarSession.cluster_id == scope.cluster_id,
            SeminarSession.state == SessionState.PUBLISHED,
            SeminarSession.starts_at > now,
        )
        .order_by(SeminarSession.starts_at, SeminarSession.id, Person.sort_key)
    )
    names: dict[int, list[str]] = {}
    sessions: dict[int, SeminarSession] = {}
    for session, person in rows:
        sessions[session.id] = session
        names.setdefault(session.id, []).append(surname_initials(person))
    return [
        Ahead(session.public_id, session.title, session.form, session.starts_at, names[session.id])
        for session in sessions.values()
    ]


def _list_materials(scope: Scope, starts_from: datetime, starts_before: datetime) -> list[Contribution]:
    """Materials made in the period by people of the school, with all downloads of all versions."""
    downloads = (
        select(func.coalesce(func.sum(MaterialVersion.downloads), 0))
        .where(MaterialVersion.material_id == Material.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Material.title, Person, downloads)
        .join(Person, Person.id == Material.created_by_id)
        .where(
            *_works_there(scope),
            Material.cluster_id == scope.cluster_id,
            Material.archived_at.is_(None),
            Material.created_at >= starts_from,
            Material.created_at < starts_before,
        )
        .order_by(Material.created_at, Material.id)
    )
    return [Contribution(title, surname_initials(person), int(n)) for title, person, n in rows]


def _works_there(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (
        Person.organisation_id == scope.organisation_id,
        Person.cluster_id == scope.cluster_id,
        Person.left_on.is_(None),
    )
