"""A host's sessions: attendance that waits, who is coming, which materials are still missing."""

from datetime import datetime, timedelta
from typing import Any

from app.permissions import Actor
from seminars import queries
from seminars.models import SessionState
from seminars.queries import materials
from seminars.services.attendance import is_open

LOOK_BACK = timedelta(days=60)
"""A session left without marks for longer is the coordinator's affair."""
ASKED_FOR_MATERIALS = 2
"""The nearest sessions: what comes later has time."""


def block(actor: Actor, now: datetime) -> dict[str, Any]:
    """Own sessions, those that wait for attendance apart."""
    hosted = queries.list_hosted(actor.person_id, since=now - LOOK_BACK)
    to_mark = [session for session in hosted if is_open(session, now)]
    ahead = [session for session in hosted if session.ends_at > now and session not in to_mark]
    near = ahead[:ASKED_FOR_MATERIALS]
    return {
        "to_mark": to_mark,
        "ahead": ahead,
        "standings": queries.standings(actor.person_id, ahead, now),
        "without_materials": [s for s in near if not materials.list_of_session(s.id, actor, now)],
        "drafts": {session.id for session in ahead if session.state is SessionState.DRAFT},
    }
