"""A coordinator's part of the home page: what is late, who is covered, where the deficits are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.accounts.models import Cluster
from app.db import db
from app.formats import page_language
from app.pages.due import DueKind, list_due
from app.pages.reading import Reading, list_open_waves
from app.permissions import Permission
from programme.first_steps import are_done, first_steps
from seminars.models import SeminarSession, SessionState
from surveys.queries.group_results import Published, find_latest

SESSIONS_SHOWN = 4
DUE_SHOWN = 8
DEFICITS_SHOWN = 3


@dataclass(frozen=True)
class Deficit:
    """A topic in which the cluster stands below the level that is enough."""

    code: str
    name: str
    percent: float
    is_coarse: bool


@dataclass(frozen=True)
class Deficits:
    """The lowest topics of the latest publication."""

    published: Published
    topics: Sequence[Deficit]


def block(reading: Reading) -> dict[str, Any] | None:
    """What the coordinator's part shows; nothing for whoever does not run a whole cluster."""
    actor, now = reading.actor, reading.now
    clusters = actor.whole_clusters(Permission.PLAN_MANAGE)
    if not clusters:
        return None
    cluster = db.session.get_one(Cluster, min(clusters))
    steps = first_steps(cluster.id, now=now)
    waves = list_open_waves([cluster.id])
    due = list_due(cluster.id, now, for_administrator=actor.may(Permission.JOBS_MANAGE), waves=waves)
    elsewhere = {DueKind.WISHES} if are_done(steps) else {DueKind.WISHES, DueKind.TABLE_WAITS}
    settled_here = [one for one in due if one.kind not in elsewhere]
    return {
        "time_zone": cluster.time_zone,
        "steps": None if are_done(steps) else steps,
        "due": settled_here[:DUE_SHOWN],
        "more_due": settled_here[DUE_SHOWN:],
        "waves": reading.count(waves),
        "deficits": find_deficits(cluster.id, page_language()),
        "wishes": [one for one in due if one.kind is DueKind.WISHES],
        "sessions": _next_sessions(reading, cluster.id),
    }


def find_deficits(cluster_id: int, language: str) -> Deficits | None:
    """The topics of the latest publication that stand lowest; before a publication nobody knows any."""
    found = find_latest([cluster_id])
    if found is None:
        return None
    published, content = found
    return Deficits(published, _lowest_topics(content, language))


def _lowest_topics(content: Mapping[str, Any], language: str) -> list[Deficit]:
    """Only what the snapshot itself shows."""
    enough = next((level["from"] for level in content["levels"] if not level["is_deficit"]), 100)
    topics = [
        Deficit(scale["code"], scale["name"][language], percent, scale.get("is_coarse", False))
        for scale in content["scales"]
        if scale["is_shown"] and not scale["is_overall"]
        for percent in (scale.get("final", scale["starting"]),)
        if percent < enough
    ]
    return sorted(topics, key=lambda topic: topic.percent)[:DEFICITS_SHOWN]


def _next_sessions(reading: Reading, cluster_id: int) -> list[SeminarSession]:
    ahead = [
        session
        for session in reading.sessions
        if session.cluster_id == cluster_id
        and session.starts_at >= reading.now
        and session.state is not SessionState.CANCELLED
    ]
    return ahead[:SESSIONS_SHOWN]
