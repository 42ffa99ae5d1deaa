"""A coordinator's part of the home page: what is late, who is covered, where the deficits are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Cluster
from app.db import db
from app.formats import page_language
from app.pages.due import DueKind, list_due
from app.permissions import Actor, Permission
from programme.first_steps import are_done, first_steps
from seminars.models import SeminarSession, SessionState
from seminars.queries import SessionFilter, competence_names, count_wishes, list_sessions
from surveys.models import Diagnostic, Snapshot, Wave, WaveState
from surveys.queries.diagnostics import WaveCounts, count_waves

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

    diagnostic_id: UUID
    kind: str
    title: str
    published_at: datetime | None
    topics: Sequence[Deficit]


def block(actor: Actor, now: datetime) -> dict[str, Any] | None:
    """What the coordinator's part shows; nothing for whoever does not run a whole cluster."""
    clusters = actor.whole_clusters(Permission.PLAN_MANAGE)
    if not clusters:
        return None
    cluster = db.session.get_one(Cluster, min(clusters))
    steps = first_steps(cluster.id, now=now)
    due = list_due(cluster.id, now, for_administrator=actor.may(Permission.JOBS_MANAGE))
    settled_here = [one for one in due if one.kind is not DueKind.WISHES]
    names = competence_names()
    return {
        "time_zone": cluster.time_zone,
        "steps": None if are_done(steps) else steps,
        "due": settled_here[:DUE_SHOWN],
        "more_due": settled_here[DUE_SHOWN:],
        "waves": open_waves(cluster.id, actor, now),
        "deficits": find_deficits(cluster.id, page_language()),
        "wishes": [(code, names.get(code, code), n) for code, n in count_wishes(cluster.id)],
        "sessions": _next_sessions(actor, cluster.id, now),
    }


def open_waves(cluster_id: int, actor: Actor, now: datetime) -> list[tuple[Wave, WaveCounts]]:
    """Waves open now in counts, nobody's name."""
    waves = db.session.scalars(
        select(Wave)
        .join(Wave.diagnostic)
        .where(Diagnostic.cluster_id == cluster_id, Wave.state == WaveState.OPEN)
        .order_by(Wave.closes_at)
    ).all()
    counts = count_waves([wave.id for wave in waves], viewer_id=actor.person_id, now=now)
    return [(wave, counts[wave.id]) for wave in waves]


def find_deficits(cluster_id: int, language: str) -> Deficits | None:
    """The topics of the latest publication that stand lowest; before a publication nobody knows any."""
    found = db.session.execute(
        select(Snapshot, Diagnostic)
        .join(Diagnostic, Diagnostic.id == Snapshot.diagnostic_id)
        .where(Diagnostic.cluster_id == cluster_id, Snapshot.published_at.is_not(None))
        .order_by(Snapshot.published_at.desc(), Snapshot.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    snapshot, diagnostic = found
    return Deficits(
        diagnostic.public_id,
        snapshot.kind,
        diagnostic.title,
        snapshot.published_at,
        _lowest_topics(snapshot.content, language),
    )


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


def _next_sessions(actor: Actor, cluster_id: int, now: datetime) -> list[SeminarSession]:
    ahead = [
        session
        for session in list_sessions(actor, SessionFilter(starts_from=now))
        if session.cluster_id == cluster_id and session.state is not SessionState.CANCELLED
    ]
    return ahead[:SESSIONS_SHOWN]
