"""People: lists by the rule that guards one person, look-alikes, grants, the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account, AddressState, AuditEntry, Grant, Organisation, Person
from app.accounts.names import is_near, is_same_name
from app.accounts.policies import organisation_scopes
from app.db import db
from app.errors import NotFound
from app.permissions import Actor, Permission, Role
from app.text import sort_key

PAGE_SIZE = 50
SIGN_IN_CHANGES = ("sign_in_address_changed", "slip_for_new_password_printed")


def _visible_to(actor: Actor) -> ColumnElement[bool]:
    """`policies.can_view_person`, said to the database; a test compares the two."""
    own = [
        and_(Person.cluster_id == cluster_id, Person.organisation_id == organisation_id)
        for cluster_id, organisation_id in organisation_scopes(actor)
    ]
    return or_(false(), Person.cluster_id.in_(actor.whole_clusters(Permission.PEOPLE_VIEW)), *own)


class ReachBy(StrEnum):
    """How somebody can be written to, and who has to be handed a slip to sign in."""

    SLIP = "slip"
    NO_ADDRESS = "none"
    SHARED = "shared"
    FAILING = "failing"


@dataclass(frozen=True)
class PeopleFilter:
    """What the list of people is narrowed by."""

    search: str = ""
    organisation_id: int | None = None
    role: Role | None = None
    reach: ReachBy | None = None
    with_left: bool = False


def list_people(actor: Actor, wanted: PeopleFilter, *, on: date) -> list[Person]:
    """Everybody the actor may see, alphabetically."""
    return list(db.session.scalars(_listed(actor, wanted, on)))


def page_of_people(actor: Actor, wanted: PeopleFilter, *, number: int, on: date) -> Pagination:
    """One page of the people the actor may see, alphabetically."""
    return db.paginate(
        _listed(actor, wanted, on),
        page=max(number, 1),
        per_page=PAGE_SIZE,
        max_per_page=PAGE_SIZE,
        error_out=False,
    )


def _listed(actor: Actor, wanted: PeopleFilter, on: date) -> Select[Person]:
    statement = _narrowed(select(Person).where(_visible_to(actor)), wanted, on)
    return statement.options(joinedload(Person.organisation), joinedload(Person.account)).order_by(
        Person.sort_key, Person.id
    )


def _narrowed(statement: Select[Person], wanted: PeopleFilter, on: date) -> Select[Person]:
    for word in sort_key(wanted.search).split():
        statement = statement.where(
            or_(Person.sort_key.contains(word, autoescape=True), Person.email.contains(word, autoescape=True))
        )
    if wanted.organisation_id is not None:
        statement = statement.where(Person.organisation_id == wanted.organisation_id)
    if wanted.role is not None:
        holders = select(Grant.person_id).where(Grant.role == wanted.role, _holds(on))
        statement = statement.where(Person.id.in_(holders))
    if wanted.reach is not None:
        statement = statement.where(_reached(wanted.reach))
    if not wanted.with_left:
        statement = statement.where(Person.left_on.is_(None))
    return statement


def _reached(by: ReachBy) -> ColumnElement[bool]:
    if by is ReachBy.NO_ADDRESS:
        return Person.email.is_(None)
    if by is not ReachBy.SLIP:
        return Person.email_state == AddressState(by.value)
    has_own = and_(Person.email.is_not(None), Person.email_state == AddressState.USABLE)
    signs_in = select(Account.person_id).where(Account.active, Account.person_id.is_not(None))
    return and_(not_(has_own), Person.id.not_in(signs_in))


def _holds(on: date) -> ColumnElement[bool]:
    return and_(
        or_(Grant.from_on.is_(None), Grant.from_on <= on), or_(Grant.until_on.is_(None), Grant.until_on >= on)
    )


def get_person(public_id: UUID, actor: Actor) -> Person:
    """The person, if the actor may see them; else they are not there for the reader."""
    person = db.session.scalar(
        select(Person)
        .options(joinedload(Person.organisation), joinedload(Person.account))
        .where(Person.public_id == public_id, _visible_to(actor))
    )
    if person is None:
        raise NotFound
    return person


def get_people(public_ids: Sequence[UUID], actor: Actor) -> list[Person]:
    """Those of the people the actor may see, alphabetically."""
    return list(
        db.session.scalars(
            select(Person)
            .where(Person.public_id.in_(public_ids), _visible_to(actor))
            .order_by(Person.sort_key, Person.id)
        )
    )


def find_person(person_id: int) -> Person | None:
    return db.session.get(Person, person_id)


def lock_person(person_id: int) -> Person:
    """The person as they stand now, held until the end of the transaction."""
    return db.session.execute(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update(of=Person)
        .execution_options(populate_existing=True)
    ).scalar_one()


def find_duplicates(
    cluster_id: int,
    *,
    surname: str,
    name: str,
    patronymic: str | None = None,
    email: str | None = None,
    organisation_id: int | None = None,
    besides: int | None = None,
) -> list[Person]:
    """People who may be this one: the same address, or a name that differs by an initial, ё or one letter.

    A surname with one other letter counts within the same school only. They are shown, never merged.
    """
    surname_key = sort_key(surname)
    alike = [Person.sort_key.startswith(f"{surname_key} ", autoescape=True), Person.sort_key == surname_key]
    if email:
        alike.append(Person.email == email.strip().casefold())
    if organisation_id is not None:
        alike.append(Person.organisation_id == organisation_id)
    candidates = db.session.scalars(
        select(Person)
        .options(joinedload(Person.organisation))
        .where(Person.cluster_id == cluster_id, Person.id != (besides or 0), or_(*alike))
        .order_by(Person.sort_key)
    )
    return [
        person
        for person in candidates
        if (email and person.email == email.strip().casefold())
        or (
            (
                sort_key(person.surname) == surname_key
                or (
                    person.organisation_id == organisation_id is not None and is_near(person.surname, surname)
                )
            )
            and is_same_name(person.name, name)
            and is_same_name(person.patronymic, patronymic)
        )
    ]


def list_grants(person_id: int) -> list[tuple[Grant, Organisation | None]]:
    """Roles of a person, those ended too, with the organisation each is limited to."""
    rows = db.session.execute(
        select(Grant, Organisation)
        .outerjoin(Organisation, Organisation.id == Grant.organisation_id)
        .where(Grant.person_id == person_id)
        .order_by(Grant.until_on.desc().nulls_first(), Grant.role)
    )
    return [(grant, organisation) for grant, organisation in rows]


def get_grant(grant_id: int, person_id: int) -> Grant:
    """A role of this person, under lock."""
    grant = db.session.scalar(
        select(Grant)
        .where(Grant.id == grant_id, Grant.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if grant is None:
        raise NotFound
    return grant


def roles_by_person(person_ids: Sequence[int], on: date) -> dict[int, list[Role]]:
    """The roles each person holds on that day."""
    roles: dict[int, list[Role]] = {}
    rows = db.session.execute(
        select(Grant.person_id, Grant.role).where(Grant.person_id.in_(person_ids), _holds(on)).distinct()
    )
    for person_id, role in rows:
        roles.setdefault(person_id, []).append(role)
    return roles


def list_audit(person_id: int, limit: int = 20) -> list[tuple[AuditEntry, Person | None]]:
    """The latest entries about a person, with who acted; consents are the person's own affair."""
    rows = db.session.execute(
        select(AuditEntry, Person)
        .outerjoin(Person, Person.id == AuditEntry.actor_person_id)
        .where(AuditEntry.object_kind == "person", AuditEntry.object_id == person_id)
        .where(~AuditEntry.action.startswith("consent_"), AuditEntry.action != "responses_erased")
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit)
    )
    return [(entry, actor) for entry, actor in rows]


def list_sign_in_changes(person_id: int, since: datetime) -> list[tuple[AuditEntry, Person | None]]:
    """What others did to the person's way in, the latest first, with who it was."""
    rows = db.session.execute(
        select(AuditEntry, Person)
        .outerjoin(Person, Person.id == AuditEntry.actor_person_id)
        .where(AuditEntry.object_kind == "person", AuditEntry.object_id == person_id)
        .where(AuditEntry.action.in_(SIGN_IN_CHANGES), AuditEntry.at >= since)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    return [(entry, actor) for entry, actor in rows]


def count_people(cluster_id: int) -> dict[str, int]:
    """People at work in the cluster: all, invited, with an active account."""
    row = db.session.execute(
        select(func.count(Person.id), func.count(Account.invited_at), func.count(Account.activated_at))
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.cluster_id == cluster_id, Person.left_on.is_(None))
    ).one()
    return {"all": row[0], "invited": row[1], "active": row[2]}
