"""The cluster at a glance for those who read and decide: published figures, diagnostics now, the plan."""

from typing import Any

from app.formats import page_language
from app.pages.reading import Reading, list_open_waves
from app.permissions import Permission, Role
from programme.queries import PlanFilter, count_plan, list_plan
from surveys.policies import visible_clusters
from surveys.queries.diagnostics import list_versions
from surveys.queries.group_results import find_latest

READERS = frozenset({Role.COUNCIL_MEMBER, Role.ADVISER, Role.AUTHORITY})
HAVE_SEMINAR = frozenset(Role) - READERS - {Role.PAPER_OPERATOR, Role.ADMINISTRATOR}
"""Roles whose own parts show the sessions ahead."""
LEAD_SCHOOLS = frozenset({Role.CENTRE_HEAD, Role.DIRECTOR})
OVERDUE_SHOWN = 3
SESSIONS_SHOWN = 3


def block(reading: Reading) -> dict[str, Any] | None:
    """The same page for councils, advisers and authorities; what one may not see is left out of it.

    What another part of the reader's page says already is not said again: a coordinator has the diagnostics and
    the plan there, so that the comparison alone is left.
    """
    actor, roles = reading.actor, reading.actor.roles
    comparison = find_latest(actor.clusters(Permission.COMPARISON_VIEW), "comparison")
    runs_cluster = bool(actor.whole_clusters(Permission.PLAN_MANAGE))
    if runs_cluster and comparison is None:
        return None
    is_whole = not runs_cluster and not roles & LEAD_SCHOOLS
    shown = comparison[0] if comparison else None
    return {
        "comparison": shown,
        "content": comparison[1] if comparison else None,
        "is_whole": is_whole,
        "published": [one for one in reading.published if one != shown] if is_whole else [],
        "may_see_counts": actor.may(Permission.DIAGNOSTIC_COUNTS_VIEW) and not runs_cluster,
        "waves": [] if runs_cluster else reading.count(list_open_waves(visible_clusters(actor))),
        **_plan(reading, is_told=not runs_cluster, with_items=is_whole),
        "versions": list_versions() if Role.ADVISER in roles else [],
        "sessions": None if roles & HAVE_SEMINAR else reading.published_ahead[:SESSIONS_SHOWN],
        "language": page_language(),
    }


def _plan(reading: Reading, *, is_told: bool, with_items: bool) -> dict[str, Any]:
    """The plan of the reader's own cluster, in counts, and by name what is overdue."""
    actor, cluster_id, day = reading.actor, reading.cluster.id, reading.today
    if not is_told or cluster_id not in actor.clusters(Permission.PLAN_VIEW):
        return {"plan": None, "overdue": []}
    late = list_plan(actor, cluster_id, PlanFilter(only_overdue=True), day) if with_items else []
    return {"plan": count_plan(cluster_id, day), "overdue": late[:OVERDUE_SHOWN]}
