"""A mentor: what to expect, and the sessions to recommend."""

from datetime import datetime
from typing import Any

from app.permissions import Actor
from seminars.models import SessionState
from seminars.queries import SessionFilter, list_sessions

SHOWN = 5


def block(actor: Actor, now: datetime) -> dict[str, Any]:
    """The nearest sessions of the cluster."""
    ahead = list_sessions(actor, SessionFilter(starts_from=now))
    return {"sessions": [one for one in ahead if one.state is SessionState.PUBLISHED][:SHOWN]}
