"""The cluster at a glance for those who read and decide: published figures, diagnostics now, the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_login import current_user

from app.formats import page_language
from app.pages.blocks.reader import today
from app.permissions import Actor, Permission
from programme.queries import PlanFilter, count_plan, list_plan
from surveys.models import Wave, WaveState
from surveys.queries.diagnostics import WaveCounts, count_waves, list_diagnostics, list_versions
from surveys.queries.group_results import Published, get_diagnostic, list_readable
from surveys.services.snapshots import get_published

OVERDUE_SHOWN = 3


@dataclass(frozen=True)
class OpenWave:
    """A wave that collects answers now."""

    wave: Wave
    title: str
    counts: WaveCounts


def block(actor: Actor, now: datetime) -> dict[str, Any]:
    """The same page for councils, advisers and authorities; what one may not see is left out of it."""
    clusters = actor.clusters(Permission.COMPARISON_VIEW)
    published = list_readable(clusters)
    comparison = next((one for one in published if one.kind == "comparison"), None)
    return {
        "published": published,
        "comparison": comparison,
        "content": _content_of(comparison, clusters) if comparison else None,
        "open_waves": _open_waves(actor, now),
        "may_see_counts": actor.may(Permission.DIAGNOSTIC_COUNTS_VIEW),
        **_plan(actor, now),
        "versions": list_versions() if actor.may(Permission.INSTRUMENT_VIEW) else [],
        "language": page_language(),
    }


def _content_of(one: Published, clusters: frozenset[int]) -> Mapping[str, Any]:
    """What was published, suppression included: nothing is counted here."""
    return get_published(get_diagnostic(one.diagnostic_id, clusters).id, one.kind).content


def _open_waves(actor: Actor, now: datetime) -> list[OpenWave]:
    if not actor.may(Permission.DIAGNOSTIC_COUNTS_VIEW):
        return []
    found = [
        (wave, diagnostic.title)
        for diagnostic in list_diagnostics(actor)
        for wave in diagnostic.waves
        if wave.state is WaveState.OPEN
    ]
    counts = count_waves([wave.id for wave, _title in found], viewer_id=actor.person_id, now=now)
    return [OpenWave(wave, title, counts[wave.id]) for wave, title in found]


def _plan(actor: Actor, now: datetime) -> dict[str, Any]:
    """The plan of the reader's own cluster."""
    cluster_id, day = current_user.person.cluster_id, today(now)
    if cluster_id not in actor.clusters(Permission.PLAN_VIEW):
        return {"plan": None, "overdue": []}
    late = list_plan(actor, cluster_id, PlanFilter(only_overdue=True), day)
    return {"plan": count_plan(cluster_id, day), "overdue": late[:OVERDUE_SHOWN]}
