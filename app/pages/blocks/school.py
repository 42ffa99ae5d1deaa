"""The part of a head of centre or a school director: the own school's quarter on one screen."""

from dataclasses import dataclass
from typing import Any

from app.accounts.models import Cluster
from app.clock import local_date
from app.db import db
from app.pages.blocks.overview import READERS
from app.pages.reading import Reading
from app.pages.school_quarter import SchoolPeriod, describe_period, scopes_of
from seminars.models import SeminarSession
from seminars.quarters import Quarter

AHEAD_SHOWN = 2
SUGGESTED = 1
"""The part stays on one screen, however long the titles are and whatever else is to do."""


@dataclass(frozen=True)
class SchoolPart:
    """One school as its head sees it."""

    period: SchoolPeriod
    open_sessions: list[SeminarSession]
    """Sessions with free places in which nobody of the school has one."""


def block(reading: Reading) -> dict[str, Any] | None:
    """What the part shows; nothing for whoever looks after no school."""
    scopes = scopes_of(reading.actor)
    if not scopes:
        return None
    cluster = db.session.get_one(Cluster, scopes[0].cluster_id)
    quarter = Quarter.of(local_date(reading.now, cluster.time_zone))
    starts_from, starts_before = quarter.bounds(cluster.time_zone)
    free = [session for session in reading.published_ahead if session.seats_free]
    # Whoever also reads for the cluster finds the figures in that part.
    published = None if reading.actor.roles & READERS else next(iter(reading.published), None)
    parts = []
    for scope in scopes:
        period = describe_period(scope, starts_from, starts_before, now=reading.now)
        joined = {ahead.public_id for ahead in period.ahead}
        missed = [s for s in free if s.cluster_id == scope.cluster_id and s.public_id not in joined]
        room = max(1, SUGGESTED - bool(published) - bool(period.failing))
        parts.append(SchoolPart(period, missed[:room]))
    return {
        "time_zone": cluster.time_zone,
        "quarter": quarter,
        "parts": parts,
        "ahead_shown": AHEAD_SHOWN,
        "published": published,
    }
