"""Who did what to whose data: entries are added, never changed."""

from typing import Any

from app.accounts.models import AuditEntry, Person
from app.db import db
from app.permissions import ROLE_PERMISSIONS, Actor, Permission, Role


def record(
    action: str,
    *,
    actor: Actor | None,
    cluster_id: int | None,
    object_kind: str,
    object_id: int | None,
    **details: Any,
) -> None:
    """Add an entry; `details` hold codes and dates, never what a person wrote."""
    db.session.add(
        AuditEntry(
            action=action,
            actor_person_id=actor.person_id if actor else None,
            cluster_id=cluster_id,
            object_kind=object_kind,
            object_id=object_id,
            details=details,
        )
    )


def record_of_person(action: str, person: Person, actor: Actor | None, **details: Any) -> None:
    """Add an entry about a person, in the person's cluster."""
    record(
        action,
        actor=actor,
        cluster_id=person.cluster_id,
        object_kind="person",
        object_id=person.id,
        **details,
    )


def managing_role(actor: Actor | None, cluster_id: int) -> Role | None:
    """The role in which `actor` manages people of the cluster; None for the server's own commands."""
    scopes = actor.scopes if actor else ()
    managing = (
        scope.role
        for scope in scopes
        if scope.cluster_id == cluster_id and Permission.PEOPLE_MANAGE in ROLE_PERMISSIONS[scope.role]
    )
    return next(managing, None)
