"""Who may see and change people and organisations."""

from app.accounts.models import Person
from app.errors import NotAllowed, NotFound
from app.permissions import ROLE_PERMISSIONS, Actor, Permission, Role

GRANTED_BY_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
"""Nobody gives a role that could do more than the giver's own."""


def organisation_scopes(actor: Actor) -> list[tuple[int, int]]:
    """(cluster, organisation) of the actor's roles that show the people of one organisation."""
    return [
        (scope.cluster_id, scope.organisation_id)
        for scope in actor.scopes
        if scope.organisation_id is not None and Permission.PEOPLE_VIEW in ROLE_PERMISSIONS[scope.role]
    ]


def can_view_person(actor: Actor, person: Person) -> bool:
    """Everybody of a cluster seen as a whole, else the people of one's own organisation."""
    if person.cluster_id in actor.whole_clusters(Permission.PEOPLE_VIEW):
        return True
    return (person.cluster_id, person.organisation_id) in organisation_scopes(actor)


def can_manage_person(actor: Actor, person: Person) -> bool:
    """Whoever manages the people of the whole cluster."""
    return person.cluster_id in actor.whole_clusters(Permission.PEOPLE_MANAGE)


def ensure_manages_person(actor: Actor, person: Person) -> None:
    """Raise `NotAllowed` to whoever may only look, `NotFound` to the rest."""
    if not can_manage_person(actor, person):
        raise NotAllowed if can_view_person(actor, person) else NotFound


def can_grant(actor: Actor, role: Role, cluster_id: int) -> bool:
    """Whether the actor may give or end this role in the cluster."""
    if cluster_id not in actor.whole_clusters(Permission.PEOPLE_MANAGE):
        return False
    if role not in GRANTED_BY_ADMINISTRATORS:
        return True
    return any(
        scope.role is Role.ADMINISTRATOR and scope.cluster_id == cluster_id and scope.organisation_id is None
        for scope in actor.scopes
    )


def ensure_may_grant(actor: Actor, role: Role, cluster_id: int) -> None:
    if not can_grant(actor, role, cluster_id):
        raise NotAllowed


def ensure_manages_organisations(actor: Actor, cluster_id: int) -> None:
    if cluster_id not in actor.whole_clusters(Permission.ORGANISATION_MANAGE):
        raise NotAllowed
