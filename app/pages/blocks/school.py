"""The part of a head of centre or a school director: the own school's quarter on one screen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.accounts.models import Cluster
from app.clock import local_date
from app.db import db
from app.pages.school_quarter import SchoolPeriod, describe_period, scopes_of
from app.permissions import Actor, Permission, Role
from seminars.models import SeminarSession
from seminars.quarters import Quarter
from seminars.queries import SessionFilter, list_sessions
from surveys.queries.group_results import Published, list_readable

SUGGESTED = 2
BEFORE = {Role.COORDINATOR, Role.TEACHER}
"""Roles whose parts stand above and hold the primary action of the page."""


@dataclass(frozen=True)
class SchoolPart:
    """One school as its head sees it."""

    period: SchoolPeriod
    open_sessions: list[SeminarSession]
    """Sessions with free places in which nobody of the school has one."""


def block(actor: Actor, now: datetime) -> dict[str, Any] | None:
    """What the part shows; nothing for whoever looks after no school."""
    scopes = scopes_of(actor)
    if not scopes:
        return None
    cluster = db.session.get_one(Cluster, scopes[0].cluster_id)
    quarter = Quarter.of(local_date(now, cluster.time_zone))
    starts_from, starts_before = quarter.bounds(cluster.time_zone)
    free = list_sessions(actor, SessionFilter(starts_from=now, only_free=True))
    parts = []
    for scope in scopes:
        period = describe_period(scope, starts_from, starts_before, now=now)
        joined = {ahead.public_id for ahead in period.ahead}
        missed = [s for s in free if s.cluster_id == scope.cluster_id and s.public_id not in joined]
        parts.append(SchoolPart(period, missed[:SUGGESTED]))
    return {
        "time_zone": cluster.time_zone,
        "quarter": quarter,
        "parts": parts,
        "published": _published(actor),
        "has_primary": not actor.roles & BEFORE,
    }


def _published(actor: Actor) -> Published | None:
    """The latest figures the reader may open; what they show was decided when they were published."""
    found = list_readable(actor.clusters(Permission.COMPARISON_VIEW))
    return found[0] if found else None
