"""Roles given and ended, each with an entry in the audit log."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, or_, select

from app.accounts.errors import GrantExists, LastCoordinator, OutsideCluster, PeriodEndsBeforeItStarts
from app.accounts.models import Cluster, Grant, Person
from app.accounts.queries import is_member
from app.accounts.services.audit import record
from app.db import db
from app.permissions import Actor, Role


def add_grant(
    person: Person,
    role: Role,
    *,
    organisation_id: int | None,
    from_on: date | None,
    until_on: date | None,
    actor: Actor | None,
) -> Grant:
    """Give a role in the person's cluster, or in one organisation of it, for a period."""
    if from_on and until_on and until_on < from_on:
        raise PeriodEndsBeforeItStarts
    if organisation_id is not None and not is_member(organisation_id, person.cluster_id):
        raise OutsideCluster
    same = select(Grant.id).where(
        Grant.person_id == person.id,
        Grant.role == role,
        Grant.cluster_id == person.cluster_id,
        Grant.organisation_id.is_not_distinct_from(organisation_id),
        Grant.from_on.is_not_distinct_from(from_on),
    )
    if db.session.scalar(same) is not None:
        raise GrantExists
    grant = Grant(
        person_id=person.id,
        role=role,
        cluster_id=person.cluster_id,
        organisation_id=organisation_id,
        from_on=from_on,
        until_on=until_on,
    )
    db.session.add(grant)
    db.session.flush()
    _record("role_given", grant, actor)
    return grant


def give_first_roles(people: Sequence[Person], roles: Sequence[Role], *, actor: Actor | None) -> None:
    """Give roles in their whole cluster, without a term, to people who have just been added."""
    grants = [
        Grant(person_id=person.id, role=role, cluster_id=person.cluster_id)
        for person in people
        for role in roles
    ]
    db.session.add_all(grants)
    db.session.flush()
    for grant in grants:
        _record("role_given", grant, actor)


def end_grant(grant: Grant, *, on: date, actor: Actor | None) -> None:
    """Let the role hold until the day before `on`, so that today's end acts today."""
    last_day = on - timedelta(days=1)
    if grant.role is Role.COORDINATOR:
        _ensure_another_coordinator(grant.cluster_id, grant.person_id, on)
    if grant.from_on is not None and grant.from_on > last_day:
        db.session.delete(grant)
    else:
        grant.until_on = last_day
    db.session.flush()
    _record("role_ended", grant, actor)


def end_all_grants(person: Person, *, on: date, actor: Actor | None) -> None:
    """End every role that holds on `on` or would later."""
    open_grants = select(Grant).where(
        Grant.person_id == person.id, or_(Grant.until_on.is_(None), Grant.until_on >= on)
    )
    for grant in db.session.scalars(open_grants).all():
        end_grant(grant, on=on, actor=actor)


def _ensure_another_coordinator(cluster_id: int, person_id: int, on: date) -> None:
    # The cluster's row is the lock: two coordinators ending each other's role at once must not both succeed.
    db.session.execute(select(Cluster.id).where(Cluster.id == cluster_id).with_for_update())
    others = db.session.scalar(
        select(func.count(Grant.id)).where(
            Grant.cluster_id == cluster_id,
            Grant.role == Role.COORDINATOR,
            Grant.organisation_id.is_(None),
            Grant.person_id != person_id,
            or_(Grant.from_on.is_(None), Grant.from_on <= on),
            or_(Grant.until_on.is_(None), Grant.until_on >= on),
        )
    )
    if not others:
        raise LastCoordinator


def _record(action: str, grant: Grant, actor: Actor | None) -> None:
    record(
        action,
        actor=actor,
        cluster_id=grant.cluster_id,
        object_kind="person",
        object_id=grant.person_id,
        role=grant.role.value,
        organisation_id=grant.organisation_id,
        from_on=grant.from_on.isoformat() if grant.from_on else None,
        until_on=grant.until_on.isoformat() if grant.until_on else None,
    )
