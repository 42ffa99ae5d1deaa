"""Whom diagnostics may invite, and who stands in their lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, or_, select, text
from sqlalchemy.orm import joinedload

from app.accounts.models import AddressState, Grant, Organisation, Person
from app.db import db
from app.permissions import Role
from app.text import sort_key
from surveys.models import Assignment, RosterEntry, Wave

T = TypeVar("T")
PAGE_SIZE = 50


@dataclass(frozen=True)
class RosterFilter:
    """Teachers of a cluster, narrowed by where and what they teach; an empty field narrows nothing."""

    schools: frozenset[UUID] = frozenset()
    positions: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reach:
    """Who of a list can be written to."""

    people: int
    by_letter: int
    without_address: int
    shared_address: int
    failing_address: int

    @property
    def by_slip(self) -> int:
        return self.people - self.by_letter


@dataclass(frozen=True)
class Candidates:
    """Whom a filter finds."""

    people: Sequence[Person]
    new_ids: frozenset[int]
    """Of these, those not in the list yet."""


def find_candidates(cluster_id: int, wanted: RosterFilter, *, diagnostic_id: int, on: date) -> Candidates:
    """Teachers at work in the cluster that fit, alphabetically."""
    people = db.session.scalars(_fitting(cluster_id, wanted, on)).all()
    listed = set(
        db.session.scalars(select(RosterEntry.person_id).where(RosterEntry.diagnostic_id == diagnostic_id))
    )
    return Candidates(people, frozenset(person.id for person in people if person.id not in listed))


def find_person_id(public_id: UUID, cluster_id: int) -> int | None:
    """The id of a person of the cluster."""
    return db.session.scalar(
        select(Person.id).where(Person.public_id == public_id, Person.cluster_id == cluster_id)
    )


def ids_ever_invited(diagnostic_id: int) -> frozenset[int]:
    """People with a place in any wave: they stay in the list."""
    return frozenset(
        db.session.scalars(
            select(Assignment.person_id)
            .join(Assignment.wave)
            .where(Wave.diagnostic_id == diagnostic_id)
            .distinct()
        )
    )


def list_everybody(cluster_id: int, *, on: date) -> Sequence[Person]:
    """All people at work in the cluster, whatever their roles."""
    return db.session.scalars(
        _at_work(select(Person), cluster_id, on)
        .options(joinedload(Person.organisation))
        .order_by(Person.sort_key, Person.id)
    ).all()


def list_roster(diagnostic_id: int, *, search: str = "") -> Sequence[Person]:
    """People in the list, alphabetically."""
    return db.session.scalars(_listed(diagnostic_id, search)).all()


def page_of_roster(diagnostic_id: int, *, search: str, number: int) -> Pagination:
    """One page of them."""
    return db.paginate(
        _listed(diagnostic_id, search),
        page=max(number, 1),
        per_page=PAGE_SIZE,
        max_per_page=PAGE_SIZE,
        error_out=False,
    )


def _listed(diagnostic_id: int, search: str) -> Select[Person]:
    statement = (
        select(Person)
        .join(RosterEntry, RosterEntry.person_id == Person.id)
        .where(RosterEntry.diagnostic_id == diagnostic_id)
        .options(joinedload(Person.organisation))
        .order_by(Person.sort_key, Person.id)
    )
    for word in sort_key(search).split():
        statement = statement.where(Person.sort_key.contains(word, autoescape=True))
    return statement


def assignments_by_person(wave_id: int, person_ids: Sequence[int]) -> dict[int, Assignment]:
    """The places of these people in a wave, whatever has become of them."""
    rows = db.session.scalars(
        select(Assignment).where(Assignment.wave_id == wave_id, Assignment.person_id.in_(person_ids))
    )
    return {assignment.person_id: assignment for assignment in rows}


_REACH = text(
    """
SELECT count(*) AS people,
       count(*) FILTER (WHERE p.email IS NOT NULL AND p.email_state = 'usable') AS by_letter,
       count(*) FILTER (WHERE p.email IS NULL) AS without_address,
       count(*) FILTER (WHERE p.email IS NOT NULL AND p.email_state = 'shared') AS shared_address,
       count(*) FILTER (WHERE p.email IS NOT NULL AND p.email_state = 'failing') AS failing_address
  FROM roster_entry r JOIN person p ON p.id = r.person_id
 WHERE r.diagnostic_id = :diagnostic_id AND (p.left_on IS NULL OR p.left_on > :on)
   AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.wave_id = :wave_id AND a.person_id = p.id)
"""
)


def reach_of(diagnostic_id: int, wave_id: int | None, *, on: date) -> Reach:
    """What inviting those not invited to the wave yet would come to; without a wave, everybody in the list."""
    row = db.session.execute(_REACH, {"diagnostic_id": diagnostic_id, "wave_id": wave_id, "on": on}).one()
    return Reach(*row)


def reach_of_people(people: Sequence[Person]) -> Reach:
    """The same of people at hand."""
    with_address = [person for person in people if person.email]
    states = [person.email_state for person in with_address]
    return Reach(
        people=len(people),
        by_letter=states.count(AddressState.USABLE),
        without_address=len(people) - len(with_address),
        shared_address=states.count(AddressState.SHARED),
        failing_address=states.count(AddressState.FAILING),
    )


def _fitting(cluster_id: int, wanted: RosterFilter, on: date) -> Select[Person]:
    teachers = select(Grant.person_id).where(
        Grant.role == Role.TEACHER,
        Grant.cluster_id == cluster_id,
        or_(Grant.from_on.is_(None), Grant.from_on <= on),
        or_(Grant.until_on.is_(None), Grant.until_on >= on),
    )
    statement = (
        _at_work(select(Person), cluster_id, on)
        .where(Person.id.in_(teachers))
        .options(joinedload(Person.organisation))
        .order_by(Person.sort_key, Person.id)
    )
    if wanted.schools:
        schools = select(Organisation.id).where(Organisation.public_id.in_(wanted.schools))
        # A centre is a unit of its school: whoever is entered there teaches in the school.
        units = select(Organisation.id).where(
            or_(Organisation.id.in_(schools), Organisation.parent_id.in_(schools))
        )
        statement = statement.where(Person.organisation_id.in_(units))
    if wanted.positions:
        statement = statement.where(Person.position.in_(wanted.positions))
    if wanted.subjects:
        statement = statement.where(Person.subjects.overlap(sorted(wanted.subjects)))
    return statement


def _at_work(statement: Select[T], cluster_id: int, on: date) -> Select[T]:
    return statement.where(
        Person.cluster_id == cluster_id, or_(Person.left_on.is_(None), Person.left_on > on)
    )
