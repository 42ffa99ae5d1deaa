"""Who may see and change the plan. Lists are narrowed by the same rule in `queries`."""

from app.errors import NotAllowed, NotFound
from app.permissions import Actor, Permission


def can_view_plan(actor: Actor, cluster_id: int) -> bool:
    """Everybody who reads aggregates of the cluster, a head of one school too: the plan is joint."""
    return cluster_id in actor.clusters(Permission.PLAN_VIEW)


def can_manage_plan(actor: Actor, cluster_id: int) -> bool:
    """Whoever runs the whole cluster."""
    return cluster_id in actor.whole_clusters(Permission.PLAN_MANAGE)


def ensure_manages_plan(actor: Actor, cluster_id: int) -> None:
    """Raise `NotAllowed` to whoever may only look, `NotFound` to the rest."""
    if not can_manage_plan(actor, cluster_id):
        raise NotAllowed if can_view_plan(actor, cluster_id) else NotFound
