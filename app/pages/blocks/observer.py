"""An observer: lessons to visit and the sheet to take along."""

from datetime import datetime
from typing import Any

from app.pages.observation import find_sheet
from app.permissions import Actor
from seminars.models import SessionState
from seminars.queries import SessionFilter, list_sessions

OBSERVED_FORMS = frozenset({"open_lesson", "masterclass"})
SHOWN = 6


def block(actor: Actor, now: datetime) -> dict[str, Any]:
    """Open lessons and master classes ahead."""
    ahead = list_sessions(actor, SessionFilter(starts_from=now))
    lessons = [
        session
        for session in ahead
        if session.form in OBSERVED_FORMS and session.state is SessionState.PUBLISHED
    ]
    return {"lessons": lessons[:SHOWN], "has_sheet": find_sheet() is not None}
