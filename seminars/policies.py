"""Who may run a session: the coordinator of its cluster, and its hosts. Who may see it: `queries.visible_to`."""

from app.errors import NotFound
from app.permissions import Actor, Permission
from seminars import queries
from seminars.models import SeminarSession


def can_plan(actor: Actor, cluster_id: int) -> bool:
    """Plan sessions of the cluster: create, publish, move and cancel them."""
    return cluster_id in actor.whole_clusters(Permission.SEMINAR_MANAGE)


def can_run(actor: Actor, session: SeminarSession) -> bool:
    """See the session's people, change its places, mark attendance."""
    return can_plan(actor, session.cluster_id) or queries.is_host(session.id, actor.person_id)


def can_mark(actor: Actor, session: SeminarSession) -> bool:
    """Mark who came: who runs the session, and registrars of its cluster or of the place it is held at."""
    return (
        can_run(actor, session)
        or session.cluster_id in actor.whole_clusters(Permission.ATTENDANCE_MARK)
        or session.organisation_id in actor.organisations(Permission.ATTENDANCE_MARK)
    )


def ensure_can_plan(actor: Actor, session: SeminarSession) -> None:
    if not can_plan(actor, session.cluster_id):
        raise NotFound


def ensure_can_run(actor: Actor, session: SeminarSession) -> None:
    if not can_run(actor, session):
        raise NotFound


def ensure_can_mark(actor: Actor, session: SeminarSession) -> None:
    if not can_mark(actor, session):
        raise NotFound
